package io.saddlebag.backup;

import io.saddlebag.host.HostFiles;
import io.saddlebag.image.ImageSource;
import java.util.List;

/** The objects of a source, read anew each time that they are asked for. */
interface SourceMembers {
    /** In one row. */
    ImageSource all();

    /** For several lanes (M28). */
    LaneShares deal(int lanes);

    /** What it means when one can't be read as promised. */
    CatalogFiller.Damage damage();

    /** Everything below some roots. */
    static SourceMembers ofTrees(HostFiles files, List<FileTree.Root> roots) {
        List<FileTree.Root> all = List.copyOf(roots);
        return new SourceMembers() {
            @Override
            public ImageSource all() {
                return new FileTree(files, all);
            }

            @Override
            public LaneShares deal(int lanes) {
                return new DealtMembers(new FileTree(files, all), lanes);
            }

            @Override
            public CatalogFiller.Damage damage() {
                return CatalogFiller.Damage.IS_A_WARNING;
            }
        };
    }
}

package io.saddlebag.backup;

import io.saddlebag.catalog.CatalogState;
import io.saddlebag.host.HostFiles;
import io.saddlebag.image.ImageSource;
import io.saddlebag.image.SmallFilesAhead;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The objects of a source, read anew each time that they are asked for. */
interface SourceMembers {
    /** In one row. */
    ImageSource all();

    /** For several lanes (M28). */
    LaneShares deal(int lanes);

    /** What it means when one can't be read as promised. */
    CatalogFiller.Damage damage();

    /** Whether there may be none at all, since nothing changed. */
    default boolean mayBeNone() {
        return false;
    }

    /**
     * What is below some roots.
     *
     * @param prints null when no later backup will be compared with this one
     * @param before only what changed since; null for everything
     * @param workers read small files ahead, for one row; several lanes read at once anyway
     */
    static SourceMembers ofTrees(
            HostFiles files,
            List<FileTree.Root> roots,
            @Nullable Fingerprints prints,
            @Nullable CatalogState before,
            Executor workers) {
        List<FileTree.Root> all = List.copyOf(roots);
        return new SourceMembers() {
            private FileTree tree() {
                return new FileTree(files, all, prints, before == null ? null : new TreeChanges(before, all));
            }

            @Override
            public ImageSource all() {
                return new SmallFilesAhead(tree(), workers);
            }

            @Override
            public LaneShares deal(int lanes) {
                return new DealtMembers(tree(), lanes);
            }

            @Override
            public boolean mayBeNone() {
                return before != null;
            }

            @Override
            public CatalogFiller.Damage damage() {
                return CatalogFiller.Damage.IS_A_WARNING;
            }
        };
    }
}

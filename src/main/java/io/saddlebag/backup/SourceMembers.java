package io.saddlebag.backup;

import io.saddlebag.catalog.CatalogState;
import io.saddlebag.host.HostFiles;
import io.saddlebag.image.ImageListener;
import io.saddlebag.image.ImageSource;
import io.saddlebag.image.PartEnd;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The objects of a source, read anew each time that they are asked for. */
interface SourceMembers {
    /** In one row. */
    ImageSource all();

    /** For several lanes (M28). */
    LaneShares deal(int lanes);

    /**
     * What comes behind the end of a part in one row, and first the file in which that is; for an image that holds what comes before (D6).
     *
     * @param image what it holds
     */
    default ImageSource behind(PartEnd end, CatalogState image) throws IOException {
        throw new UnsupportedOperationException("these objects can't be gone on with");
    }

    /** What has to be the same for {@link #behind}, in words; empty where it can't be. */
    default String extent() {
        return "";
    }

    /** Who hears of them, when they have to hear of themselves, too. */
    default ImageListener heard(ImageListener listener) {
        return listener;
    }

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
     * @param vanished hears what was gone before it was looked at
     */
    static SourceMembers ofTrees(
            HostFiles files,
            List<FileTree.Root> roots,
            @Nullable Fingerprints prints,
            @Nullable CatalogState before,
            Vanished vanished) {
        return ofTrees(files, roots, prints, before, LateFiles.NONE, CatalogFiller.Damage.IS_A_WARNING, vanished);
    }

    /**
     * What is below the roots of databases.
     *
     * @param late when they come last of all, everything is in one lane
     */
    static SourceMembers ofDatabases(
            HostFiles files, List<FileTree.Root> roots, LateFiles late, CatalogFiller.Damage damage) {
        return ofTrees(files, roots, null, null, late, damage, null);
    }

    /** What somebody else finds, in the order that it comes: all of it in one lane. */
    static SourceMembers ofSupplied(Supplier<ImageSource> supplied) {
        return new SourceMembers() {
            @Override
            public ImageSource all() {
                return supplied.get();
            }

            @Override
            public LaneShares deal(int lanes) {
                ImageSource whole = supplied.get();
                return lane -> lane == 0 ? whole : () -> null;
            }

            @Override
            public CatalogFiller.Damage damage() {
                return CatalogFiller.Damage.IS_FATAL;
            }
        };
    }

    private static SourceMembers ofTrees(
            HostFiles files,
            List<FileTree.Root> roots,
            @Nullable Fingerprints prints,
            @Nullable CatalogState before,
            LateFiles late,
            CatalogFiller.Damage damage,
            @Nullable Vanished vanished) {
        List<FileTree.Root> all = List.copyOf(roots);
        return new SourceMembers() {
            private FileTree tree() {
                return new FileTree(
                        files, all, prints, before == null ? null : new TreeChanges(before, all), late, vanished);
            }

            @Override
            public ImageSource all() {
                return tree();
            }

            @Override
            public ImageSource behind(PartEnd end, CatalogState image) {
                return tree().behind(end, new StoredBefore(image), all);
            }

            @Override
            public String extent() {
                return all.stream().map(FileTree.Root::extent).collect(Collectors.joining("\n"));
            }

            @Override
            public LaneShares deal(int lanes) {
                if (late.comeLastOfAll()) {
                    ImageSource whole = tree();
                    return lane -> lane == 0 ? whole : () -> null;
                }
                return new DealtMembers(tree(), lanes);
            }

            @Override
            public boolean mayBeNone() {
                return before != null;
            }

            @Override
            public CatalogFiller.Damage damage() {
                return damage;
            }
        };
    }
}

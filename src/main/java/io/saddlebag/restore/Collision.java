package io.saddlebag.restore;

import io.saddlebag.host.FileKind;
import io.saddlebag.host.FileStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of an object, and of what has its place already (C7). Pure: a dry run and a restore ask the same.
 */
enum Collision {
    /** Nothing is there. */
    NEW,
    /** A folder is there and stays, with what is in it. */
    MERGE,
    /** The restored object takes the place. */
    REPLACE,
    /** The restored object takes the place of a folder, when nothing is in it. */
    REPLACE_EMPTY_FOLDER,
    /** What is there stays, and the object is left out. */
    KEEP,
    /** As {@link #KEEP}, and it is something of another kind: people want to know. */
    KEEP_OTHER_KIND,
    /** The object, with all below it, gets another name. */
    RENAME,
    /** A link stands where a folder belongs; following it might lead anywhere, and replacing it might tear down what people built. */
    REFUSE;

    /**
     * @param there what has the place; null for nothing
     * @param kind of the object
     * @param modified of the object
     */
    static Collision of(RestoreRequest.Existing existing, @Nullable FileStatus there, FileKind kind, Instant modified) {
        if (there == null) {
            return NEW;
        }
        boolean folderWanted = kind == FileKind.FOLDER;
        boolean folderThere = there.is(FileKind.FOLDER);
        if (folderWanted && folderThere) {
            return MERGE;
        }
        boolean otherKind = folderWanted != folderThere;
        return switch (existing) {
            case REPLACE -> replacing(there, folderWanted);
            case RENAME -> RENAME;
            case KEEP -> otherKind ? KEEP_OTHER_KIND : KEEP;
            case KEEP_NEWER -> {
                if (!there.times().modified().isAfter(modified)) {
                    yield replacing(there, folderWanted);
                }
                yield otherKind ? KEEP_OTHER_KIND : KEEP;
            }
        };
    }

    private static Collision replacing(FileStatus there, boolean folderWanted) {
        if (there.is(FileKind.FOLDER)) {
            return REPLACE_EMPTY_FOLDER;
        }
        return folderWanted && there.is(FileKind.LINK) ? REFUSE : REPLACE;
    }
}

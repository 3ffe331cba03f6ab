package io.saddlebag.pool;

import io.saddlebag.protection.FileRights;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Where the files of a pool are. Paths are those of {@link io.saddlebag.media.PoolFile}; no other ever reaches a store.
 * Thread-safe.
 */
public interface PoolStore {
    /** For people: a folder, an address. */
    String place();

    /**
     * Makes sure that it is what it should be, before anything in it is read, written or missed.
     *
     * @param expected whether the catalog has images there, so that it can't be new
     * @throws io.saddlebag.fault.BackupException {@link PoolFault#NOT_A_POOL}
     */
    void requireReady(Expected expected) throws IOException;

    /** Removes what dead writers left half done; never what may have a living one. No effect where there is nothing yet. */
    void removeLeftovers() throws IOException;

    /** Room that is left for images, without what is kept free; empty where that can't be told. */
    default OptionalLong usableBytes() throws IOException {
        return OptionalLong.empty();
    }

    /** Why no file of that folder can have a name here, too, in words; null when one can (J10). */
    default @Nullable String adoptsNothingFrom(Path folder) throws IOException {
        return place() + " is no folder of this machine";
    }

    /**
     * Makes sure that files can have such an owner and protection here, and be read again (M29). Leaves nothing behind.
     *
     * @throws io.saddlebag.fault.BackupException {@link PoolFault#RIGHTS}; {@link PoolFault#UNSUPPORTED} where files have no such
     *     thing
     */
    void requireRights(FileRights rights) throws IOException;

    /**
     * Begins the files of one image. What dead processes left half done is removed first.
     *
     * @param rights that the files have before anybody else sees them; those that are adopted keep what they have
     * @throws io.saddlebag.fault.BackupException as {@link #requireRights}
     */
    Batch begin(FileRights rights) throws IOException;

    /**
     * Looks at a file as far as that costs nothing, so that what isn't there is known before anything is touched.
     *
     * @throws io.saddlebag.fault.BackupException as {@link #open(String, long)}
     */
    void requireThere(String path, long bytes) throws IOException;

    /**
     * Opens a file.
     *
     * @param bytes its length
     * @throws io.saddlebag.fault.BackupException {@link PoolFault#MISSING}, or {@link PoolFault#DAMAGED} when it has another
     *     length
     */
    InputStream open(String path, long bytes) throws IOException;

    /** Whether {@link #open(String, long, long)} can be asked. */
    boolean canSeek();

    /**
     * As {@link #open(String, long)}, from a byte on.
     *
     * @param from 0 to {@code bytes}
     */
    InputStream open(String path, long bytes, long from) throws IOException;

    /**
     * Opens whatever is there: a label, or a file that is being looked at.
     *
     * @throws io.saddlebag.fault.BackupException {@link PoolFault#MISSING}
     */
    InputStream open(String path) throws IOException;

    /** Whether {@link #list()} and {@link #listQuarantine()} can be asked. */
    boolean canList();

    /** Whether {@link #quarantine} and {@link #remove} can be asked. */
    boolean canRemove();

    /**
     * All files that are published, in no order that matters; an empty list says nothing about what should be there.
     *
     * @throws io.saddlebag.fault.BackupException {@link PoolFault#UNSUPPORTED} where a store can't list
     */
    List<String> list() throws IOException;

    /** The paths of files in quarantine. */
    List<String> listQuarantine() throws IOException;

    /** Whether the file is published here, with this length. */
    boolean has(String path, long bytes) throws IOException;

    /**
     * Takes a file out of its place, durably, so that it can still be put back. No effect when it was taken before, and none in a
     * store that can't move: there the catalog alone knows.
     */
    void quarantine(String path) throws IOException;

    /**
     * Puts a file back into its place, durably. No effect when it is there.
     *
     * @throws io.saddlebag.fault.BackupException {@link PoolFault#MISSING} when it is in neither place
     */
    void reinstate(String path) throws IOException;

    /**
     * Deletes a file that is in quarantine, durably; never one that is in its place, where the store can tell. No effect when it
     * is gone.
     */
    void remove(String path) throws IOException;

    /**
     * Deletes published files of an image that never became whole, durably. Its writer is dead.
     *
     * @param paths as listed
     */
    void discard(List<String> paths) throws IOException;

    /** How files take the places of others; empty where names can't be moved at once. */
    default Optional<Renewals> renewals() {
        return Optional.empty();
    }

    /**
     * Files that wait to take the places of others (X10). They stay when their writer dies, until somebody settles what it began; nobody
     * takes them for images. Thread-safe.
     */
    interface Renewals {
        /** A name that no other renewal has; nothing is made yet. */
        String name() throws IOException;

        /**
         * Writes what shall take the place of a file. On return it is durable.
         *
         * @param path the file
         * @param like a file whose owner and mode it gets
         * @param rights where they were said, a file that can't have that owner and mode is a failure
         * @param data read to its end, not closed
         * @return its length in bytes
         * @throws io.saddlebag.fault.BackupException {@link PoolFault#NO_ROOM}, {@link PoolFault#RIGHTS}
         */
        long stage(String renewal, String path, String like, FileRights rights, InputStream data)
                throws IOException, InterruptedException;

        /** What waits to take the place of a file; empty when nothing does. */
        Optional<InputStream> open(String renewal, String path) throws IOException;

        boolean isStaged(String renewal, String path) throws IOException;

        /** Puts it into its place, in one step: whoever opens the file gets the one or the other. On return that is durable. */
        void place(String renewal, String path) throws IOException;

        /** Removes all that still waits. No effect when there is nothing. */
        void remove(String renewal) throws IOException;
    }

    /** What a store may find. */
    enum Expected {
        IMAGES,
        NOTHING_YET
    }

    /** The files of one image under way: all of them get their names, or none. One thread. */
    interface Batch extends Closeable {
        /**
         * Writes a file; nobody sees it under this name before {@link #publish()}.
         *
         * @param data read to its end, not closed
         * @return its length in bytes
         * @throws io.saddlebag.fault.BackupException {@link PoolFault#NO_ROOM}
         */
        long write(String path, InputStream data) throws IOException, InterruptedException;

        /**
         * Takes a file as it is, by a further name. Its own name stays.
         *
         * @throws io.saddlebag.fault.BackupException {@link PoolFault#UNSUPPORTED} when it can't have a name here
         */
        default void adopt(String path, MemberFile file) throws IOException {
            throw new UnsupportedOperationException("copies only");
        }

        /**
         * Gives the files their names, the one written last first, so that whoever sees the first one sees all. On return
         * they are durable.
         */
        void publish() throws IOException;

        /** Without {@link #publish()} before, the files are removed. */
        @Override
        void close() throws IOException;
    }
}

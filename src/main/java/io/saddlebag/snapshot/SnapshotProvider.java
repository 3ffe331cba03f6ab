package io.saddlebag.snapshot;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Makes frozen views of file-system paths (W11). Each provider says what its views are worth; a workflow that needs more
 * refuses it. Thread-safe.
 */
public interface SnapshotProvider {
    /** As in route files: {@code btrfs}, {@code zfs}, {@code lvm}, {@code reflink}, {@code freeze}, {@code vss}, {@code none}. */
    String name();

    /** The best that it can give. */
    Consistency consistency();

    /**
     * What one snapshot of all these paths would be worth, at most {@link #consistency()}: paths in several parts of a
     * file system may be frozen one after another only.
     */
    default Consistency consistency(List<Path> paths) throws IOException {
        return consistency();
    }

    /** The view stays as it is when the source changes again. False for {@code none} only. */
    boolean independent();

    /** Whether files in this view have the inode numbers and change times of the originals (D2); those of a copy have not. */
    default boolean keepsInodes(Snapshot snapshot) {
        return true;
    }

    /**
     * The same provider, but where it holds writes while it makes a view, it holds them no longer than this (W7); then it lets
     * them go on, and {@link #create} fails. Providers that hold nothing are their own.
     */
    default SnapshotProvider within(Duration longestFreeze) {
        return this;
    }

    /** Whether it works for this path here and now; tried out on the file system, not guessed from its name. */
    Suitability suitability(Path path) throws IOException;

    /** Whether it works for these paths in one snapshot, when it works for each of them alone: there may be too much of them. */
    default Suitability together(List<Path> paths) throws IOException {
        return new Suitability(true, "each of them is suitable");
    }

    /**
     * Makes one view of all the paths. It is there, and durable, on return, or nothing of it is left.
     *
     * @param id names the snapshot where the provider needs a name; letters, digits, hyphens
     * @throws io.saddlebag.fault.BackupException with a {@link SnapshotFault}; the source is unharmed
     */
    Snapshot create(String id, List<Path> paths) throws IOException;

    /**
     * Does what of {@link #create} can be done before the source stands still, which may take a while: checks, folders, guards, and
     * writing out what is dirty (W7). The rest is done by what this returns. A process that dies in between leaves
     * what {@link #discard} removes.
     *
     * @throws io.saddlebag.fault.BackupException as {@link #create}
     */
    default PreparedSnapshot prepare(String id, List<Path> paths) throws IOException {
        return new UnpreparedSnapshot(this, id, paths);
    }

    /** Where views of these paths take their room when their source writes there, too; read again and again while one is there. */
    default RoomGauge room(List<Path> sources) throws IOException {
        return RoomGauge.NONE;
    }

    /**
     * Looks whether the view still is what it was made as; asked when an image of it has been written, before that counts as
     * a backup.
     *
     * @throws io.saddlebag.fault.BackupException {@link SnapshotFault#LOST} when the view was lost, or has filled up, so that
     *     what was read of it is worth nothing
     */
    default void requireIntact(Snapshot snapshot) throws IOException {
        // most views last until they are released
    }

    /**
     * Tells those who got ready for the snapshot that what was copied from it is durable (VSS: end backup). Asked at most
     * once, before {@link #release}, and never when no image was completed; the snapshot is to be released whatever happens.
     *
     * @return what they say was covered; empty where nobody takes part
     * @throws io.saddlebag.fault.BackupException {@link SnapshotFault#NOT_CONFIRMED} when one of them failed
     */
    default List<CoveredComponent> confirm(Snapshot snapshot) throws IOException {
        return List.of();
    }

    /** Whether this view is there until it is released, also when the process that made it has died (D6). */
    default boolean outlivesProcess(Snapshot snapshot) {
        return independent();
    }

    /**
     * Makes a view readable again that another process made, perhaps before the machine was started anew (D6). No effect on one
     * that is readable.
     *
     * @throws io.saddlebag.fault.BackupException {@link SnapshotFault#LOST} when it isn't there any more as it was made
     */
    default void reopen(Snapshot snapshot) throws IOException {
        requireIntact(snapshot);
    }

    /** Removes the view; no effect when it is gone. Works in another process than the one that made it. */
    void release(Snapshot snapshot) throws IOException;

    /**
     * Removes whatever a {@link #create} with this id left that never returned, because its process died; no effect when
     * there is nothing. Idempotent; works in another process.
     */
    void discard(String id, List<Path> paths) throws IOException;

    /** @param reason why not, or how; a sentence for people */
    record Suitability(boolean suitable, String reason) {}
}

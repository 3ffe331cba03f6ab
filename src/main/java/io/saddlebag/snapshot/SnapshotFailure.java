package io.saddlebag.snapshot;

import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The failures that every provider reports in the same words. */
public final class SnapshotFailure {
    private SnapshotFailure() {}

    /** What was begun is gone again, unless the cause carries a suppressed failure that says otherwise. */
    public static BackupException failed(String id, List<Path> paths, IOException cause) {
        if (cause instanceof BackupException known
                && (known.is(SnapshotFault.FAILED)
                        || known.is(SnapshotFault.UNSUITABLE)
                        || known.is(SnapshotFault.NOT_SMALL))) {
            return known;
        }
        return new BackupException(
                SnapshotFault.FAILED,
                "snapshot " + id + " of " + paths + " was not made: " + reason(cause),
                "Check the free space and the permissions there, then repeat.",
                cause);
    }

    /** Some of the snapshot may be gone; releasing it again goes on from there. */
    public static BackupException notReleased(String id, IOException cause) {
        if (cause instanceof BackupException known && known.is(SnapshotFault.NOT_RELEASED)) {
            return known;
        }
        return new BackupException(
                SnapshotFault.NOT_RELEASED,
                "snapshot " + id + " was not released: " + reason(cause),
                "End what still reads there, then release it again.",
                cause);
    }

    /** The view is gone or broken; found out before an image of it counts. */
    public static BackupException lost(String id, String reason, String hint) {
        return new BackupException(SnapshotFault.LOST, "snapshot " + id + " was lost: " + reason, hint);
    }

    public static BackupException unsuitable(String reason, String hint) {
        return new BackupException(SnapshotFault.UNSUITABLE, reason, hint);
    }

    /** One line of what failed. */
    public static String reason(IOException cause) {
        return cause instanceof BackupException known ? known.what() : String.valueOf(cause.getMessage());
    }
}

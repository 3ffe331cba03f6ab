package io.saddlebag.snapshot;

import io.saddlebag.fault.BackupException;
import io.saddlebag.quantity.ByteCount;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What has to stay free of the room that a source and its views share. Below it no view is taken, and one that is there is given
 * up, so that the source gets its room back: a backup can be repeated, a write that failed can't.
 *
 * @param bytes a size; 0 for none
 * @param percent of the room's size; 0 for none. With both the smaller counts, with neither nothing is kept free
 */
public record SnapshotReserve(long bytes, int percent) {
    /** 5 % of the room, and no more than 1 GiB. */
    public static final SnapshotReserve DEFAULT = new SnapshotReserve(1L << 30, 5);

    /** Views may take all there is. */
    public static final SnapshotReserve NOTHING = new SnapshotReserve(0, 0);

    private static final Pattern PERCENT = Pattern.compile("(\\d{1,2})\\s*%");
    private static final int WHOLE = 100;

    public SnapshotReserve {
        if (bytes < 0 || percent < 0 || percent >= WHOLE) {
            throw new IllegalArgumentException("a reserve is a size, or 0 to 99 percent");
        }
    }

    /**
     * @param text {@code 10%}, {@code 4GiB}, or {@code 0} for none
     * @throws IllegalArgumentException when it is neither a share nor a size
     */
    public static SnapshotReserve parse(String text) {
        Matcher percent = PERCENT.matcher(text.strip());
        try {
            return percent.matches()
                    ? new SnapshotReserve(0, Integer.parseInt(percent.group(1)))
                    : new SnapshotReserve(ByteCount.parse(text).bytes(), 0);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'" + text
                            + "' is no reserve of snapshots; valid are 0% to 99% of the room that they share with their"
                            + " source, or a size such as 4GiB",
                    e);
        }
    }

    private long bytesOf(long sizeBytes) {
        long share = sizeBytes / WHOLE * percent;
        return percent == 0 ? bytes : bytes == 0 ? share : Math.min(bytes, share);
    }

    /**
     * @param what was not done, or is given up, when there is less room: the beginning of a message
     * @throws BackupException {@link SnapshotFault#NO_ROOM}
     */
    public void require(String what, List<SharedRoom> rooms) throws BackupException {
        for (SharedRoom room : rooms) {
            long least = bytesOf(room.sizeBytes());
            if (room.freeBytes() < least) {
                throw new BackupException(
                        SnapshotFault.NO_ROOM,
                        what + ": " + room.place() + " has " + ByteCount.of(room.freeBytes()) + " of "
                                + ByteCount.of(room.sizeBytes()) + " left, and " + ByteCount.of(least)
                                + " are kept for the source",
                        "Make room there, back up when less is written, or change 'snapshots: reserve' in the"
                                + " configuration; then repeat.");
            }
        }
    }
}

package io.saddlebag.scsi;

import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What densities a drive has (REPORT DENSITY SUPPORT, SSC-3, 7.8).
 *
 * @param readable codes of those it reads, in rising order
 * @param writable codes of those it writes, in rising order
 */
public record DensityReport(SortedSet<Integer> readable, SortedSet<Integer> writable) {
    /** Enough for the dozen densities of any drive. */
    public static final int BYTES = 4 + 32 * 52;

    private static final int HEADER_BYTES = 4;
    private static final int DESCRIPTOR_BYTES = 52;
    private static final int CAN_WRITE = 0x80;
    private static final int OWN_LENGTH = 0x01;

    /**
     * A report that was cut is read as far as it goes.
     *
     * @param answer as many bytes as the device delivered
     * @throws ScsiException {@link ScsiFault#MALFORMED_ANSWER}
     */
    public static DensityReport parse(byte[] answer) throws ScsiException {
        if (answer.length < HEADER_BYTES) {
            throw MalformedAnswers.of(
                    "REPORT DENSITY SUPPORT", answer.length + " bytes where " + HEADER_BYTES + " are due");
        }
        int end = Math.min(answer.length, 2 + be16(answer, 0));
        SortedSet<Integer> readable = new TreeSet<>();
        SortedSet<Integer> writable = new TreeSet<>();
        int step;
        for (int at = HEADER_BYTES; at + 5 <= end; at += step) {
            int flags = answer[at + 2] & 0xff;
            step = (flags & OWN_LENGTH) == 0 ? DESCRIPTOR_BYTES : 5 + be16(answer, at + 3);
            readable.add(answer[at] & 0xff);
            if ((flags & CAN_WRITE) != 0) {
                writable.add(answer[at] & 0xff);
            }
        }
        return new DensityReport(readable, writable);
    }

    private static int be16(byte[] from, int at) {
        return (from[at] & 0xff) << 8 | (from[at + 1] & 0xff);
    }
}

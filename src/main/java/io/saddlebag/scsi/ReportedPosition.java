package io.saddlebag.scsi;

/**
 * Where a drive says that it stands (READ POSITION, SSC-3, 7.7).
 *
 * @param known false when the drive itself lost its position
 * @param block of the object that comes next, counted from 0 in its partition
 * @param beginning nothing is before it
 * @param pastEarlyWarning the early-warning point lies behind
 */
public record ReportedPosition(boolean known, long block, boolean beginning, boolean pastEarlyWarning) {
    public static final int SHORT_BYTES = 20;
    public static final int LONG_BYTES = 32;

    private static final int BEGINNING = 0x80;
    private static final int END = 0x40;
    private static final int SHORT_UNKNOWN = 0x04;
    private static final int LONG_MARKS_UNKNOWN = 0x08;
    private static final int LONG_BLOCK_UNKNOWN = 0x04;

    /** @throws ScsiException {@link ScsiFault#MALFORMED_ANSWER} */
    public static ReportedPosition parseShort(byte[] answer) throws ScsiException {
        requireBytes(answer, 12);
        int flags = answer[0] & 0xff;
        boolean known = (flags & SHORT_UNKNOWN) == 0;
        long block = number(answer, 4, 4);
        return new ReportedPosition(known, block, (flags & BEGINNING) != 0, (flags & END) != 0);
    }

    /** @throws ScsiException {@link ScsiFault#MALFORMED_ANSWER} */
    public static ReportedPosition parseLong(byte[] answer) throws ScsiException {
        requireBytes(answer, 24);
        int flags = answer[0] & 0xff;
        boolean known = (flags & LONG_BLOCK_UNKNOWN) == 0 || (flags & LONG_MARKS_UNKNOWN) == 0;
        long block = number(answer, 8, 8);
        if (block < 0) {
            throw MalformedAnswers.of("READ POSITION", "block " + Long.toUnsignedString(block));
        }
        return new ReportedPosition(known, block, (flags & BEGINNING) != 0, (flags & END) != 0);
    }

    private static void requireBytes(byte[] answer, int bytes) throws ScsiException {
        if (answer.length < bytes) {
            throw MalformedAnswers.of("READ POSITION", answer.length + " bytes where " + bytes + " are due");
        }
    }

    private static long number(byte[] from, int at, int bytes) {
        long n = 0;
        for (int i = 0; i < bytes; i++) {
            n = n << 8 | (from[at + i] & 0xff);
        }
        return n;
    }
}

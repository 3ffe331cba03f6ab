package io.saddlebag.scsi;

import java.util.SortedSet;
import java.util.TreeSet;

/** The TapeAlert log page, 2Eh (SSC-3, 8.2.3). Reading it clears it in many drives. */
public final class TapeAlertPage {
    public static final int PAGE = 0x2e;
    /** A header and 64 parameters of five bytes. */
    public static final int BYTES = 4 + 64 * 5;

    private static final int PARAMETERS_AT = 4;
    private static final int PARAMETER_HEADER = 4;
    private static final int MOST_FLAGS = 64;

    private TapeAlertPage() {}

    /**
     * The flags that are raised, 1 to 64.
     *
     * @param page as many bytes as the device delivered
     * @throws ScsiException {@link ScsiFault#MALFORMED_ANSWER}
     */
    public static SortedSet<Integer> raised(byte[] page) throws ScsiException {
        if (page.length < PARAMETERS_AT || (page[0] & 0x3f) != PAGE) {
            throw MalformedAnswers.of("LOG SENSE", "it is not page 2e");
        }
        int end = Math.min(page.length, PARAMETERS_AT + be16(page, 2));
        SortedSet<Integer> raised = new TreeSet<>();
        int length;
        for (int at = PARAMETERS_AT; at + PARAMETER_HEADER < end; at += PARAMETER_HEADER + length) {
            int flag = be16(page, at);
            length = page[at + 3] & 0xff;
            if (length > 0 && flag >= 1 && flag <= MOST_FLAGS && (page[at + PARAMETER_HEADER] & 1) != 0) {
                raised.add(flag);
            }
        }
        return raised;
    }

    private static int be16(byte[] from, int at) {
        return (from[at] & 0xff) << 8 | (from[at + 1] & 0xff);
    }
}

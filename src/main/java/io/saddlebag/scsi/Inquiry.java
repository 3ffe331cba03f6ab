package io.saddlebag.scsi;

import java.nio.charset.StandardCharsets;

/**
 * Standard INQUIRY data (SPC-4, 6.4.2).
 *
 * @param deviceType peripheral device type, e.g. {@link #TAPE}
 * @param vendor without padding
 * @param product without padding
 * @param revision without padding
 */
public record Inquiry(int deviceType, String vendor, String product, String revision) {
    public static final int TAPE = 0x01;
    public static final int CHANGER = 0x08;
    /** The first byte where a target has no unit of that number. */
    static final int NO_UNIT = 0x7f;

    /** What {@link PrimaryCommands#inquiry} should have room for. */
    public static final int BYTES = 96;

    private static final int LEAST_BYTES = 36;

    /**
     * @param answer as many bytes as the device delivered
     * @throws ScsiException {@link ScsiFault#MALFORMED_ANSWER}
     */
    public static Inquiry parse(byte[] answer) throws ScsiException {
        if (answer.length < LEAST_BYTES) {
            throw MalformedAnswers.of("INQUIRY", answer.length + " bytes where " + LEAST_BYTES + " are due");
        }
        return new Inquiry(answer[0] & 0x1f, text(answer, 8, 16), text(answer, 16, 32), text(answer, 32, 36));
    }

    /** Anything that is not printable ASCII stands as a question mark: these texts come into messages and labels. */
    static String text(byte[] from, int begin, int end) {
        byte[] clean = new byte[Math.max(0, end - begin)];
        for (int i = 0; i < clean.length; i++) {
            byte b = from[begin + i];
            clean[i] = b == 0 ? (byte) ' ' : b < 0x20 || b > 0x7e ? (byte) '?' : b;
        }
        return new String(clean, StandardCharsets.US_ASCII).strip();
    }
}

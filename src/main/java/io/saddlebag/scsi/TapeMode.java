package io.saddlebag.scsi;

import java.util.Arrays;

/**
 * Mode parameter header and block descriptor of a sequential device (SPC-4, 7.5.5; SSC-3, 8.3).
 *
 * @param writeProtected the medium refuses writes
 * @param buffered writes are answered before they are on the medium
 * @param density of the medium, or 0 for the drive's choice; 0x7f leaves it as it is in a MODE SELECT
 * @param blockBytes fixed block length; 0 for variable blocks
 */
public record TapeMode(boolean writeProtected, boolean buffered, int density, int blockBytes) {
    public static final int KEEP_DENSITY = 0x7f;
    public static final int BYTES = 12;
    public static final int COMPRESSION_PAGE = 0x0f;
    public static final int COMPRESSION_BYTES = 16;
    /** Device configuration (SSC-3, 8.3.3), as long as the data compression page. */
    public static final int CONFIGURATION_PAGE = 0x10;

    /** Where the device configuration page has the compression algorithm; 0 is none. */
    private static final int ALGORITHM_AT = 14;

    private static final int COMPRESSES = 0x80;
    private static final int CAN_COMPRESS = 0x40;
    private static final int HEADER_BYTES = 4;
    private static final int DESCRIPTOR_BYTES = 8;
    private static final int WRITE_PROTECT = 0x80;
    private static final int BUFFER_MODE = 0x10;
    private static final int ANY_BUFFER_MODE = 0x70;

    /**
     * Reads the answer to {@link TapeCommands#modeSense}.
     *
     * @throws ScsiException {@link ScsiFault#MALFORMED_ANSWER}
     */
    public static TapeMode parse(byte[] answer) throws ScsiException {
        if (answer.length < HEADER_BYTES) {
            throw MalformedAnswers.of("MODE SENSE", answer.length + " bytes where " + HEADER_BYTES + " are due");
        }
        int flags = answer[2] & 0xff;
        boolean descriptor = (answer[3] & 0xff) >= DESCRIPTOR_BYTES && answer.length >= BYTES;
        int density = descriptor ? answer[4] & 0xff : 0;
        int block = descriptor ? (answer[9] & 0xff) << 16 | (answer[10] & 0xff) << 8 | (answer[11] & 0xff) : 0;
        return new TapeMode((flags & WRITE_PROTECT) != 0, (flags & ANY_BUFFER_MODE) != 0, density, block);
    }

    /** For MODE SELECT. */
    public byte[] toBytes() {
        return new byte[] {
            0,
            0,
            (byte) (buffered ? BUFFER_MODE : 0),
            DESCRIPTOR_BYTES,
            (byte) density,
            0,
            0,
            0,
            0,
            (byte) (blockBytes >> 16),
            (byte) (blockBytes >> 8),
            (byte) blockBytes
        };
    }

    /**
     * The same with a mode page behind it.
     *
     * @param page as {@link #withCompression} makes it
     */
    public byte[] toBytes(byte[] page) {
        byte[] head = toBytes();
        byte[] all = Arrays.copyOf(head, head.length + page.length);
        System.arraycopy(page, 0, all, head.length, page.length);
        return all;
    }

    /**
     * The data compression page (SSC-3, 8.3.2) of an answer to {@link TapeCommands#modeSense}.
     *
     * @throws ScsiException {@link ScsiFault#MALFORMED_ANSWER}
     */
    public static byte[] compressionPage(byte[] answer) throws ScsiException {
        byte[] page = page(answer, COMPRESSION_PAGE);
        if (page.length == 0) {
            throw MalformedAnswers.of("MODE SENSE", "mode page 0f is not in it");
        }
        return page;
    }

    /**
     * What an answer to {@link TapeCommands#modeSense} says of compression by the drive.
     *
     * @param page {@link #COMPRESSION_PAGE} or {@link #CONFIGURATION_PAGE}
     * @return false also when the page isn't in it
     */
    public static boolean isCompressing(byte[] answer, int page) {
        byte[] found = page(answer, page);
        if (found.length == 0) {
            return false;
        }
        return page == COMPRESSION_PAGE ? canCompress(found) && isCompressing(found) : found[ALGORITHM_AT] != 0;
    }

    /** One of the two pages of sixteen bytes; empty when it isn't whole. */
    private static byte[] page(byte[] answer, int page) {
        int at = answer.length < HEADER_BYTES ? answer.length : HEADER_BYTES + (answer[3] & 0xff);
        boolean whole = at + COMPRESSION_BYTES <= answer.length
                && (answer[at] & 0x3f) == page
                && (answer[at + 1] & 0xff) == COMPRESSION_BYTES - 2;
        return whole ? Arrays.copyOfRange(answer, at, at + COMPRESSION_BYTES) : new byte[0];
    }

    /** @param page as {@link #compressionPage} gave it */
    public static boolean canCompress(byte[] page) {
        return (page[2] & CAN_COMPRESS) != 0;
    }

    /** @param page as {@link #compressionPage} gave it */
    public static boolean isCompressing(byte[] page) {
        return (page[2] & COMPRESSES) != 0;
    }

    /** For MODE SELECT: the page with that one setting changed, and without the bit that a host must not send. */
    public static byte[] withCompression(byte[] page, boolean on) {
        byte[] changed = page.clone();
        changed[0] = COMPRESSION_PAGE;
        changed[2] = (byte) (on ? page[2] | COMPRESSES : page[2] & ~COMPRESSES);
        return changed;
    }
}

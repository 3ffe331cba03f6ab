package io.saddlebag.scsi;

import java.util.Arrays;
import java.util.Optional;

/**
 * The control data protection mode page, 0Ah/F0h (SSC-4, 8.3.9): whether each block travels between host and drive with a
 * sum behind it (logical block protection). Of the page only the fields below are changed; a maker's own stay as they are.
 *
 * @param method {@link #NONE}, {@link #REED_SOLOMON}, {@link #CRC32C} or another one, 0 to 255
 * @param informationBytes length of the sum, 0 to 63
 * @param onWrite each block that the host sends has one
 * @param onRead each block that the drive sends has one
 * @param onRecover each block that RECOVER BUFFERED DATA sends has one
 */
public record BlockProtectionPage(
        int method, int informationBytes, boolean onWrite, boolean onRead, boolean onRecover) {
    public static final int NONE = 0x00;
    /** The CRC of ECMA-319, which LTO-5 and LTO-6 have. */
    public static final int REED_SOLOMON = 0x01;
    /** The CRC of RFC 3720, which LTO-7 and later have; the lowest byte goes first. */
    public static final int CRC32C = 0x02;

    public static final int PAGE = 0x0a;
    public static final int SUBPAGE = 0xf0;
    /** As MODE SENSE(6) has room for. */
    public static final int ROOM = 0xff;

    public static final BlockProtectionPage OFF = new BlockProtectionPage(NONE, 0, false, false, false);

    private static final int HEADER_BYTES = 4;
    private static final int PAGE_HEADER_BYTES = 4;
    private static final int LEAST_BYTES = 7;
    private static final int HAS_SUBPAGE = 0x40;
    private static final int PAGE_CODE = 0x3f;
    private static final int INFORMATION_LENGTH = 0x3f;
    private static final int METHOD_AT = 4;
    private static final int LENGTH_AT = 5;
    private static final int FLAGS_AT = 6;
    private static final int ON_WRITE = 0x80;
    private static final int ON_READ = 0x40;
    private static final int ON_RECOVER = 0x20;

    public BlockProtectionPage {
        if (method < 0 || method > 0xff || informationBytes < 0 || informationBytes > INFORMATION_LENGTH) {
            throw new IllegalArgumentException("protection method " + method + " with " + informationBytes + " bytes");
        }
    }

    /** CRC-32C on blocks both ways. */
    public static BlockProtectionPage crc32c(boolean onRecover) {
        return new BlockProtectionPage(CRC32C, ProtectionInformation.BYTES, true, true, onRecover);
    }

    /**
     * The page in an answer to {@link TapeCommands#modeSense(int, int, java.nio.ByteBuffer)}, for {@link #parse} and
     * {@link #in}. Never throws.
     *
     * @return empty when another page, or a part of it, was answered: devices older than subpages don't see the difference
     */
    public static Optional<byte[]> find(byte[] answer) {
        if (answer.length < HEADER_BYTES) {
            return Optional.empty();
        }
        int end = Math.min(answer.length, (answer[0] & 0xff) + 1);
        int at = HEADER_BYTES + (answer[3] & 0xff);
        boolean itself = at + LEAST_BYTES <= end
                && (answer[at] & HAS_SUBPAGE) != 0
                && (answer[at] & PAGE_CODE) == PAGE
                && (answer[at + 1] & 0xff) == SUBPAGE;
        if (!itself) {
            return Optional.empty();
        }
        int bytes = PAGE_HEADER_BYTES + ((answer[at + 2] & 0xff) << 8 | (answer[at + 3] & 0xff));
        return bytes >= LEAST_BYTES && at + bytes <= end
                ? Optional.of(Arrays.copyOfRange(answer, at, at + bytes))
                : Optional.empty();
    }

    /** @param page as {@link #find} gave it */
    public static BlockProtectionPage parse(byte[] page) {
        int flags = page[FLAGS_AT];
        return new BlockProtectionPage(
                page[METHOD_AT] & 0xff,
                page[LENGTH_AT] & INFORMATION_LENGTH,
                (flags & ON_WRITE) != 0,
                (flags & ON_READ) != 0,
                (flags & ON_RECOVER) != 0);
    }

    /**
     * For MODE SELECT: the page with these settings, and without the bit that a host must not send.
     *
     * @param page as {@link #find} gave it; not changed
     */
    public byte[] in(byte[] page) {
        byte[] changed = page.clone();
        changed[0] = (byte) (HAS_SUBPAGE | PAGE);
        changed[METHOD_AT] = (byte) method;
        changed[LENGTH_AT] = (byte) ((page[LENGTH_AT] & ~INFORMATION_LENGTH) | informationBytes);
        int flags = (onWrite ? ON_WRITE : 0) | (onRead ? ON_READ : 0) | (onRecover ? ON_RECOVER : 0);
        changed[FLAGS_AT] = (byte) ((page[FLAGS_AT] & ~(ON_WRITE | ON_READ | ON_RECOVER)) | flags);
        return changed;
    }

    /** Whether blocks travel as the other settings say; what RECOVER BUFFERED DATA does is no difference. */
    public boolean movesBlocksAs(BlockProtectionPage other) {
        boolean off = !onWrite && !onRead;
        boolean otherOff = !other.onWrite && !other.onRead;
        boolean same = method == other.method
                && informationBytes == other.informationBytes
                && onWrite == other.onWrite
                && onRead == other.onRead;
        return same || (off && otherOff);
    }
}

package io.saddlebag.framing;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.CRC32;

/** How a block proves that it came back as it was written (M7). */
public enum BlockCheck {
    /** Not at all: what comes back wrong is only found by the checksum of the whole section. */
    NONE("none", 0),
    /** The one's-complement sum of the block's 32-bit words, most significant byte first. */
    CHECKSUM("checksum", 1),
    /** CRC-32 with the polynomial AUTODIN-II (CRC-32/ISO-HDLC). */
    AUTODIN_II("autodin-ii", 2);

    private static final int FIELD_END = FrameHeader.CHECK + Integer.BYTES;
    private static final byte[] BLANK_FIELD = new byte[Integer.BYTES];
    private static final long LOW = 0xFFFF_FFFFL;

    private final String optionName;
    private final int code;

    BlockCheck(String optionName, int code) {
        this.optionName = optionName;
        this.code = code;
    }

    /** As in options: {@code autodin-ii}. */
    public String optionName() {
        return optionName;
    }

    /** As in a block's header. */
    public int code() {
        return code;
    }

    /** @throws IllegalArgumentException naming the text and the valid names */
    public static BlockCheck parse(String text) {
        String name = text.strip().toLowerCase(Locale.ROOT).replace('_', '-');
        return Arrays.stream(values())
                .filter(c -> c.optionName.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "'" + text + "' is not a block check; valid are none, checksum, autodin-ii"));
    }

    /**
     * Of the bytes from 0 to the limit, the check field counted as zero. Position and limit stay.
     *
     * @return 0 for {@link #NONE}
     */
    int of(ByteBuffer block) {
        return switch (this) {
            case NONE -> 0;
            case CHECKSUM -> sum(block);
            case AUTODIN_II -> crc(block);
        };
    }

    private static int crc(ByteBuffer block) {
        CRC32 crc = new CRC32();
        ByteBuffer all = block.duplicate();
        crc.update(all.position(0).limit(FrameHeader.CHECK));
        crc.update(BLANK_FIELD);
        crc.update(all.limit(block.limit()).position(FIELD_END));
        return (int) crc.getValue();
    }

    /** In 64-bit words: 2^32 - 1 divides 2^64 - 1, so folding at the end gives the 32-bit sum. */
    private static int sum(ByteBuffer block) {
        int end = block.limit();
        long field = block.getInt(FrameHeader.CHECK) & LOW;
        long sum = ~(field << Integer.SIZE); // takes the field, the upper half of its word, out again
        int i = 0;
        for (; i + 4 * Long.BYTES <= end; i += 4 * Long.BYTES) {
            sum = add(sum, block.getLong(i));
            sum = add(sum, block.getLong(i + 8));
            sum = add(sum, block.getLong(i + 16));
            sum = add(sum, block.getLong(i + 24));
        }
        for (; i < end; i++) {
            sum = add(sum, (block.get(i) & 0xFFL) << (Long.SIZE - Byte.SIZE * (1 + i % Long.BYTES)));
        }
        return fold(sum);
    }

    private static long add(long a, long b) {
        long sum = a + b;
        return Long.compareUnsigned(sum, a) < 0 ? sum + 1 : sum;
    }

    /** Never 0 but for a block of zeros: a sum with end-around carry is then all ones. */
    private static int fold(long sum) {
        long folded = (sum >>> Integer.SIZE) + (sum & LOW);
        folded = (folded >>> Integer.SIZE) + (folded & LOW);
        return folded == 0 ? -1 : (int) folded;
    }
}

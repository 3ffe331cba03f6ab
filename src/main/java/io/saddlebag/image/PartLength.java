package io.saddlebag.image;

import io.saddlebag.quantity.ByteCount;

/**
 * How long the parts of an image are (D6): at least so long, and at least a thirty-second of all before, so that a large image has a
 * bounded number of them and still loses less than 3.2 % with the last one.
 *
 * @param least of the tar stream
 */
public record PartLength(ByteCount least) {
    /** An image in one part. */
    public static final PartLength ENDLESS = new PartLength(ByteCount.of(Long.MAX_VALUE));

    private static final int SHARE = 32;
    /** A file longer than this share of a part is worth a part's end before it. */
    private static final int LONG_FILE = 2;

    /** @throws IllegalArgumentException for parts of no length */
    public PartLength {
        if (least.bytes() == 0) {
            throw new IllegalArgumentException(
                    "a checkpoint behind every 0 bytes makes no sense; valid is 1 byte or more");
        }
    }

    /** How long a part that begins there is to be. */
    private long of(long begin) {
        return Math.max(least.bytes(), begin / SHARE);
    }

    /** Whether a part ends before a file rather than behind it, being reached within it. */
    boolean isOverrun(long begin, long offset, long fileBytes) {
        return offset > begin && fileBytes > of(begin) / LONG_FILE && fileBytes >= of(begin) - (offset - begin);
    }

    /** Where a part ends within a file that it begins before, or in; {@code Long.MAX_VALUE} when it doesn't. Whole blocks. */
    long cut(long begin, long content, long contentEnd) {
        if (of(begin) >= contentEnd - begin) {
            return Long.MAX_VALUE;
        }
        long cut = Math.max(begin + of(begin), content + 1);
        long whole = cut + TarBlock.padding(cut);
        return whole < contentEnd ? whole : Long.MAX_VALUE;
    }

    /** Whether a part may end at {@code offset}. */
    boolean isReached(long begin, long offset) {
        return offset - begin >= of(begin);
    }
}

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

    /** @throws IllegalArgumentException for parts of no length */
    public PartLength {
        if (least.bytes() == 0) {
            throw new IllegalArgumentException(
                    "a checkpoint behind every 0 bytes makes no sense; valid is 1 byte or more");
        }
    }

    /** Whether a part may end at {@code offset}. */
    boolean isReached(long begin, long offset) {
        return offset - begin >= Math.max(least.bytes(), begin / SHARE);
    }
}

package io.saddlebag.quantity;

/**
 * The length of a tape block in bytes, at most what READ(6)/WRITE(6) can carry (24 bits; SSC-3, 5.2).
 */
public record BlockSize(int bytes) {
    /** The default of this product: 256 KiB (M5). */
    public static final BlockSize DEFAULT = new BlockSize(256 * 1024);

    public static final int LARGEST = 0xFF_FFFF;

    public BlockSize {
        if (bytes < 1 || bytes > LARGEST) {
            throw new IllegalArgumentException("a block is 1 to " + LARGEST + " bytes long, not " + bytes);
        }
    }
}

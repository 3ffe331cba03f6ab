package io.saddlebag.ext;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * CRC-32C as ext4 goes on with it from a seed, without the inversions at both ends. Java's class has no seed: the sum of some
 * bytes behind others is made from the sums of both.
 */
public final class ExtChecksum {
    private static final int POLYNOMIAL = 0x82f63b78;

    private ExtChecksum() {}

    /** @param bytes from 0 to the limit */
    public static int update(int seed, ByteBuffer bytes) {
        int length = bytes.limit();
        CRC32C zeroSeeded = new CRC32C();
        zeroSeeded.update(bytes.duplicate().position(0));
        // java: ~raw(~0, bytes); wanted: raw(seed, bytes) = raw(~0, bytes) ^ raw(seed ^ ~0, zeros)
        return ~(int) zeroSeeded.getValue() ^ shift(~seed, length);
    }

    /** The sum after that many bytes of zeros. */
    private static int shift(int sum, long bytes) {
        int result = sum;
        // x^8 to begin with, squared for each bit of the length
        int factor = 1 << 23;
        for (long left = bytes; left != 0; left >>>= 1) {
            if ((left & 1) != 0) {
                result = multiply(result, factor);
            }
            factor = multiply(factor, factor);
        }
        return result;
    }

    /** Of two polynomials modulo that of CRC-32C, the highest power in the lowest bit. */
    private static int multiply(int a, int b) {
        int product = 0;
        int shifted = b;
        for (int bit = 31; bit >= 0; bit--) {
            if ((a >>> bit & 1) != 0) {
                product ^= shifted;
            }
            shifted = (shifted >>> 1) ^ (POLYNOMIAL & -(shifted & 1));
        }
        return product;
    }
}

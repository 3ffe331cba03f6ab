package io.saddlebag.image;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.Random;

/** Damage as media and people do it. */
final class Mutation {
    private static final int BLOCK = 512;

    private Mutation() {}

    static byte[] of(byte[] original, Random random) {
        byte[] bytes = original.clone();
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(7)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> {
                for (int i = 0; i < 1 + random.nextInt(8); i++) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                }
            }
            case 2 -> bytes = Arrays.copyOf(bytes, at);
            case 3 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + random.nextInt(2 * BLOCK)), (byte) 0);
            case 4 -> bytes = without(bytes, at / BLOCK * BLOCK, BLOCK);
            case 5 -> {
                int from = random.nextInt(bytes.length) / BLOCK * BLOCK;
                System.arraycopy(
                        bytes,
                        from,
                        bytes,
                        at / BLOCK * BLOCK,
                        Math.min(BLOCK, bytes.length - Math.max(from, at / BLOCK * BLOCK)));
            }
            default -> {
                byte[] digits = {'0', '7', '9', ' ', '-', 0, (byte) 0x80, (byte) 0xff, '/', '.', '=', '\n'};
                for (int i = 0; i < 1 + random.nextInt(3); i++) {
                    bytes[random.nextInt(bytes.length)] = digits[random.nextInt(digits.length)];
                }
            }
        }
        return bytes;
    }

    private static byte[] without(byte[] bytes, int from, int length) {
        int end = Math.min(bytes.length, from + length);
        byte[] left = Arrays.copyOf(bytes, bytes.length - (end - from));
        System.arraycopy(bytes, end, left, from, bytes.length - end);
        return left;
    }

    /** Wherever a header seems to be. */
    static byte[] withRightChecksums(byte[] bytes) {
        for (int at = 0; at + BLOCK <= bytes.length; at += BLOCK) {
            byte[] block = Arrays.copyOfRange(bytes, at, at + BLOCK);
            if (new String(block, 257, 5, US_ASCII).equals("ustar")) {
                byte[] sum =
                        String.format("%06o\0 ", TarBlock.checksumOf(block)).getBytes(US_ASCII);
                System.arraycopy(sum, 0, bytes, at + 148, sum.length);
            }
        }
        return bytes;
    }
}

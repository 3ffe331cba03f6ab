package io.saddlebag.workbench;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/** Files of changed blocks as a server writes them, made without anything of the product's. */
public final class Increment {
    public static final int BLOCK = 8192;
    public static final int MAGIC = 0xd3ae1f0d;

    private Increment() {}

    /** @param blocks by their numbers */
    public static byte[] of(int truncation, SortedMap<Integer, byte[]> blocks) {
        int header = 12 + 4 * blocks.size();
        int padded = blocks.isEmpty() ? header : (header + BLOCK - 1) / BLOCK * BLOCK;
        ByteBuffer file = ByteBuffer.allocate(padded + blocks.size() * BLOCK).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(MAGIC).putInt(blocks.size()).putInt(truncation);
        blocks.keySet().forEach(file::putInt);
        file.position(padded);
        blocks.values().forEach(file::put);
        return file.array();
    }

    /** What a server could hand over for a file that was the one and is the other; which of all that, chance says. */
    public static byte[] between(byte[] older, byte[] newer, Random random) {
        int length = newer.length / BLOCK;
        int truncation = random.nextInt(length + 1);
        TreeMap<Integer, byte[]> blocks = new TreeMap<>();
        for (int i = 0; i < length; i++) {
            byte[] wanted = Arrays.copyOfRange(newer, i * BLOCK, (i + 1) * BLOCK);
            byte[] had = i < truncation && (i + 1) * BLOCK <= older.length
                    ? Arrays.copyOfRange(older, i * BLOCK, (i + 1) * BLOCK)
                    : new byte[BLOCK];
            if (!Arrays.equals(had, wanted) || (i == length - 1 && truncation < length) || random.nextInt(8) == 0) {
                blocks.put(i, wanted);
            }
        }
        return of(truncation, blocks);
    }

    /** Blocks that are full of these characters; {@code .} is a block of zeros. */
    public static byte[] blocks(String each) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < each.length(); i++) {
            byte[] one = new byte[BLOCK];
            Arrays.fill(one, (byte) (each.charAt(i) == '.' ? 0 : each.charAt(i)));
            all.writeBytes(one);
        }
        return all.toByteArray();
    }

    /** What {@link #blocks(String)} was made of. */
    public static String drawing(byte[] file) {
        StringBuilder drawn = new StringBuilder();
        for (int at = 0; at < file.length; at += BLOCK) {
            byte[] one = Arrays.copyOfRange(file, at, Math.min(file.length, at + BLOCK));
            boolean alike = one.length == BLOCK;
            for (byte b : one) {
                alike &= b == one[0];
            }
            drawn.append(alike ? (one[0] == 0 ? '.' : (char) one[0]) : '?');
        }
        return drawn.toString();
    }

    /** Of blocks full of characters, by their numbers. */
    public static byte[] of(int truncation, Map<Integer, Character> blocks) {
        TreeMap<Integer, byte[]> each = new TreeMap<>();
        blocks.forEach((number, full) -> each.put(number, blocks(full.toString())));
        return of(truncation, each);
    }
}

package io.saddlebag.restore;

import io.saddlebag.posix.RawPath;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.OptionalLong;

/**
 * A number for each of many folders. Memory (Q9): 24 bytes in a table that is a third to two thirds full; of the paths only the first 16 bytes of
 * their SHA-256, which nobody can make the same for two. Not thread-safe.
 */
final class FolderTable {
    private static final int FIRST_SLOTS = 64;
    private static final int MOST_SLOTS = 1 << 28;

    /** Two for each slot; both 0 in one that is free. */
    private long[] keys = new long[2 * FIRST_SLOTS];

    private long[] numbers = new long[FIRST_SLOTS];
    private int count;

    /** In the place of what was there. */
    void put(Path folder, long number) {
        if (count >= numbers.length / 3 * 2) {
            grow();
        }
        ByteBuffer digest = digest(folder);
        int slot = slotOf(digest.getLong(0), digest.getLong(Long.BYTES));
        if (isFree(slot)) {
            count++;
        }
        set(slot, digest.getLong(0), digest.getLong(Long.BYTES), number);
    }

    OptionalLong get(Path folder) {
        if (count == 0) {
            return OptionalLong.empty();
        }
        ByteBuffer digest = digest(folder);
        int slot = slotOf(digest.getLong(0), digest.getLong(Long.BYTES));
        return isFree(slot) ? OptionalLong.empty() : OptionalLong.of(numbers[slot]);
    }

    private int slotOf(long first, long second) {
        int slot = (int) first & numbers.length - 1;
        while (!isFree(slot) && !(keys[2 * slot] == first && keys[2 * slot + 1] == second)) {
            slot = slot + 1 & numbers.length - 1;
        }
        return slot;
    }

    private boolean isFree(int slot) {
        return keys[2 * slot] == 0 && keys[2 * slot + 1] == 0;
    }

    private void set(int slot, long first, long second, long number) {
        keys[2 * slot] = first;
        keys[2 * slot + 1] = second;
        numbers[slot] = number;
    }

    private void grow() {
        if (numbers.length == MOST_SLOTS) {
            throw new IllegalStateException("more folders than anybody has: " + count);
        }
        long[] oldKeys = keys;
        long[] oldNumbers = numbers;
        keys = new long[2 * oldKeys.length];
        numbers = new long[2 * oldNumbers.length];
        for (int i = 0; i < oldNumbers.length; i++) {
            long first = oldKeys[2 * i];
            long second = oldKeys[2 * i + 1];
            if (first != 0 || second != 0) {
                set(slotOf(first, second), first, second, oldNumbers[i]);
            }
        }
    }

    private static ByteBuffer digest(Path folder) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(RawPath.bytes(folder)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}

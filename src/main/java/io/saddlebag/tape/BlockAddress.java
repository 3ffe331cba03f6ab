package io.saddlebag.tape;

/**
 * A logical object number on a medium: blocks and filemarks counted from 0 at the beginning (SSC-3, 4.2.5). Filemarks
 * count as one object each.
 */
public record BlockAddress(long value) implements Comparable<BlockAddress> {
    public static final BlockAddress BEGINNING = new BlockAddress(0);

    public BlockAddress {
        if (value < 0) {
            throw new IllegalArgumentException("a block address is not negative: " + value);
        }
    }

    public BlockAddress plus(long objects) {
        return new BlockAddress(Math.addExact(value, objects));
    }

    @Override
    public int compareTo(BlockAddress other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return "block " + value;
    }
}

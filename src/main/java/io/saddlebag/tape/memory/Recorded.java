package io.saddlebag.tape.memory;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A block or a filemark on a memory cartridge. */
final class Recorded {
    /** Null for a filemark. */
    final byte @Nullable [] block;
    /** What the cartridge holds up to and with this object, in the unit of its capacity. */
    final long filledTo;

    private boolean damaged;

    private Recorded(byte @Nullable [] block, long filledTo) {
        this.block = block;
        this.filledTo = filledTo;
    }

    static Recorded block(byte[] block, long filledTo) {
        return new Recorded(block, filledTo);
    }

    static Recorded filemark(long filledTo) {
        return new Recorded(null, filledTo);
    }

    boolean isFilemark() {
        return block == null;
    }

    void damage() {
        damaged = true;
    }

    void heal() {
        damaged = false;
    }

    boolean isDamaged() {
        return damaged;
    }

    Recorded copy() {
        Recorded copy = new Recorded(block == null ? null : Arrays.copyOf(block, block.length), filledTo);
        copy.damaged = damaged;
        return copy;
    }

    /** The text of the block, at most so many characters, or {@code #}. */
    String drawing(int longest) {
        byte[] b = block;
        if (b == null) {
            return "#";
        }
        String text = new String(b, StandardCharsets.ISO_8859_1).replaceAll("[^ -~]", ".");
        return text.length() <= longest ? text : text.substring(0, longest) + "~" + b.length;
    }
}

package io.saddlebag.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The seek table at the end of the zstd layer (Zstandard seekable format 0.1.0). */
final class SeekTable {
    /** Frames in a table; an image of more has none. Four bytes of heap each. */
    static final int MAX_FRAMES = 8 << 20;

    static final int SKIPPABLE_MAGIC = 0x184D2A5E;
    static final int FOOTER_MAGIC = 0x8F92EAB1;
    static final int FOOTER_BYTES = 9;
    static final int ENTRY_BYTES = 8;

    private final int frameBytes;
    private int[] packedBytes = new int[64];
    private long frames;
    private int lastPlainBytes;

    /** @param frameBytes of all frames but the last, decompressed */
    SeekTable(int frameBytes) {
        this.frameBytes = frameBytes;
    }

    void add(int packed, int plain) {
        if (frames < MAX_FRAMES) {
            if (frames == packedBytes.length) {
                packedBytes = Arrays.copyOf(packedBytes, 2 * packedBytes.length);
            }
            packedBytes[(int) frames] = packed;
        }
        frames++;
        lastPlainBytes = plain;
    }

    /** The skippable frame; empty when there are too many frames. */
    ByteBuffer encode() {
        if (frames > MAX_FRAMES) {
            return ByteBuffer.allocate(0);
        }
        int count = (int) frames;
        int size = count * ENTRY_BYTES + FOOTER_BYTES;
        ByteBuffer table = ByteBuffer.allocate(8 + size).order(ByteOrder.LITTLE_ENDIAN);
        table.putInt(SKIPPABLE_MAGIC).putInt(size);
        for (int i = 0; i < count; i++) {
            table.putInt(packedBytes[i]).putInt(i == count - 1 ? lastPlainBytes : frameBytes);
        }
        return table.putInt(count).put((byte) 0).putInt(FOOTER_MAGIC).flip();
    }
}

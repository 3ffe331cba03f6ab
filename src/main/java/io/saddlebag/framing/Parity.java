package io.saddlebag.framing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The exclusive-or of the payloads of a group, in a block that has room for a header, and of their lengths. */
final class Parity {
    private final ByteBuffer block;
    private int lengths;
    private boolean empty = true;

    /** Takes no memory without groups. */
    Parity(ProtectedFraming framing) {
        this.block = framing.hasRecovery()
                ? ByteBuffer.allocateDirect(framing.blockSize().bytes())
                : ByteBuffer.allocate(FrameHeader.BYTES);
    }

    /** @param other a whole block; its header is not looked at */
    void add(ByteBuffer other, int length) {
        if (empty) {
            copy(other);
        } else {
            xor(other);
        }
        empty = false;
        lengths ^= length;
    }

    int lengths() {
        return lengths;
    }

    /** The block's first byte is at 0, its limit is the block size. */
    ByteBuffer block() {
        return block.clear();
    }

    void clear() {
        empty = true;
        lengths = 0;
    }

    private void copy(ByteBuffer other) {
        block.clear().position(FrameHeader.BYTES);
        block.put(other.duplicate().clear().limit(block.capacity()).position(FrameHeader.BYTES));
    }

    private void xor(ByteBuffer other) {
        // the same order for both, so that it doesn't matter which
        ByteBuffer from = other.duplicate().order(ByteOrder.nativeOrder());
        ByteBuffer into = block.duplicate().order(ByteOrder.nativeOrder());
        int end = block.capacity();
        int i = FrameHeader.BYTES;
        for (; i + 4 * Long.BYTES <= end; i += 4 * Long.BYTES) {
            into.putLong(i, into.getLong(i) ^ from.getLong(i));
            into.putLong(i + 8, into.getLong(i + 8) ^ from.getLong(i + 8));
            into.putLong(i + 16, into.getLong(i + 16) ^ from.getLong(i + 16));
            into.putLong(i + 24, into.getLong(i + 24) ^ from.getLong(i + 24));
        }
        for (; i < end; i++) {
            into.put(i, (byte) (into.get(i) ^ from.get(i)));
        }
    }
}

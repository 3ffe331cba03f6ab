package io.saddlebag.scsi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The sum behind a block that travels with logical block protection by method {@link BlockProtectionPage#CRC32C}: CRC-32C
 * (RFC 3720, 12.1) of the block, lowest byte first. It isn't part of the block, and not stored as user data. Not thread-safe.
 */
public final class ProtectionInformation {
    public static final int BYTES = Integer.BYTES;

    private final CRC32C sum = new CRC32C();

    /** Of the buffer's remaining bytes, which stay as they are. */
    private int of(ByteBuffer block) {
        sum.reset();
        sum.update(block.duplicate());
        return (int) sum.getValue();
    }

    /**
     * Puts the sum of the bytes before the buffer's position behind them.
     *
     * @param block has the block from 0 to its position, and room for the sum
     */
    public void append(ByteBuffer block) {
        int value = of(block.duplicate().flip());
        block.put((byte) value)
                .put((byte) (value >>> 8))
                .put((byte) (value >>> 16))
                .put((byte) (value >>> 24));
    }

    /**
     * Whether a block arrived as it was sent.
     *
     * @param arrived the remaining bytes are block and sum; stays as it is
     */
    public boolean fits(ByteBuffer arrived) {
        int blockBytes = arrived.remaining() - BYTES;
        if (blockBytes < 0) {
            return false;
        }
        ByteBuffer block = arrived.duplicate();
        block.limit(block.position() + blockBytes);
        return of(block) == arrived.duplicate().order(ByteOrder.LITTLE_ENDIAN).getInt(arrived.position() + blockBytes);
    }
}

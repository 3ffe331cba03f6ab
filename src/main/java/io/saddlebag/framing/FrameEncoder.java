package io.saddlebag.framing;

import java.nio.ByteBuffer;

/**
 * Frames the blocks of one section (M7). Nothing is copied: payload stands in the block behind the room for the header, and
 * the recovery block grows in place.
 *
 * <pre>{@code
 * FrameEncoder frames = new FrameEncoder(framing, section);
 * while (... fill block from HEADER_BYTES on ...) {
 *     drive.write(frames.seal(block, bytes));
 *     if (frames.groupIsFull()) drive.write(frames.recovery());
 * }
 * if (frames.groupIsOpen()) drive.write(frames.recovery());
 * }</pre>
 *
 * Only the last data block may be short. Not thread-safe.
 */
public final class FrameEncoder {
    /** Room to leave in front of the payload. */
    public static final int HEADER_BYTES = FrameHeader.BYTES;

    private final ProtectedFraming framing;
    private final FramedSection section;
    private final Parity parity;
    private long sequence;
    private long offset;
    private long groupOffset;
    private int inGroup;
    private boolean sawShort;

    public FrameEncoder(ProtectedFraming framing, FramedSection section) {
        this.framing = framing;
        this.section = section;
        this.parity = new Parity(framing);
    }

    /**
     * Makes a block of what stands behind {@link #HEADER_BYTES}: pads it, puts the header in front, and adds it to its
     * group.
     *
     * @param block with a capacity of the block size; index 0 is the block's first byte
     * @param payloadBytes 1 to {@link ProtectedFraming#payloadBytes()}; less only in the section's last data block
     * @return the same buffer, position 0, limit the block size, big-endian
     */
    public ByteBuffer seal(ByteBuffer block, int payloadBytes) {
        if (payloadBytes < 1 || payloadBytes > framing.payloadBytes() || sawShort || groupIsFull()) {
            throw new IllegalStateException(payloadBytes + " bytes can't be a block now: " + framing + ", " + inGroup
                    + " in the group" + (sawShort ? ", the last block was short" : ""));
        }
        sawShort = payloadBytes < framing.payloadBytes();
        block.clear().limit(framing.blockSize().bytes());
        for (int i = HEADER_BYTES + payloadBytes; i < block.limit(); i++) {
            block.put(i, (byte) 0);
        }
        if (inGroup == 0) {
            groupOffset = offset;
        }
        inGroup++;
        header(FrameHeader.Kind.DATA, payloadBytes, offset).put(block, section, framing.check());
        if (framing.hasRecovery()) {
            parity.add(block, payloadBytes);
        }
        sequence++;
        offset += payloadBytes;
        return block;
    }

    /** The recovery block has to be written now. */
    public boolean groupIsFull() {
        return framing.hasRecovery() && inGroup == framing.groupSize();
    }

    /** Before the section ends, a recovery block has to be written. */
    public boolean groupIsOpen() {
        return framing.hasRecovery() && inGroup > 0;
    }

    /** Blocks sealed so far, recovery blocks counted. */
    public long blocks() {
        return sequence;
    }

    /** Closes the group. The buffer is good until the next {@link #seal}. */
    public ByteBuffer recovery() {
        if (!groupIsOpen()) {
            throw new IllegalStateException("no group is open");
        }
        ByteBuffer block = parity.block();
        inGroup++;
        header(FrameHeader.Kind.RECOVERY, parity.lengths(), groupOffset).put(block, section, framing.check());
        sequence++;
        inGroup = 0;
        parity.clear();
        return block;
    }

    private FrameHeader header(FrameHeader.Kind kind, int length, long at) {
        return new FrameHeader(
                kind,
                0,
                framing.groupSize(),
                length,
                at,
                sequence,
                (int) framing.groupOf(sequence),
                framing.hasRecovery() ? inGroup : 0);
    }
}

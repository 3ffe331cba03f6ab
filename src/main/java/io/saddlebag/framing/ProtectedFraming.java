package io.saddlebag.framing;

import io.saddlebag.quantity.BlockSize;

/**
 * How the blocks of a section are framed (M7).
 *
 * @param blockSize of every block on tape, header included
 * @param groupSize data blocks that share one recovery block, 1 to {@value #LARGEST_GROUP}; 0 for no recovery blocks
 */
public record ProtectedFraming(BlockSize blockSize, BlockCheck check, int groupSize) {
    public static final int LARGEST_GROUP = 100;
    public static final int DEFAULT_GROUP = 10;

    /** A reader that lost a block keeps the rest of its group until the recovery block is there: bytes of a group at most. */
    public static final long LARGEST_GROUP_BYTES = 256L << 20;

    public ProtectedFraming {
        if (groupSize < 0 || groupSize > LARGEST_GROUP) {
            throw new IllegalArgumentException("a group has 0 to " + LARGEST_GROUP + " data blocks, not " + groupSize
                    + "; 0 is no recovery blocks");
        }
        if (blockSize.bytes() <= FrameHeader.BYTES) {
            throw new IllegalArgumentException("framed blocks have more than " + FrameHeader.BYTES + " bytes, not "
                    + blockSize.bytes() + ": so long is their header");
        }
        if ((long) groupSize * blockSize.bytes() > LARGEST_GROUP_BYTES) {
            throw new IllegalArgumentException(groupSize + " blocks of " + blockSize.bytes()
                    + " bytes are too much for a group; valid are " + LARGEST_GROUP_BYTES + " bytes at most");
        }
    }

    /** Bytes of the image in a block that is not the section's last. */
    public int payloadBytes() {
        return blockSize.bytes() - FrameHeader.BYTES;
    }

    public boolean hasRecovery() {
        return groupSize > 0;
    }

    /** Which block of its group a block of the section is, from 0; the recovery block of a full group is the last. */
    int placeOf(long sequence) {
        return hasRecovery() ? (int) (sequence % (groupSize + 1)) : 0;
    }

    /** The group of a block, from 1; 0 without groups. */
    long groupOf(long sequence) {
        return hasRecovery() ? sequence / (groupSize + 1) + 1 : 0;
    }

    /** Data blocks of the section before this one. */
    long dataBlocksBefore(long sequence) {
        return hasRecovery() ? (groupOf(sequence) - 1) * groupSize + placeOf(sequence) : sequence;
    }

    /** For people: {@code blocks of 262144 bytes with autodin-ii in groups of 10}. */
    @Override
    public String toString() {
        return "blocks of " + blockSize.bytes() + " bytes with " + check.optionName()
                + (hasRecovery() ? " in groups of " + groupSize : " without groups");
    }
}

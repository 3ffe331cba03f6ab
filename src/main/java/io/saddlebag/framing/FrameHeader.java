package io.saddlebag.framing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The header in front of every block, numbers big-endian (docs/formats/protected-framing.md).
 *
 * @param length data: bytes of the image in the block; recovery: exclusive-or of its group's lengths
 * @param offset of the block's first byte in the section; recovery: of its group's first byte
 * @param sequence of the block in the section, from 0, recovery blocks counted
 * @param group from 1; 0 without groups
 * @param position in the group, from 1; the recovery block's is the group's last; 0 without groups
 */
record FrameHeader(
        Kind kind, int check, int groupSize, int length, long offset, long sequence, int group, int position) {
    static final int BYTES = 80;
    static final int CHECK = 8;
    static final int IMAGE_BYTES = 36;

    private static final int MAGIC = 0x53425046; // SBPF
    private static final int VERSION = 1;
    private static final int VERSION_AT = 4;
    private static final int KIND_AT = 5;
    private static final int CHECK_KIND_AT = 6;
    private static final int GROUP_SIZE_AT = 7;
    private static final int LENGTH_AT = 12;
    private static final int OFFSET_AT = 16;
    private static final int SEQUENCE_AT = 24;
    private static final int SECTION_AT = 32;
    private static final int GROUP_AT = 36;
    private static final int POSITION_AT = 40;
    private static final int IMAGE_AT = 44;

    /** What a block holds. */
    enum Kind {
        DATA('D'),
        RECOVERY('X');

        private final byte letter;

        Kind(char letter) {
            this.letter = (byte) letter;
        }
    }

    /** Why a block is not one of the section's. */
    static final class NoFrame extends Exception {
        private static final long serialVersionUID = 1L;

        final boolean foreign;

        NoFrame(boolean foreign, String why) {
            super(why, null, false, false);
            this.foreign = foreign;
        }
    }

    /** Puts the header in front of the block, the check last. The block's bytes from 0 to its limit are checked. */
    void put(ByteBuffer block, FramedSection section, BlockCheck how) {
        block.order(ByteOrder.BIG_ENDIAN);
        block.putInt(0, MAGIC)
                .put(VERSION_AT, (byte) VERSION)
                .put(KIND_AT, kind.letter)
                .put(CHECK_KIND_AT, (byte) how.code())
                .put(GROUP_SIZE_AT, (byte) groupSize)
                .putInt(CHECK, 0)
                .putInt(LENGTH_AT, length)
                .putLong(OFFSET_AT, offset)
                .putLong(SEQUENCE_AT, sequence)
                .putInt(SECTION_AT, section.section())
                .putInt(GROUP_AT, group)
                .putInt(POSITION_AT, position);
        byte[] id = section.idBytes();
        for (int i = 0; i < IMAGE_BYTES; i++) {
            block.put(IMAGE_AT + i, i < id.length ? id[i] : 0);
        }
        block.putInt(CHECK, how.of(block));
    }

    /**
     * Reads and proves a block: its check first, then whose it is, then that its header doesn't contradict itself.
     *
     * @param block from 0 to its limit; position and limit stay
     */
    static FrameHeader read(ByteBuffer block, FramedSection section, ProtectedFraming framing) throws NoFrame {
        block.order(ByteOrder.BIG_ENDIAN);
        if (block.limit() != framing.blockSize().bytes()) {
            throw new NoFrame(
                    false,
                    "it has " + block.limit() + " bytes, not "
                            + framing.blockSize().bytes());
        }
        if (block.getInt(0) != MAGIC) {
            throw new NoFrame(false, "it has no header");
        }
        if (block.get(VERSION_AT) != VERSION) {
            throw new NoFrame(false, "its header has version " + block.get(VERSION_AT) + ", not " + VERSION);
        }
        if (block.get(CHECK_KIND_AT) != framing.check().code() || block.get(GROUP_SIZE_AT) != framing.groupSize()) {
            throw new NoFrame(false, "its header says another check or group size than the label");
        }
        if (block.getInt(CHECK) != framing.check().of(block)) {
            throw new NoFrame(false, "its " + framing.check().optionName() + " is wrong");
        }
        requireOf(block, section);
        FrameHeader header = new FrameHeader(
                block.get(KIND_AT) == Kind.RECOVERY.letter ? Kind.RECOVERY : Kind.DATA,
                block.getInt(CHECK),
                framing.groupSize(),
                block.getInt(LENGTH_AT),
                block.getLong(OFFSET_AT),
                block.getLong(SEQUENCE_AT),
                block.getInt(GROUP_AT),
                block.getInt(POSITION_AT));
        if (block.get(KIND_AT) != header.kind.letter || !header.isConsistent(framing)) {
            throw new NoFrame(false, "its header contradicts itself");
        }
        return header;
    }

    private static void requireOf(ByteBuffer block, FramedSection section) throws NoFrame {
        byte[] id = section.idBytes();
        boolean same = block.getInt(SECTION_AT) == section.section();
        for (int i = 0; i < IMAGE_BYTES; i++) {
            same &= block.get(IMAGE_AT + i) == (i < id.length ? id[i] : 0);
        }
        if (!same) {
            byte[] other = new byte[IMAGE_BYTES];
            block.duplicate().position(IMAGE_AT).get(other);
            String imageId = new String(other, StandardCharsets.ISO_8859_1).replaceAll("\\x00+$", "");
            throw new NoFrame(
                    true,
                    "it is of section " + block.getInt(SECTION_AT) + " of image " + imageId.replaceAll("[^!-~]", "?"));
        }
    }

    private boolean isConsistent(ProtectedFraming framing) {
        boolean counted = sequence >= 0
                && group == (int) framing.groupOf(sequence)
                && position == (framing.hasRecovery() ? framing.placeOf(sequence) + 1 : 0);
        if (!counted) {
            return false;
        }
        long before = framing.dataBlocksBefore(sequence);
        if (kind == Kind.DATA) {
            return position <= framing.groupSize()
                    && length > 0
                    && length <= framing.payloadBytes()
                    && offset == before * framing.payloadBytes();
        }
        return framing.hasRecovery()
                && position > 1
                && length >= 0
                && offset == (before - framing.placeOf(sequence)) * framing.payloadBytes();
    }
}

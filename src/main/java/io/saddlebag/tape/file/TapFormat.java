package io.saddlebag.tape.file;

/** The SIMH magnetic tape format (Supnik, "SIMH Magtape Representation and Handling", 2017): little-endian words. */
final class TapFormat {
    /** A filemark, and each of the two lengths of a block, in bytes. */
    static final int MARK_BYTES = 4;

    static final int LONGEST_BLOCK_BYTES = 0xFF_FFFF;

    private static final int FILEMARK = 0;
    private static final int END_OF_MEDIUM = 0xFFFF_FFFF;
    private static final int GAP = 0xFFFF_FFFE;
    /** Bits 28 to 31: 0 for a good block, 8 for one that was read with an error; others are not ours. */
    private static final int BAD_BLOCK_CLASS = 8;

    private TapFormat() {}

    /** What a word at the beginning of an object says. */
    enum Kind {
        BLOCK,
        BAD_BLOCK,
        FILEMARK,
        GAP,
        END,
        FOREIGN
    }

    static Kind kind(int word) {
        return switch (word) {
            case FILEMARK -> Kind.FILEMARK;
            case END_OF_MEDIUM -> Kind.END;
            case GAP -> Kind.GAP;
            default -> blockKind(word);
        };
    }

    private static Kind blockKind(int word) {
        int reserved = word & 0x0F00_0000;
        int type = word >>> 28;
        if (reserved != 0 || blockBytes(word) == 0) {
            return Kind.FOREIGN;
        }
        return type == 0 ? Kind.BLOCK : type == BAD_BLOCK_CLASS ? Kind.BAD_BLOCK : Kind.FOREIGN;
    }

    static int blockBytes(int word) {
        return word & LONGEST_BLOCK_BYTES;
    }

    /** Both lengths, the data, and a byte that makes the data even. */
    static long recordBytes(int blockBytes) {
        return 2L * MARK_BYTES + blockBytes + (blockBytes & 1);
    }
}

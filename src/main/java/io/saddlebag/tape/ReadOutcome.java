package io.saddlebag.tape;

/**
 * What a read met. A medium error is none of these: it throws, so that an unreadable block is never taken for the end.
 *
 * @param blockBytes length of the block in bytes; 0 unless {@link Kind#BLOCK}
 */
public record ReadOutcome(Kind kind, int blockBytes) {
    /** The three things that can stand at a position. */
    public enum Kind {
        /** A block; the position is behind it. */
        BLOCK,
        /** A filemark; the position is behind it. */
        FILEMARK,
        /** Nothing was ever written here; the position is unchanged. */
        END_OF_DATA
    }

    public static final ReadOutcome FILEMARK = new ReadOutcome(Kind.FILEMARK, 0);
    public static final ReadOutcome END_OF_DATA = new ReadOutcome(Kind.END_OF_DATA, 0);

    public static ReadOutcome block(int blockBytes) {
        return new ReadOutcome(Kind.BLOCK, blockBytes);
    }
}

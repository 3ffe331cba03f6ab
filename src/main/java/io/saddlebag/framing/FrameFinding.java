package io.saddlebag.framing;

/**
 * Something that was not as it was written, and did no harm.
 *
 * @param sequence of the block in the section, from 0; for a block that doesn't say, the one that was expected there
 * @param what for people: {@code block 12 was rebuilt from its group 2}
 */
public record FrameFinding(Kind kind, long sequence, String what) {
    /** What it was. */
    public enum Kind {
        /** A lost data block was rebuilt from the others of its group. */
        REBUILT,
        /** A recovery block is lost, and wasn't needed. */
        RECOVERY_LOST,
        /** A block came twice; the second was dropped. */
        DUPLICATE,
        /** A block came later than it should. */
        REORDERED,
        /** A block of another section was dropped. */
        FOREIGN,
        /** A block is damaged, or none of ours; it was dropped. */
        DAMAGED
    }
}

package io.saddlebag.tape.memory;

/**
 * How much fits on a cartridge, and from where on it warns.
 *
 * @param unit whether blocks are counted, or their bytes; filemarks cost nothing
 * @param size what fits
 * @param earlyWarning a cartridge that holds this much has passed its early-warning point (M6)
 */
public record Capacity(Unit unit, long size, long earlyWarning) {
    /** What is counted. */
    public enum Unit {
        BLOCKS,
        BYTES
    }

    /** No test fills this. */
    public static final Capacity ENDLESS = new Capacity(Unit.BYTES, Long.MAX_VALUE, Long.MAX_VALUE);

    public Capacity {
        if (size < 0 || earlyWarning < 0 || earlyWarning > size) {
            throw new IllegalArgumentException(
                    "a cartridge of " + size + " can't warn at " + earlyWarning + "; valid is 0 to " + size);
        }
    }

    /** Warns when so many blocks are on it, and takes so many more for labels. */
    public static Capacity ofBlocks(long untilWarning, long afterWarning) {
        return new Capacity(Unit.BLOCKS, untilWarning + afterWarning, untilWarning);
    }

    /** Warns when so many bytes are on it, and takes so many more for labels. */
    public static Capacity ofBytes(long untilWarning, long afterWarning) {
        return new Capacity(Unit.BYTES, untilWarning + afterWarning, untilWarning);
    }

    Capacity endingAt(long used) {
        return new Capacity(unit, used, Math.min(earlyWarning, used));
    }

    Capacity warningAt(long used) {
        return new Capacity(unit, Math.max(size, used), used);
    }

    long costOf(int blockBytes) {
        return unit == Unit.BLOCKS ? 1 : blockBytes;
    }
}

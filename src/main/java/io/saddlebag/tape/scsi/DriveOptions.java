package io.saddlebag.tape.scsi;

import io.saddlebag.scsi.TapeDensity;
import io.saddlebag.scsi.TapeMode;

/**
 * How a drive is used, and what it can't do (M5).
 *
 * @param density SSC density code for writing; {@link TapeMode#KEEP_DENSITY} leaves the choice to drive and medium
 * @param compaction whether the drive compresses
 * @param positions how the position becomes known
 * @param longReads reads ask for twice the buffer's length: for targets that spoil blocks longer than half of what is
 *     asked for (tgt 1.0.85)
 * @param timeouts how long commands may take
 * @param protection whether blocks travel with a sum behind them (M7)
 */
public record DriveOptions(
        int density,
        Compaction compaction,
        Positions positions,
        boolean longReads,
        DriveTimeouts timeouts,
        Protection protection) {
    public static final DriveOptions DEFAULT = new DriveOptions(
            TapeMode.KEEP_DENSITY,
            Compaction.AS_IT_IS,
            Positions.REPORTED,
            false,
            DriveTimeouts.STANDARD,
            Protection.AUTO);

    /** Logical block protection. */
    public enum Protection {
        /** Where the drive offers CRC-32C and does it. */
        AUTO,
        /** Nothing is read or written without. */
        REQUIRED,
        OFF
    }

    /** Compression by the drive. */
    public enum Compaction {
        AS_IT_IS,
        ON,
        OFF
    }

    /** Where a position comes from. */
    public enum Positions {
        /** The drive says where it stands: any real drive. */
        REPORTED,
        /**
         * The drive can't say where it stands, nor go to a block: objects are counted from the beginning of the tape on,
         * and whatever makes the count uncertain makes a rewind necessary. Slow; for targets without READ POSITION.
         */
        COUNTED
    }

    public DriveOptions {
        if (density < 0 || density > 0xff) {
            throw new IllegalArgumentException("a density code is 0 to 255, not " + density);
        }
    }

    public DriveOptions counting() {
        return new DriveOptions(density, compaction, Positions.COUNTED, longReads, timeouts, protection);
    }

    public DriveOptions withDensity(TapeDensity wanted) {
        return new DriveOptions(
                wanted.code() == 0 ? TapeMode.KEEP_DENSITY : wanted.code(),
                compaction,
                positions,
                longReads,
                timeouts,
                protection);
    }

    /** The drive goes back to the density of its choice. */
    DriveOptions choosingItself() {
        return new DriveOptions(TapeDensity.DEFAULT.code(), compaction, positions, longReads, timeouts, protection);
    }

    public DriveOptions withCompaction(Compaction wanted) {
        return new DriveOptions(density, wanted, positions, longReads, timeouts, protection);
    }

    public DriveOptions withLongReads() {
        return new DriveOptions(density, compaction, positions, true, timeouts, protection);
    }

    public DriveOptions withTimeouts(DriveTimeouts wanted) {
        return new DriveOptions(density, compaction, positions, longReads, wanted, protection);
    }

    public DriveOptions withProtection(Protection wanted) {
        return new DriveOptions(density, compaction, positions, longReads, timeouts, wanted);
    }
}

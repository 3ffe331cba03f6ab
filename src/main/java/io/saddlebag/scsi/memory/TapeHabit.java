package io.saddlebag.scsi.memory;

import java.util.EnumSet;
import java.util.Set;

/** What real and simulated drives do differently. */
public enum TapeHabit {
    /** LOCATE is no command of it. */
    NO_LOCATE,
    /** READ POSITION always says block 0. */
    STUB_POSITION,
    /** READ POSITION has the short form only. */
    SHORT_POSITION_ONLY,
    /** After a read error it stands behind the block. */
    STANDS_BEHIND_ERRORS,
    /** Of a block longer than half of what was asked for, and shorter than that, only the rest arrives (tgt 1.0.85). */
    SPOILS_LONG_READS,
    /** Of a block longer than asked for, nothing arrives (tgt). */
    NOTHING_OF_LONGER_BLOCKS,
    /** End of data is 8/00/00, early warning 0/00/00 (tgt). */
    VAGUE_SENSE,
    NO_ERASE,
    /** PREVENT ALLOW MEDIUM REMOVAL is no command of it. */
    NO_PREVENT,
    NO_LOG_PAGES,
    NO_DENSITY_REPORT,
    /** Mode page 0F is not there. */
    NO_COMPRESSION,
    /** Whether it compresses is in mode page 10, and in no other. */
    COMPRESSION_IN_CONFIGURATION,
    /** Has logical block protection with CRC-32C, whatever its generation; from LTO-7 on all have it. */
    CRC32C,
    /** Doesn't tell what logical block protection it has: VPD page B5 is not there. */
    NO_PROTECTION_OFFER,
    /** Has no logical block protection at all. */
    NO_PROTECTION,
    /** Knows no subpages of mode pages: it answers with page 0A itself. */
    NO_SUBPAGES,
    /** Sense data comes in descriptor form. */
    DESCRIPTOR_SENSE,
    /** Stays ready after it was told to unload, until the robot takes the cartridge (tgt). */
    STAYS_READY;

    /** The packaged tgt 1.0.85. */
    public static final Set<TapeHabit> TGT = Set.copyOf(EnumSet.of(
            NO_LOCATE,
            STUB_POSITION,
            SPOILS_LONG_READS,
            NOTHING_OF_LONGER_BLOCKS,
            VAGUE_SENSE,
            NO_ERASE,
            NO_LOG_PAGES,
            NO_DENSITY_REPORT,
            NO_PROTECTION_OFFER,
            NO_PROTECTION,
            STAYS_READY));
}

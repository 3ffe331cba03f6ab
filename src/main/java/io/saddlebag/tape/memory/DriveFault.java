package io.saddlebag.tape.memory;

import static io.saddlebag.tape.memory.DriveOperation.ERASE;
import static io.saddlebag.tape.memory.DriveOperation.LOAD;
import static io.saddlebag.tape.memory.DriveOperation.LOCATE;
import static io.saddlebag.tape.memory.DriveOperation.READ;
import static io.saddlebag.tape.memory.DriveOperation.REWIND;
import static io.saddlebag.tape.memory.DriveOperation.SPACE_FILEMARKS;
import static io.saddlebag.tape.memory.DriveOperation.SPACE_TO_END_OF_DATA;
import static io.saddlebag.tape.memory.DriveOperation.UNLOAD;
import static io.saddlebag.tape.memory.DriveOperation.WRITE;
import static io.saddlebag.tape.memory.DriveOperation.WRITE_FILEMARKS;

import java.util.EnumSet;
import java.util.Set;

/** What can go wrong in a drive or on its cartridge (Q11, Q15). */
public enum DriveFault implements Fault {
    /** The block can't be read this time; the position stays before it. */
    MEDIUM_ERROR_ON_READ(EnumSet.of(READ)),
    /** The block or filemark was not written; the position stays. */
    MEDIUM_ERROR_ON_WRITE(EnumSet.of(WRITE, WRITE_FILEMARKS, ERASE)),
    /** The command was carried out or not, by the seed; the position has to be asked for. */
    DRIVE_ERROR(EnumSet.of(
            WRITE, WRITE_FILEMARKS, READ, REWIND, LOCATE, SPACE_FILEMARKS, SPACE_TO_END_OF_DATA, ERASE, LOAD, UNLOAD)),
    /** The drive restarted: what was not synchronised may be lost, and it stands at the beginning. */
    DRIVE_RESET(EnumSet.of(
            WRITE, WRITE_FILEMARKS, READ, REWIND, LOCATE, SPACE_FILEMARKS, SPACE_TO_END_OF_DATA, ERASE, UNLOAD)),
    /** The command was not carried out, because the drive has news. */
    UNIT_ATTENTION(EnumSet.of(
            WRITE, WRITE_FILEMARKS, READ, REWIND, LOCATE, SPACE_FILEMARKS, SPACE_TO_END_OF_DATA, ERASE, LOAD, UNLOAD)),
    /** The cartridge refuses writes from now on. */
    WRITE_PROTECTED(EnumSet.of(WRITE, WRITE_FILEMARKS, ERASE)),
    /** The early-warning point lies in this block. */
    EARLY_WARNING(EnumSet.of(WRITE, WRITE_FILEMARKS)),
    /** The cartridge has no room for this block, nor for any after it. */
    END_OF_MEDIUM(EnumSet.of(WRITE, WRITE_FILEMARKS)),
    /** The drive says that it wrote the block, and did not. */
    LOST_WRITE(EnumSet.of(WRITE)),
    /** One bit of the block comes back wrong, without any error. */
    FLIPPED_BIT(EnumSet.of(READ)),
    /** Everything stops before the command did anything. */
    POWER_LOSS_BEFORE(EnumSet.allOf(DriveOperation.class)),
    /** Everything stops in the middle of a block or of filemarks. */
    POWER_LOSS_DURING(EnumSet.of(WRITE, WRITE_FILEMARKS, ERASE)),
    /** The command is complete, but the caller doesn't live to hear it. */
    POWER_LOSS_AFTER(EnumSet.allOf(DriveOperation.class));

    @SuppressWarnings("ImmutableEnumChecker") // nobody gets at it
    private final Set<DriveOperation> hits;

    DriveFault(EnumSet<DriveOperation> hits) {
        this.hits = hits;
    }

    @Override
    public boolean canHitA(Operation operation) {
        return operation instanceof DriveOperation command && hits.contains(command);
    }
}

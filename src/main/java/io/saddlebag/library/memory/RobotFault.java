package io.saddlebag.library.memory;

import static io.saddlebag.library.memory.RobotOperation.INVENTORY;
import static io.saddlebag.library.memory.RobotOperation.MOVE;
import static io.saddlebag.library.memory.RobotOperation.RESERVE;
import static io.saddlebag.library.memory.RobotOperation.SCAN;

import io.saddlebag.tape.memory.Fault;
import io.saddlebag.tape.memory.Operation;
import java.util.EnumSet;
import java.util.Set;

/** What can go wrong with a robot (Q11). */
public enum RobotFault implements Fault {
    /** Somebody took the cartridge out of the source, unseen. */
    SOURCE_EMPTY(EnumSet.of(MOVE)),
    /** Somebody put a strange cartridge into the destination, unseen. */
    DESTINATION_FULL(EnumSet.of(MOVE)),
    /** The cartridge is stuck at the source, in the hand or at the destination, by the seed. */
    JAMMED(EnumSet.of(MOVE)),
    /** The move was carried out or not, by the seed. */
    ROBOT_ERROR(EnumSet.of(MOVE)),
    /** From now on one cartridge's barcode is read as another. */
    WRONG_BARCODE(EnumSet.of(INVENTORY, SCAN)),
    /** From now on one cartridge's barcode can't be read. */
    NO_BARCODE(EnumSet.of(INVENTORY, SCAN)),
    /** Somebody moved a cartridge, and the robot noticed. */
    INVENTORY_CHANGED(EnumSet.of(MOVE, INVENTORY)),
    /** Somebody opened the door. */
    DOOR_OPEN(EnumSet.of(MOVE)),
    /** Somebody else has the drive. */
    RESERVED(EnumSet.of(RESERVE)),
    /** Everything stops before the command did anything. */
    POWER_LOSS_BEFORE(EnumSet.allOf(RobotOperation.class)),
    /** The cartridge is in the hand, and everything stops. */
    POWER_LOSS_DURING(EnumSet.of(MOVE)),
    /** The command is complete, but the caller doesn't live to hear it. */
    POWER_LOSS_AFTER(EnumSet.allOf(RobotOperation.class));

    @SuppressWarnings("ImmutableEnumChecker") // nobody gets at it
    private final Set<RobotOperation> hits;

    RobotFault(EnumSet<RobotOperation> hits) {
        this.hits = hits;
    }

    @Override
    public boolean canHitA(Operation operation) {
        return operation instanceof RobotOperation command && hits.contains(command);
    }
}

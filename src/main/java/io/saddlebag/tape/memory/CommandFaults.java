package io.saddlebag.tape.memory;

import io.saddlebag.tape.TapeException;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Lets go wrong what is planned for a drive's commands, before and after they are carried out. */
final class CommandFaults {
    /** After a lost position these would act on an unknown place. */
    private static final Set<DriveOperation> NEEDS_POSITION = EnumSet.of(
            DriveOperation.WRITE,
            DriveOperation.WRITE_FILEMARKS,
            DriveOperation.READ,
            DriveOperation.SPACE_FILEMARKS,
            DriveOperation.ERASE);

    private final FaultPlan plan;
    private final Complaints complaints;
    private boolean attention;
    private boolean positionLost;

    CommandFaults(FaultPlan plan, Complaints complaints) {
        this.plan = plan;
        this.complaints = complaints;
    }

    /** Counts a command; what will go wrong while it is carried out, or null. */
    @Nullable
    DriveFault begin(DriveOperation operation, Runnable restart) throws TapeException {
        plan.power().check();
        DriveFault fault = (DriveFault) plan.next(operation).orElse(null);
        if (fault == DriveFault.POWER_LOSS_BEFORE) {
            throw cutPower();
        }
        if (fault == DriveFault.DRIVE_RESET) {
            restart.run();
        }
        if (fault == DriveFault.UNIT_ATTENTION || fault == DriveFault.DRIVE_RESET) {
            attention = true;
        }
        if (attention && operation != DriveOperation.POSITION) {
            attention = false;
            throw complaints.unitAttention();
        }
        if (fault == DriveFault.DRIVE_ERROR && plan.choose(2) == 0) {
            positionLost = true;
            throw complaints.driveError();
        }
        if (positionLost && NEEDS_POSITION.contains(operation)) {
            throw complaints.positionLost();
        }
        return fault;
    }

    /** After a command was carried out. */
    void end(@Nullable DriveFault fault) throws TapeException {
        if (fault == DriveFault.POWER_LOSS_AFTER) {
            throw cutPower();
        }
        if (fault == DriveFault.DRIVE_ERROR) {
            positionLost = true;
            throw complaints.driveError();
        }
    }

    /** The next command is refused, once. */
    void callAttention() {
        attention = true;
    }

    void forgetAttention() {
        attention = false;
    }

    void positionKnown() {
        positionLost = false;
    }

    PowerFailure cutPower() {
        return plan.power().lose(plan.nextSeed());
    }

    byte[] withFlippedBit(byte[] block) {
        byte[] wrong = block.clone();
        int bit = plan.choose(wrong.length * Byte.SIZE);
        wrong[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
        return wrong;
    }
}

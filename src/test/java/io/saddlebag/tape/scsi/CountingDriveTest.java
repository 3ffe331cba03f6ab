package io.saddlebag.tape.scsi;

import io.saddlebag.scsi.memory.TapeHabit;
import java.util.EnumSet;
import java.util.Set;

/** A target as tgt is, but for ERASE: that one it refuses. */
class CountingDriveTest extends SimulatedDriveContract {
    CountingDriveTest() {
        super(habits(), DriveOptions.DEFAULT.counting().withLongReads());
    }

    private static Set<TapeHabit> habits() {
        Set<TapeHabit> habits = EnumSet.copyOf(TapeHabit.TGT);
        habits.remove(TapeHabit.NO_ERASE);
        return habits;
    }
}

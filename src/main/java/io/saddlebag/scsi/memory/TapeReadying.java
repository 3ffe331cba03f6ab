package io.saddlebag.scsi.memory;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long a simulated drive is becoming ready: for a number of commands, or as long as it measures a new cartridge (LTO-9),
 * which nobody can stop. Not thread-safe.
 */
final class TapeReadying {
    private long nanosEach;
    private LongSupplier clock = () -> 0;
    private long measuredAt;
    private boolean measuring;
    private long cleanedAt;
    private boolean cleaning;
    private int commandsEach;
    private int commands;

    /** So many commands after a load are answered with becoming ready. */
    void slowLoads(int polls) {
        commandsEach = polls;
    }

    void measures(Duration each, LongSupplier nanos) {
        nanosEach = each.toNanos();
        clock = nanos;
    }

    void loading() {
        commands = commandsEach;
    }

    void busyFor(int next) {
        commands = next;
    }

    /** @return whether the cartridge has to be measured: from now on */
    boolean measure(SimulatedCartridge cartridge) {
        if (nanosEach == 0 || !cartridge.isNew()) {
            return false;
        }
        cartridge.measured();
        measuredAt = clock.getAsLong() + nanosEach;
        measuring = true;
        return true;
    }

    /** A cleaning cartridge came in: nobody can stop the drive now. */
    void cleans(Duration time, LongSupplier nanos) {
        clock = nanos;
        cleanedAt = nanos.getAsLong() + time.toNanos();
        cleaning = true;
    }

    boolean isCleaning() {
        cleaning = cleaning && clock.getAsLong() < cleanedAt;
        return cleaning;
    }

    /** Whether the command that came now is answered with becoming ready. */
    boolean isBusy() {
        measuring = measuring && clock.getAsLong() < measuredAt;
        boolean busy = measuring || commands > 0;
        commands = Math.max(0, commands - 1);
        return busy;
    }
}

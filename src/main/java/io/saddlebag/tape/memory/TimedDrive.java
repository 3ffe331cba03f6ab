package io.saddlebag.tape.memory;

import io.saddlebag.tape.BlockAddress;
import io.saddlebag.tape.BlockLimits;
import io.saddlebag.tape.DriveCapability;
import io.saddlebag.tape.DriveState;
import io.saddlebag.tape.ReadOutcome;
import io.saddlebag.tape.TapeDrive;
import io.saddlebag.tape.TapePosition;
import io.saddlebag.tape.WriteOutcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A simulated drive whose commands take simulated time, as they would on a drive of some generation (Q12). Nothing waits:
 * the time is handed to whoever moves the clock, also for a command that failed.
 */
public final class TimedDrive implements TapeDrive {
    private final MemoryTapeDrive drive;
    private final LtoModel model;
    private final long bytesPerObject;
    private final Consumer<Duration> passes;

    /** @param bytesPerObject of a real cartridge that one block or filemark here stands for */
    public TimedDrive(MemoryTapeDrive drive, LtoModel model, long bytesPerObject, Consumer<Duration> passes) {
        this.drive = drive;
        this.model = model;
        this.bytesPerObject = bytesPerObject;
        this.passes = passes;
    }

    private interface Command {
        void run() throws IOException;
    }

    private void move(Command command) throws IOException {
        long from = drive.objectsBefore();
        try {
            command.run();
        } finally {
            long objects = Math.abs(drive.objectsBefore() - from);
            double share = (double) objects * bytesPerObject / model.capacity().bytes();
            passes.accept(model.movement(share));
        }
    }

    @Override
    public String name() {
        return drive.name();
    }

    @Override
    public Set<DriveCapability> capabilities() {
        return drive.capabilities();
    }

    @Override
    public BlockLimits blockLimits() {
        return drive.blockLimits();
    }

    @Override
    public DriveState state() throws IOException {
        return drive.state();
    }

    @Override
    public void load() throws IOException {
        boolean wasLoaded = drive.holdsItsCartridge();
        boolean blank = drive.cartridge().map(c -> c.loads() == 0).orElse(false);
        try {
            drive.load();
        } finally {
            passes.accept(wasLoaded ? Duration.ZERO : model.load(blank));
        }
    }

    @Override
    public void unload() throws IOException {
        move(drive::unload);
    }

    @Override
    public TapePosition position() throws IOException {
        return drive.position();
    }

    @Override
    public WriteOutcome write(ByteBuffer block) throws IOException {
        try {
            return drive.write(block);
        } finally {
            passes.accept(model.transfer(bytesPerObject));
        }
    }

    @Override
    public WriteOutcome writeFilemarks(int count) throws IOException {
        try {
            return drive.writeFilemarks(count);
        } finally {
            passes.accept(model.synchronisation());
        }
    }

    @Override
    public ReadOutcome read(ByteBuffer into) throws IOException {
        try {
            return drive.read(into);
        } finally {
            passes.accept(model.transfer(bytesPerObject));
        }
    }

    @Override
    public void rewind() throws IOException {
        move(drive::rewind);
    }

    @Override
    public void locate(BlockAddress at) throws IOException {
        move(() -> drive.locate(at));
    }

    @Override
    public void spaceFilemarks(int count) throws IOException {
        move(() -> drive.spaceFilemarks(count));
    }

    @Override
    public void spaceToEndOfData() throws IOException {
        move(drive::spaceToEndOfData);
    }

    @Override
    public void erase() throws IOException {
        try {
            drive.erase();
        } finally {
            passes.accept(model.synchronisation());
        }
    }

    @Override
    public void close() throws IOException {
        drive.close();
    }
}

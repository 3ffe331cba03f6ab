package io.saddlebag.tape.st;

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
import java.util.Arrays;
import java.util.Set;

/** Blocks of any length on a drive that takes no short ones: zeros stand behind each. */
final class PaddedDrive implements TapeDrive {
    private static final int PADDING = 511;

    private final TapeDrive drive;

    PaddedDrive(TapeDrive drive) {
        this.drive = drive;
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
        return new BlockLimits(1, drive.blockLimits().longest());
    }

    @Override
    public DriveState state() throws IOException {
        return drive.state();
    }

    @Override
    public void load() throws IOException {
        drive.load();
    }

    @Override
    public void unload() throws IOException {
        drive.unload();
    }

    @Override
    public TapePosition position() throws IOException {
        return drive.position();
    }

    @Override
    public WriteOutcome write(ByteBuffer block) throws IOException {
        int bytes = block.remaining();
        ByteBuffer padded = ByteBuffer.allocateDirect(bytes == 0 ? 0 : bytes + PADDING);
        padded.put(block.duplicate()).position(0);
        WriteOutcome outcome = drive.write(padded);
        block.position(block.limit());
        return outcome;
    }

    @Override
    public WriteOutcome writeFilemarks(int count) throws IOException {
        return drive.writeFilemarks(count);
    }

    @Override
    public ReadOutcome read(ByteBuffer into) throws IOException {
        ByteBuffer padded = ByteBuffer.allocateDirect(Math.min(1 << 20, into.remaining() + PADDING));
        ReadOutcome outcome = drive.read(padded);
        if (outcome.kind() != ReadOutcome.Kind.BLOCK) {
            return outcome;
        }
        byte[] bytes = new byte[outcome.blockBytes() - PADDING];
        padded.flip().get(bytes);
        into.put(Arrays.copyOf(bytes, bytes.length));
        return ReadOutcome.block(bytes.length);
    }

    @Override
    public void rewind() throws IOException {
        drive.rewind();
    }

    @Override
    public void locate(BlockAddress at) throws IOException {
        drive.locate(at);
    }

    @Override
    public void spaceFilemarks(int count) throws IOException {
        drive.spaceFilemarks(count);
    }

    @Override
    public void spaceToEndOfData() throws IOException {
        drive.spaceToEndOfData();
    }

    @Override
    public void erase() throws IOException {
        drive.erase();
    }

    @Override
    public void close() throws IOException {
        drive.close();
    }
}

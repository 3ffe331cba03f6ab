package io.saddlebag.volume;

import io.saddlebag.media.VolumeLabel;
import io.saddlebag.tape.BlockAddress;
import io.saddlebag.tape.ReadOutcome;
import io.saddlebag.tape.TapeDrive;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFault;
import io.saddlebag.tape.WriteOutcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads and writes groups of label records on a drive: what stands between filemarks. */
final class LabelTape {
    private static final int RECORD_BYTES = 80;
    /** More than any label has. */
    private static final int MOST_RECORDS = 32;

    private final TapeDrive drive;

    LabelTape(TapeDrive drive) {
        this.drive = drive;
    }

    /** How a group of records ended. */
    enum End {
        FILEMARK,
        END_OF_DATA,
        /** A block that is no label record, or too many of them; the position is behind it. */
        NO_LABEL,
        /** As many as were asked for. */
        ENOUGH
    }

    record Group(List<byte[]> records, End end) {
        boolean isWhole() {
            return end == End.FILEMARK && !records.isEmpty();
        }
    }

    /** Reads up to and with the next filemark. */
    Group read() throws IOException {
        Group group = read(MOST_RECORDS);
        return group.end == End.ENOUGH ? new Group(group.records, End.NO_LABEL) : group;
    }

    /** Reads the records that a volume label takes; the position is then behind it. */
    Group readVolumeLabel() throws IOException {
        return read(VolumeLabel.RECORDS);
    }

    private Group read(int most) throws IOException {
        List<byte[]> records = new ArrayList<>();
        ByteBuffer buffer = ByteBuffer.allocate(RECORD_BYTES);
        while (records.size() < most) {
            buffer.clear();
            ReadOutcome outcome;
            try {
                outcome = drive.read(buffer);
            } catch (TapeException e) {
                if (!e.is(TapeFault.BLOCK_LENGTH)) {
                    throw e;
                }
                return new Group(records, End.NO_LABEL);
            }
            if (outcome.kind() != ReadOutcome.Kind.BLOCK) {
                return new Group(records, outcome.kind() == ReadOutcome.Kind.FILEMARK ? End.FILEMARK : End.END_OF_DATA);
            }
            records.add(Arrays.copyOf(buffer.array(), outcome.blockBytes()));
            if (outcome.blockBytes() != RECORD_BYTES) {
                return new Group(records, End.NO_LABEL);
            }
        }
        return new Group(records, End.ENOUGH);
    }

    /** Writes the records, one block each, and so many filemarks, and checks that the drive stands behind them. */
    WriteOutcome write(List<byte[]> records, int filemarks) throws IOException {
        BlockAddress before = drive.position().next();
        for (byte[] label : records) {
            drive.write(ByteBuffer.wrap(label));
        }
        WriteOutcome outcome = drive.writeFilemarks(filemarks);
        requirePosition(before.plus(records.size() + (long) filemarks));
        return outcome;
    }

    /** A drive that lost a block without saying so is found out here, before anything is acknowledged. */
    void requirePosition(BlockAddress expected) throws IOException {
        BlockAddress actual = drive.position().next();
        if (!actual.equals(expected)) {
            throw new TapeException(
                    TapeFault.POSITION_LOST,
                    "drive " + drive.name() + " stands at " + actual + " where " + expected + " was expected",
                    "Repeat the job on another volume, and look at the drive if it happens again.");
        }
    }
}

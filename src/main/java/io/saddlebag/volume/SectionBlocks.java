package io.saddlebag.volume;

import io.saddlebag.framing.FrameDecoder;
import io.saddlebag.framing.FrameFinding;
import io.saddlebag.framing.FramedSection;
import io.saddlebag.framing.FramingException;
import io.saddlebag.framing.ProtectedFraming;
import io.saddlebag.media.ImageLabel;
import io.saddlebag.tape.ReadOutcome;
import io.saddlebag.tape.TapeDrive;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the data of one section from its blocks, up to and with the filemark behind them. Where the blocks have protected
 * framing, one of a group that can't be read is gone over and rebuilt from the others; that is noted (M7).
 */
final class SectionBlocks {
    private final TapeDrive drive;
    private final StoredSection section;
    private final Consumer<String> notes;
    private final ByteBuffer block;
    private final @Nullable FrameDecoder frames;
    private long blocks;
    private ReadOutcome.@Nullable Kind end;

    /** @param notes gets what was put right */
    SectionBlocks(TapeDrive drive, StoredSection section, ImageLabel label, Consumer<String> notes) {
        this.drive = drive;
        this.section = section;
        this.notes = notes;
        this.block = ByteBuffer.allocate(section.blockSize().bytes());
        ProtectedFraming framing = label.framing();
        this.frames = framing == null
                ? null
                : new FrameDecoder(framing, new FramedSection(label.imageId(), label.section()), this::note);
    }

    /** Blocks that the drive stood before so far, also unreadable ones. */
    long blocks() {
        return blocks;
    }

    /** What stands behind the blocks; null before that was reached. */
    ReadOutcome.@Nullable Kind end() {
        return end;
    }

    /**
     * The next data, good until the next call; null at the end.
     *
     * @throws TapeException when a block can't be read, and nothing can be done about it
     * @throws FramingException when more is lost than can be rebuilt
     */
    @Nullable
    ByteBuffer next() throws IOException {
        FrameDecoder f = frames;
        while (end == null) {
            ByteBuffer decoded = f == null ? null : f.poll();
            if (decoded != null) {
                return decoded;
            }
            ByteBuffer read = readBlock();
            if (read != null && f == null) {
                return read;
            }
            if (read != null && f != null) {
                f.accept(read);
            }
        }
        return null;
    }

    /**
     * Goes on behind that many blocks, before any was read.
     *
     * @throws IllegalStateException with protected framing, whose groups are read from their beginnings
     */
    void passOver(long count) throws IOException {
        if (frames != null) {
            throw new IllegalStateException("blocks with framing are read from the first one on");
        }
        drive.locate(section.data().plus(count));
        blocks = count;
    }

    /** @param expected number of blocks, as the section's trailer says */
    void finish(long expected) throws FramingException {
        if (frames != null) {
            frames.finish(expected);
        }
    }

    /** Null when there was none, or none that could be read. */
    private @Nullable ByteBuffer readBlock() throws IOException {
        block.clear();
        ReadOutcome outcome;
        try {
            outcome = drive.read(block);
        } catch (TapeException e) {
            goOver(e);
            return null;
        }
        if (outcome.kind() != ReadOutcome.Kind.BLOCK) {
            end = outcome.kind();
            return null;
        }
        blocks++;
        return block.flip();
    }

    /** Leaves the block out where its group may make up for it; the framing notices the gap. */
    private void goOver(TapeException unreadable) throws IOException {
        boolean ofOneBlock = unreadable.is(TapeFault.MEDIUM_ERROR)
                || unreadable.is(TapeFault.DAMAGED_ON_THE_WAY)
                || unreadable.is(TapeFault.BLOCK_LENGTH);
        if (frames == null || !ofOneBlock || blocks >= section.blocks()) {
            throw unreadable;
        }
        notes.accept("volume " + section.volume() + ": " + unreadable.what() + "; reading goes on behind it");
        blocks++;
        try {
            drive.locate(section.data().plus(blocks));
        } catch (TapeException e) {
            e.addSuppressed(unreadable);
            throw e;
        }
    }

    private void note(FrameFinding finding) {
        notes.accept("volume " + section.volume() + ": " + finding.what() + ", at "
                + section.data().plus(finding.sequence()));
    }
}

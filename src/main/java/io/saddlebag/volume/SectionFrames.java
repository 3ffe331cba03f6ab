package io.saddlebag.volume;

import io.saddlebag.framing.FrameEncoder;
import io.saddlebag.framing.FramedSection;
import io.saddlebag.framing.ProtectedFraming;
import io.saddlebag.media.ImageLabel;
import io.saddlebag.tape.TapeDrive;
import io.saddlebag.tape.WriteOutcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Writes a section's data as blocks: bare, or with protected framing (M7). */
final class SectionFrames {
    private final TapeDrive drive;
    private final @Nullable FrameEncoder frames;
    private long blocks;

    SectionFrames(TapeDrive drive, ImageLabel label) {
        this.drive = drive;
        ProtectedFraming framing = label.framing();
        this.frames =
                framing == null ? null : new FrameEncoder(framing, new FramedSection(label.imageId(), label.section()));
    }

    /** Room that a data block needs in front of its data. */
    static int roomInFront(@Nullable ProtectedFraming framing) {
        return framing == null ? 0 : FrameEncoder.HEADER_BYTES;
    }

    /** Blocks on the medium, recovery blocks counted. */
    long blocks() {
        return blocks;
    }

    /**
     * Writes one block of data, and the recovery block when it fills its group.
     *
     * @param block from 0: room for a header, then data up to the limit
     * @return {@link WriteOutcome#WRITTEN_PAST_EARLY_WARNING} when either of them met it
     */
    WriteOutcome write(ByteBuffer block) throws IOException {
        FrameEncoder f = frames;
        if (f == null) {
            return put(block);
        }
        WriteOutcome outcome = put(f.seal(block, block.limit() - FrameEncoder.HEADER_BYTES));
        if (f.groupIsFull()) {
            WriteOutcome last = put(f.recovery());
            return outcome == WriteOutcome.WRITTEN ? last : outcome;
        }
        return outcome;
    }

    /** No more data comes: closes the last group. */
    void close() throws IOException {
        FrameEncoder f = frames;
        if (f != null && f.groupIsOpen()) {
            put(f.recovery());
        }
    }

    private WriteOutcome put(ByteBuffer block) throws IOException {
        WriteOutcome outcome = drive.write(block);
        blocks++;
        return outcome;
    }
}

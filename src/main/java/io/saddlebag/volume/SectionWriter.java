package io.saddlebag.volume;

import io.saddlebag.media.EndOfDataLabel;
import io.saddlebag.media.ImageLabel;
import io.saddlebag.media.SectionTrailer;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeId;
import io.saddlebag.tape.BlockAddress;
import io.saddlebag.tape.TapeDrive;
import io.saddlebag.tape.WriteOutcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Writes one section on a mounted volume: label, blocks, trailer (M6, M8). */
final class SectionWriter {
    private final MountedVolume mounted;
    private final ImageInProgress image;
    private final ImageLabel label;
    private final Clock clock;
    private final LabelTape labels;
    private final CRC32C crc = new CRC32C();
    private final BlockAddress labelAt;
    private final long imageBytesBefore;
    private BlockAddress dataAt = BlockAddress.BEGINNING;
    private final SectionFrames frames;

    /** @param mounted standing where its end-of-data label is */
    SectionWriter(MountedVolume mounted, ImageInProgress image, Clock clock) {
        this.mounted = mounted;
        this.image = image;
        this.label = image.label(mounted);
        this.clock = clock;
        this.labels = new LabelTape(mounted.drive());
        this.frames = new SectionFrames(mounted.drive(), label);
        this.labelAt = mounted.volume().endOfData();
        this.imageBytesBefore = image.bytes();
    }

    long blocks() {
        return frames.blocks();
    }

    /**
     * Writes the label, and blocks until the source or the volume ends.
     *
     * @return whether the volume warned before the source had ended
     */
    boolean writeData(BlockSource source, ProgressListener progress) throws IOException {
        labels.requirePosition(labelAt);
        WriteOutcome outcome = labels.write(label.encode(), 1);
        dataAt = labelAt.plus(label.encode().size() + 1L);
        ByteBuffer block = source.next();
        while (block != null && outcome == WriteOutcome.WRITTEN) {
            outcome = frames.write(block);
            crc.update(source.data());
            image.count(source.dataBytes());
            source.taken();
            progress.written(image.bytes(), mounted.volume().id());
            block = source.next();
        }
        frames.close();
        return block != null;
    }

    /**
     * Ends the image: trailer and end-of-data label, durable; the drive then stands before the latter (M9).
     *
     * @return the volume as it is now
     */
    MountedVolume end() throws IOException {
        endData();
        labels.write(trailer(null).encode(label), 1);
        BlockAddress endOfData = mounted.drive().position().next();
        WriteOutcome outcome = labels.write(endOfDataLabel(mounted.nextFile() + 1), 2);
        mounted.drive().locate(endOfData);
        return grown(endOfData, outcome == WriteOutcome.WRITTEN ? Volume.State.APPENDABLE : Volume.State.FULL);
    }

    /** Ends the section: the image goes on with that volume. Durable on return. */
    MountedVolume continueOn(VolumeId next) throws IOException {
        endData();
        labels.write(trailer(next).encode(label), 2);
        return grown(mounted.drive().position().next(), Volume.State.FULL);
    }

    /** Takes the section back: an end-of-data label stands again where the section began. */
    static void takeBack(MountedVolume mounted, Clock clock) throws IOException {
        TapeDrive drive = mounted.drive();
        drive.locate(mounted.volume().endOfData());
        EndOfDataLabel label = new EndOfDataLabel(mounted.at(), mounted.nextFile(), clock.instant());
        new LabelTape(drive).write(label.encode(), 2);
        drive.locate(mounted.volume().endOfData());
    }

    StoredSection section() {
        return new StoredSection(
                label.lane().number(),
                label.section(),
                label.at().volume(),
                label.fileNumber(),
                label.at().sequence(),
                labelAt,
                dataAt,
                label.blockSize(),
                frames.blocks(),
                image.bytes() - imageBytesBefore);
    }

    private void endData() throws IOException {
        mounted.drive().writeFilemarks(1);
        labels.requirePosition(dataAt.plus(frames.blocks() + 1));
    }

    private SectionTrailer trailer(@Nullable VolumeId next) {
        return new SectionTrailer(
                frames.blocks(), image.bytes() - imageBytesBefore, image.bytes(), (int) crc.getValue(), next);
    }

    private List<byte[]> endOfDataLabel(int fileNumber) {
        return new EndOfDataLabel(mounted.at(), fileNumber, clock.instant()).encode();
    }

    private MountedVolume grown(BlockAddress endOfData, Volume.State state) {
        Volume v = mounted.volume();
        return mounted.with(NewVolume.changed(v, v.files() + 1, endOfData, state));
    }
}

package io.saddlebag.volume;

import io.saddlebag.framing.FramingException;
import io.saddlebag.framing.FramingFault;
import io.saddlebag.media.ImageLabel;
import io.saddlebag.media.LabelException;
import io.saddlebag.media.SectionTrailer;
import io.saddlebag.tape.ReadOutcome;
import io.saddlebag.tape.TapeDrive;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFault;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The sections of one image as one stream, every section proven before it counts as read. */
final class SectionReader extends InputStream {
    private final TapeStore store;
    private final String imageId;
    private final List<StoredSection> sections;
    private final CRC32C crc = new CRC32C();
    private ByteBuffer block = ByteBuffer.allocate(0);
    private int next;
    private @Nullable MountedVolume mounted;
    private @Nullable ImageLabel label;
    private @Nullable SectionBlocks blocks;
    private long bytes;
    /** Bytes of the section opened next that nobody wants. */
    private long passOver;
    /** The section was not read from its beginning: its checksum can't be compared. */
    private boolean partial;

    private boolean failed;
    private boolean closed;

    SectionReader(TapeStore store, String imageId, List<StoredSection> sections) {
        this(store, imageId, sections, 0);
    }

    /**
     * @param passOver bytes of the first section, which has no protected framing; its labels and lengths are compared, its
     *     checksum can't be
     */
    SectionReader(TapeStore store, String imageId, List<StoredSection> sections, long passOver) {
        this.store = store;
        this.imageId = imageId;
        this.sections = List.copyOf(sections);
        this.passOver = passOver;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (closed || failed) {
            throw new IOException("the image is closed" + (failed ? " after a failure" : ""));
        }
        if (length == 0) {
            return 0;
        }
        failed = true; // until this call has ended well
        while (!block.hasRemaining()) {
            if (label != null) {
                readBlock();
            } else if (!openNextSection()) {
                failed = false;
                return -1;
            }
        }
        failed = false;
        int given = Math.min(length, block.remaining());
        block.get(into, offset, given);
        return given;
    }

    @Override
    public int available() {
        return block.remaining();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            store.readerClosed(failed);
        }
    }

    private boolean openNextSection() throws IOException {
        if (next == sections.size()) {
            return false;
        }
        StoredSection section = sections.get(next++);
        MountedVolume m;
        try {
            m = store.mountForReading(section, drive -> isOn(drive, section));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException cancelled = new InterruptedIOException("reading was cancelled");
            cancelled.initCause(e);
            throw cancelled;
        }
        try {
            m.drive().locate(section.label());
            label = labelOf(section, new LabelTape(m.drive()).read());
        } catch (TapeException e) {
            throw unreadable(section, e);
        }
        mounted = m;
        blocks = new SectionBlocks(m.drive(), section, Objects.requireNonNull(label), store::note);
        bytes = 0;
        crc.reset();
        block = ByteBuffer.allocate(0);
        partial = passOver > 0;
        if (partial) {
            goTo(section, passOver, blocks);
            passOver = 0;
        }
        return true;
    }

    private void goTo(StoredSection section, long offset, SectionBlocks from) throws IOException {
        long whole = offset / section.blockSize().bytes();
        try {
            from.passOver(whole);
        } catch (TapeException e) {
            throw unreadable(section, e);
        }
        bytes = whole * section.blockSize().bytes();
        readBlock();
        int rest = (int) (offset - whole * section.blockSize().bytes());
        if (rest > block.remaining()) {
            throw damaged(section, "a block of " + block.remaining() + " bytes stands in the middle of it");
        }
        block.position(block.position() + rest);
    }

    /** Whether a label of this image stands where the section begins. */
    private boolean isOn(TapeDrive drive, StoredSection section) throws IOException {
        try {
            drive.locate(section.label());
            return ImageLabel.decode(new LabelTape(drive).read().records())
                    .imageId()
                    .equals(imageId);
        } catch (LabelException e) {
            return false;
        } catch (TapeException e) {
            if (e.is(TapeFault.POSITION_REFUSED)) {
                return false;
            }
            throw e;
        }
    }

    private ImageLabel labelOf(StoredSection section, LabelTape.Group group) throws VolumeException {
        ImageLabel found;
        try {
            found = ImageLabel.decode(group.records());
        } catch (LabelException e) {
            throw wrongImage(section, e.what(), e);
        }
        boolean right = group.isWhole()
                && found.imageId().equals(imageId)
                && found.lane().number() == section.lane()
                && found.section() == section.section()
                && found.fileNumber() == section.fileNumber()
                && found.at().volume().equals(section.volume())
                && found.blockSize().equals(section.blockSize());
        if (!right) {
            throw wrongImage(
                    section,
                    "there is section " + found.section() + (found.lane().isOnly() ? "" : " of lane " + found.lane())
                            + " of image " + found.imageId() + ", file "
                            + found.fileNumber() + " of volume "
                            + found.at().volume(),
                    null);
        }
        return found;
    }

    private void readBlock() throws IOException {
        StoredSection section = sections.get(next - 1);
        SectionBlocks from = Objects.requireNonNull(blocks);
        @Nullable ByteBuffer data;
        block = ByteBuffer.allocate(0);
        try {
            data = from.next();
        } catch (TapeException e) {
            throw unreadable(section, e);
        } catch (FramingException e) {
            throw beyondRepair(section, e);
        }
        if (data != null) {
            crc.update(data.duplicate());
            bytes += data.remaining();
            block = data;
        } else if (from.end() == ReadOutcome.Kind.FILEMARK) {
            checkTrailer(section, Objects.requireNonNull(mounted), from);
            label = null;
        } else {
            throw damaged(section, "the volume ends in the middle of it");
        }
    }

    private void checkTrailer(StoredSection section, MountedVolume m, SectionBlocks from) throws IOException {
        SectionTrailer trailer;
        LabelTape.Group group;
        try {
            group = new LabelTape(m.drive()).read();
            trailer = SectionTrailer.decode(group.records(), Objects.requireNonNull(label));
        } catch (LabelException e) {
            throw damaged(section, "its trailer is not whole: " + e.what());
        } catch (TapeException e) {
            throw unreadable(section, e);
        }
        if (!group.isWhole()) {
            throw damaged(section, "its trailer is not whole");
        }
        try {
            from.finish(trailer.blocks());
        } catch (FramingException e) {
            throw beyondRepair(section, e);
        }
        if (from.blocks() != trailer.blocks() || bytes != trailer.bytes()) {
            throw damaged(
                    section, "its trailer says " + trailer.blocks() + " blocks and " + trailer.bytes() + " bytes");
        }
        if (from.blocks() != section.blocks() || bytes != section.bytes()) {
            throw damaged(
                    section, "the catalog says " + section.blocks() + " blocks and " + section.bytes() + " bytes");
        }
        if (!partial && (int) crc.getValue() != trailer.crc32c()) {
            throw damaged(section, "its checksum is wrong");
        }
    }

    private long blocksRead() {
        return blocks == null ? 0 : blocks.blocks();
    }

    private VolumeException beyondRepair(StoredSection section, FramingException cause) {
        return new VolumeException(
                cause.is(FramingFault.BLOCKS_LOST) ? VolumeFault.SECTION_UNREADABLE : VolumeFault.SECTION_DAMAGED,
                name(section) + " can't be read any further after " + bytes + " bytes: " + cause.what(),
                cause.hint(),
                cause);
    }

    private VolumeException damaged(StoredSection section, String why) {
        return new VolumeException(
                VolumeFault.SECTION_DAMAGED,
                name(section) + " is damaged after " + blocksRead() + " blocks and " + bytes + " bytes: " + why,
                "Restore from another copy or another backup.");
    }

    private VolumeException unreadable(StoredSection section, TapeException cause) {
        return new VolumeException(
                VolumeFault.SECTION_UNREADABLE,
                name(section) + " can't be read after " + blocksRead() + " blocks and " + bytes + " bytes: "
                        + cause.what(),
                "Try another drive; if that fails too, restore from another copy or another backup.",
                cause);
    }

    private VolumeException wrongImage(StoredSection section, String why, @Nullable Exception cause) {
        return new VolumeException(
                VolumeFault.WRONG_IMAGE,
                name(section) + " is not at " + section.label() + ": " + why,
                "The catalog and the volume disagree: scan the volume with lsvol --label.",
                cause);
    }

    private String name(StoredSection section) {
        return "section " + section.section() + (section.lane() == 1 ? "" : " of lane " + section.lane()) + " of image "
                + imageId + " on volume " + section.volume();
    }
}

package io.saddlebag.volume;

import io.saddlebag.media.EndOfDataLabel;
import io.saddlebag.media.ImageLabel;
import io.saddlebag.media.LabelException;
import io.saddlebag.media.LabelFault;
import io.saddlebag.media.SectionTrailer;
import io.saddlebag.media.VolumeId;
import io.saddlebag.tape.BlockAddress;
import io.saddlebag.tape.TapeDrive;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFault;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Walks over the sections of a volume by its labels alone, without reading their data. */
final class VolumeScan {
    /** No volume holds more; a walk that finds more runs in circles. */
    static final int MOST_SECTIONS = 1_000_000;

    private final TapeDrive drive;
    private final LabelTape labels;
    private final VolumeId volume;

    VolumeScan(TapeDrive drive, VolumeId volume) {
        this.drive = drive;
        this.labels = new LabelTape(drive);
        this.volume = volume;
    }

    /** What stands behind the last whole section. */
    enum End {
        /** An end-of-data label. */
        END_OF_DATA_LABEL,
        /** An EOV trailer: the volume is closed. */
        CONTINUED_ELSEWHERE,
        /** Nothing, or something that was not finished and counts for nothing. */
        TORN,
        /** Something that this program didn't write. */
        FOREIGN
    }

    /**
     * @param at where the next image would go: of the end-of-data label, or of the torn rest
     * @param fileNumber in the end-of-data label; 0 without one
     * @param why empty, or why it is torn or foreign
     */
    record Found(List<FoundSection> sections, End end, BlockAddress at, int fileNumber, String why) {}

    /** @param from where a label should stand; the drive is moved there */
    Found from(BlockAddress from) throws IOException {
        List<FoundSection> sections = new ArrayList<>();
        BlockAddress at = from;
        while (sections.size() < MOST_SECTIONS) {
            drive.locate(at);
            LabelTape.Group group = labels.read();
            Found end = endAt(at, group, sections);
            if (end != null) {
                return end;
            }
            FoundSection section;
            try {
                section = section(ImageLabel.decode(group.records()), at);
            } catch (LabelException e) {
                return new Found(sections, End.FOREIGN, at, 0, e.what());
            }
            if (section == null) {
                return new Found(sections, End.TORN, at, 0, "an image without a trailer");
            }
            sections.add(section);
            at = drive.position().next();
            if (section.trailer().next() != null) {
                return new Found(sections, End.CONTINUED_ELSEWHERE, at, 0, "");
            }
        }
        return new Found(sections, End.FOREIGN, at, 0, "more than " + MOST_SECTIONS + " sections");
    }

    /** Null when it is neither the end nor torn, so that it must be an image. */
    private @Nullable Found endAt(BlockAddress at, LabelTape.Group group, List<FoundSection> sections) {
        if (group.end() == LabelTape.End.END_OF_DATA) {
            return new Found(sections, End.TORN, at, 0, "no whole label");
        }
        if (!group.isWhole()) {
            return new Found(sections, End.FOREIGN, at, 0, "no label where one should be");
        }
        if (!EndOfDataLabel.isOne(group.records())) {
            return null;
        }
        try {
            EndOfDataLabel label = EndOfDataLabel.decode(group.records());
            return label.at().volume().equals(volume)
                    ? new Found(sections, End.END_OF_DATA_LABEL, at, label.fileNumber(), "")
                    : new Found(
                            sections,
                            End.FOREIGN,
                            at,
                            0,
                            "a label of volume " + label.at().volume());
        } catch (LabelException e) {
            return new Found(sections, End.FOREIGN, at, 0, e.what());
        }
    }

    /** Null when the section is not finished. */
    private @Nullable FoundSection section(ImageLabel label, BlockAddress at) throws IOException {
        if (!label.at().volume().equals(volume)) {
            throw new LabelException(
                    LabelFault.NOT_CANONICAL, "a label of volume " + label.at().volume());
        }
        BlockAddress data = drive.position().next();
        try {
            drive.spaceFilemarks(1);
        } catch (TapeException e) {
            if (e.is(TapeFault.POSITION_REFUSED)) {
                return null;
            }
            throw e;
        }
        long blocks = drive.position().next().value() - 1 - data.value();
        LabelTape.Group group = labels.read();
        if (group.end() == LabelTape.End.END_OF_DATA) {
            return null;
        }
        SectionTrailer trailer = SectionTrailer.decode(group.records(), label);
        if (trailer.blocks() != blocks || group.end() != LabelTape.End.FILEMARK) {
            throw new LabelException(
                    LabelFault.NOT_CANONICAL,
                    "the trailer of file " + label.fileNumber() + " says " + trailer.blocks() + " blocks, there are "
                            + blocks);
        }
        return new FoundSection(label, trailer, at, data);
    }
}

package io.saddlebag.volume;

import io.saddlebag.media.ImageLabel;
import io.saddlebag.media.SectionTrailer;
import io.saddlebag.tape.BlockAddress;

/** A whole section as its labels describe it, without any catalog (M8). */
public record FoundSection(ImageLabel label, SectionTrailer trailer, BlockAddress labelAt, BlockAddress dataAt) {
    public StoredSection toStored() {
        return new StoredSection(
                label.lane().number(),
                label.section(),
                label.at().volume(),
                label.fileNumber(),
                label.at().sequence(),
                labelAt,
                dataAt,
                label.blockSize(),
                trailer.blocks(),
                trailer.bytes());
    }
}

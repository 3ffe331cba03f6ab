package io.saddlebag.volume;

import io.saddlebag.media.LabelException;
import io.saddlebag.media.VolumeLabel;
import io.saddlebag.tape.TapeDrive;
import java.io.IOException;

/** What a medium turned out to be when its beginning was read. */
sealed interface Identity {
    /** Nothing is on it, or only the beginning of a volume label that a power loss cut off: no data can be behind it. */
    record Blank() implements Identity {}

    record Labelled(VolumeLabel label) implements Identity {}

    /** Something that is not a label of ours: never written over. */
    record Foreign(String why) implements Identity {}

    /** Rewinds and reads; the position is then behind the volume label. */
    static Identity read(TapeDrive drive) throws IOException {
        Identity first = readOnce(drive);
        // blank means that it may be written on: one look is not enough for that
        return first instanceof Blank ? readOnce(drive) : first;
    }

    private static Identity readOnce(TapeDrive drive) throws IOException {
        drive.rewind();
        LabelTape.Group group = new LabelTape(drive).readVolumeLabel();
        if (group.end() == LabelTape.End.END_OF_DATA
                && (group.records().isEmpty() || VolumeLabel.isTorn(group.records()))) {
            return new Blank();
        }
        if (group.end() == LabelTape.End.FILEMARK && group.records().isEmpty()) {
            return new Foreign("it begins with a filemark");
        }
        try {
            return new Labelled(VolumeLabel.decode(group.records()));
        } catch (LabelException e) {
            return new Foreign(e.what());
        }
    }
}

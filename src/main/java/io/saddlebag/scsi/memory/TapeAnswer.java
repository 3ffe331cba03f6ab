package io.saddlebag.scsi.memory;

import io.saddlebag.scsi.ScsiReply;
import org.jspecify.annotations.Nullable;

/**
 * What came of a command that was carried out, before faults change what is said of it.
 *
 * @param sense null when it is GOOD
 */
record TapeAnswer(@Nullable TapeSense sense, int transferredBytes) {
    static final TapeAnswer GOOD = new TapeAnswer(null, 0);

    static TapeAnswer good(int transferredBytes) {
        return new TapeAnswer(null, transferredBytes);
    }

    static TapeAnswer check(TapeSense sense) {
        return new TapeAnswer(sense, 0);
    }

    static TapeAnswer invalidField() {
        return check(TapeSense.of(5, 0x24, 0));
    }

    static TapeAnswer noSuchCommand() {
        return check(TapeSense.of(5, 0x20, 0));
    }

    TapeAnswer counted(int otherBytes) {
        return new TapeAnswer(sense, otherBytes);
    }

    TapeAnswer saying(TapeSense other) {
        return new TapeAnswer(other, transferredBytes);
    }

    ScsiReply reply(boolean descriptors) {
        return sense == null ? ScsiReply.good(transferredBytes) : sense.reply(transferredBytes, descriptors);
    }
}

package io.saddlebag.scsi.memory;

import org.jspecify.annotations.Nullable;

/** What faults change in an answer to a command that was carried out. */
final class TapeAnswers {
    private TapeAnswers() {}

    static TapeAnswer changed(TapeAnswer answer, @Nullable TapeFaultKind fault) {
        if (fault == null) {
            return answer;
        }
        TapeSense sense = answer.sense();
        return switch (fault) {
            // tgt reports the block's length instead of what is left
            case LYING_RESIDUE -> answer.counted(Math.max(0, answer.transferredBytes() - 1));
            case NO_INFORMATION -> sense == null ? answer : answer.saying(sense.silent());
            case NOTHING_SAID ->
                sense == null ? answer : answer.saying(sense.silent()).counted(0);
            case CLEANING_REQUESTED ->
                sense == null || sense.key() == 0
                        ? answer.saying((sense == null ? TapeSense.of(0, 0, 0) : sense).named(0, 0, 0x17))
                        : answer;
            case RECOVERED ->
                sense == null || sense.key() == 0
                        ? answer.saying((sense == null ? TapeSense.of(0, 0, 0) : sense).named(1, 0x17, 1))
                        : answer;
            default -> answer;
        };
    }
}

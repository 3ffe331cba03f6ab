package io.saddlebag.volume;

import io.saddlebag.media.Decision;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeId;
import io.saddlebag.tapeoption.LabelMismatch;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Compares a usable volume's label with the one that was asked for (M10). */
final class LabelExpectation {
    private final VolumeRegister register;
    private final Clearance clearance;
    private final Attendants attendants;
    private final Need need;

    LabelExpectation(VolumeRegister register, Clearance clearance, Attendants attendants, Need need) {
        this.register = register;
        this.clearance = clearance;
        this.attendants = attendants;
        this.need = need;
    }

    /** What is to become of a volume and its label. */
    enum Answer {
        /** It has the label, or none was asked for, or the operator lets it have the expected one. */
        AS_EXPECTED,
        /** It has another one, and keeps it. */
        KEEPS,
        /** It is passed over; that was noted. */
        REFUSED
    }

    Answer of(Volume volume, Decision d) throws IOException, InterruptedException {
        VolumeId expected = need.expected();
        if (expected == null || volume.id().equals(expected)) {
            return Answer.AS_EXPECTED;
        }
        String what =
                "volume " + volume.id() + " in " + d.cartridge().at() + ", where label " + expected + " was expected";
        if (need.options().labelMismatch() == LabelMismatch.ACCEPT) {
            attendants.notes().accept(what + ", is taken and keeps its label");
            return Answer.KEEPS;
        }
        if (attendants.operator().acceptsLabel(what)) {
            attendants.notes().accept(what + ", was accepted by the operator");
            return Answer.AS_EXPECTED;
        }
        attendants
                .notes()
                .accept(
                        what
                                + ", is passed over; load a blank cartridge or the right one, or repeat the job with acceptLabel");
        return Answer.REFUSED;
    }

    /** Whether a volume with that id is on another cartridge than the one in hand. */
    boolean isElsewhere(VolumeId id, @Nullable Volume inHand) throws IOException {
        return written(id)
                .filter(v -> inHand == null || !v.id().equals(inHand.id()))
                .isPresent();
    }

    /**
     * Before anything is mounted: a label that is on a volume which can't be used is no label for another one.
     *
     * @return whether that volume exists, and will be written over or appended to
     * @throws VolumeException {@link VolumeFault#LABEL}
     */
    boolean requireUsable(Instant now) throws IOException {
        VolumeId expected = need.expected();
        Optional<Volume> volume = expected == null ? Optional.empty() : written(expected);
        if (volume.isEmpty()) {
            return false;
        }
        Clearance.Judgement judged = clearance.judge(volume.get(), need.wish(now));
        if (judged.reason().use() == Decision.Use.NONE) {
            throw new VolumeException(
                    VolumeFault.LABEL,
                    "label " + expected + " is that of a volume that can't be written: it " + judged.why(),
                    "Name another label, or give the volume back with reusevol if its images are not needed any more.");
        }
        return true;
    }

    /** Without those that have an id and no cartridge yet. */
    private Optional<Volume> written(VolumeId id) throws IOException {
        return register.find(id).filter(v -> v.barcode() != null || v.files() > 0);
    }
}

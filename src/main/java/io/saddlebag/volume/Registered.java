package io.saddlebag.volume;

import io.saddlebag.library.Barcode;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeLabel;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Compares what a label says with what the register says, and keeps the register right (M16). */
final class Registered {
    private final VolumeRegister register;
    private final Consumer<String> notes;

    Registered(VolumeRegister register, Consumer<String> notes) {
        this.register = register;
        this.notes = notes;
    }

    /** Nobody uses the volume until an operator has looked at it. */
    void suspect(Volume volume, String why) throws IOException {
        if (volume.state() != Volume.State.SUSPECT) {
            register.record(NewVolume.inState(volume, Volume.State.SUSPECT));
        }
        notes.accept("volume " + volume.id() + " is suspect now: " + why);
    }

    /** Empty, or how label, register and barcode contradict each other. */
    static Optional<String> disagreement(VolumeLabel label, Volume volume, @Nullable Barcode barcode) {
        if (!label.id().equals(volume.id())) {
            return Optional.of("its label says " + label.id());
        }
        if (!label.set().equals(volume.set()) || label.sequence() != volume.sequence()) {
            return Optional.of("its label says volume " + label.sequence() + " of set " + label.set());
        }
        if (barcode != null && label.barcode() != null && !barcode.equals(label.barcode())) {
            return Optional.of("its label says barcode " + label.barcode() + ", the library reads " + barcode);
        }
        if (!Objects.equals(label.family(), volume.family())) {
            return Optional.of("its label says media family " + label.family());
        }
        return Optional.empty();
    }

    /**
     * The volume that a label names, when the register was not asked for it by barcode.
     *
     * @param before what the register has under the cartridge's barcode
     * @return empty when nothing may be done with the cartridge; that was noted
     */
    Optional<Volume> byLabel(VolumeLabel label, @Nullable Barcode barcode, @Nullable Volume before) throws IOException {
        Volume known = register.find(label.id()).orElse(null);
        if (known == null) {
            notes.accept("the cartridge with barcode " + barcode + " is volume " + label.id()
                    + ", which is not in the catalog: import it, or unlabel it");
            return Optional.empty();
        }
        boolean labelFits = label.barcode() == null || label.barcode().equals(barcode);
        if (known.barcode() == null && barcode != null && labelFits) {
            // a crash came between the label and the register, or the barcode could not be read then
            Volume labelled = NewVolume.tagged(known, barcode);
            if (before != null) {
                register.forget(before.id());
            }
            register.record(labelled);
            return Optional.of(labelled);
        }
        if (barcode != null
                && barcode.equals(label.barcode())
                && known.barcode() != null
                && !barcode.equals(known.barcode())) {
            // it failed while it was labelled, and another one took its place
            notes.accept("the cartridge with barcode " + barcode + " has the label of volume " + known.id()
                    + ", which is the one with barcode " + known.barcode() + ": unlabel it, or take it out");
            return Optional.empty();
        }
        Optional<String> disagreement = disagreement(label, known, barcode);
        boolean moved = barcode != null && !barcode.equals(known.barcode());
        if (disagreement.isPresent() || moved) {
            suspect(known, disagreement.orElse("the library reads barcode " + barcode));
            return Optional.empty();
        }
        return Optional.of(known);
    }
}

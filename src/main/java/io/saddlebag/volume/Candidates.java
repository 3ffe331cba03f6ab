package io.saddlebag.volume;

import io.saddlebag.library.Barcode;
import io.saddlebag.library.Library;
import io.saddlebag.media.Decision;
import io.saddlebag.media.Eligibility;
import io.saddlebag.media.Expiry;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeId;
import io.saddlebag.media.VolumeIds;
import io.saddlebag.media.VolumeLabel;
import io.saddlebag.media.Wish;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFault;
import java.io.IOException;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks at loaded cartridges for one need, and labels the one that is taken if it must be. */
final class Candidates {
    private final VolumeRegister register;
    private final Clearance clearance;
    private final Attendants attendants;
    private final Clock clock;
    private final Need need;
    private final Registered registered;
    private final Labeller labeller;
    private final TailCheck tails;
    private final LabelExpectation expectation;
    private @Nullable NewVolume fresh;
    /** The family's newest volume may be among cartridges without barcodes: blank ones wait until all were seen. */
    private boolean settlesForBlank;

    private boolean passedOverBlank;
    private final Set<String> refused = new HashSet<>();

    Candidates(VolumeRegister register, Clearance clearance, Attendants attendants, Clock clock, Need need) {
        this.register = register;
        this.clearance = clearance;
        this.attendants = attendants;
        this.clock = clock;
        this.need = need;
        this.fresh = need.next();
        this.registered = new Registered(register, attendants.notes());
        this.labeller = new Labeller(register, clock);
        this.tails = new TailCheck(register, attendants);
        this.expectation = new LabelExpectation(register, clearance, attendants, need);
    }

    /** Whether a second round makes sense, since a blank cartridge was only passed over for the newest volume's sake. */
    boolean settleForBlank() {
        boolean again = passedOverBlank && !settlesForBlank;
        settlesForBlank = true;
        return again;
    }

    /** Cartridges that somebody has decided against, as {@link Automount#key} names them: nobody is asked twice about one. */
    Set<String> refused() {
        return refused;
    }

    /** Nothing was found: an id that is on no cartridge must not count as the family's newest volume. */
    void giveUp() throws IOException {
        NewVolume made = fresh;
        if (made != null && need.next() == null) {
            register.forget(made.id());
        }
    }

    /** Null when nothing can be used. */
    @Nullable
    Decision bestOf(List<Decision> decisions) {
        return decisions.stream()
                .filter(d -> d.use() != Decision.Use.NONE)
                .findFirst()
                .orElse(null);
    }

    /**
     * Reads the label of a loaded cartridge and decides.
     *
     * @return null when another one must be tried; why was noted
     */
    @Nullable
    MountedVolume check(Decision decision, Library.Reservation reservation) throws IOException, InterruptedException {
        if (reservation.drive().state().writeProtected()) {
            attendants.notes().accept(decision.cartridge() + " is write-protected");
            return null;
        }
        Volume known = decision.volume();
        try {
            Identity identity = Identity.read(reservation.drive());
            return known == null
                    ? checkUnknown(decision, identity, reservation)
                    : checkKnown(known, decision, identity, reservation);
        } catch (TapeException e) {
            if (!e.is(TapeFault.MEDIUM_ERROR)) {
                throw e;
            }
            reject(known, decision, e.what());
            return null;
        }
    }

    private void reject(@Nullable Volume known, Decision decision, String why) throws IOException {
        if (known == null) {
            attendants.notes().accept(decision.cartridge() + " can't be used: " + why);
        } else {
            registered.suspect(known, why);
        }
    }

    private @Nullable MountedVolume checkUnknown(Decision d, Identity identity, Library.Reservation reservation)
            throws IOException, InterruptedException {
        Barcode barcode = d.cartridge().barcode();
        if (identity instanceof Identity.Labelled labelled) {
            VolumeLabel label = labelled.label();
            if (!isProven(label, d, reservation)) {
                return null;
            }
            Optional<Volume> volume = registered.byLabel(label, barcode, null);
            return volume.isEmpty() ? null : use(volume.get(), label, d, reservation);
        }
        if (identity instanceof Identity.Foreign foreign) {
            reject(null, d, "it is not blank and has no label of ours: " + foreign.why());
            return null;
        }
        if (barcode == null && !settlesForBlank && newestHasNoBarcode()) {
            passedOverBlank = true;
            return null;
        }
        return labelAnew(null, d, reservation);
    }

    /**
     * Where the register has images of a volume and no barcode, a label alone proves nothing: it may have been begun on another cartridge,
     * which failed then, before it was written on the volume's own (M16).
     */
    private boolean isProven(VolumeLabel label, Decision d, Library.Reservation reservation) throws IOException {
        Volume known = register.find(label.id()).orElse(null);
        if (known == null
                || known.barcode() != null
                || known.files() == 0
                || tails.endsOn(new MountedVolume(reservation, label, known))) {
            return true;
        }
        attendants
                .notes()
                .accept(d.cartridge() + " has the label of volume " + known.id()
                        + ", but not what was written on that: unlabel it, or take it out");
        return false;
    }

    private boolean newestHasNoBarcode() throws IOException {
        return Eligibility.appendable(register.volumes(), need.wish(clock.instant())).stream()
                .anyMatch(v -> v.barcode() == null);
    }

    private @Nullable MountedVolume checkKnown(
            Volume known, Decision d, Identity identity, Library.Reservation reservation)
            throws IOException, InterruptedException {
        Barcode barcode = d.cartridge().barcode();
        if (identity instanceof Identity.Blank && d.use() == Decision.Use.OVERWRITE) {
            return labelAnew(known, d, reservation);
        }
        if (!(identity instanceof Identity.Labelled labelled)) {
            reject(known, d, identity instanceof Identity.Foreign f ? f.why() : "it is blank");
            return null;
        }
        VolumeLabel label = labelled.label();
        Optional<String> disagreement = Registered.disagreement(label, known, barcode);
        if (disagreement.isEmpty()) {
            return use(known, label, d, reservation);
        }
        if (label.id().equals(known.id()) && known.state() == Volume.State.REUSABLE) {
            // labelled anew under its own id, and a crash came before the register knew
            return labelAnew(known, d, reservation);
        }
        Volume begun = register.find(label.id()).orElse(null);
        if (d.use() == Decision.Use.OVERWRITE && begun != null && begun.barcode() == null && begun.files() == 0) {
            Optional<Volume> finished = registered.byLabel(label, barcode, known);
            return finished.isEmpty() ? null : use(finished.get(), label, d, reservation);
        }
        reject(known, d, disagreement.get());
        return null;
    }

    private @Nullable MountedVolume use(Volume volume, VolumeLabel label, Decision d, Library.Reservation reservation)
            throws IOException, InterruptedException {
        Wish wish = need.wish(clock.instant());
        Decision judged = clearance.judge(volume, wish).on(d.cartridge(), volume);
        switch (judged.use()) {
            case APPEND -> {
                if (expectation.of(volume, d) == LabelExpectation.Answer.REFUSED) {
                    refused.add(Automount.key(d.cartridge()));
                    return null;
                }
                return tails.ready(new MountedVolume(reservation, label, volume));
            }
            case OVERWRITE -> {
                if (volume.state() != Volume.State.REUSABLE && !Expiry.hasPassed(label.expires(), wish.now())) {
                    reject(volume, d, "its label says that it expires at " + label.expires());
                    return null;
                }
                return labelAnew(volume, d, reservation);
            }
            default -> {
                attendants.notes().accept(judged.toString());
                return null;
            }
        }
    }

    private @Nullable MountedVolume labelAnew(@Nullable Volume before, Decision d, Library.Reservation reservation)
            throws IOException, InterruptedException {
        // once more, at the last moment: something may have been made on top of it since it was chosen
        String objection = before == null ? null : clearance.objection(before);
        if (objection != null) {
            attendants.notes().accept(objection);
            return null;
        }
        NewVolume made = newVolume(before, d);
        if (made == null) {
            return null;
        }
        if (need.options().density() != null) {
            Densities.set(reservation.drive(), need.options().density());
        }
        try {
            return labeller.label(reservation, made, d.cartridge().barcode(), before);
        } catch (TapeException e) {
            if (!e.is(TapeFault.WRITE_PROTECTED) && !e.is(TapeFault.MEDIUM_ERROR) && !e.is(TapeFault.END_OF_MEDIUM)) {
                throw e;
            }
            reject(before, d, e.what());
            if (!e.is(TapeFault.WRITE_PROTECTED)) {
                neverAgain(made, before == null ? d.cartridge().barcode() : null);
            }
            return null;
        }
    }

    /** The label may be on the cartridge that failed: another one gets another id, where the id is ours to choose (M20). */
    private void neverAgain(NewVolume made, @Nullable Barcode on) throws IOException {
        if (need.next() == null && need.expected() == null) {
            fresh = null;
            register.record(NewVolume.inState(made.on(on).volume(), Volume.State.SUSPECT));
        }
    }

    /** What the cartridge becomes; null when it must not, and why was noted. */
    private @Nullable NewVolume newVolume(@Nullable Volume before, Decision d)
            throws IOException, InterruptedException {
        LabelExpectation.Answer answer =
                before == null ? LabelExpectation.Answer.AS_EXPECTED : expectation.of(before, d);
        VolumeId expected = need.expected();
        if (answer == LabelExpectation.Answer.REFUSED) {
            refused.add(Automount.key(d.cartridge()));
            return null;
        }
        if (answer == LabelExpectation.Answer.KEEPS && before != null && need.next() == null) {
            return NewVolume.first(before.id(), need, clock.instant());
        }
        if (expected != null && expectation.isElsewhere(expected, before)) {
            reject(null, d, "label " + expected + " is on another cartridge");
            return null;
        }
        NewVolume made = fresh;
        if (made == null && expected != null) {
            return NewVolume.first(expected, need, clock.instant());
        }
        if (made == null) {
            VolumeIds ids = VolumeIds.of(need.family());
            made = NewVolume.first(register.nextId(ids.sequence(), ids.prefix()), need, clock.instant());
            fresh = made; // a cartridge that can't be written leaves the id to the next one
        }
        return made;
    }
}

package io.saddlebag.volume;

import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import io.saddlebag.library.ElementKind;
import io.saddlebag.library.ElementStatus;
import io.saddlebag.library.Inventory;
import io.saddlebag.library.Library;
import io.saddlebag.media.Expiry;
import io.saddlebag.media.Holds;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeId;
import io.saddlebag.media.VolumeIds;
import io.saddlebag.media.VolumeLabel;
import io.saddlebag.media.VolumeRights;
import io.saddlebag.protection.Requester;
import io.saddlebag.tape.BlockAddress;
import java.io.IOException;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What operators do with volumes (M13): label, unlabel, identify, reuse, scan. Each takes a drive for itself, leaves the
 * cartridge in it unless it is one of several, and checks everything before it changes anything. Thread-safe.
 */
public final class VolumeOperations {
    private final Library library;
    private final VolumeRegister register;
    private final Dependents dependents;
    private final Clearance clearance;
    private final Consumer<String> notes;
    private final Dependents.Alarm alarm;
    private final Clock clock;
    private final DriveLoader loader;

    /** @param dependents asked before a volume is written over, made blank or given back */
    public VolumeOperations(
            Library library, VolumeRegister register, Dependents dependents, Consumer<String> notes, Clock clock) {
        this(library, register, dependents, notes, noted(notes), clock);
    }

    private VolumeOperations(
            Library library,
            VolumeRegister register,
            Dependents dependents,
            Consumer<String> notes,
            Dependents.Alarm alarm,
            Clock clock) {
        this.library = library;
        this.register = register;
        this.dependents = dependents;
        this.clearance = new Clearance(register, dependents);
        this.notes = notes;
        this.alarm = alarm;
        this.clock = clock;
        this.loader = new DriveLoader(library, notes);
    }

    /** The same, whose notes go to a job's transcript. */
    public VolumeOperations noting(Consumer<String> transcript) {
        return new VolumeOperations(library, register, dependents, transcript, clock);
    }

    /** The same, which raises an alarm there, too, when it breaks a chain of journals (J13). */
    public VolumeOperations alarming(Dependents.Alarm raised) {
        Dependents.Alarm first = alarm;
        return new VolumeOperations(
                library,
                register,
                dependents,
                notes,
                (journals, message, text) -> {
                    first.raise(journals, message, text);
                    raised.raise(journals, message, text);
                },
                clock);
    }

    private static Dependents.Alarm noted(Consumer<String> notes) {
        return (journals, message, text) -> notes.accept(message + ", " + text);
    }

    /** As they are now, for work on several: while one is worked on, others are moved. Each is put back to its slot afterwards. */
    public List<Target> pinned(List<Target> targets) throws IOException {
        loader.freeTheHand();
        Inventory now = library.inventory();
        return targets.stream().map(target -> target.pinned(now)).toList();
    }

    /**
     * The volume that a cartridge holds as far as the catalog knows, by its barcode; nothing is loaded.
     *
     * @throws VolumeException {@link VolumeFault#NO_CARTRIDGE}, {@link VolumeFault#UNKNOWN_VOLUME}
     */
    public Volume known(Target target) throws IOException {
        Barcode barcode = cartridge(target).barcode();
        Optional<Volume> volume = barcode == null ? Optional.empty() : register.find(barcode);
        return volume.orElseThrow(() -> new VolumeException(
                VolumeFault.UNKNOWN_VOLUME,
                "the catalog has no volume for the cartridge with " + target + " in library " + library.name(),
                "Name the volume by its id; identifyvol reads its label."));
    }

    /** What else needs these volumes (M21), whether their date has come or not; nothing is loaded. */
    public Holds holds(Collection<VolumeId> volumes) throws IOException {
        return clearance.holds(volumes);
    }

    /**
     * What a label is to say.
     *
     * @param family null outside of any
     * @param id explicit ({@code vidunique}); null for the next of the family's or the domain's sequence
     */
    public record LabelOrder(
            @Nullable MediaFamily family, @Nullable VolumeId id, String owner, String host) {}

    private interface Work<T> {
        T with(Library.Reservation reservation, ElementStatus cartridge) throws IOException;
    }

    /**
     * Labels a cartridge ({@code labelvol}); on return label and register are durable.
     *
     * @throws VolumeException {@link VolumeFault#NEEDED}, {@link VolumeFault#CHAIN_NEEDED} when something else needs what is on it, ...
     */
    public Volume label(Target target, LabelOrder order, Overwrite allowed) throws IOException {
        if (order.id() != null && register.find(order.id()).isPresent()) {
            throw new VolumeException(
                    VolumeFault.ID_IN_USE,
                    "there is a volume " + order.id() + " already",
                    "Choose another id, or none: the next of the sequence is then taken.");
        }
        return onCartridge(target, (reservation, cartridge) -> {
            Volume before = requireOverwritable(reservation, cartridge, order.owner(), allowed);
            VolumeIds ids = VolumeIds.of(order.family());
            VolumeId id = order.id() == null ? register.nextId(ids.sequence(), ids.prefix()) : order.id();
            NewVolume fresh = NewVolume.first(id, order.family(), order.owner(), order.host(), clock.instant());
            return new Labeller(register, clock)
                    .label(reservation, fresh, cartridge.barcode(), before)
                    .volume();
        });
    }

    /** Makes a cartridge blank again ({@code unlabelvol}), and forgets its volume. */
    public void unlabel(Target target, String owner, Overwrite allowed) throws IOException {
        onCartridge(target, (reservation, cartridge) -> {
            Volume before = requireOverwritable(reservation, cartridge, owner, allowed);
            reservation.drive().rewind();
            reservation.drive().erase();
            new LabelTape(reservation.drive()).requirePosition(BlockAddress.BEGINNING);
            if (before != null) {
                register.forget(before.id());
            }
            return cartridge;
        });
    }

    /** Reads the label and compares it with barcode and register ({@code identifyvol}); changes nothing. */
    public Identification identify(Target target) throws IOException {
        return onCartridge(target, (reservation, cartridge) -> {
            Identity identity = Identity.read(reservation.drive());
            if (!(identity instanceof Identity.Labelled labelled)) {
                String problem = identity instanceof Identity.Foreign f ? f.why() : "it is blank";
                boolean expected = cartridge.barcode() != null
                        && register.find(cartridge.barcode()).isPresent();
                String disagreement = expected ? "the catalog has a volume with this barcode, but " + problem : problem;
                return new Identification(cartridge.element(), cartridge.barcode(), null, null, disagreement);
            }
            VolumeLabel label = labelled.label();
            Volume volume = register.find(label.id()).orElse(null);
            String problem = volume == null
                    ? "volume " + label.id() + " is not in the catalog"
                    : Registered.disagreement(label, volume, cartridge.barcode())
                            .orElse("");
            return new Identification(cartridge.element(), cartridge.barcode(), label, volume, problem);
        });
    }

    /**
     * Gives a volume back for reuse ({@code reusevol}): it may be written over from now on. Nothing moves. What was needed on it, and is
     * given up by order, is lost from now on.
     *
     * @throws VolumeException as {@link #label}
     */
    public Volume reuse(VolumeId id, String owner, Overwrite allowed) throws IOException {
        Volume volume = register.find(id)
                .orElseThrow(() -> new VolumeException(
                        VolumeFault.UNKNOWN_VOLUME, "there is no volume " + id, "List the volumes with lsvol."));
        if (!allowed.isInUse()) {
            requireNotValid(volume, owner);
        }
        if (clearance.require(volume, allowed, notes, alarm)) {
            register.forget(id); // else it would be held on for the same reasons
        }
        Volume reusable = NewVolume.inState(volume, Volume.State.REUSABLE);
        register.record(reusable);
        return reusable;
    }

    /**
     * Walks over a volume by its labels ({@code lsvol --label}, {@code catalog import}); needs and changes no register.
     *
     * @throws VolumeException {@link VolumeFault#WRONG_VOLUME} when it has no label of ours
     */
    public ScannedVolume scanVolume(Target target) throws IOException {
        return onCartridge(target, (reservation, cartridge) -> {
            Identity identity = Identity.read(reservation.drive());
            if (!(identity instanceof Identity.Labelled labelled)) {
                throw new VolumeException(
                        VolumeFault.WRONG_VOLUME,
                        "the cartridge in " + cartridge.element() + " has no label of ours: "
                                + (identity instanceof Identity.Foreign f ? f.why() : "it is blank"),
                        "Read it with the program that wrote it.");
            }
            VolumeScan.Found found = new VolumeScan(
                            reservation.drive(), labelled.label().id())
                    .from(new BlockAddress(VolumeLabel.RECORDS));
            return new ScannedVolume(
                    labelled.label(),
                    found.sections(),
                    found.at(),
                    found.end() == VolumeScan.End.CONTINUED_ELSEWHERE,
                    found.why());
        });
    }

    private ElementStatus cartridge(Target target) throws IOException {
        return target.find(library.inventory())
                .filter(s -> s.element().kind() != ElementKind.MTE)
                .orElseThrow(() -> new VolumeException(
                        VolumeFault.NO_CARTRIDGE,
                        "there is no cartridge with " + target + " in library " + library.name(),
                        "Look at the inventory; use inventory --force if somebody reached in."));
    }

    private <T> T onCartridge(Target target, Work<T> work) throws IOException {
        loader.freeTheHand();
        ElementStatus cartridge = cartridge(target);
        try (Library.Reservation reservation = loader.reserveFor(cartridge.element(), null)) {
            loader.load(cartridge.element(), cartridge.barcode(), reservation);
            T result;
            try {
                result = work.with(reservation, cartridge);
            } catch (VolumeException refused) {
                putBack(target, reservation, cartridge.element());
                throw refused;
            }
            // not after a failure of the drive: nothing more is asked of it
            putBack(target, reservation, cartridge.element());
            return result;
        }
    }

    /** One of several, to where it was. What was done stays done, wherever the cartridge is. */
    private void putBack(Target target, Library.Reservation reservation, Element from) {
        if (!(target instanceof Target.Pinned) || from.kind() == ElementKind.DTE) {
            return;
        }
        try {
            reservation.drive().unload();
            library.move(reservation.element(), from);
        } catch (IOException e) {
            notes.accept("the cartridge from " + from + " stays in " + reservation.element() + ": " + e.getMessage());
        }
    }

    /** What the register has of the cartridge, by its label and by its barcode; the first is what gets overwritten. */
    private @Nullable Volume requireOverwritable(
            Library.Reservation reservation, ElementStatus cartridge, String owner, Overwrite allowed)
            throws IOException {
        Volume before = overwritten(reservation, cartridge, owner, allowed);
        if (before != null) {
            clearance.require(before, allowed, notes, alarm);
        }
        return before;
    }

    private @Nullable Volume overwritten(
            Library.Reservation reservation, ElementStatus cartridge, String owner, Overwrite allowed)
            throws IOException {
        Identity identity = Identity.read(reservation.drive());
        Volume tagged = cartridge.barcode() == null
                ? null
                : register.find(cartridge.barcode()).orElse(null);
        if (allowed.isInUse()) {
            notes.accept("what was in " + cartridge.element() + " is overwritten by order");
            return tagged == null && identity instanceof Identity.Labelled l
                    ? register.find(l.label().id())
                            .filter(v -> v.barcode() == null)
                            .orElse(null)
                    : tagged;
        }
        if (tagged != null) {
            requireNotValid(tagged, owner);
        }
        if (identity instanceof Identity.Foreign foreign) {
            throw notBlank(cartridge, "it has no label of ours: " + foreign.why());
        }
        if (identity instanceof Identity.Labelled labelled) {
            VolumeLabel label = labelled.label();
            Volume known = register.find(label.id()).orElse(null);
            if (known == null) {
                throw notBlank(cartridge, "it is volume " + label.id() + ", which is not in the catalog");
            }
            requireNotValid(known, owner);
            if (tagged != null && !tagged.id().equals(known.id())) {
                throw notBlank(
                        cartridge, "its label says " + known.id() + ", but by its barcode it is volume " + tagged.id());
            }
            if (known.state() != Volume.State.REUSABLE && !Expiry.hasPassed(label.expires(), clock.instant())) {
                throw notExpired(known, label.expires() == null ? "never expires" : "expires at " + label.expires());
            }
            return known;
        }
        return tagged;
    }

    private void requireNotValid(Volume volume, String owner) throws VolumeException {
        if (!VolumeRights.mayOverwrite(volume, Requester.of(owner))) {
            throw new VolumeException(
                    VolumeFault.OTHER_OWNER,
                    "volume " + volume.id() + " belongs to " + volume.owner() + ", not to " + owner,
                    "Let its owner do it, or force it.");
        }
        // an empty one is no exception: the catalog may be older than what is on it
        if (volume.state() != Volume.State.REUSABLE && !Expiry.hasPassed(volume.expires(), clock.instant())) {
            throw notExpired(
                    volume, volume.expires() == null ? "doesn't expire by time" : "expires at " + volume.expires());
        }
    }

    private static VolumeException notExpired(Volume volume, String when) {
        return new VolumeException(
                VolumeFault.NOT_EXPIRED,
                "volume " + volume.id() + " is still needed: it " + when,
                "Wait, or give it back with reusevol and force it if its images are not needed any more.");
    }

    private static VolumeException notBlank(ElementStatus cartridge, String why) {
        return new VolumeException(
                VolumeFault.NOT_BLANK,
                "the cartridge in " + cartridge.element() + " is not blank: " + why,
                "Look at it with identifyvol, and force it if nothing on it is needed any more.");
    }
}

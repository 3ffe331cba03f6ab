package io.saddlebag.volume;

import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import io.saddlebag.library.ElementKind;
import io.saddlebag.library.ElementStatus;
import io.saddlebag.library.Library;
import io.saddlebag.library.LibraryException;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeId;
import io.saddlebag.tape.TapeDrive;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFault;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Brings a volume that is known by its id into a drive, and makes sure that it is the one (C8). */
final class ReadMount {
    private final Library library;
    private final VolumeRegister register;
    private final Attendants attendants;
    private final DriveLoader loader;
    private final Registered registered;

    ReadMount(Library library, VolumeRegister register, Attendants attendants) {
        this.library = library;
        this.register = register;
        this.attendants = attendants;
        this.loader = new DriveLoader(library, attendants.notes());
        this.registered = new Registered(register, attendants.notes());
    }

    /** Whether what should be on a volume is on the one in the drive; moves the tape. */
    @FunctionalInterface
    interface Proof {
        /** A volume that was mounted a moment ago needs none. */
        Proof NONE = drive -> true;

        boolean holds(TapeDrive drive) throws IOException;
    }

    /**
     * Mounts the volume; asks the operator while it is not in the library.
     *
     * @param held a drive that the caller has; when another is returned, it was given back
     * @param proof asked of a cartridge whose barcode doesn't say which volume it is: a label that was begun on a cartridge
     *     which failed then may be on another one, too
     * @throws VolumeException {@link VolumeFault#WRONG_VOLUME} when the cartridge with its barcode is another volume
     */
    MountedVolume mount(VolumeId id, Library.@Nullable Reservation held, Proof proof)
            throws IOException, InterruptedException {
        Volume volume = register.find(id).orElseThrow(() -> unknown(id));
        Set<Barcode> seen = new HashSet<>();
        int changes = 0;
        for (int look = 0; look < Automount.MOST_LOOKS; look++) {
            try {
                Optional<MountedVolume> found = find(volume, held, seen, proof);
                if (found.isPresent()) {
                    return found.get();
                }
            } catch (LibraryException e) {
                if (!Automount.wasMovedByOthers(e) || ++changes > Automount.MOST_CHANGES) {
                    throw e;
                }
                attendants.notes().accept(e.what());
                library.scan();
                continue;
            }
            attendants.operator().needVolume("volume " + id + " with barcode " + volume.barcode() + " for reading");
        }
        throw Automount.gaveUp("volume " + id);
    }

    /** Mounts a volume that was mounted a moment ago, without asking anybody. */
    MountedVolume again(MountedVolume before, Library.Reservation held) throws IOException {
        return find(before.volume(), held, new HashSet<>(), Proof.NONE)
                .map(m -> m.with(before.volume()))
                .orElseThrow(() -> unknown(before.volume().id()));
    }

    /**
     * By its barcode. Where that fails, by the labels of the cartridges whose barcodes are unreadable or unknown: a
     * barcode may have been read wrong when the volume was labelled, or may have been changed since.
     */
    private Optional<MountedVolume> find(
            Volume volume, Library.@Nullable Reservation held, Set<Barcode> seen, Proof proof) throws IOException {
        loader.freeTheHand();
        List<ElementStatus> full = library.inventory().elements().stream()
                .filter(e -> e.full() && e.element().kind() != ElementKind.MTE)
                .toList();
        for (ElementStatus status : full) {
            if (isOf(volume, status)) {
                return loadWhereItFits(status, volume, held);
            }
        }
        for (ElementStatus status : full) {
            if (mayBeAnything(status.barcode(), seen)) {
                Optional<MountedVolume> found = load(status, volume, held, proof, new HashSet<>());
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isOf(Volume volume, ElementStatus status) {
        return volume.barcode() != null && volume.barcode().equals(status.barcode());
    }

    /** Drives of two generations may stand in one library: what one can't use, another one may (M5). */
    private Optional<MountedVolume> loadWhereItFits(
            ElementStatus known, Volume volume, Library.@Nullable Reservation held) throws IOException {
        Set<Element> unsuited = new HashSet<>();
        ElementStatus at = known;
        while (true) {
            int before = unsuited.size();
            Optional<MountedVolume> found = load(at, volume, held, Proof.NONE, unsuited);
            if (found.isPresent() || unsuited.size() == before) {
                return found;
            }
            at = library.inventory().elements().stream()
                    .filter(each -> each.full() && isOf(volume, each))
                    .findFirst()
                    .orElse(at);
        }
    }

    private boolean mayBeAnything(@Nullable Barcode barcode, Set<Barcode> seen) throws IOException {
        return barcode == null
                || (!barcode.isCleaning() && register.find(barcode).isEmpty() && seen.add(barcode));
    }

    /** Empty when it is another volume, and its barcode didn't say that it should not be. */
    private Optional<MountedVolume> load(
            ElementStatus status, Volume volume, Library.@Nullable Reservation held, Proof proof, Set<Element> unsuited)
            throws IOException {
        Library.Reservation usable = held != null && unsuited.contains(held.element()) ? null : held;
        Library.Reservation reservation = loader.reserveFor(status.element(), usable, unsuited);
        MountedVolume mounted = null;
        try {
            loader.load(status.element(), status.barcode(), reservation);
            Identity identity = Identity.read(reservation.drive());
            boolean labelFits =
                    identity instanceof Identity.Labelled l && l.label().id().equals(volume.id());
            if (labelFits && !proof.holds(reservation.drive())) {
                attendants
                        .notes()
                        .accept("the cartridge in " + status.element() + " has the label of volume " + volume.id()
                                + ", but not what was written on that");
            } else if (identity instanceof Identity.Labelled l && labelFits) {
                // it is the one to read; what else is wrong with it only keeps it from being written
                Optional<String> wrong = Registered.disagreement(l.label(), volume, status.barcode());
                if (wrong.isPresent()) {
                    registered.suspect(volume, wrong.get());
                }
                mounted = new MountedVolume(
                        reservation, l.label(), register.find(volume.id()).orElse(volume));
            } else if (isOf(volume, status)) {
                throw wrongVolume(volume, identity);
            }
        } catch (TapeException e) {
            // one of those that might be the volume, as far as barcodes tell
            boolean another = e.is(TapeFault.UNUSABLE_MEDIUM) || e.is(TapeFault.NO_MEDIUM);
            if (another && isOf(volume, status) && hasOtherDrives(e, reservation, unsuited)) {
                sendBack(reservation, e);
                unsuited.add(reservation.element());
                return Optional.empty();
            }
            if (!another || isOf(volume, status)) {
                throw e;
            }
            attendants.notes().accept("the cartridge in " + status.element() + " can't be used: " + e.what());
        } finally {
            if (mounted == null && reservation != held) {
                reservation.close();
            }
        }
        if (mounted != null && held != null && reservation != held) {
            held.close();
        }
        return Optional.ofNullable(mounted);
    }

    private boolean hasOtherDrives(TapeException e, Library.Reservation tried, Set<Element> unsuited) {
        return e.is(TapeFault.UNUSABLE_MEDIUM)
                && library.drives().keySet().stream()
                        .anyMatch(each -> !each.equals(tried.element()) && !unsuited.contains(each));
    }

    private void sendBack(Library.Reservation reservation, TapeException why) throws IOException {
        attendants.notes().accept(why.what() + "; another drive is tried");
        try {
            loader.sendBack(reservation);
        } catch (IOException e) {
            e.addSuppressed(why);
            throw e;
        }
    }

    private VolumeException wrongVolume(Volume volume, Identity identity) throws IOException {
        String what = identity instanceof Identity.Labelled l
                ? "its label says " + l.label().id()
                : identity instanceof Identity.Foreign f ? f.why() : "it is blank";
        registered.suspect(volume, what);
        return new VolumeException(
                VolumeFault.WRONG_VOLUME,
                "the cartridge with barcode " + volume.barcode() + " should be volume " + volume.id() + ", but " + what,
                "Compare label and barcode with identifyvol, and put the right cartridge in.");
    }

    private static VolumeException unknown(VolumeId id) {
        return new VolumeException(
                VolumeFault.UNKNOWN_VOLUME,
                "there is no volume " + id,
                "List the volumes with lsvol; import the volume with catalog import if it came from elsewhere.");
    }
}

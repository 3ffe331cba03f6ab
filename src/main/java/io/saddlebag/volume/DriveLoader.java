package io.saddlebag.volume;

import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import io.saddlebag.library.ElementKind;
import io.saddlebag.library.ElementStatus;
import io.saddlebag.library.Inventory;
import io.saddlebag.library.Library;
import io.saddlebag.library.LibraryException;
import io.saddlebag.library.LibraryFault;
import io.saddlebag.tape.TapeDrive;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reserves drives and brings cartridges into them; puts back what stands in the way. */
final class DriveLoader {
    private final Library library;
    private final Consumer<String> notes;

    /** @param notes gets what takes long */
    DriveLoader(Library library, Consumer<String> notes) {
        this.library = library;
        this.notes = notes;
    }

    /**
     * Takes the drive that the cartridge is in, or else the held one, or else any: an empty one if there is one.
     *
     * @param held a reservation that the caller has; it stays the caller's unless it is what is returned
     * @throws VolumeException {@link VolumeFault#NO_DRIVE_FREE}
     */
    Library.Reservation reserveFor(Element cartridge, Library.@Nullable Reservation held) throws IOException {
        return reserveFor(cartridge, held, Set.of());
    }

    /**
     * As {@link #reserveFor(Element, Library.Reservation)}, but none of some drives.
     *
     * @param unsuited drives that can't use the cartridge, neither the held one nor that in which it is
     */
    Library.Reservation reserveFor(Element cartridge, Library.@Nullable Reservation held, Set<Element> unsuited)
            throws IOException {
        if (held != null && (cartridge.kind() != ElementKind.DTE || cartridge.equals(held.element()))) {
            return held;
        }
        Inventory inventory = library.inventory();
        List<Element> drives = new ArrayList<>();
        if (cartridge.kind() == ElementKind.DTE) {
            drives.add(cartridge);
        } else {
            library.drives().keySet().stream()
                    .filter(each -> !unsuited.contains(each))
                    .sorted(Comparator.comparing((Element e) ->
                                    inventory.at(e).map(ElementStatus::full).orElse(true))
                            .thenComparing(Comparator.naturalOrder()))
                    .forEach(drives::add);
        }
        LibraryException busy = null;
        for (Element drive : drives) {
            try {
                return library.reserve(drive);
            } catch (LibraryException e) {
                if (!e.is(LibraryFault.IN_USE)) {
                    throw e;
                }
                busy = e;
            }
        }
        throw new VolumeException(
                VolumeFault.NO_DRIVE_FREE,
                "none of the drives " + drives + " of library " + library.name() + " is free",
                "Wait until another job has ended, and repeat the job.",
                busy);
    }

    /**
     * Takes that drive, whatever is in it.
     *
     * @param held a reservation that the caller has; it stays the caller's unless it is what is returned
     * @throws VolumeException {@link VolumeFault#NO_DRIVE_FREE}
     */
    Library.Reservation reserve(Element drive, Library.@Nullable Reservation held) throws IOException {
        if (held != null && held.element().equals(drive)) {
            return held;
        }
        try {
            return library.reserve(drive);
        } catch (LibraryException e) {
            if (!e.is(LibraryFault.IN_USE)) {
                throw e;
            }
            TapeDrive named = library.drives().get(drive);
            throw new VolumeException(
                    VolumeFault.NO_DRIVE_FREE,
                    "drive " + (named == null ? drive : named.name() + " (" + drive + ")") + " of library "
                            + library.name() + " is used by somebody else",
                    "Wait until another job has ended, or name other drives, and repeat the job.",
                    e);
        }
    }

    /**
     * Brings the cartridge into the drive and makes it ready, at its beginning.
     *
     * @param expected its barcode as it was chosen by; null when it has none
     * @throws LibraryException {@link LibraryFault#INVENTORY_CHANGED} when another cartridge is there by now
     */
    void load(Element cartridge, @Nullable Barcode expected, Library.Reservation into) throws IOException {
        Element drive = into.element();
        if (!cartridge.equals(drive)) {
            ElementStatus status = library.inventory().at(drive).orElseGet(() -> ElementStatus.empty(drive));
            if (status.full()) {
                into.drive().unload();
                putAway(status);
            }
            if (expected == null) {
                library.move(cartridge, drive);
            } else {
                library.move(expected, cartridge, drive);
            }
        }
        requireIn(drive, expected);
        into.drive().load(notes);
        into.drive().rewind();
    }

    /** The drive is ours by now, but wasn't when the cartridge was chosen. */
    private void requireIn(Element drive, @Nullable Barcode expected) throws IOException {
        ElementStatus status = library.inventory().at(drive).orElseGet(() -> ElementStatus.empty(drive));
        boolean same = expected == null || expected.equals(status.barcode());
        if (!status.full() || !same) {
            throw new LibraryException(
                    LibraryFault.INVENTORY_CHANGED,
                    "drive " + drive + " of library " + library.name() + " holds "
                            + (!status.full()
                                    ? "no cartridge"
                                    : status.barcode() == null
                                            ? "a cartridge without barcode"
                                            : "cartridge " + status.barcode())
                            + ", not the one that was chosen (" + (expected == null ? "no barcode" : expected) + ")",
                    "Repeat the job; somebody else moves cartridges in this library.");
        }
    }

    /**
     * A drive that can't use what is in it, or isn't wanted to, is emptied, so that another one can be tried.
     *
     * @return where the cartridge is now; empty when there was none
     */
    Optional<Element> sendBack(Library.Reservation from) throws IOException {
        from.drive().unload();
        Optional<ElementStatus> status = library.inventory().at(from.element());
        return status.isPresent() && status.get().full() ? Optional.of(putAway(status.get())) : Optional.empty();
    }

    /** A power loss can leave a cartridge in the robot's hand. */
    void freeTheHand() throws IOException {
        for (ElementStatus hand : library.inventory().of(ElementKind.MTE)) {
            if (hand.full()) {
                putAway(hand);
            }
        }
    }

    /** Back to where it came from, or to the first empty slot, which is returned. */
    Element putAway(ElementStatus from) throws IOException {
        Inventory inventory = library.inventory();
        Element home = from.cameFrom();
        boolean homeIsFree = home != null
                && home.kind() == ElementKind.SE
                && inventory.at(home).map(s -> !s.full()).orElse(false);
        if (home == null || !homeIsFree) {
            home = inventory
                    .firstEmpty(ElementKind.SE)
                    .map(ElementStatus::element)
                    .orElseThrow(() -> new VolumeException(
                            VolumeFault.NO_EMPTY_SLOT,
                            "library " + library.name() + " has no empty slot for the cartridge in " + from.element(),
                            "Export a cartridge, and repeat the job."));
        }
        library.move(from.element(), home);
        return home;
    }
}

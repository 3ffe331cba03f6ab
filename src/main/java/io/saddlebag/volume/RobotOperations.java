package io.saddlebag.volume;

import io.saddlebag.library.Element;
import io.saddlebag.library.ElementKind;
import io.saddlebag.library.ElementStatus;
import io.saddlebag.library.Inventory;
import io.saddlebag.library.Library;
import io.saddlebag.library.LibraryException;
import io.saddlebag.library.LibraryFault;
import io.saddlebag.library.Move;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What operators do with cartridges (M13). Source and target are checked against the inventory first, and both are named
 * in errors; nothing moves before. Thread-safe.
 */
public final class RobotOperations {
    private final Library library;

    public RobotOperations(Library library) {
        this.library = library;
    }

    /** How an inventory is made. */
    public enum Look {
        /** What the robot knows. */
        REMEMBERED,
        /** {@code --force}: the robot looks at every element. */
        PHYSICAL
    }

    public Inventory inventory(Look look) throws IOException {
        return look == Look.PHYSICAL ? library.scan() : library.inventory();
    }

    /** Brings a cartridge into a drive and makes it ready ({@code loadvol}). */
    public void load(Element from, Element drive) throws IOException {
        requireKind(drive, ElementKind.DTE, "the target");
        check(from, drive);
        try (Library.Reservation reservation = library.reserve(drive)) {
            library.move(from, drive);
            reservation.drive().load();
        }
    }

    /** Takes a drive's cartridge out ({@code unloadvol}), to a slot or a mail slot. */
    public void unload(Element drive, Element to) throws IOException {
        requireKind(drive, ElementKind.DTE, "the source");
        check(drive, to);
        try (Library.Reservation reservation = library.reserve(drive)) {
            reservation.drive().unload();
            library.move(drive, to);
        }
    }

    /** As {@link #unload(Element, Element)}, to where the cartridge came from or else the first empty slot. */
    public void unload(Element drive) throws IOException {
        requireKind(drive, ElementKind.DTE, "the source");
        ElementStatus status = status(library.inventory(), drive);
        if (!status.full()) {
            throw new LibraryException(
                    LibraryFault.SOURCE_EMPTY,
                    "can't unload drive " + drive + " of library " + library.name() + ": it is empty",
                    "Look at the inventory; use inventory --force if somebody reached in.");
        }
        try (Library.Reservation reservation = library.reserve(drive)) {
            reservation.drive().unload();
            new DriveLoader(library, line -> {}).putAway(status);
        }
    }

    /** Moves a cartridge between slots, mail slots and drives ({@code movevol}); a drive is unloaded first. */
    public void move(Element from, Element to) throws IOException {
        if (from.kind() == ElementKind.DTE) {
            unload(from, to);
        } else if (to.kind() == ElementKind.DTE) {
            load(from, to);
        } else {
            check(from, to);
            library.move(from, to);
        }
    }

    /** From a mail slot to a slot ({@code importvol}). */
    public void importVolume(Element mailSlot, Element slot) throws IOException {
        requireKind(mailSlot, ElementKind.IEE, "the source");
        requireKind(slot, ElementKind.SE, "the target");
        move(mailSlot, slot);
    }

    /** From a slot to a mail slot ({@code exportvol}). */
    public void exportVolume(Element slot, Element mailSlot) throws IOException {
        requireKind(slot, ElementKind.SE, "the source");
        requireKind(mailSlot, ElementKind.IEE, "the target");
        move(slot, mailSlot);
    }

    /**
     * The moves of {@link #importVolume} for several mail slots, each to the next empty slot unless slots are named. All are
     * checked; nothing moves.
     */
    public List<Move> planImport(List<Element> mailSlots, @Nullable List<Element> slots) throws IOException {
        requireKinds(mailSlots, ElementKind.IEE, "the source");
        if (slots != null) {
            requireKinds(slots, ElementKind.SE, "the target");
        }
        return plan(mailSlots, slots == null ? empty(ElementKind.SE) : slots);
    }

    /** As {@link #planImport}, of {@link #exportVolume}: slots to mail slots. */
    public List<Move> planExport(List<Element> slots, @Nullable List<Element> mailSlots) throws IOException {
        requireKinds(slots, ElementKind.SE, "the source");
        if (mailSlots != null) {
            requireKinds(mailSlots, ElementKind.IEE, "the target");
        }
        return plan(slots, mailSlots == null ? empty(ElementKind.IEE) : mailSlots);
    }

    /** As {@link #planImport}, of {@link #move(Element, Element)}: each source to the target in the same place of its list. */
    public List<Move> planMoves(List<Element> sources, List<Element> targets) throws IOException {
        if (sources.size() != targets.size()) {
            throw new IllegalArgumentException("there are " + sources.size() + " sources " + sources + " and "
                    + targets.size() + " targets " + targets + "; name as many of both");
        }
        return plan(sources, targets);
    }

    /** Carries out what was planned; checked again, since others may have moved something. */
    public Move carry(Move planned) throws IOException {
        move(planned.from(), planned.to());
        return planned;
    }

    private List<Move> plan(List<Element> sources, List<Element> targets) throws IOException {
        if (targets.size() < sources.size()) {
            throw new LibraryException(
                    LibraryFault.DESTINATION_FULL,
                    "can't move " + sources.size() + " cartridges of library " + library.name() + " (" + sources
                            + "): there is room for " + targets.size() + " " + targets,
                    "Move fewer, or make room first.");
        }
        List<Move> moves = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            check(sources.get(i), targets.get(i));
            moves.add(new Move(sources.get(i), targets.get(i)));
        }
        return moves;
    }

    private List<Element> empty(ElementKind kind) throws IOException {
        return library.inventory().of(kind).stream()
                .filter(status -> !status.full())
                .map(ElementStatus::element)
                .toList();
    }

    private static void requireKinds(List<Element> elements, ElementKind kind, String role) throws LibraryException {
        for (Element element : elements) {
            requireKind(element, kind, role);
        }
    }

    /** Lets an operator reach in; moves are refused until {@link #closeDoor()}. */
    public void openDoor() throws IOException {
        library.openDoor();
    }

    /** Ends {@link #openDoor()}; the library looks at every element again. */
    public void closeDoor() throws IOException {
        library.closeDoor();
    }

    private void check(Element from, Element to) throws IOException {
        Inventory inventory = library.inventory();
        if (from.equals(to)) {
            throw new LibraryException(
                    LibraryFault.DESTINATION_FULL,
                    "source and target of the move are both " + from + " of library " + library.name(),
                    "Name two different elements.");
        }
        ElementStatus target = status(inventory, to);
        if (!status(inventory, from).full()) {
            throw sourceEmpty(from, to);
        }
        if (target.full()) {
            throw new LibraryException(
                    LibraryFault.DESTINATION_FULL,
                    "can't move from " + from + " to " + to + " of library " + library.name() + ": " + to + " holds "
                            + (target.barcode() == null ? "a cartridge" : "cartridge " + target.barcode()),
                    "Choose an empty element, or move that cartridge away first.");
        }
    }

    private LibraryException sourceEmpty(Element from, Element to) {
        return new LibraryException(
                LibraryFault.SOURCE_EMPTY,
                "can't move from " + from + " to " + to + " of library " + library.name() + ": " + from + " is empty",
                "Look at the inventory; use inventory --force if somebody reached in.");
    }

    private ElementStatus status(Inventory inventory, Element element) throws LibraryException {
        return inventory
                .at(element)
                .orElseThrow(() -> new LibraryException(
                        LibraryFault.NO_SUCH_ELEMENT,
                        "library " + library.name() + " has no element " + element,
                        "Valid are: "
                                + inventory.elements().stream()
                                        .map(ElementStatus::element)
                                        .toList() + "."));
    }

    private static void requireKind(Element element, ElementKind kind, String role) throws LibraryException {
        if (element.kind() != kind) {
            throw new LibraryException(
                    LibraryFault.NO_SUCH_ELEMENT,
                    role + " " + element + " is the wrong kind of element for this operation",
                    "Valid are elements of kind " + new Element(kind, 1) + ".");
        }
    }
}

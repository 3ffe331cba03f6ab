package io.saddlebag.library.memory;

import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import io.saddlebag.library.ElementKind;
import io.saddlebag.library.ElementStatus;
import io.saddlebag.library.Inventory;
import io.saddlebag.library.Library;
import io.saddlebag.library.LibraryException;
import io.saddlebag.library.LibraryFailures;
import io.saddlebag.library.Move;
import io.saddlebag.tape.TapeDrive;
import io.saddlebag.tape.memory.Capacity;
import io.saddlebag.tape.memory.FaultPlan;
import io.saddlebag.tape.memory.MemoryCartridge;
import io.saddlebag.tape.memory.MemoryTapeDrive;
import io.saddlebag.tape.memory.PowerFailure;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A robot with drives, slots, mail slots and cartridges in memory (M12-M14, Q11, Q12). A system that runs on it must
 * survive, besides the faults of {@link MemoryTapeDrive}:
 *
 * <ul>
 *   <li>a source that turns out empty and a destination that turns out full, against the inventory;
 *   <li>a jam that leaves the cartridge anywhere on its way, also in the hand ({@code mte1}, from where it can be moved);
 *   <li>a failed move that was carried out or not;
 *   <li>barcodes read wrong or not at all;
 *   <li>cartridges moved, put in or taken by people, noticed ({@link #operatorMoves}) or not
 *       ({@link #operatorMovesUnseen}); a door left open;
 *   <li>a drive that somebody else has reserved; loss of power before, in the middle of and after any call.
 * </ul>
 */
public final class MemoryLibrary implements Library {
    private static final Element HAND = new Element(ElementKind.MTE, 1);

    private final String name;
    private final FaultPlan faults;
    private final Shelves shelves;
    private final Map<Element, MemoryTapeDrive> drives;
    private final Map<Element, TapeDrive> used = new TreeMap<>();
    private final Set<Element> reserved = new HashSet<>();
    private List<ElementStatus> known;
    private long generation = 1;
    private boolean doorOpen;
    private boolean attention;
    private int strangers;

    /** @param users what users of a drive see of it */
    MemoryLibrary(
            String name,
            FaultPlan faults,
            Shelves shelves,
            Map<Element, MemoryTapeDrive> drives,
            Function<MemoryTapeDrive, TapeDrive> users) {
        this.name = name;
        this.faults = faults;
        this.shelves = shelves;
        this.drives = new TreeMap<>(drives);
        drives.forEach((element, drive) -> used.put(element, users.apply(drive)));
        this.known = shelves.look();
        faults.power().onLoss(seed -> reserved.clear());
    }

    public static MemoryLibraryBuilder named(String name) {
        return new MemoryLibraryBuilder(name);
    }

    /** One drive, one mail slot, these cartridges from slot 1 on and as many empty slots again. */
    public static MemoryLibraryBuilder with(String... barcodes) {
        return named("memory").slots(2 * barcodes.length).cartridges(barcodes);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public synchronized Inventory inventory() {
        RobotFault fault = begin(RobotOperation.INVENTORY);
        if (attention) {
            attention = false;
            look();
        }
        end(fault);
        return new Inventory(generation, known);
    }

    @Override
    public synchronized Inventory scan() {
        RobotFault fault = begin(RobotOperation.SCAN);
        attention = false;
        look();
        end(fault);
        return new Inventory(generation, known);
    }

    @Override
    public void move(Element from, Element to) throws LibraryException {
        move(from, to, null);
    }

    @Override
    public void move(Barcode cartridge, Element from, Element to) throws LibraryException {
        move(from, to, cartridge);
    }

    private synchronized void move(Element from, Element to, @Nullable Barcode cartridge) throws LibraryException {
        RobotFault fault = begin(RobotOperation.MOVE);
        Move move = new Move(from, to);
        if (doorOpen) {
            throw LibraryFailures.doorOpen(name, move);
        }
        if (attention) {
            attention = false;
            look();
            throw LibraryFailures.inventoryChanged(name, move);
        }
        move.check(name, new Inventory(generation, known), cartridge);
        if (fault != null) {
            meddle(fault, from, to);
        }
        // the robot's sensors decide, not what it believed
        move.check(name, new Inventory(generation, shelves.look()));
        if (!shelves.releases(from)) {
            throw LibraryFailures.notReleased(name, move);
        }
        carry(move, fault);
        end(fault);
    }

    @Override
    public synchronized void openDoor() {
        RobotFault fault = begin(RobotOperation.OPEN_DOOR);
        doorOpen = true;
        end(fault);
    }

    @Override
    public synchronized void closeDoor() {
        RobotFault fault = begin(RobotOperation.CLOSE_DOOR);
        doorOpen = false;
        attention = false;
        look();
        end(fault);
    }

    @Override
    public synchronized boolean isDoorOpen() {
        return doorOpen;
    }

    @Override
    public Map<Element, TapeDrive> drives() {
        return Collections.unmodifiableMap(used);
    }

    @Override
    public synchronized Reservation reserve(Element element) throws LibraryException {
        RobotFault fault = begin(RobotOperation.RESERVE);
        TapeDrive drive = used.get(element);
        if (drive == null) {
            throw LibraryFailures.noSuchDrive(name, element, drives.keySet());
        }
        if (fault == RobotFault.RESERVED || !reserved.add(element)) {
            throw LibraryFailures.driveInUse(name, element, "another job");
        }
        end(fault);
        return new MemoryReservation(element, drive);
    }

    /** No effect. */
    @Override
    public void close() {}

    /** The drive in an element, for its simulator's own methods. */
    public MemoryTapeDrive drive(int number) {
        MemoryTapeDrive drive = drives.get(Element.drive(number));
        if (drive == null) {
            throw new NoSuchElementException("library " + name + " has no drive " + number);
        }
        return drive;
    }

    /** A cartridge by its real barcode, wherever it is in the library. */
    public synchronized MemoryCartridge cartridge(String barcode) {
        return shelves.cartridges().stream()
                .filter(c -> c.barcode().equals(barcode))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("library " + name + " has no cartridge " + barcode));
    }

    /** Where a cartridge really is, by its real barcode. */
    public synchronized Element placeOf(String barcode) {
        for (ElementStatus status : shelves.look()) {
            MemoryCartridge there = shelves.at(status.element());
            if (there != null && there.barcode().equals(barcode)) {
                return status.element();
            }
        }
        throw new NoSuchElementException("library " + name + " has no cartridge " + barcode);
    }

    /** What is really where, as somebody sees who stands before it; the robot is not asked. */
    public synchronized List<ElementStatus> seen() {
        return shelves.look();
    }

    /** What is on a cartridge, as {@link MemoryCartridge#drawing()} shows it. */
    public String drawing(String barcode) {
        return cartridge(barcode).drawing();
    }

    /** Somebody puts a cartridge in; the robot notices. */
    public synchronized void operatorPuts(MemoryCartridge cartridge, Element element) {
        shelves.put(element, cartridge, null);
        attention = true;
    }

    /** Somebody takes a cartridge out; the robot notices. */
    public synchronized MemoryCartridge operatorTakes(Element element) {
        attention = true;
        return shelves.take(element);
    }

    /** Somebody moves a cartridge; the robot notices: the next move is refused, an inventory shows it. */
    public synchronized void operatorMoves(Element from, Element to) {
        shelves.move(from, to);
        attention = true;
    }

    /** Somebody moves a cartridge; nobody notices until the next {@link #scan()}. */
    public synchronized void operatorMovesUnseen(Element from, Element to) {
        shelves.move(from, to);
    }

    /** From now on the scanner reads a barcode as another; as none when that is null. */
    public synchronized void misread(String actual, @Nullable String read) {
        shelves.misread(new Barcode(actual), read == null ? null : new Barcode(read));
        attention = true;
    }

    /** Turns off everything; {@link #powerOn()} turns it on again. */
    public void powerLoss(long seed) {
        faults.power().lose(seed);
    }

    /** After a power loss: drives hold their cartridges, none is loaded, none is reserved. */
    public void powerOn() {
        faults.power().restore();
        synchronized (this) {
            look();
        }
    }

    private void look() {
        List<ElementStatus> seen = shelves.look();
        if (!seen.equals(known)) {
            known = seen;
            generation++;
        }
    }

    private @Nullable RobotFault begin(RobotOperation operation) {
        faults.power().check();
        RobotFault fault = (RobotFault) faults.next(operation).orElse(null);
        if (fault == RobotFault.POWER_LOSS_BEFORE) {
            throw cutPower();
        }
        if (fault == RobotFault.DOOR_OPEN) {
            doorOpen = true;
        }
        if (fault == RobotFault.INVENTORY_CHANGED) {
            somebodyMovesOne();
            attention = true;
        }
        if (fault == RobotFault.WRONG_BARCODE || fault == RobotFault.NO_BARCODE) {
            misreadOne(fault);
        }
        return fault;
    }

    private void end(@Nullable RobotFault fault) {
        if (fault == RobotFault.POWER_LOSS_AFTER) {
            throw cutPower();
        }
    }

    private void carry(Move move, @Nullable RobotFault fault) throws LibraryException {
        if (fault == RobotFault.POWER_LOSS_DURING) {
            shelves.move(move.from(), HAND);
            throw cutPower();
        }
        if (fault == RobotFault.JAMMED) {
            List<Element> way = List.of(move.from(), HAND, move.to());
            Element stuck = way.get(faults.choose(way.size()));
            if (!stuck.equals(move.from())) {
                shelves.move(move.from(), stuck);
            }
            throw LibraryFailures.jammed(name, move);
        }
        if (fault == RobotFault.ROBOT_ERROR) {
            if (faults.choose(2) == 0) {
                shelves.move(move.from(), move.to());
            }
            throw LibraryFailures.robotError(name, move);
        }
        shelves.move(move.from(), move.to());
        look();
    }

    private void meddle(RobotFault fault, Element from, Element to) {
        if (fault == RobotFault.SOURCE_EMPTY && shelves.releases(from) && shelves.at(from) != null) {
            List<Element> free = shelves.shelves(Shelves.Occupancy.EMPTY);
            MemoryCartridge taken = shelves.take(from);
            if (!free.isEmpty()) {
                shelves.put(free.get(faults.choose(free.size())), taken, null);
            }
        }
        if (fault == RobotFault.DESTINATION_FULL && shelves.at(to) == null) {
            strangers++;
            shelves.put(to, new MemoryCartridge("STRANGE" + strangers, Capacity.ENDLESS), null);
        }
    }

    private void somebodyMovesOne() {
        List<Element> full = shelves.shelves(Shelves.Occupancy.FULL);
        List<Element> free = shelves.shelves(Shelves.Occupancy.EMPTY);
        if (!full.isEmpty() && !free.isEmpty()) {
            shelves.move(full.get(faults.choose(full.size())), free.get(faults.choose(free.size())));
        }
    }

    private void misreadOne(RobotFault fault) {
        List<MemoryCartridge> all = shelves.cartridges();
        if (!all.isEmpty()) {
            Barcode victim = new Barcode(all.get(faults.choose(all.size())).barcode());
            shelves.misread(victim, fault == RobotFault.NO_BARCODE ? null : new Barcode("WRONG" + faults.choose(1000)));
            attention = true;
        }
    }

    private PowerFailure cutPower() {
        return faults.power().lose(faults.nextSeed());
    }

    private final class MemoryReservation implements Reservation {
        private final Element element;
        private final TapeDrive drive;
        private boolean open = true;

        MemoryReservation(Element element, TapeDrive drive) {
            this.element = element;
            this.drive = drive;
        }

        @Override
        public TapeDrive drive() {
            return drive;
        }

        @Override
        public Element element() {
            return element;
        }

        @Override
        public void close() {
            synchronized (MemoryLibrary.this) {
                // after a power loss the drive may be somebody else's
                if (open && faults.power().isOn()) {
                    reserved.remove(element);
                }
                open = false;
            }
        }
    }
}

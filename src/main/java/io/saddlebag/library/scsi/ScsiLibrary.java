package io.saddlebag.library.scsi;

import io.saddlebag.host.DeviceLocks;
import io.saddlebag.host.DeviceLocks.Held;
import io.saddlebag.host.Waiter;
import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import io.saddlebag.library.ElementKind;
import io.saddlebag.library.ElementStatus;
import io.saddlebag.library.HostReservations;
import io.saddlebag.library.Inventory;
import io.saddlebag.library.Library;
import io.saddlebag.library.LibraryException;
import io.saddlebag.library.LibraryFailures;
import io.saddlebag.library.LibraryFault;
import io.saddlebag.library.Move;
import io.saddlebag.scsi.ChangerCommands;
import io.saddlebag.scsi.DeviceClaim;
import io.saddlebag.scsi.ElementDescriptor;
import io.saddlebag.scsi.ElementRange;
import io.saddlebag.scsi.ScsiTransport;
import io.saddlebag.tape.TapeDrive;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A media changer behind any transport, and the drives in it (M12-M14, M19).
 *
 * <p>Each question reads the elements anew, so that what others did is noticed. A move is sent once; after it, and
 * whenever its fate is unknown, the elements are read and decide. Nobody else moves anything in between: the robot has a
 * lock on this machine, and where it is shared a claim among hosts.
 */
public final class ScsiLibrary implements Library, HostReservations {
    /** News in a row while one cartridge is to be moved. */
    private static final int MOST_NEWS = 8;

    private final Parts parts;
    private final Robot robot;
    private final Places places;
    private final Stations stations;
    private final DriveChecks checks;
    private final Custody custody;
    private final Map<Element, TapeDrive> drives = new TreeMap<>();
    private final Map<Element, DriveReservation> reserved = new HashMap<>();
    private List<ElementStatus> known = List.of();
    private @Nullable Inventory told;
    private long generation;
    private boolean doorOpen;

    /**
     * What a library is made of.
     *
     * @param changer closed with the library
     * @param identity of the changer, for its lock: its serial number
     * @param claim of the changer, among the hosts that reach it
     * @param drives those that this host reaches; closed with the library
     */
    public record Parts(
            String name,
            ScsiTransport changer,
            String identity,
            DeviceClaim claim,
            List<LibraryDrive> drives,
            DeviceLocks locks,
            Waiter waiter,
            Probing probing) {
        public Parts {
            drives = List.copyOf(drives);
        }

        /** Of a robot that no other host uses. */
        public Parts(
                String name,
                ScsiTransport changer,
                String identity,
                List<LibraryDrive> drives,
                DeviceLocks locks,
                Waiter waiter,
                Probing probing) {
            this(name, changer, identity, DeviceClaim.UNSHARED, drives, locks, waiter, probing);
        }
    }

    /** What is done when the library doesn't tell which drive stands where. */
    public enum Probing {
        /** It isn't opened. */
        REFUSED,
        /** A cartridge is brought to an empty drive, to see where it turns up, and back. */
        ALLOWED
    }

    private ScsiLibrary(Parts parts, Robot robot, Places places, Stations stations) {
        this.parts = parts;
        this.robot = robot;
        this.places = places;
        this.stations = stations;
        this.checks = new DriveChecks(parts.name(), parts.waiter());
        this.custody = new Custody(parts.name(), parts.locks(), parts.waiter());
        stations.drives().forEach((element, drive) -> drives.put(element, drive.drive()));
    }

    /**
     * Opens the library; nothing moves, unless it takes a try to see which drive stands where and that is allowed.
     *
     * @throws LibraryException {@link LibraryFault#WRONG_DRIVE} when it isn't clear which drive stands where
     */
    public static ScsiLibrary open(Parts parts) throws IOException {
        Robot robot = new Robot(parts.name(), parts.changer(), parts.waiter());
        Places places = new Places(robot.addresses());
        Map<Element, ElementDescriptor> told = new TreeMap<>();
        // slots first: whether volume tags or identification are refused shows with those that have only tags
        robot.status(Places.type(ElementKind.SE), places.range(ElementKind.SE));
        for (ElementDescriptor each : robot.status(Places.type(ElementKind.DTE), places.range(ElementKind.DTE))) {
            places.element(each.address()).ifPresent(element -> told.put(element, each));
        }
        Stations stations = Stations.of(parts.name(), told, parts.drives());
        if (parts.probing() == Probing.ALLOWED && !stations.unclear().isEmpty()) {
            // with no drives of its own yet it moves cartridges as it moves any
            ScsiLibrary bare = new ScsiLibrary(parts, robot, places, stations);
            new DriveProbe(bare, stations, bare.checks).run();
        }
        stations.requireClear();
        ScsiLibrary library = new ScsiLibrary(parts, robot, places, stations);
        library.look();
        return library;
    }

    @Override
    public String name() {
        return parts.name();
    }

    @Override
    public synchronized Inventory inventory() throws IOException {
        // elements are read kind by kind: a cartridge that another process moves meanwhile would be in none of them, or
        // in two
        try (Held held = custody.robotOfThisHost(parts.identity())) {
            requireHeld(held);
            Inventory now = look();
            told = now;
            return now;
        }
    }

    @Override
    public synchronized Inventory scan() throws IOException {
        try (Held held = robotLock()) {
            requireHeld(held);
            robot.initialize();
            Inventory now = look();
            told = now;
            return now;
        }
    }

    @Override
    public void move(Element from, Element to) throws IOException {
        move(from, to, null);
    }

    @Override
    public void move(Barcode cartridge, Element from, Element to) throws IOException {
        move(from, to, cartridge);
    }

    private synchronized void move(Element from, Element to, @Nullable Barcode cartridge) throws IOException {
        Move move = new Move(from, to);
        if (doorOpen) {
            throw LibraryFailures.doorOpen(name(), move);
        }
        try (Held held = robotLock();
                DriveGuard source = guard(from);
                DriveGuard destination = guard(to)) {
            requireHeld(held);
            Inventory before = look();
            move.check(name(), before, cartridge);
            if (cartridge == null) {
                requireAsTold(move, before);
            }
            LibraryDrive giver = stations.drives().get(from);
            if (giver != null && source.mayAsk() && checks.holdsItsCartridge(giver.drive())) {
                throw LibraryFailures.notReleased(name(), move);
            }
            LibraryDrive taker = stations.drives().get(to);
            boolean data = before.at(from)
                    .map(ElementStatus::barcode)
                    .map(b -> !b.isCleaning())
                    .orElse(true);
            // a cleaning cartridge is never loaded as others are, so that it proves nothing
            boolean toProve = taker != null && data && destination.mayAsk() && !stations.isProven(to);
            if (taker != null && toProve) {
                checks.requireEmpty(taker, to);
            }
            carry(move, before);
            if (taker != null && toProve) {
                checks.requireArrived(taker, to);
                stations.prove(to);
            }
        } finally {
            told = null;
        }
    }

    @Override
    public synchronized void openDoor() throws IOException {
        robot.optional(ChangerCommands.allowRemoval());
        doorOpen = true;
        mailSlots(ChangerCommands::openImportExport);
    }

    @Override
    public synchronized void closeDoor() throws IOException {
        mailSlots(ChangerCommands::closeImportExport);
        doorOpen = false;
        scan();
    }

    /** Opened by {@link #openDoor}, or by a person: then the robot isn't ready. */
    @Override
    public synchronized boolean isDoorOpen() throws IOException {
        return doorOpen || robot.needsAHand();
    }

    @Override
    public Map<Element, TapeDrive> drives() {
        return Collections.unmodifiableMap(drives);
    }

    @Override
    public synchronized Reservation reserve(Element element) throws IOException {
        LibraryDrive drive = stations.drives().get(element);
        if (drive == null) {
            throw LibraryFailures.noSuchDrive(name(), element, drives.keySet());
        }
        Held lock = custody.drive(element, drive);
        DriveReservation reservation = new DriveReservation(element, drive.drive(), lock);
        reserved.put(element, reservation);
        return reservation;
    }

    @Override
    public synchronized Optional<String> breakReservation(Element element) throws IOException {
        if (element.kind() == ElementKind.MTE) {
            return custody.breakReservation(element, parts.identity(), parts.claim());
        }
        LibraryDrive drive = stations.drives().get(element);
        if (drive == null) {
            throw LibraryFailures.noSuchDrive(name(), element, drives.keySet());
        }
        return custody.breakReservation(element, drive.serial(), drive.claim());
    }

    /** Closes the drives and the way to the robot; cartridges stay where they are. */
    @Override
    public void close() throws IOException {
        try (ScsiTransport changer = parts.changer()) {
            IOException first = null;
            for (TapeDrive drive : drives.values()) {
                try {
                    drive.close();
                } catch (IOException e) {
                    first = first == null ? e : first;
                }
            }
            if (first != null) {
                throw new IOException("while " + changer.name() + " was closed", first);
            }
        }
    }

    private interface MailSlotCommand {
        io.saddlebag.scsi.ScsiCommand at(int address);
    }

    /** Some libraries have motors there, most don't know the command. */
    private void mailSlots(MailSlotCommand command) throws IOException {
        ElementRange range = places.range(ElementKind.IEE);
        for (int i = 0; i < range.count(); i++) {
            if (!robot.optional(command.at(range.first() + i))) {
                return;
            }
        }
    }

    private Inventory look() throws IOException {
        List<ElementStatus> seen = read();
        // what was read before the news may be out of date
        for (int news = 0; robot.takeNews() && news < MOST_NEWS; news++) {
            seen = read();
        }
        if (generation == 0 || !seen.equals(known)) {
            known = List.copyOf(seen);
            generation++;
        }
        return new Inventory(generation, known);
    }

    private List<ElementStatus> read() throws IOException {
        robot.takeNews();
        List<ElementStatus> seen = new ArrayList<>();
        for (ElementKind kind : ElementKind.values()) {
            for (ElementDescriptor each : robot.status(Places.type(kind), places.range(kind))) {
                places.status(each).ifPresent(seen::add);
            }
        }
        return seen;
    }

    /** What the caller decided on was true when it was told, and has to be true still. */
    private void requireAsTold(Move move, Inventory now) throws LibraryException {
        Inventory then = told;
        if (then != null && !(same(then, now, move.from()) && same(then, now, move.to()))) {
            throw LibraryFailures.inventoryChanged(name(), move);
        }
    }

    private void carry(Move move, Inventory before) throws IOException {
        for (int sent = 0; sent < MOST_NEWS; sent++) {
            Robot.Moved moved = robot.move(places.address(move.from()), places.address(move.to()));
            if (moved instanceof Robot.Moved.News) {
                Inventory now = look();
                if (!same(before, now, move.from()) || !same(before, now, move.to())) {
                    throw LibraryFailures.inventoryChanged(name(), move);
                }
                continue;
            }
            judge(move, before, moved);
            return;
        }
        throw new LibraryException(
                LibraryFault.ROBOT_ERROR,
                "can't move " + move + ": library " + name() + " reported news " + MOST_NEWS + " times in a row",
                "Look at the library's panel; the cartridge was not moved.");
    }

    private void judge(Move move, Inventory before, Robot.Moved moved) throws IOException {
        if (moved instanceof Robot.Moved.Reserved) {
            throw robot.reserved();
        }
        if (moved instanceof Robot.Moved.Refused refused) {
            throw new Refusals(name(), move, refused.sense()).after(look());
        }
        IOException cause = moved instanceof Robot.Moved.Unknown unknown ? unknown.cause() : null;
        Inventory now;
        try {
            now = look();
        } catch (IOException e) {
            if (cause != null) {
                e.addSuppressed(cause);
            }
            throw e;
        }
        Arrival arrival = Arrival.of(move, before, now);
        if (arrival.kind() == Arrival.Kind.ARRIVED) {
            return;
        }
        boolean jam = moved instanceof Robot.Moved.Unknown unknown
                && unknown.sense() != null
                && unknown.sense().isJam();
        throw arrival.failure(name(), move, jam ? LibraryFault.JAMMED : LibraryFault.ROBOT_ERROR, cause);
    }

    private static boolean same(Inventory one, Inventory other, Element element) {
        Optional<ElementStatus> a = one.at(element);
        Optional<ElementStatus> b = other.at(element);
        return a.map(ElementStatus::full).equals(b.map(ElementStatus::full))
                && Objects.equals(
                        a.map(ElementStatus::barcode).orElse(null),
                        b.map(ElementStatus::barcode).orElse(null));
    }

    private Held robotLock() throws IOException {
        return custody.robot(parts.identity(), parts.claim());
    }

    private static void requireHeld(@Nullable Held held) {
        if (held == null) {
            throw new IllegalStateException("the robot moves without its lock");
        }
    }

    /** Nobody else uses the drive while the robot puts something in or takes it out. */
    private DriveGuard guard(Element element) throws IOException {
        LibraryDrive drive = stations.drives().get(element);
        if (drive == null || reserved.containsKey(element)) {
            return new DriveGuard(drive != null, null);
        }
        return new DriveGuard(true, custody.drive(element, drive));
    }

    private record DriveGuard(boolean mayAsk, @Nullable Held lock) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            if (lock != null) {
                lock.close();
            }
        }
    }

    private final class DriveReservation implements Reservation {
        private final Element element;
        private final TapeDrive drive;
        private final Held lock;
        private boolean open = true;

        DriveReservation(Element element, TapeDrive drive, Held lock) {
            this.element = element;
            this.drive = drive;
            this.lock = lock;
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
        public void close() throws IOException {
            synchronized (ScsiLibrary.this) {
                if (open) {
                    open = false;
                    reserved.remove(element);
                    try (lock) {
                        drive.endUse();
                    }
                }
            }
        }
    }
}

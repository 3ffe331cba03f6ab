package io.saddlebag.library.file;

import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import io.saddlebag.library.ElementKind;
import io.saddlebag.library.ElementStatus;
import io.saddlebag.library.Inventory;
import io.saddlebag.library.Library;
import io.saddlebag.library.LibraryException;
import io.saddlebag.library.LibraryFailures;
import io.saddlebag.library.LibraryFault;
import io.saddlebag.library.Move;
import io.saddlebag.library.Shelf;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.tape.TapeDrive;
import io.saddlebag.tape.file.CartridgeDescription;
import io.saddlebag.tape.file.FileCartridge;
import io.saddlebag.tape.file.FileTapeDrive;
import io.saddlebag.tape.file.ProcessLock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A folder that behaves as a library (M12-M14, M19). Each change replaces {@code library.json} as a whole, durably, and
 * under a lock, so that several processes can share the library; each question reads it again, so that what another
 * process or a person changed is noticed. Reservations are locks of the operating system: they end with the process.
 */
public final class FileLibrary implements Library, Shelf {
    private final LibraryFolder folder;
    private final String name;
    private final Map<Element, FileTapeDrive> drives = new TreeMap<>();
    private LibraryDescription lastSeen;

    private FileLibrary(LibraryFolder folder, LibraryDescription description, @Nullable Executor executor) {
        this.folder = folder;
        this.name = description.name();
        this.lastSeen = description;
        for (int i = 1; i <= description.drives(); i++) {
            Element element = Element.drive(i);
            String drive = name + "-drive" + i;
            FileTapeDrive.Bay bay = () -> cartridgeIn(element);
            drives.put(
                    element,
                    executor == null ? new FileTapeDrive(drive, bay) : new FileTapeDrive(drive, bay, executor));
        }
    }

    /**
     * Creates a library with blank cartridges, durably, and opens it.
     *
     * @throws LibraryException {@link LibraryFault#BAD_LIBRARY} when the folder holds a library already,
     *     {@link LibraryFault#BARCODE_IN_USE} when it holds a written cartridge of one of the new names
     */
    public static FileLibrary create(Path root, NewLibrary plan) throws IOException {
        LibraryFolder folder = new LibraryFolder(root);
        if (folder.hasLibrary()) {
            throw new LibraryException(
                    LibraryFault.BAD_LIBRARY,
                    root + " holds a library already",
                    "Open that library, or name another folder.");
        }
        folder.create(plan);
        return open(root);
    }

    /** @throws LibraryException {@link LibraryFault#BAD_LIBRARY} with file, line and column when it can't be used */
    public static FileLibrary open(Path root) throws IOException {
        return opened(root, null);
    }

    /**
     * Like {@link #open(Path)}.
     *
     * @param executor lets the disk work while more is written; not owned, may refuse
     */
    public static FileLibrary open(Path root, Executor executor) throws IOException {
        return opened(root, executor);
    }

    private static FileLibrary opened(Path root, @Nullable Executor executor) throws IOException {
        LibraryFolder folder = new LibraryFolder(root);
        return new FileLibrary(folder, folder.read(), executor);
    }

    /** Opens the library in a folder, or creates it where there is none. */
    public static FileLibrary openOrCreate(Path root, NewLibrary plan) throws IOException {
        return new LibraryFolder(root).hasLibrary() ? open(root) : create(root, plan);
    }

    /**
     * Opens the library in a folder, or creates it where there is none.
     *
     * @param executor as in {@link #open(Path, Executor)}
     */
    public static FileLibrary openOrCreate(Path root, NewLibrary plan, Executor executor) throws IOException {
        openOrCreate(root, plan).close();
        return open(root, executor);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public synchronized Inventory inventory() throws IOException {
        LibraryDescription now = folder.read();
        if (now.generation() == lastSeen.generation() && !now.equals(lastSeen)) {
            // somebody edited the file by hand: give that change its number
            return change(UnaryOperator.identity()).inventory();
        }
        lastSeen = now;
        return now.inventory();
    }

    /** Compares with the cartridge files: an element whose cartridge has no file is empty from now on. */
    @Override
    public synchronized Inventory scan() throws IOException {
        try (ProcessLock lock = folder.lock()) {
            return scan(lock, folder.read()).inventory();
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
        try (ProcessLock lock = folder.lock()) {
            LibraryDescription now = folder.read();
            if (now.doorOpen()) {
                throw LibraryFailures.doorOpen(name, move);
            }
            Inventory inventory = now.inventory();
            move.check(name, inventory, cartridge);
            Barcode barcode = barcodeIn(inventory, from);
            requireReleased(barcode, move);
            publish(lock, now.without(Set.of(from)).with(to, barcode, from));
        }
    }

    @Override
    public synchronized void openDoor() throws IOException {
        change(now -> now.withDoor(true));
    }

    @Override
    public synchronized void closeDoor() throws IOException {
        try (ProcessLock lock = folder.lock()) {
            LibraryDescription now = folder.read();
            scan(lock, now.doorOpen() ? publish(lock, now.withDoor(false).nextGeneration()) : now);
        }
    }

    @Override
    public boolean isDoorOpen() throws IOException {
        return folder.read().doorOpen();
    }

    @Override
    public Map<Element, TapeDrive> drives() {
        return Collections.unmodifiableMap(drives);
    }

    @Override
    public Reservation reserve(Element element) throws IOException {
        FileTapeDrive drive = drives.get(element);
        if (drive == null) {
            throw LibraryFailures.noSuchDrive(name, element, drives.keySet());
        }
        Path file = folder.driveLock(element.number());
        ProcessLock lock = ProcessLock.tryTake(file)
                .orElseThrow(() -> LibraryFailures.driveInUse(name, element, ProcessLock.holder(file)));
        return new DriveReservation(element, drive, lock);
    }

    /** Releases the drives of this process; cartridges stay where they are. */
    @Override
    public void close() throws IOException {
        for (FileTapeDrive drive : drives.values()) {
            drive.close();
        }
    }

    /** Cartridge files that are in no element: taken out, or copied into the folder. */
    @Override
    public Set<Barcode> outside() throws IOException {
        Set<Barcode> found = new TreeSet<>(folder.cartridges());
        for (ElementStatus status : folder.read().inventory().elements()) {
            if (status.barcode() != null) {
                found.remove(status.barcode());
            }
        }
        return found;
    }

    /**
     * Puts a cartridge from outside into an empty slot or mail slot (insertvol).
     *
     * @throws LibraryException {@link LibraryFault#SOURCE_EMPTY} when there is no such file,
     *     {@link LibraryFault#BARCODE_IN_USE} when it is in another element, {@link LibraryFault#DESTINATION_FULL},
     *     {@link LibraryFault#NO_SUCH_ELEMENT}
     */
    @Override
    public synchronized void insert(Barcode barcode, Element element) throws IOException {
        try (ProcessLock lock = folder.lock()) {
            LibraryDescription now = folder.read();
            requireInsertable(now.inventory(), barcode, element);
            if (!folder.cartridges().contains(barcode)) {
                throw new LibraryException(
                        LibraryFault.SOURCE_EMPTY,
                        "can't insert " + barcode + " into " + element + ": there is no file "
                                + folder.cartridge(barcode).tap(),
                        "Copy the cartridge's .tap and .json there first, or create a blank one.");
            }
            publish(lock, now.with(element, barcode, null));
        }
    }

    /**
     * Creates a blank cartridge in an empty slot or mail slot.
     *
     * @param afterWarning what of the capacity is kept behind the early-warning point
     */
    public synchronized void insertBlank(Barcode barcode, ByteCount capacity, ByteCount afterWarning, Element element)
            throws IOException {
        LibraryDescription.requireFileName(barcode.value());
        try (ProcessLock lock = folder.lock()) {
            LibraryDescription now = folder.read();
            requireInsertable(now.inventory(), barcode, element);
            folder.create(barcode, NewLibrary.DEFAULT.withCapacity(capacity, afterWarning));
            publish(lock, now.with(element, barcode, null));
        }
    }

    /** Takes a cartridge out of a slot or mail slot (extractvol); its files stay in the folder. */
    @Override
    public synchronized Barcode extract(Element element) throws IOException {
        try (ProcessLock lock = folder.lock()) {
            LibraryDescription now = folder.read();
            ElementStatus status = requireShelf(now.inventory(), element);
            Barcode barcode = status.barcode();
            if (barcode == null) {
                throw new LibraryException(
                        LibraryFault.SOURCE_EMPTY,
                        "can't take a cartridge out of " + element + " (empty)",
                        "Name an element that holds a cartridge; the inventory shows them.");
            }
            publish(lock, now.without(Set.of(element)));
            return barcode;
        }
    }

    /**
     * Sets the write-protection tab of a cartridge in the folder.
     *
     * @throws LibraryException {@link LibraryFault#IN_USE} while it is loaded
     */
    public void protect(Barcode barcode) throws IOException {
        describe(barcode, d -> d.withWriteProtection(true));
    }

    /** Takes the tab off, under the same conditions as {@link #protect}. */
    public void unprotect(Barcode barcode) throws IOException {
        describe(barcode, d -> d.withWriteProtection(false));
    }

    private synchronized void describe(Barcode barcode, UnaryOperator<CartridgeDescription> step) throws IOException {
        FileCartridge cartridge = folder.cartridge(barcode);
        try (ProcessLock lock = folder.lock()) {
            Optional<String> user = cartridge.user();
            if (user.isPresent()) {
                throw new LibraryException(
                        LibraryFault.IN_USE,
                        "cartridge " + barcode + " is loaded by " + user.get(),
                        "Unload it first.");
            }
            describe(lock, cartridge, step);
        }
    }

    private LibraryDescription change(UnaryOperator<LibraryDescription> step) throws IOException {
        try (ProcessLock lock = folder.lock()) {
            LibraryDescription now = folder.read();
            return publish(lock, step.apply(now).nextGeneration());
        }
    }

    @SuppressWarnings("UnusedVariable") // the lock is named to show that it is held
    private static void describe(ProcessLock held, FileCartridge cartridge, UnaryOperator<CartridgeDescription> step)
            throws IOException {
        cartridge.describe(step.apply(cartridge.description()));
    }

    @SuppressWarnings("UnusedVariable") // the lock is named to show that it is held
    private LibraryDescription publish(ProcessLock held, LibraryDescription changed) throws IOException {
        folder.publish(changed);
        lastSeen = changed;
        return changed;
    }

    private LibraryDescription scan(ProcessLock held, LibraryDescription now) throws IOException {
        Set<Barcode> files = folder.cartridges();
        Set<Element> emptied = new HashSet<>();
        for (ElementStatus status : now.inventory().elements()) {
            if (status.full() && !files.contains(status.barcode())) {
                emptied.add(status.element());
            }
        }
        if (!emptied.isEmpty()) {
            return publish(held, now.without(emptied));
        }
        boolean edited = now.generation() == lastSeen.generation() && !now.equals(lastSeen);
        return edited ? publish(held, now.nextGeneration()) : now;
    }

    private Optional<FileCartridge> cartridgeIn(Element drive) throws IOException {
        return folder.read().inventory().at(drive).map(ElementStatus::barcode).map(folder::cartridge);
    }

    private void requireReleased(Barcode barcode, Move move) throws IOException {
        if (move.from().kind() == ElementKind.DTE
                && folder.cartridge(barcode).user().isPresent()) {
            throw LibraryFailures.notReleased(name, move);
        }
    }

    private void requireInsertable(Inventory inventory, Barcode barcode, Element element) throws LibraryException {
        ElementStatus status = requireShelf(inventory, element);
        Optional<ElementStatus> elsewhere = inventory.find(barcode);
        if (elsewhere.isPresent()) {
            throw new LibraryException(
                    LibraryFault.BARCODE_IN_USE,
                    "can't insert " + barcode + " into " + element + ": it is in "
                            + elsewhere.get().element(),
                    "Move it with movevol, or name another barcode.");
        }
        if (status.full()) {
            throw new LibraryException(
                    LibraryFault.DESTINATION_FULL,
                    "can't insert " + barcode + " into " + element + " (holds " + status.barcode() + ")",
                    "Name an empty slot or mail slot.");
        }
    }

    private ElementStatus requireShelf(Inventory inventory, Element element) throws LibraryException {
        Optional<ElementStatus> status = inventory.at(element);
        boolean shelf = element.kind() == ElementKind.SE || element.kind() == ElementKind.IEE;
        if (status.isEmpty() || !shelf) {
            throw new LibraryException(
                    LibraryFault.NO_SUCH_ELEMENT,
                    "library " + name + " has no slot or mail slot " + element,
                    "Name a slot (se) or a mail slot (iee); the inventory shows them.");
        }
        return status.get();
    }

    private static Barcode barcodeIn(Inventory inventory, Element element) {
        @Nullable
        Barcode barcode = inventory.at(element).map(ElementStatus::barcode).orElse(null);
        if (barcode == null) {
            throw new IllegalStateException("no barcode in " + element);
        }
        return barcode;
    }

    private record DriveReservation(Element element, FileTapeDrive drive, ProcessLock lock) implements Reservation {
        /** The cartridge stays in the drive, but any process may load it from now on. */
        @Override
        public void close() throws IOException {
            try (lock) {
                drive.unload();
            }
        }
    }
}

package io.saddlebag.volume;

import io.saddlebag.library.Element;
import io.saddlebag.library.ElementStatus;
import io.saddlebag.library.Library;
import io.saddlebag.library.LibraryException;
import io.saddlebag.library.LibraryFailures;
import io.saddlebag.library.LibraryFault;
import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** What operators do with a library's drives (M13, M17, M19). Thread-safe. */
public final class DriveOperations implements Closeable {
    private final Library library;
    private final Cleaning cleaning;
    private final Map<Element, Library.Reservation> held = new TreeMap<>();

    /** @param cleaning of the same library */
    public DriveOperations(Library library, Cleaning cleaning) {
        this.library = library;
        this.cleaning = cleaning;
    }

    public Cleaning cleaning() {
        return cleaning;
    }

    /**
     * Cleans an empty drive now ({@code clean}).
     *
     * @throws LibraryException {@link LibraryFault#DESTINATION_FULL} when there is a cartridge in it
     */
    public void clean(Element drive) throws IOException {
        try (Library.Reservation reservation = reservation(drive)) {
            ElementStatus status = library.inventory().at(drive).orElseGet(() -> ElementStatus.empty(drive));
            if (status.full()) {
                throw new LibraryException(
                        LibraryFault.DESTINATION_FULL,
                        "can't clean drive " + drive + " of library " + library.name() + ": it holds "
                                + (status.barcode() == null ? "a cartridge" : "cartridge " + status.barcode()),
                        "Unload it first.");
            }
            cleaning.clean(drive, reservation.drive());
        }
    }

    /** Makes the cartridge in a drive ready, at its beginning ({@code mountdev}). */
    public void mount(Element drive) throws IOException {
        try (Library.Reservation reservation = reservation(drive)) {
            requireFull(drive);
            reservation.drive().load();
            reservation.drive().rewind();
        }
    }

    /** Lets a drive let go of its cartridge, which stays in it ({@code unmountdev}). */
    public void unmount(Element drive) throws IOException {
        try (Library.Reservation reservation = reservation(drive)) {
            requireFull(drive);
            reservation.drive().unload();
        }
    }

    /**
     * Keeps a drive from all jobs, of this node and of others, until {@link #release} or the end of this process ({@code
     * resdev}).
     *
     * @throws LibraryException {@link LibraryFault#IN_USE}
     */
    public synchronized void reserve(Element drive) throws IOException {
        if (held.containsKey(drive)) {
            throw LibraryFailures.driveInUse(library.name(), drive, "an operator");
        }
        held.put(drive, library.reserve(drive));
    }

    /**
     * Ends {@link #reserve} ({@code unresdev}).
     *
     * @throws LibraryException {@link LibraryFault#IN_USE} when somebody else has the drive; no effect when nobody has
     */
    public synchronized void release(Element drive) throws IOException {
        Library.Reservation mine = held.remove(drive);
        if (mine != null) {
            mine.close();
        } else {
            library.reserve(drive).close();
        }
    }

    /** Releases what is held. */
    @Override
    public synchronized void close() throws IOException {
        IOException first = null;
        for (Library.Reservation each : held.values()) {
            try {
                each.close();
            } catch (IOException e) {
                first = first == null ? e : first;
            }
        }
        held.clear();
        if (first != null) {
            throw first;
        }
    }

    private void requireFull(Element drive) throws IOException {
        if (!library.inventory()
                .at(drive)
                .orElseGet(() -> ElementStatus.empty(drive))
                .full()) {
            throw new LibraryException(
                    LibraryFault.SOURCE_EMPTY,
                    "there is no cartridge in drive " + drive + " of library " + library.name(),
                    "Load one with loadvol.");
        }
    }

    /** The operator's own, which is kept afterwards, or one for as long as it takes. */
    private synchronized Library.Reservation reservation(Element drive) throws IOException {
        Library.Reservation mine = held.get(drive);
        return mine == null ? library.reserve(drive) : new Borrowed(mine);
    }

    private record Borrowed(Library.Reservation reservation) implements Library.Reservation {
        @Override
        public io.saddlebag.tape.TapeDrive drive() {
            return reservation.drive();
        }

        @Override
        public Element element() {
            return reservation.element();
        }

        @Override
        public void close() {}
    }
}

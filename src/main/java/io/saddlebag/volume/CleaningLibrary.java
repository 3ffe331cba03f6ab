package io.saddlebag.volume;

import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import io.saddlebag.library.Inventory;
import io.saddlebag.library.Library;
import io.saddlebag.tape.TapeDrive;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A library whose drives are asked about cleaning whenever a cartridge comes or goes, and cleaned while they are empty; then
 * the load that was interrupted goes on (M17). What failed while cleaning and could be left for later doesn't fail the move.
 */
public final class CleaningLibrary implements Library {
    private final Library library;
    private final Cleaning cleaning;

    /** @param cleaning of the same library */
    public CleaningLibrary(Library library, Cleaning cleaning) {
        this.library = library;
        this.cleaning = cleaning;
    }

    @Override
    public String name() {
        return library.name();
    }

    @Override
    public Inventory inventory() throws IOException {
        return library.inventory();
    }

    @Override
    public Inventory scan() throws IOException {
        return library.scan();
    }

    @Override
    public void move(Element from, Element to) throws IOException {
        beforeLoad(null, from, to);
        library.move(from, to);
        afterUnload(from);
    }

    @Override
    public void move(Barcode cartridge, Element from, Element to) throws IOException {
        beforeLoad(cartridge, from, to);
        library.move(cartridge, from, to);
        afterUnload(from);
    }

    @Override
    public void openDoor() throws IOException {
        library.openDoor();
    }

    @Override
    public void closeDoor() throws IOException {
        library.closeDoor();
    }

    @Override
    public boolean isDoorOpen() throws IOException {
        return library.isDoorOpen();
    }

    @Override
    public Map<Element, TapeDrive> drives() {
        return library.drives();
    }

    @Override
    public Reservation reserve(Element drive) throws IOException {
        return library.reserve(drive);
    }

    @Override
    public void close() throws IOException {
        library.close();
    }

    /** A move that would be refused cleans nothing. */
    private void beforeLoad(@Nullable Barcode cartridge, Element from, Element to) throws IOException {
        TapeDrive drive = library.drives().get(to);
        if (drive == null) {
            return;
        }
        new io.saddlebag.library.Move(from, to).check(library.name(), library.inventory(), cartridge);
        cleaning.ifDue(to, drive);
    }

    private void afterUnload(Element from) throws IOException {
        TapeDrive drive = library.drives().get(from);
        if (drive != null) {
            cleaning.afterwards(from, drive);
        }
    }
}

package io.saddlebag.library.memory;

import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import io.saddlebag.library.ElementKind;
import io.saddlebag.library.ElementStatus;
import io.saddlebag.tape.memory.MemoryCartridge;
import io.saddlebag.tape.memory.MemoryTapeDrive;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Where the cartridges really are, whatever the robot believes. */
final class Shelves {
    private final Map<Element, Place> places = new TreeMap<>();
    private final Map<Barcode, @Nullable Barcode> misread = new HashMap<>();

    private static final class Place {
        private final @Nullable MemoryTapeDrive drive;
        private @Nullable MemoryCartridge cartridge;
        private @Nullable Element cameFrom;

        Place(@Nullable MemoryTapeDrive drive) {
            this.drive = drive;
        }
    }

    void add(Element element) {
        places.put(element, new Place(null));
    }

    void add(Element element, MemoryTapeDrive drive) {
        places.put(element, new Place(drive));
    }

    @Nullable
    MemoryCartridge at(Element element) {
        return place(element).cartridge;
    }

    void put(Element element, MemoryCartridge cartridge, @Nullable Element cameFrom) {
        Place place = place(element);
        if (place.cartridge != null) {
            throw new IllegalStateException(element + " is full");
        }
        if (place.drive != null) {
            place.drive.insert(cartridge);
        }
        place.cartridge = cartridge;
        place.cameFrom = cameFrom;
    }

    MemoryCartridge take(Element element) {
        Place place = place(element);
        MemoryCartridge cartridge = place.cartridge;
        if (cartridge == null) {
            throw new IllegalStateException(element + " is empty");
        }
        if (place.drive != null) {
            cartridge = place.drive.remove();
        }
        place.cartridge = null;
        place.cameFrom = null;
        return cartridge;
    }

    void move(Element from, Element to) {
        put(to, take(from), from);
    }

    boolean releases(Element element) {
        MemoryTapeDrive drive = place(element).drive;
        return drive == null || !drive.holdsItsCartridge();
    }

    /** Elements other than drives and the hand, full or empty. */
    List<Element> shelves(Occupancy occupancy) {
        List<Element> found = new ArrayList<>();
        places.forEach((element, place) -> {
            boolean full = place.cartridge != null;
            if (place.drive == null && element.kind() != ElementKind.MTE && full == (occupancy == Occupancy.FULL)) {
                found.add(element);
            }
        });
        return found;
    }

    enum Occupancy {
        FULL,
        EMPTY
    }

    /** From now on the scanner reads this barcode as another; null as none. */
    void misread(Barcode actual, @Nullable Barcode read) {
        misread.put(actual, read);
    }

    /** What the scanner sees. */
    List<ElementStatus> look() {
        List<ElementStatus> seen = new ArrayList<>();
        places.forEach((element, place) -> seen.add(
                place.cartridge == null
                        ? ElementStatus.empty(element)
                        : new ElementStatus(element, true, read(place.cartridge), place.cameFrom)));
        return seen;
    }

    List<MemoryCartridge> cartridges() {
        List<MemoryCartridge> all = new ArrayList<>();
        for (Place place : places.values()) {
            if (place.cartridge != null) {
                all.add(place.cartridge);
            }
        }
        return all;
    }

    private @Nullable Barcode read(MemoryCartridge cartridge) {
        Barcode actual = new Barcode(cartridge.barcode());
        return misread.containsKey(actual) ? misread.get(actual) : actual;
    }

    private Place place(Element element) {
        Place place = places.get(element);
        if (place == null) {
            throw new NoSuchElementException("no element " + element);
        }
        return place;
    }
}

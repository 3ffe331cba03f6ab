package io.saddlebag.scsi.memory;

import io.saddlebag.scsi.ElementAddresses;
import io.saddlebag.scsi.ElementRange;
import io.saddlebag.scsi.ElementType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Where media really are, by element address. */
final class Racks {
    private final ElementAddresses addresses;
    private final Map<Integer, Bay> bays = new HashMap<>();
    private final Map<Integer, Content> contents = new TreeMap<>();

    /** A medium in an element. */
    record Content(String medium, @Nullable Integer source, boolean putByOperator) {}

    Racks(ElementAddresses addresses) {
        this.addresses = addresses;
    }

    void bay(int address, Bay bay) {
        bays.put(address, bay);
    }

    Optional<ElementType> typeOf(int address) {
        for (ElementType type : ElementType.values()) {
            if (addresses.of(type).contains(address)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    Optional<Content> at(int address) {
        return Optional.ofNullable(contents.get(address));
    }

    boolean releases(int address) {
        Bay bay = bays.get(address);
        return bay == null || bay.releases();
    }

    void put(int address, Content content) {
        if (contents.putIfAbsent(address, content) != null) {
            throw new IllegalStateException("element " + address + " is full");
        }
        Bay bay = bays.get(address);
        if (bay != null) {
            bay.insert(content.medium());
        }
    }

    Content take(int address) {
        Content content = contents.remove(address);
        if (content == null) {
            throw new IllegalStateException("element " + address + " is empty");
        }
        Bay bay = bays.get(address);
        if (bay != null) {
            bay.remove();
        }
        return content;
    }

    void move(int from, int to) {
        Content content = take(from);
        put(to, new Content(content.medium(), from, false));
    }

    int placeOf(String medium) {
        return contents.entrySet().stream()
                .filter(e -> e.getValue().medium().equals(medium))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("no medium " + medium))
                .getKey();
    }

    List<String> media() {
        return contents.values().stream().map(Content::medium).toList();
    }

    /** Slots and mail slots that are full, or those that are empty. */
    List<Integer> shelves(boolean full) {
        List<Integer> found = new ArrayList<>();
        for (ElementType type : List.of(ElementType.STORAGE, ElementType.IMPORT_EXPORT)) {
            ElementRange range = addresses.of(type);
            for (int i = range.first(); i < range.first() + range.count(); i++) {
                if (contents.containsKey(i) == full) {
                    found.add(i);
                }
            }
        }
        return found;
    }

    /** What is where, for a changer that remembers what it saw. */
    Map<Integer, Content> look() {
        return new TreeMap<>(contents);
    }
}

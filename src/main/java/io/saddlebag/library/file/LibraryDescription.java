package io.saddlebag.library.file;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import io.saddlebag.library.ElementKind;
import io.saddlebag.library.ElementStatus;
import io.saddlebag.library.Inventory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a virtual robot knows: {@code library.json}.
 *
 * @param format version of this description, {@link #FORMAT}
 * @param generation grows by one with each change
 * @param cartridges what is in the elements; an element that isn't named is empty
 */
@JsonPropertyOrder({"format", "name", "generation", "doorOpen", "slots", "drives", "mailSlots", "cartridges"})
record LibraryDescription(
        int format,
        String name,
        long generation,
        boolean doorOpen,
        int slots,
        int drives,
        int mailSlots,
        List<Placement> cartridges) {
    static final int FORMAT = 1;

    /** A barcode here is the name of a file too. */
    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]*");

    /** A cartridge in an element; the last element it was in, where it is known. */
    record Placement(
            String element, String barcode, @Nullable String cameFrom) {}

    LibraryDescription {
        if (format != FORMAT) {
            throw new IllegalArgumentException("format " + format + " is unknown; valid is " + FORMAT);
        }
        cartridges = List.copyOf(cartridges);
        Set<Element> full = new HashSet<>();
        Set<String> barcodes = new HashSet<>();
        for (Placement p : cartridges) {
            Element element = Element.parse(p.element);
            if (element.number() > count(element.kind(), slots, drives, mailSlots)) {
                throw new IllegalArgumentException("there is no element " + element + " for " + p.barcode);
            }
            if (!full.add(element)) {
                throw new IllegalArgumentException("two cartridges are in " + element);
            }
            requireFileName(p.barcode);
            if (!barcodes.add(p.barcode)) {
                throw new IllegalArgumentException("cartridge " + p.barcode + " is in two elements");
            }
            if (p.cameFrom != null) {
                Element.parse(p.cameFrom);
            }
        }
    }

    static LibraryDescription of(NewLibrary plan) {
        List<Placement> placed = new ArrayList<>();
        for (Barcode barcode : plan.barcodes()) {
            placed.add(new Placement(Element.slot(placed.size() + 1).toString(), barcode.value(), null));
        }
        return new LibraryDescription(
                FORMAT, plan.name(), 1, false, plan.slots(), plan.drives(), plan.mailSlots(), placed);
    }

    static void requireFileName(String barcode) {
        if (barcode.length() > Barcode.LONGEST || !FILE_NAME.matcher(barcode).matches()) {
            throw new IllegalArgumentException("'" + barcode + "' is not a barcode for a virtual cartridge; valid are 1"
                    + " to " + Barcode.LONGEST + " letters, digits, hyphens and underscores, the first a letter or"
                    + " digit");
        }
    }

    Inventory inventory() {
        Map<Element, ElementStatus> all = new TreeMap<>();
        for (ElementKind kind : ElementKind.values()) {
            for (int i = 1; i <= count(kind, slots, drives, mailSlots); i++) {
                Element element = new Element(kind, i);
                all.put(element, ElementStatus.empty(element));
            }
        }
        for (Placement p : cartridges) {
            Element element = Element.parse(p.element);
            Element cameFrom = p.cameFrom == null ? null : Element.parse(p.cameFrom);
            all.put(element, new ElementStatus(element, true, new Barcode(p.barcode), cameFrom));
        }
        return new Inventory(generation, List.copyOf(all.values()));
    }

    LibraryDescription withDoor(boolean open) {
        return new LibraryDescription(format, name, generation, open, slots, drives, mailSlots, cartridges);
    }

    LibraryDescription nextGeneration() {
        return withCartridges(cartridges);
    }

    LibraryDescription with(Element element, Barcode barcode, @Nullable Element cameFrom) {
        List<Placement> placed = new ArrayList<>(cartridges);
        placed.add(new Placement(element.toString(), barcode.value(), cameFrom == null ? null : cameFrom.toString()));
        return withCartridges(placed);
    }

    LibraryDescription without(Set<Element> emptied) {
        return withCartridges(cartridges.stream()
                .filter(p -> !emptied.contains(Element.parse(p.element)))
                .toList());
    }

    private LibraryDescription withCartridges(List<Placement> placed) {
        List<Placement> sorted = placed.stream()
                .sorted(Comparator.comparing(p -> Element.parse(p.element)))
                .toList();
        return new LibraryDescription(format, name, generation + 1, doorOpen, slots, drives, mailSlots, sorted);
    }

    private static int count(ElementKind kind, int slots, int drives, int mailSlots) {
        return switch (kind) {
            case MTE -> 1;
            case SE -> slots;
            case IEE -> mailSlots;
            case DTE -> drives;
        };
    }
}

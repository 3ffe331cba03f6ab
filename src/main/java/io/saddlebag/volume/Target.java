package io.saddlebag.volume;

import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import io.saddlebag.library.ElementStatus;
import io.saddlebag.library.Inventory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A cartridge as an operator names it: by its place or by its barcode. */
public sealed interface Target {
    /** An element, or several as in {@code 1-5} (M12); what has another form is a barcode. */
    Pattern ELEMENTS = Pattern.compile("(?i)(mte|se|iee|dte)?\\d{0,5}(-(mte|se|iee|dte)?\\d{1,5})?");

    record At(Element element) implements Target {
        @Override
        public String toString() {
            return element.toString();
        }
    }

    record Tagged(Barcode barcode) implements Target {
        @Override
        public String toString() {
            return "barcode " + barcode;
        }
    }

    /**
     * What an operator named at one moment: whatever is moved since, it is that cartridge and no other.
     *
     * @param found its barcode then; null when it had none to be read
     * @param full whether there was a cartridge
     */
    record Pinned(
            Target named, @org.jspecify.annotations.Nullable Barcode found, boolean full) implements Target {
        @Override
        public Optional<ElementStatus> find(Inventory inventory) {
            if (!full) {
                return Optional.empty();
            }
            return found == null ? named.find(inventory) : inventory.find(found);
        }

        @Override
        public String toString() {
            return named.toString();
        }
    }

    static Target at(Element element) {
        return new At(element);
    }

    static Target tagged(Barcode barcode) {
        return new Tagged(barcode);
    }

    /**
     * One, by an element or a barcode.
     *
     * @throws IllegalArgumentException when it is neither, or several
     */
    static Target parse(String text) {
        List<Target> all = parseAll(text);
        if (all.size() != 1) {
            throw new IllegalArgumentException("'" + text + "' names several cartridges, and one is wanted");
        }
        return all.get(0);
    }

    /**
     * One or several: {@code 1-5}, {@code se3,iee1}, {@code SBG001L6,2-3}.
     *
     * @throws IllegalArgumentException naming what is neither element nor barcode, or named twice
     */
    static List<Target> parseAll(String text) {
        List<Target> all = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            String one = part.strip();
            if (ELEMENTS.matcher(one).matches()) {
                Element.parseAll(one).forEach(element -> all.add(at(element)));
            } else {
                all.add(tagged(new Barcode(one)));
            }
        }
        if (new HashSet<>(all).size() != all.size()) {
            throw new IllegalArgumentException("'" + text + "' names a cartridge twice");
        }
        return List.copyOf(all);
    }

    /** The full element with it. */
    default Optional<ElementStatus> find(Inventory inventory) {
        Optional<ElementStatus> found =
                this instanceof At place ? inventory.at(place.element()) : inventory.find(((Tagged) this).barcode());
        return found.filter(ElementStatus::full);
    }

    /** As it is now, for work on several: while one is worked on, others are moved. */
    default Target pinned(Inventory inventory) {
        Optional<ElementStatus> now = find(inventory);
        return new Pinned(this, now.map(ElementStatus::barcode).orElse(null), now.isPresent());
    }
}

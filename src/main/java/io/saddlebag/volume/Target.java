package io.saddlebag.volume;

import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import io.saddlebag.library.ElementStatus;
import io.saddlebag.library.Inventory;
import java.util.Optional;

/** A cartridge as an operator names it: by its place or by its barcode. */
public sealed interface Target {
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

    static Target at(Element element) {
        return new At(element);
    }

    static Target tagged(Barcode barcode) {
        return new Tagged(barcode);
    }

    /** The full element with it. */
    default Optional<ElementStatus> find(Inventory inventory) {
        Optional<ElementStatus> found =
                this instanceof At place ? inventory.at(place.element()) : inventory.find(((Tagged) this).barcode());
        return found.filter(ElementStatus::full);
    }
}

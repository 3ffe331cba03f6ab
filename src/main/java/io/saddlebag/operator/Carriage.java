package io.saddlebag.operator;

import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A cartridge from outside, and where it is to go. */
public record Carriage(Barcode cartridge, Element to) {
    /**
     * Each cartridge to the element in the same place of its list.
     *
     * @throws IllegalArgumentException when there aren't as many of both
     */
    public static List<Carriage> all(List<Barcode> cartridges, List<Element> elements) {
        if (cartridges.size() != elements.size()) {
            throw new IllegalArgumentException("there are " + cartridges.size() + " cartridges " + cartridges + " and "
                    + elements.size() + " elements " + elements + "; name as many of both");
        }
        List<Carriage> all = new ArrayList<>();
        for (int i = 0; i < cartridges.size(); i++) {
            all.add(new Carriage(cartridges.get(i), elements.get(i)));
        }
        return all;
    }

    /** Barcodes with commas between. */
    public static List<Barcode> barcodes(String text) {
        List<Barcode> all = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            all.add(new Barcode(part.strip()));
        }
        return all;
    }

    public Carriage by(Carrier carrier) throws IOException, InterruptedException {
        carrier.insert(cartridge, to);
        return this;
    }

    /** For people: what was taken out. */
    public static String outside(Optional<Barcode> cartridge) {
        return cartridge
                .map(each -> "cartridge " + each + " is outside")
                .orElse("the cartridge, whose barcode can't be read, is outside");
    }

    @Override
    public String toString() {
        return cartridge + " into " + to;
    }
}

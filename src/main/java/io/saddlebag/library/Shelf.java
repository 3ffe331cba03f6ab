package io.saddlebag.library;

import java.io.IOException;
import java.util.Set;

/** The world outside of a virtual library: cartridges that nobody's hand has to carry (M13). Thread-safe. */
public interface Shelf {
    /** Cartridges that are in no element. */
    Set<Barcode> outside() throws IOException;

    /**
     * Puts a cartridge from outside into an empty slot or mail slot (insertvol).
     *
     * @throws LibraryException naming what is wrong with cartridge or element
     */
    void insert(Barcode barcode, Element element) throws IOException;

    /** Takes a cartridge out of a slot or mail slot (extractvol); its content stays. */
    Barcode extract(Element element) throws IOException;
}

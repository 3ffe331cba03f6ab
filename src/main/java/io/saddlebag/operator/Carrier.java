package io.saddlebag.operator;

import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import io.saddlebag.library.Shelf;
import java.io.IOException;
import java.util.Optional;

/**
 * Brings cartridges from outside into a library and out of it (M13): {@code insertvol} and {@code extractvol}. Element and
 * cartridge are checked before anything is done or asked.
 */
public interface Carrier {
    /**
     * On return the cartridge is in that slot or mail slot, and the library knows.
     *
     * @throws io.saddlebag.library.LibraryException naming what is wrong with cartridge or element
     * @throws io.saddlebag.fault.BackupException {@link OperatorFault#NOT_CARRIED},
     *     {@link io.saddlebag.volume.VolumeFault#DECLINED} where somebody's hand is needed
     */
    void insert(Barcode barcode, Element element) throws IOException, InterruptedException;

    /**
     * On return the cartridge that was in that slot or mail slot is outside, with what is on it.
     *
     * @return its barcode; empty when it couldn't be read
     * @throws io.saddlebag.library.LibraryException as {@link #insert}
     * @throws io.saddlebag.fault.BackupException as {@link #insert}
     */
    Optional<Barcode> extract(Element element) throws IOException, InterruptedException;

    /** Of a library whose outside the program reaches itself. */
    static Carrier to(Shelf shelf) {
        return new Carrier() {
            @Override
            public void insert(Barcode barcode, Element element) throws IOException {
                shelf.insert(barcode, element);
            }

            @Override
            public Optional<Barcode> extract(Element element) throws IOException {
                return Optional.of(shelf.extract(element));
            }
        };
    }
}

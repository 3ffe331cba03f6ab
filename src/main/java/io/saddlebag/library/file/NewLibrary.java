package io.saddlebag.library.file;

import io.saddlebag.library.Barcode;
import io.saddlebag.quantity.ByteCount;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a virtual library is created with.
 *
 * @param cartridges blank ones, from slot 1 on
 * @param barcodePrefix of their barcodes: prefix, three digits or more, {@code L6}, as in {@code SBG001L6}
 * @param capacity of each cartridge file
 * @param afterWarning what of it is kept behind the early-warning point for labels and what is under way
 */
public record NewLibrary(
        String name,
        int slots,
        int drives,
        int mailSlots,
        int cartridges,
        String barcodePrefix,
        ByteCount capacity,
        ByteCount afterWarning) {
    /** 20 slots, 2 drives, 1 mail slot, 10 cartridges of 100 GiB that warn 64 MiB before their end. */
    public static final NewLibrary DEFAULT =
            new NewLibrary("virtual", 20, 2, 1, 10, "SBG", ByteCount.mebibytes(100L << 10), ByteCount.mebibytes(64));

    /** Of each kind; an element's number has at most five digits. */
    public static final int MOST_ELEMENTS = 10_000;

    public NewLibrary {
        require(slots, 1, "slots");
        require(drives, 1, "drives");
        require(mailSlots, 0, "mail slots");
        require(cartridges, 0, "cartridges");
        if (cartridges > slots) {
            throw new IllegalArgumentException(cartridges + " cartridges don't fit into " + slots + " slots");
        }
        if (afterWarning.compareTo(capacity) > 0) {
            throw new IllegalArgumentException(
                    "a cartridge of " + capacity + " can't warn " + afterWarning + " before its end");
        }
    }

    public NewLibrary named(String newName) {
        return new NewLibrary(newName, slots, drives, mailSlots, cartridges, barcodePrefix, capacity, afterWarning);
    }

    public NewLibrary withElements(int newSlots, int newDrives, int newMailSlots) {
        return new NewLibrary(
                name, newSlots, newDrives, newMailSlots, cartridges, barcodePrefix, capacity, afterWarning);
    }

    public NewLibrary withCartridges(int count, String prefix) {
        return new NewLibrary(name, slots, drives, mailSlots, count, prefix, capacity, afterWarning);
    }

    public NewLibrary withCapacity(ByteCount each, ByteCount keptAfterWarning) {
        return new NewLibrary(name, slots, drives, mailSlots, cartridges, barcodePrefix, each, keptAfterWarning);
    }

    List<Barcode> barcodes() {
        List<Barcode> all = new ArrayList<>();
        for (int i = 1; i <= cartridges; i++) {
            all.add(new Barcode(String.format(Locale.ROOT, "%s%03dL6", barcodePrefix, i)));
        }
        return all;
    }

    private static void require(int count, int least, String what) {
        if (count < least || count > MOST_ELEMENTS) {
            throw new IllegalArgumentException(
                    "a library has " + least + " to " + MOST_ELEMENTS + " " + what + ", not " + count);
        }
    }
}

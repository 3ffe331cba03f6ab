package io.saddlebag.media;

import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import org.jspecify.annotations.Nullable;

/**
 * A cartridge as it is known without loading it.
 *
 * @param at where it stands
 * @param barcode null when the library can't read it
 * @param obstacle why it can't be used now; null when nothing is known against it
 */
public record Cartridge(
        Element at, @Nullable Barcode barcode, @Nullable Obstacle obstacle) {
    /** What keeps a cartridge from being used, whatever is written on it. */
    public enum Obstacle {
        WRITE_PROTECTED,
        IN_USE,
        IN_MAIL_SLOT,
        NO_LOADER,
        /** A drive was named, it isn't in that one, and nothing changes cartridges (M28). */
        IN_ANOTHER_DRIVE,
        TRIED_IN_VAIN
    }

    @Override
    public String toString() {
        return barcode == null ? "the cartridge in " + at : "cartridge " + barcode + " in " + at;
    }
}

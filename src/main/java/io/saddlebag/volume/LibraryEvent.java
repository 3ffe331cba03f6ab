package io.saddlebag.volume;

import io.saddlebag.library.Element;
import org.jspecify.annotations.Nullable;

/**
 * Something that somebody may want to know of a library (M13, M17).
 *
 * @param element where, null when it isn't one place
 * @param text for people
 */
public record LibraryEvent(
        Kind kind, String library, @Nullable Element element, String text) {
    /** What happened. */
    public enum Kind {
        DOOR_OPENED,
        DOOR_CLOSED,
        /** A person put a cartridge into a mail slot. */
        IMPORT,
        /** Cartridges are elsewhere than before, by whomever. */
        INVENTORY_CHANGED,
        /** A drive asks for cleaning, or its interval is over, and it was not cleaned yet. */
        CLEANING_NEEDED,
        /** A drive wants something to be known. */
        TAPE_ALERT
    }
}

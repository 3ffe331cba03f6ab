package io.saddlebag.camel.library;

import java.util.List;

/** What {@code library:} does, and which options it needs for that. */
public enum LibraryOperation {
    INVENTORY,
    SCAN,
    LOAD("from", "to"),
    UNLOAD("from"),
    MOVE("from", "to"),
    IMPORT("from"),
    EXPORT("from"),
    INSERT("cartridge", "to"),
    EXTRACT("from"),
    OPENDOOR,
    CLOSEDOOR,
    CLEAN("from"),
    MOUNT("from"),
    UNMOUNT("from"),
    RESERVE("from"),
    RELEASE("from"),
    DISCOVER,
    LABEL("cartridge"),
    UNLABEL("cartridge"),
    IDENTIFY("cartridge"),
    REUSE("volume"),
    LSVOL,
    WATCH;

    @SuppressWarnings("ImmutableEnumChecker") // List.of makes it so
    private final List<String> needs;

    LibraryOperation(String... needs) {
        this.needs = List.of(needs);
    }

    List<String> needs() {
        return needs;
    }

    boolean takesRanges() {
        return this == IMPORT || this == EXPORT || this == EXTRACT;
    }

    /** Of cartridges, not of what is on them. */
    boolean movesCartridges() {
        return compareTo(LABEL) < 0;
    }
}

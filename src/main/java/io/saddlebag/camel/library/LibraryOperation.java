package io.saddlebag.camel.library;

import java.util.List;

/** What {@code library:} does, and which options it needs for that. */
public enum LibraryOperation {
    INVENTORY(null, Reach.ONE),
    SCAN(null, Reach.ONE),
    LOAD("loadvol", Reach.ONE, "from", "to"),
    UNLOAD("unloadvol", Reach.ONE, "from"),
    MOVE("movevol", Reach.SEVERAL, "from", "to"),
    IMPORT("importvol", Reach.SEVERAL, "from"),
    EXPORT("exportvol", Reach.SEVERAL, "from"),
    INSERT("insertvol", Reach.SEVERAL, "cartridge", "to"),
    EXTRACT("extractvol", Reach.SEVERAL, "from"),
    OPENDOOR("opendoor", Reach.ONE),
    CLOSEDOOR("closedoor", Reach.ONE),
    CLEAN("clean", Reach.ONE, "from"),
    MOUNT("mountdev", Reach.ONE, "from"),
    UNMOUNT("unmountdev", Reach.ONE, "from"),
    RESERVE(null, Reach.ONE, "from"),
    RELEASE(null, Reach.ONE, "from"),
    DISCOVER(null, Reach.ONE),
    LABEL("labelvol", Reach.SEVERAL, "cartridge"),
    UNLABEL("unlabelvol", Reach.SEVERAL, "cartridge"),
    IDENTIFY("identifyvol", Reach.SEVERAL, "cartridge"),
    REUSE("reusevol", Reach.SEVERAL),
    LSVOL(null, Reach.ONE),
    WATCH(null, Reach.ONE);

    /** How many things it takes at a time. */
    private enum Reach {
        ONE,
        SEVERAL
    }

    private final @org.jspecify.annotations.Nullable String verb;
    private final Reach reach;

    @SuppressWarnings("ImmutableEnumChecker") // List.of makes it so
    private final List<String> needs;

    LibraryOperation(@org.jspecify.annotations.Nullable String verb, Reach reach, String... needs) {
        this.verb = verb;
        this.reach = reach;
        this.needs = List.of(needs);
    }

    List<String> needs() {
        return needs;
    }

    boolean takesRanges() {
        return reach == Reach.SEVERAL;
    }

    /** Those that only look leave no job. */
    boolean leavesJob() {
        return verb != null;
    }

    /** Its name on the command line, as jobs show it. */
    String verb() {
        return verb == null ? name().toLowerCase(java.util.Locale.ROOT) : verb;
    }

    /** Of cartridges, not of what is on them. */
    boolean movesCartridges() {
        return compareTo(LABEL) < 0;
    }
}

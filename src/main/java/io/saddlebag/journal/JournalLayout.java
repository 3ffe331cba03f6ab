package io.saddlebag.journal;

/** How a database keeps its journals (J1). One usable journal is extensible, several are of a fixed size. */
public enum JournalLayout {
    /** One that grows until it is backed up and cut to nothing. */
    EXTENSIBLE("an extensible journal"),
    /** Many, one after the other; each is closed when it is full. */
    FIXED_SIZE("journals of a fixed size");

    private final String display;

    JournalLayout(String display) {
        this.display = display;
    }

    public String display() {
        return display;
    }
}

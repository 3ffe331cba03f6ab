package io.saddlebag.journal;

/** Hears what a pass says (J14), on the pass's thread. */
@FunctionalInterface
public interface JournalListener {
    JournalListener DEAF = (message, text) -> {};

    /** @param text without the id */
    void told(JournalMessage message, String text);
}

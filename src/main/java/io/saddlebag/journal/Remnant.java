package io.saddlebag.journal;

import java.io.IOException;
import java.io.InputStream;

/**
 * What a source holds of a journal, backed up or not, as a recovery takes it (R7): its database may be down or damaged.
 *
 * @param from first byte of the journal that it holds; 0 but for one that grows
 * @param bytes how many
 * @param content of those bytes
 */
public record Remnant(JournalId id, String name, long from, long bytes, Content content) {
    /** Can be opened more than once. */
    @FunctionalInterface
    public interface Content {
        InputStream open() throws IOException;
    }
}

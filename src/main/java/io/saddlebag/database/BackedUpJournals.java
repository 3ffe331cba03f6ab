package io.saddlebag.database;

import java.io.IOException;
import java.util.Optional;

/** What is backed up of a database's journals, for engines whose files don't say where their journals go on. Thread-safe. */
@FunctionalInterface
public interface BackedUpJournals {
    /** Nothing is known of them. */
    BackedUpJournals NONE = Optional::empty;

    /** The newest one of the incarnation whose journals are written now; empty when nothing goes on from it, or there is none. */
    Optional<Newest> newest() throws IOException;

    /**
     * A journal of which so much is backed up.
     *
     * @param sequence 0 when none is yet since the database was opened as a new incarnation
     * @param name its own
     * @param end so many bytes from its beginning
     */
    record Newest(long sequence, String name, long end) {}
}

package io.saddlebag.catalog;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The results of restore tests (R14). Every change is durable on return. Thread-safe, also across processes. */
public interface RehearsalLog {
    /** Adds a result. No effect when there is one of this job: the first counts. */
    void add(Rehearsal rehearsal) throws IOException;

    /**
     * The newest first.
     *
     * @param database null for all
     * @param atMost at least 1
     */
    List<Rehearsal> list(@org.jspecify.annotations.Nullable String database, int atMost) throws IOException;

    /** The newest that {@link Rehearsal#proven proved} a backup of that database. */
    Optional<Rehearsal> lastProven(String database) throws IOException;
}

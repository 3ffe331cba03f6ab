package io.saddlebag.incarnation;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Incarnations that the catalog knows (R9). Every change is durable on return. Thread-safe, also across processes. */
public interface IncarnationLog {
    /** By number; ends aren't recorded. */
    List<Incarnation> list(String database) throws IOException;

    /** In the place of one with the same number. */
    void record(String database, Incarnation incarnation) throws IOException;

    /** What the database was reset to last. */
    Optional<Choice> choice(String database) throws IOException;

    void choose(String database, Choice choice) throws IOException;

    /**
     * That an incarnation counts as the current one.
     *
     * @param number of it
     * @param highest number that was known then: the choice is over when there is a newer one
     */
    record Choice(long number, long highest) {}
}

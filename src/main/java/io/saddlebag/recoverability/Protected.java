package io.saddlebag.recoverability;

import java.io.IOException;
import java.util.Set;

/** What a node protects, as it is configured. Thread-safe. */
public interface Protected {
    /** Names of the configured databases. */
    Set<String> databases();

    /** Names of the sources of journals that bring that database forward; none where nothing is said of it. */
    Set<String> journals(String database) throws IOException;

    /** What can be done with the journals of that database. */
    default Set<Repair> repairs(String database) throws IOException {
        return Set.of(Repair.WHOLE);
    }
}

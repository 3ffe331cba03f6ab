package io.saddlebag.journal;

import java.util.Optional;

/** How an engine calls its journals. Values only; thread-safe. */
public interface JournalNaming {
    /** Which journal a file of that name is; empty for what is none. */
    Optional<JournalId> match(String name);

    /** How that journal is called; empty where its number alone doesn't tell. */
    default Optional<String> name(JournalId id) {
        return Optional.empty();
    }

    /** Where it begins and ends in the database's log, as far as that can be told from its number. */
    default JournalSource.Extent extent(JournalId id) {
        return JournalSource.Extent.UNKNOWN;
    }
}

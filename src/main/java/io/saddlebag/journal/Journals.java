package io.saddlebag.journal;

import io.saddlebag.backup.ImageTarget;
import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The configured journal sources of a node. Thread-safe. */
public interface Journals {
    Set<String> names();

    /** @throws BackupException when there is none of that name */
    JournalSource source(String name) throws IOException;

    JournalServices services();

    /** Name of the source whose journals bring that database forward; empty when none is configured. */
    default Optional<String> ofDatabase(String database) throws IOException {
        return Optional.empty();
    }

    /** A backup of that source's journals, not begun yet. */
    default JournalBackup backup(
            String name, ImageTarget target, JournalOptions options, JournalListener listener, @Nullable String user)
            throws IOException {
        return new JournalBackup(source(name), services(), target, options, listener, user);
    }
}

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

    /** How that source's journals are called, or those of a companion; empty when none of that name are configured. Touches nothing. */
    default Optional<JournalNaming> naming(String source) throws IOException {
        return names().contains(source) ? Optional.of(any -> Optional.empty()) : Optional.empty();
    }

    /** Whose companion that is ({@link JournalSource#companions}); empty for journals proper, and when it isn't configured. */
    default Optional<String> companionOf(String source) throws IOException {
        return Optional.empty();
    }

    /**
     * Who looks after the disk of that source's journals (J26): one for all who ask in this process.
     *
     * @param listener of the first who asks; hears of measures
     */
    default JournalGovernor governor(String name, JournalListener listener) throws IOException {
        return JournalGovernor.NONE;
    }

    /** Where that source's backup files go while its governor spills; the usual target where there is no such place. */
    default ImageTarget spillTarget(String name, ImageTarget usual) throws IOException {
        return usual;
    }

    /** Name of the source whose journals bring that database forward; empty when none is configured. */
    default Optional<String> ofDatabase(String database) throws IOException {
        return Optional.empty();
    }

    /** A backup of that source's journals, not begun yet. */
    default JournalBackup backup(
            String name, ImageTarget target, JournalOptions options, JournalListener listener, @Nullable String user)
            throws IOException {
        JournalGovernor governor = governor(name, listener);
        ImageTarget spill = spillTarget(name, target);
        return new JournalBackup(
                source(name), services(), new JournalBackup.Targets(target, spill, governor), options, listener, user);
    }
}

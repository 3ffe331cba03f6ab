package io.saddlebag.journal.folder;

import io.saddlebag.journal.JournalNaming;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A folder of journals.
 *
 * @param moveTo where released journals are moved, in the same file system; null to delete them
 * @param settled a file that was changed more recently may still be written
 */
public record FolderSettings(
        String name,
        Path folder,
        JournalNaming naming,
        @Nullable Path moveTo,
        Duration settled) {
    public static final Duration DEFAULT_SETTLED = Duration.ofSeconds(5);
}

package io.saddlebag.database;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the end of an online backup yields that has to go into the image or has to be known to a restore.
 *
 * @param facts kept in the catalog and the image, e.g. {@code startLsn}, {@code stopLsn}, {@code timeline}; a binary log's file
 *     and position; never secret
 * @param files small files that are put beside the components' own in the image, e.g. PostgreSQL's {@code backup_label}
 * @param journalFolder where the journals are; null when none are needed
 * @param journals names in that folder of the journals without which the copy isn't consistent, oldest first
 */
public record BackupEnd(
        Map<String, String> facts,
        List<AddedFile> files,
        @Nullable Path journalFolder,
        List<String> journals) {
    /** No copy needs more than this many journals; a backup that would is refused. */
    public static final int MOST_JOURNALS = 100_000;

    public BackupEnd {
        facts = Map.copyOf(facts);
        files = List.copyOf(files);
        journals = List.copyOf(journals);
        if (!journals.isEmpty() && journalFolder == null) {
            throw new IllegalArgumentException("journals " + journals + " without a folder");
        }
    }

    /** For engines whose components are all that is needed. */
    public static BackupEnd of(Map<String, String> facts) {
        return new BackupEnd(facts, List.of(), null, List.of());
    }

    /**
     * @param path where it belongs, among the components
     * @param like a file of the database whose owner and rights it gets
     */
    public record AddedFile(Path path, Path like, String text) {}
}

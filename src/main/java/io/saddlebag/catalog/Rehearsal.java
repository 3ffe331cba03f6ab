package io.saddlebag.catalog;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A restore test that was carried out (R14).
 *
 * @param job that did it, and is named by nothing else
 * @param ended when the result was known
 * @param proof how far it got
 * @param report what was done and found, a sentence each
 * @param failure why it got no further; null when it got as far as the engine allows
 */
public record Rehearsal(
        String database,
        BackupId backup,
        String job,
        Instant began,
        Instant ended,
        Proof proof,
        List<String> report,
        @Nullable String failure) {
    /** What is known of a backup, each of them with those before. */
    public enum Proof {
        NOTHING,
        /** Every byte came back as it was backed up. */
        RESTORED,
        /** The engine has opened the restored files. */
        STARTED,
        /** The engine has looked at all of them and found nothing wrong. */
        CHECKED;

        public String display() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    public Rehearsal {
        report = List.copyOf(report);
    }

    /** Whether the backup was proven to be a working database. */
    public boolean proven() {
        return failure == null && proof == Proof.CHECKED;
    }
}

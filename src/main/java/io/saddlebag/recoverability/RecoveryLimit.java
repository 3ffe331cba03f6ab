package io.saddlebag.recoverability;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What of a database could not be recovered if it failed now (J23).
 *
 * @param recoverableTo the newest state that can be recovered; null when there is none
 * @param ageSeconds from then until now; null when there is none
 * @param backup the newest that a recovery to there begins with; null when there is none
 * @param lastJournal the newest that such a recovery applies; null for none
 * @param lost what would be lost, a sentence
 * @param warnings why it is less than it could be, a sentence each
 */
public record RecoveryLimit(
        String database,
        Protection protection,
        @Nullable Instant recoverableTo,
        @Nullable Long ageSeconds,
        @Nullable Long backup,
        @Nullable String lastJournal,
        String lost,
        List<String> warnings) {
    /** How it is protected between backups. */
    public enum Protection {
        /** Its journals are backed up. */
        ARCHIVE_LOG,
        /** Nothing after its last backup comes back. */
        BACKUPS_ONLY,
        /** It has no backup that can be read. */
        NONE;

        public String display() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public RecoveryLimit {
        warnings = List.copyOf(warnings);
    }

    static RecoveryLimit of(Known known, List<Interval> intervals, Instant now) {
        Interval newest = intervals.stream()
                .max(Comparator.comparing(Interval::incarnation).thenComparing(Interval::to))
                .orElse(null);
        if (newest == null) {
            return new RecoveryLimit(
                    known.name(),
                    Protection.NONE,
                    null,
                    null,
                    null,
                    null,
                    known.bases().isEmpty()
                            ? "everything: it was never backed up"
                            : "everything: no backup of it can be read",
                    List.of());
        }
        Duration age = Duration.between(newest.to(), now);
        long seconds = age.isNegative() ? 0 : age.toSeconds();
        Interval.Start base = newest.bases().get(newest.bases().size() - 1);
        String since = "what was committed after " + newest.to() + ", " + Ages.display(seconds) + " ago";
        boolean journaled = known.journaled();
        return new RecoveryLimit(
                known.name(),
                journaled ? Protection.ARCHIVE_LOG : Protection.BACKUPS_ONLY,
                newest.to(),
                seconds,
                base.backup(),
                newest.lastJournal(),
                journaled
                        ? "transactions that are not finished, and " + since
                        : "all since backup " + base.backup() + " of " + newest.to() + ", " + Ages.display(seconds)
                                + " ago",
                Warnings.of(known, newest));
    }

    /** What keeps a limit from being better. */
    private static final class Warnings {
        private Warnings() {}

        static List<String> of(Known known, Interval newest) {
            List<String> all = new ArrayList<>(known.remarks());
            String behind = newest.lastJournal() == null
                    ? "behind backup "
                            + newest.bases().get(newest.bases().size() - 1).backup()
                    : "behind journal " + newest.lastJournal();
            switch (newest.end()) {
                case GAP ->
                    all.add("journals are missing " + behind + ": later ones can't be applied; make a full backup now");
                case BROKEN ->
                    all.add("the chain was broken " + behind
                            + ": later journals can't be applied; make a full backup now");
                case UNREADABLE -> all.add("the journal " + behind + " can't be read; make a full backup now");
                case DEPENDENT ->
                    all.add("journal " + newest.lastJournal()
                            + " was backed up without a quiet point: transactions that go on behind it are undone");
                case NEWEST -> {
                    if (known.journaled() && newest.lastJournal() == null) {
                        all.add("no journal is backed up that brings a backup forward");
                    }
                }
            }
            long current = known.chain().stream()
                    .mapToLong(link -> link.id().incarnation())
                    .max()
                    .orElse(newest.incarnation());
            if (current > newest.incarnation()) {
                all.add("nothing reaches incarnation " + current
                        + ", of which there are journals; make a full backup now");
            }
            return all;
        }
    }
}

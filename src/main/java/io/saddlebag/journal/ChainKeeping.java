package io.saddlebag.journal;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.pool.Chains;
import io.saddlebag.recovery.LogPosition;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps backup files of journals as long as anything is rolled forward with them, and lets them go from the chain's old end only (J13).
 * What belongs to journals as a companion, such as histories of timelines, stays as long as any of those, or any backup that they bring
 * forward: it is tiny, and no recovery finds its way without. In doubt a file stays. For one run of pruning: it reads each chain once. One
 * thread.
 */
public final class ChainKeeping implements Chains {
    /** The fact of a backup that says where in the database's log it began. */
    private static final String BEGIN = "startLsn";

    private final Journals journals;
    private final Catalog catalog;
    private final Map<String, List<JournalPiece>> read = new HashMap<>();

    public ChainKeeping(Journals journals, Catalog catalog) {
        this.journals = journals;
        this.catalog = catalog;
    }

    @Override
    public @Nullable String keeps(Backup expired, Collection<Backup> staying) throws IOException {
        String source = sourceOf(expired);
        Optional<JournalId> first = source == null ? Optional.empty() : firstOf(source, expired);
        if (source == null || first.isEmpty()) {
            return null;
        }
        Optional<String> leader = journals.companionOf(source);
        return leader.isPresent()
                ? keepsCompanion(leader.get(), staying)
                : keepsJournals(source, first.get(), expired, staying);
    }

    private static @Nullable String sourceOf(Backup backup) {
        return backup.about().facts().get(PieceRecorder.SOURCE);
    }

    /** Also of one of which the chain has nothing, since others have the same journals, or nobody could record it. */
    private Optional<JournalId> firstOf(String source, Backup expired) throws IOException {
        List<JournalPiece> held = pieces(source).stream()
                .filter(piece -> expired.id().equals(piece.backup()))
                .toList();
        if (held.isEmpty()) {
            held = PieceRecorder.pieces(catalog, expired, (id, name) -> JournalSource.Extent.UNKNOWN);
        }
        return held.stream()
                .filter(piece -> piece.state().isDurable())
                .map(JournalPiece::id)
                .min(Comparator.naturalOrder());
    }

    private @Nullable String keepsCompanion(String leader, Collection<Backup> staying) throws IOException {
        for (Backup other : staying) {
            if (leader.equals(sourceOf(other))) {
                return "backup " + other.id() + " stays, and holds journals of " + leader + ", which need it";
            }
            String database = other.about().database();
            if (database != null
                    && journals.ofDatabase(database).filter(leader::equals).isPresent()) {
                return "backup " + other.id() + " of " + other.about().name() + " stays, and is rolled forward with "
                        + leader;
            }
        }
        return null;
    }

    private @Nullable String keepsJournals(String source, JournalId first, Backup expired, Collection<Backup> staying)
            throws IOException {
        Set<BackupId> there = staying.stream().map(Backup::id).collect(Collectors.toSet());
        for (JournalPiece piece : pieces(source)) {
            BackupId other = piece.backup();
            boolean before = piece.id().compareTo(first) < 0;
            if (before
                    && piece.state().isDurable()
                    && other != null
                    && !other.equals(expired.id())
                    && there.contains(other)) {
                return "backup " + other + " stays, and holds journals of " + source + " before it";
            }
        }
        for (Backup other : staying) {
            String database = other.about().database();
            if (database != null && (!isBefore(expired, other) || reaches(expired, source, other))) {
                Optional<String> own = journals.ofDatabase(database);
                if (own.filter(source::equals).isPresent()) {
                    return "backup " + other.id() + " of " + other.about().name()
                            + " is rolled forward with its journals";
                }
                if (own.isEmpty() && journals.naming(source).isEmpty()) {
                    return "no journals " + source + " are configured, and backup " + other.id() + " of "
                            + other.about().name() + " may be rolled forward with them";
                }
            }
        }
        return null;
    }

    /**
     * Whether all of its journals were closed before the other one began, which needs those that were closed after: what ended before
     * that by the clock, and began before it in the order of the catalog, which no clock changes.
     */
    private static boolean isBefore(Backup journals, Backup other) {
        Instant completed = journals.completed();
        Instant ended = completed == null ? journals.about().at() : completed;
        return other.about().at().isAfter(ended)
                && journals.id().value() < other.id().value();
    }

    /** Whether it goes on behind the place where the other one began, whatever the clocks said. */
    private boolean reaches(Backup expired, String source, Backup other) throws IOException {
        LogPosition begin = begin(other);
        return begin != null
                && pieces(source).stream()
                        .filter(piece -> expired.id().equals(piece.backup()) && piece.end() != 0)
                        .anyMatch(piece -> LogPosition.lsn(piece.end()).isAfter(begin));
    }

    private static @Nullable LogPosition begin(Backup backup) {
        String said = backup.about().facts().get(BEGIN);
        try {
            return said == null ? null : LogPosition.parse(said);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    @Override
    public boolean isGivenUp(Backup backup) throws IOException {
        String source = sourceOf(backup);
        if (source == null) {
            return false;
        }
        List<JournalPiece> held = pieces(source).stream()
                .filter(piece -> backup.id().equals(piece.backup()))
                .toList();
        return !held.isEmpty() && held.stream().allMatch(piece -> piece.state() == PieceState.BROKEN);
    }

    private List<JournalPiece> pieces(String source) throws IOException {
        List<JournalPiece> all = read.get(source);
        if (all == null) {
            all = journals.services().chain().pieces(source);
            read.put(source, all);
        }
        return all;
    }
}

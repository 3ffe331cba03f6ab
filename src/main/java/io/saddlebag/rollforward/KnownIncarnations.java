package io.saddlebag.rollforward;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.incarnation.Incarnation;
import io.saddlebag.incarnation.IncarnationBook;
import io.saddlebag.incarnation.IncarnationFacts;
import io.saddlebag.incarnation.IncarnationLog;
import io.saddlebag.incarnation.Incarnations;
import io.saddlebag.incarnation.TimelineHistory;
import io.saddlebag.journal.JournalId;
import io.saddlebag.journal.JournalPiece;
import io.saddlebag.journal.JournalSource;
import io.saddlebag.journal.Journals;
import io.saddlebag.journal.PieceReading;
import io.saddlebag.journal.StoredJournals;
import io.saddlebag.recovery.LogPosition;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The incarnations of databases by all that tells of them: what was recorded, the histories and journals that are backed up, and what
 * backups say of themselves. So they come back with a catalog that was rebuilt from media.
 */
public final class KnownIncarnations implements IncarnationBook {
    /** Facts of backups of PostgreSQL. */
    static final String TIMELINE = "timeline";

    static final String STOP = "stopLsn";

    private final IncarnationLog log;
    private final Catalog catalog;
    private final Journals journals;
    private final PieceReading reading;
    private final StoredJournals stored;

    /** @param stored where backup files are read; those on volumes may have to be mounted for that */
    public KnownIncarnations(
            IncarnationLog log, Catalog catalog, Journals journals, PieceReading reading, StoredJournals stored) {
        this.log = log;
        this.catalog = catalog;
        this.journals = journals;
        this.reading = reading;
        this.stored = stored;
    }

    @Override
    public Incarnations of(String database) throws IOException {
        return of(database, List.of());
    }

    /**
     * As {@link #of(String)}.
     *
     * @param more that are known from elsewhere
     */
    Incarnations of(String database, Collection<Incarnation> more) throws IOException {
        TreeMap<Long, Incarnation> known = new TreeMap<>();
        more.forEach(each -> known.put(each.number(), each));
        log.list(database).forEach(each -> known.put(each.number(), each));
        Optional<String> source = journals.ofDatabase(database);
        Map<Long, IOException> unread = Map.of();
        if (source.isPresent()) {
            JournalSource own = journals.source(source.get());
            unread = addHistories(known, own);
            addJournals(known, own);
        }
        addBackups(known, database);
        if (known.isEmpty()) {
            known.put(1L, Incarnation.root(1));
        }
        Incarnations all = Incarnations.of(known.values(), current(database, known.lastKey()));
        requireRead(unread, all);
        return all;
    }

    private long current(String database, long highest) throws IOException {
        return log.choice(database)
                .filter(choice -> choice.highest() >= highest)
                .map(IncarnationLog.Choice::number)
                .orElse(highest);
    }

    @Override
    public Incarnations reset(String database, long number) throws IOException {
        Incarnations known = of(database);
        known.require(number);
        log.choose(database, new IncarnationLog.Choice(number, known.highest()));
        return Incarnations.of(known.all(), number);
    }

    /**
     * The newest first, since it tells of its ancestors: a history that is recorded or told of already isn't read, for its file may be on a
     * volume, or lost by now.
     *
     * @return histories that there are and that can't be read
     */
    private Map<Long, IOException> addHistories(Map<Long, Incarnation> known, JournalSource source) throws IOException {
        long segment = bytesOfEach(source);
        Map<Long, Instant> noticed = new TreeMap<>();
        Map<Long, IOException> unread = new TreeMap<>();
        for (JournalPiece piece : histories(source)) {
            long number = piece.id().incarnation();
            Optional<Backup> backup = catalog.find(java.util.Objects.requireNonNull(piece.backup()))
                    .filter(each -> each.state() == Backup.State.COMPLETE);
            Incarnation before = known.get(number);
            if (backup.isPresent() && (before == null || before.opened() == null)) {
                noticed.put(number, backup.get().about().at());
            }
            if (backup.isPresent() && (before == null || before.parent() == 0)) {
                try {
                    read(known, piece, segment);
                } catch (InterruptedIOException e) {
                    throw e;
                } catch (IOException e) {
                    unread.put(number, e);
                }
            }
            reaches(known, number, null);
        }
        noticed.forEach((number, at) -> known.computeIfPresent(number, (n, each) -> each.openedBy(at)));
        return unread;
    }

    private List<JournalPiece> histories(JournalSource source) throws IOException {
        List<JournalPiece> all = new ArrayList<>();
        for (JournalSource each : source.companions()) {
            journals.services().chain().pieces(each.name()).stream()
                    .filter(piece -> piece.state().isDurable())
                    .forEach(all::add);
        }
        all.sort(JournalPiece.ORDER.reversed());
        return all;
    }

    private void read(Map<Long, Incarnation> known, JournalPiece piece, long segment) throws IOException {
        reading.read(List.of(piece), stored, (found, content) -> {
            String text = new String(content.readNBytes(TimelineHistory.MOST_BYTES), StandardCharsets.UTF_8);
            for (Incarnation each : TimelineHistory.parse(found.id().incarnation(), text, segment)) {
                known.merge(each.number(), each, (old, told) -> old.parent() == 0 ? told.openedBy(old.opened()) : old);
            }
        });
    }

    /** One that isn't on the line is none that a recovery to now needs. */
    private static void requireRead(Map<Long, IOException> unread, Incarnations all) throws IOException {
        for (Incarnation each : all.path(all.current().number())) {
            IOException failure = unread.get(each.number());
            if (failure != null && each.parent() == 0) {
                throw failure;
            }
        }
    }

    private void addJournals(Map<Long, Incarnation> known, JournalSource source) throws IOException {
        for (JournalPiece piece : journals.services().chain().pieces(source.name())) {
            LogPosition end = piece.end() == 0 ? null : LogPosition.lsn(piece.end());
            reaches(known, piece.id().incarnation(), end);
        }
    }

    private void addBackups(Map<Long, Incarnation> known, String database) throws IOException {
        for (Backup backup : catalog.backups(Catalog.Filter.COMPLETE)) {
            Map<String, String> facts = backup.about().facts();
            String timeline = facts.get(TIMELINE);
            String stop = facts.get(STOP);
            if (database.equals(backup.about().database()) && timeline != null && stop != null) {
                reaches(known, Long.parseLong(timeline), LogPosition.parse(stop));
            } else if (database.equals(backup.about().database())) {
                addSaid(known, facts);
            }
        }
    }

    /** Of a database whose journals don't tell where they began anew. */
    private static void addSaid(Map<Long, Incarnation> known, Map<String, String> facts) {
        Long number = IncarnationFacts.said(facts);
        if (number != null) {
            known.putIfAbsent(number, Incarnation.root(number));
        }
        for (Incarnation each : IncarnationFacts.path(facts)) {
            known.merge(each.number(), each, (old, found) -> old.parent() == 0 ? found.reaching(old.end()) : old);
        }
    }

    private static void reaches(Map<Long, Incarnation> known, long number, @Nullable LogPosition place) {
        known.compute(number, (n, there) -> (there == null ? Incarnation.root(number) : there).reaching(place));
    }

    /** Of journals that all have the same length; 0 where that isn't known. */
    static long bytesOfEach(JournalSource source) {
        JournalSource.Extent first = source.extent(new JournalId(1, 0), "");
        return first.end() - first.first();
    }
}

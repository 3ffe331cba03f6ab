package io.saddlebag.rollforward;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.database.StagedReplay;
import io.saddlebag.journal.JournalId;
import io.saddlebag.journal.JournalPiece;
import io.saddlebag.journal.Remnant;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The parts of a source's journals that somebody has: those that are backed up, by operations that ended well or didn't (J13), and those that
 * lie at the source only.
 */
final class ReplayHoldings {
    private final TreeMap<JournalId, TreeMap<Long, ReplayPart>> parts = new TreeMap<>();
    /** Lost ones, too. */
    private final TreeSet<JournalId> known = new TreeSet<>();

    /** @param now when the remnants were looked at */
    static ReplayHoldings of(Catalog catalog, List<JournalPiece> chain, Collection<Remnant> remnants, Instant now)
            throws IOException {
        ReplayHoldings holdings = new ReplayHoldings();
        Map<BackupId, Backup> backups = new HashMap<>();
        for (JournalPiece piece : chain) {
            holdings.known.add(piece.id());
            if (piece.state().isDurable()) {
                BackupId id = Objects.requireNonNull(piece.backup());
                Backup backup = backups.get(id);
                if (backup == null) {
                    backup = catalog.find(id).orElse(null);
                    if (backup == null) {
                        continue;
                    }
                    backups.put(id, backup);
                }
                Instant begun = backup.about().at();
                Instant ended = backup.completed() == null ? begun : backup.completed();
                holdings.add(new ReplayPart(
                        piece.id(), piece.name(), piece.from(), piece.bytes(), begun, ended, piece, null));
            }
        }
        for (Remnant each : remnants) {
            holdings.known.add(each.id());
            boolean stored =
                    holdings.parts.getOrDefault(each.id(), new TreeMap<>()).containsKey(each.from());
            if (!stored) {
                holdings.add(new ReplayPart(each.id(), each.name(), each.from(), each.bytes(), now, now, null, each));
            }
        }
        return holdings;
    }

    private void add(ReplayPart part) {
        parts.computeIfAbsent(part.id(), id -> new TreeMap<>()).put(part.from(), part);
    }

    /** Those of one journal, from its beginning on, as far as they go on from each other. */
    List<ReplayPart> of(JournalId id) {
        List<ReplayPart> found = new ArrayList<>();
        long at = 0;
        for (ReplayPart each : parts.getOrDefault(id, new TreeMap<>()).values()) {
            if (each.from() != at) {
                return found;
            }
            found.add(each);
            at = each.end();
        }
        return found;
    }

    /** Whether parts of it are known behind those of {@link #of}. */
    boolean isTorn(JournalId id) {
        return of(id).size() < parts.getOrDefault(id, new TreeMap<>()).size();
    }

    /** The newest journal of that incarnation that is known of, whether somebody has it or not. */
    Optional<JournalId> newest(long incarnation) {
        return known.stream().filter(each -> each.incarnation() == incarnation).reduce((older, newer) -> newer);
    }

    /** The newest one of which all was committed by then, with what is before it; nothing behind one that was not. */
    ReplayHoldings endedBy(long incarnation, Instant limit) {
        ReplayHoldings some = new ReplayHoldings();
        boolean open = true;
        for (JournalId id : known) {
            if (id.incarnation() != incarnation) {
                some.known.add(id);
                parts.getOrDefault(id, new TreeMap<>()).values().forEach(some::add);
                continue;
            }
            List<ReplayPart> all = of(id);
            if (open && all.isEmpty()) {
                some.known.add(id);
            }
            for (ReplayPart each : all) {
                open &= !each.ended().isAfter(limit);
                if (open) {
                    some.known.add(id);
                    some.add(each);
                }
            }
        }
        // what is lost behind the last one isn't known to be before the limit
        while (!some.known.isEmpty()
                && some.known.last().incarnation() == incarnation
                && !some.parts.containsKey(some.known.last())) {
            some.known.pollLast();
        }
        return some;
    }

    /** Parts of that incarnation, for whoever asks where they go on from a backup. */
    List<StagedReplay.Part> known(long incarnation) {
        List<StagedReplay.Part> all = new ArrayList<>();
        for (JournalId id : parts.keySet()) {
            if (id.incarnation() == incarnation) {
                for (ReplayPart each : of(id)) {
                    BackupId in = each.piece() == null ? null : each.piece().backup();
                    all.add(new StagedReplay.Part(
                            id.sequence(),
                            each.name(),
                            each.from(),
                            each.bytes(),
                            in == null ? StagedReplay.Part.AT_SOURCE : in.value(),
                            each.begun()));
                }
            }
        }
        return all;
    }
}

package io.saddlebag.journal;

import io.saddlebag.fault.BackupException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a pass over journals of a fixed size has to do (J3, J7, J16). Facts in, plan out.
 *
 * @param toRelease durable already, and still at the source: what an earlier pass didn't come to
 * @param toBackUp ready and not durable, ascending, up to the first hole
 * @param lost journals that nobody has, ascending; looked at only when there is nothing else to do, since what is missing now may
 *     arrive out of order
 * @param notReady the first journal that was asked for by number and isn't ready; null for none
 */
record PassPlan(
        List<Release> toRelease,
        List<Journal> toBackUp,
        List<JournalId> lost,
        @Nullable JournalId notReady) {
    /** More missing numbers than this are another database's, or a wrong pattern, rather than losses. */
    static final int MOST_LOST = 100_000;

    /** A journal and the piece that holds it. */
    record Release(Journal journal, JournalPiece piece) {}

    boolean isIdle() {
        return toRelease.isEmpty() && toBackUp.isEmpty() && lost.isEmpty();
    }

    /**
     * @param chain what is known, from before the first journal of the view on
     * @param wanted by number; null for a full pass
     * @throws BackupException {@link JournalFault#SOURCE} when the numbers can't be those of one database
     */
    static PassPlan of(JournalView view, List<JournalPiece> chain, SequenceRange.@Nullable Bounds wanted)
            throws BackupException {
        Map<JournalId, JournalPiece> durable = new HashMap<>();
        Map<JournalId, Boolean> known = new TreeMap<>();
        for (JournalPiece piece : chain) {
            known.put(piece.id(), true);
            if (piece.state().isDurable()) {
                durable.put(piece.id(), piece);
            }
        }
        List<Release> toRelease = new ArrayList<>();
        List<Journal> missing = new ArrayList<>();
        for (Journal journal : view.ready()) {
            JournalPiece piece = durable.get(journal.id());
            if (piece == null) {
                missing.add(journal);
            } else {
                toRelease.add(new Release(journal, piece));
            }
        }
        return wanted == null
                ? full(view, known, toRelease, missing)
                : numbered(missing, known, toRelease, wanted, durable);
    }

    private static PassPlan full(
            JournalView view, Map<JournalId, Boolean> known, List<Release> toRelease, List<Journal> missing)
            throws BackupException {
        TreeMap<JournalId, Boolean> there = new TreeMap<>(known);
        view.journals().forEach(journal -> there.put(journal.id(), true));
        List<Journal> prefix = new ArrayList<>();
        for (Journal journal : missing) {
            if (lostBefore(journal.id(), there).isEmpty()) {
                prefix.add(journal);
            } else {
                break;
            }
        }
        List<JournalId> lost = new ArrayList<>();
        if (prefix.isEmpty() && toRelease.isEmpty()) {
            for (JournalId id : there.keySet()) {
                lost.addAll(lostBefore(id, there));
            }
        }
        JournalView.Ahead ahead = view.ahead();
        JournalId awaited = ahead == null ? null : ahead.awaited();
        // engines archive in order: whatever is behind the first one on its way may be on its way, too
        lost.removeIf(id -> awaited != null && id.compareTo(awaited) >= 0);
        return new PassPlan(List.copyOf(toRelease), List.copyOf(prefix), List.copyOf(lost), null);
    }

    /** Numbers between that journal and the one before it. An incarnation may begin with any. */
    private static List<JournalId> lostBefore(JournalId id, TreeMap<JournalId, Boolean> there) throws BackupException {
        JournalId before = there.lowerKey(id);
        if (before == null || before.incarnation() != id.incarnation()) {
            return List.of();
        }
        if (id.sequence() - before.sequence() > MOST_LOST) {
            throw new BackupException(
                    JournalFault.SOURCE,
                    "the journal behind " + before + " is " + id + ": numbers of one database don't jump so far",
                    "Check the pattern of the journals' names, and whether another database's are among them.");
        }
        List<JournalId> lost = new ArrayList<>();
        for (JournalId at = before.next(); at.compareTo(id) < 0; at = at.next()) {
            lost.add(at);
        }
        return lost;
    }

    /** The numbers that are asked for, whatever becomes ready later. */
    static SequenceRange.Bounds bounds(JournalView view, List<JournalPiece> chain, SequenceRange wanted) {
        Set<JournalId> durable = chain.stream()
                .filter(piece -> piece.state().isDurable())
                .map(JournalPiece::id)
                .collect(Collectors.toSet());
        long needed = view.ready().stream()
                .map(Journal::id)
                .filter(id -> !durable.contains(id))
                .mapToLong(JournalId::sequence)
                .findFirst()
                .orElseGet(() -> chain.stream()
                        .mapToLong(piece -> piece.id().sequence() + 1)
                        .max()
                        .orElseGet(() -> firstOf(view)));
        return wanted.against(needed);
    }

    private static long firstOf(JournalView view) {
        return view.journals().isEmpty() ? 0 : view.journals().get(0).id().sequence();
    }

    private static PassPlan numbered(
            List<Journal> missing,
            Map<JournalId, Boolean> known,
            List<Release> toRelease,
            SequenceRange.Bounds bounds,
            Map<JournalId, JournalPiece> durable) {
        List<Journal> wanted = missing.stream()
                .filter(journal -> bounds.has(journal.id().sequence()))
                .toList();
        long incarnation = incarnation(missing, known);
        @Nullable JournalId notReady = null;
        List<Journal> taken = new ArrayList<>();
        int next = 0;
        long many = Math.min(bounds.to() - bounds.from(), MOST_LOST);
        for (long offset = 0; offset <= many && notReady == null; offset++) {
            JournalId id = new JournalId(incarnation, bounds.from() + offset);
            if (next < wanted.size() && wanted.get(next).id().equals(id)) {
                taken.add(wanted.get(next++));
            } else if (!durable.containsKey(id)) {
                notReady = id;
            }
        }
        return new PassPlan(
                toRelease.stream()
                        .filter(each -> bounds.has(each.journal().id().sequence()))
                        .toList(),
                taken,
                List.of(),
                notReady);
    }

    private static long incarnation(List<Journal> missing, Map<JournalId, Boolean> known) {
        long ofKnown =
                known.keySet().stream().mapToLong(JournalId::incarnation).max().orElse(1);
        return missing.stream().mapToLong(each -> each.id().incarnation()).max().orElse(ofKnown);
    }
}

package io.saddlebag.journal;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.fault.BackupException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which pieces of a chain a replay applies, journal by journal (J20). Facts in, plan out.
 *
 * @param pieces by journal, each in the order of its parts
 */
record ReplayPlan(SortedMap<JournalId, List<JournalPiece>> pieces) {
    /**
     * What is to be applied.
     *
     * @param first number of the first journal; null for the first one behind the last gap
     * @param last number of the last journal; null for all
     * @param upTo the last backup file of which anything is applied; null for all
     */
    record Wish(
            @Nullable Long first,
            @Nullable Long last,
            @Nullable BackupId upTo) {}

    /**
     * @param chain all of a source, in order
     * @throws BackupException {@link JournalFault#GAP} when something is missing in between
     */
    static ReplayPlan of(String source, List<JournalPiece> chain, Wish wish) throws BackupException {
        TreeMap<JournalId, List<JournalPiece>> taken = new TreeMap<>();
        long first = wish.first() == null ? behindLastGap(chain) : wish.first();
        for (JournalPiece piece : chain) {
            long number = piece.id().sequence();
            BackupId backup = piece.backup();
            boolean late = wish.upTo() != null
                    && backup != null
                    && backup.value() > wish.upTo().value();
            if (number >= first && (wish.last() == null || number <= wish.last()) && !late) {
                taken.computeIfAbsent(piece.id(), id -> new ArrayList<>()).add(piece);
            }
        }
        if (taken.isEmpty() || (wish.first() != null && taken.firstKey().sequence() != first)) {
            throw missing(source, "has no journal " + first + " in its chain");
        }
        requireWhole(source, taken, wish);
        return new ReplayPlan(taken);
    }

    private static long behindLastGap(List<JournalPiece> chain) {
        long first = 0;
        for (JournalPiece piece : chain) {
            first = piece.state().isDurable() ? first : piece.id().sequence() + 1;
        }
        return first;
    }

    private static void requireWhole(String source, SortedMap<JournalId, List<JournalPiece>> taken, Wish wish)
            throws BackupException {
        @Nullable JournalId before = null;
        for (JournalId id : taken.keySet()) {
            if (before != null && !before.next().equals(id)) {
                throw missing(source, "lacks what is between journals " + before + " and " + id);
            }
            before = id;
            long at = 0;
            for (JournalPiece piece : taken.get(id)) {
                if (!piece.state().isDurable() || piece.from() != at) {
                    throw missing(source, "lacks journal " + id + " from byte " + at + " on");
                }
                at += piece.bytes();
            }
        }
        Long last = wish.last();
        if (last != null && taken.lastKey().sequence() != last) {
            throw missing(source, "goes to journal " + taken.lastKey() + " only");
        }
    }

    private static BackupException missing(String source, String what) {
        return new BackupException(
                JournalFault.GAP,
                "the chain of " + source + " " + what,
                "See 'saddlebag journal list " + source + "': end before it, or begin behind it with a backup of the"
                        + " database that was made after it.");
    }
}

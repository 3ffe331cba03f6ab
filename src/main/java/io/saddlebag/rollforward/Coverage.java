package io.saddlebag.rollforward;

import io.saddlebag.journal.JournalId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which journals a recovery applies, and which it lacks. Pure.
 *
 * @param first number of the first one
 * @param last number of the last one that there is, or that has to be there; less than {@code first} when none are needed
 * @param there those that somebody has, in the order in which they are applied
 * @param missing those that nobody has although there are later ones, or the target needs them
 * @param newest number of the newest that is known of, whether somebody has it or not; -1 for none
 */
record Coverage(long first, long last, List<JournalId> there, List<JournalId> missing, long newest) {
    /** More than 200 TB of log in journals of 16 MiB: whoever asks for more has misread a number. */
    static final long MOST_JOURNALS = 1L << 24;

    Coverage {
        there = List.copyOf(there);
        missing = List.copyOf(missing);
    }

    /**
     * @param needed number of the last journal that the target needs; -1 where that isn't known before they are read
     * @param known all that is known of, lost ones too
     * @param held whether somebody has it
     */
    static Coverage of(Line line, long first, long needed, Set<JournalId> known, Predicate<JournalId> held) {
        long newest = known.stream()
                .filter(line::has)
                .mapToLong(JournalId::sequence)
                .max()
                .orElse(-1);
        // the record at the target ends the recovery, and may be in the next one
        long last = needed < 0 ? newest : Math.max(needed, Math.min(newest, needed + 1));
        if (last - first >= MOST_JOURNALS) {
            throw new IllegalArgumentException("journals " + first + " to " + last + " are more than " + MOST_JOURNALS);
        }
        List<JournalId> there = new ArrayList<>();
        List<JournalId> missing = new ArrayList<>();
        for (long sequence = first; sequence <= last; sequence++) {
            List<JournalId> others =
                    line.insteadOf(sequence).stream().filter(held).toList();
            there.addAll(others);
            JournalId counting = line.of(sequence);
            if (held.test(counting)) {
                there.add(counting);
            } else if (!(sequence == newest && !others.isEmpty() && needed <= sequence)
                    && !(needed >= 0 && sequence > needed)) {
                missing.add(counting);
            }
        }
        return new Coverage(first, last, there, missing, newest);
    }
}

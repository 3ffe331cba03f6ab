package io.saddlebag.journal;

import java.util.Comparator;

/**
 * Which journal of a source: the same numbers never stand for other content.
 *
 * @param incarnation of the database, from 1: PostgreSQL's timeline, the resetlogs of others (R9)
 * @param sequence within the incarnation, from 0; the next journal has the next number
 */
public record JournalId(long incarnation, long sequence) implements Comparable<JournalId> {
    private static final Comparator<JournalId> ORDER =
            Comparator.comparingLong(JournalId::incarnation).thenComparingLong(JournalId::sequence);

    public JournalId {
        if (incarnation < 1 || sequence < 0) {
            throw new IllegalArgumentException("no journal has number " + sequence + " in incarnation " + incarnation);
        }
    }

    public JournalId next() {
        return new JournalId(incarnation, sequence + 1);
    }

    @Override
    public int compareTo(JournalId other) {
        return ORDER.compare(this, other);
    }

    /** The number alone for the first incarnation, as most sources have no other. */
    @Override
    public String toString() {
        return incarnation == 1 ? Long.toString(sequence) : incarnation + "/" + sequence;
    }
}

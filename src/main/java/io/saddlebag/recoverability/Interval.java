package io.saddlebag.recoverability;

import io.saddlebag.recovery.LogPosition;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * To each instant of it a database can be recovered; one whose ends are equal is a point (C11).
 *
 * @param incarnation of the database, from 1; 0 for what has none
 * @param from the first state
 * @param to the last one: what was committed up to then comes back
 * @param fromPosition where in the log it begins; null where that isn't known
 * @param toPosition where in the log it ends; null where that isn't known
 * @param firstJournal of this incarnation that a recovery to its end needs; null for none
 * @param lastJournal the last one of it; null for none
 * @param journals how many of this incarnation there are in it
 * @param end why it ends there
 * @param bases the backups that recoveries to it begin with, the oldest first
 */
public record Interval(
        long incarnation,
        Instant from,
        Instant to,
        @Nullable LogPosition fromPosition,
        @Nullable LogPosition toPosition,
        @Nullable String firstJournal,
        @Nullable String lastJournal,
        int journals,
        End end,
        List<Start> bases) {
    /** Why no recovery goes on beyond it. */
    public enum End {
        /** There are no journals behind it, or none at all. */
        NEWEST,
        /** As {@link #NEWEST}, and transactions may go on in the next journal, which isn't there yet: they are undone. */
        DEPENDENT,
        /** The next journal is lost or was skipped. */
        GAP,
        /** The next journal was given up with its chain. */
        BROKEN,
        /** The next journal's image can't be read without what is taken to be gone, or is lost. */
        UNREADABLE;

        public String display() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A backup that recoveries begin with.
     *
     * @param point the instant of its state
     * @param provenAt null when it was only written
     */
    public record Start(
            long backup,
            Instant point,
            Proof proof,
            @Nullable Instant provenAt) {}

    public Interval {
        bases = List.copyOf(bases);
        if (to.isBefore(from) || bases.isEmpty()) {
            throw new IllegalArgumentException("an interval from " + from + " to " + to + " by backups " + bases);
        }
    }

    public boolean isPoint() {
        return from.equals(to);
    }

    /** The best that is known of its backups. */
    public Proof proof() {
        return bases.stream().map(Start::proof).max(Comparator.naturalOrder()).orElse(Proof.WRITTEN);
    }

    public boolean has(Instant instant) {
        return !instant.isBefore(from) && !instant.isAfter(to);
    }
}

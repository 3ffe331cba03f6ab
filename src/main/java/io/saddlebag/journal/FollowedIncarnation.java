package io.saddlebag.journal;

import io.saddlebag.fault.BackupException;
import java.io.IOException;

/**
 * In which incarnation a database is whose journals begin anew with each (R9): a recovery by another process may begin the next one
 * between any two looks of a source, which goes on with its journals then. One thread.
 */
public final class FollowedIncarnation {
    /** A recovery takes longer than many looks. */
    private static final int MOST_LOOKS = 5;

    private final Now now;
    private long number;

    /** Which incarnation the database's files are of at this moment; asked often. */
    @FunctionalInterface
    public interface Now {
        long number() throws IOException;
    }

    /** What is seen at one look. */
    @FunctionalInterface
    public interface Seen<T> {
        T look() throws IOException;
    }

    /** @param number of the incarnation at the beginning; the database never goes back before it */
    public FollowedIncarnation(long number, Now now) {
        this.number = number;
        this.now = now;
    }

    /** Of a database that is never recovered while its source is used. */
    public static FollowedIncarnation always(long number) {
        return new FollowedIncarnation(number, () -> number);
    }

    /** The one of the latest look. */
    public long number() {
        return number;
    }

    /**
     * Looks, and does so again when an incarnation has begun meanwhile: what is seen belongs to the one that {@link #number} says.
     *
     * @param begun an incarnation has begun since the look before: what was remembered of journals is of the old one
     * @throws BackupException {@link JournalFault#SOURCE} when one begins each time
     */
    public <T> T look(Begun begun, Seen<T> seen) throws IOException {
        follow(begun);
        for (int i = 0; i < MOST_LOOKS; i++) {
            T found = seen.look();
            if (!follow(begun)) {
                return found;
            }
        }
        throw new BackupException(
                JournalFault.SOURCE,
                "an incarnation of the database began at each of " + MOST_LOOKS + " looks at its journals",
                "Find out who recovers it again and again.");
    }

    /** Lets go of what was remembered. */
    @FunctionalInterface
    public interface Begun {
        void forget() throws IOException;
    }

    private boolean follow(Begun begun) throws IOException {
        long current = Math.max(number, now.number());
        if (current == number) {
            return false;
        }
        // first: one that can't let go is asked again
        begun.forget();
        number = current;
        return true;
    }

    /** Whether the database has gone on to another incarnation than that journal's, so that it isn't at its source any more. */
    public boolean isBehind(JournalId id) throws IOException {
        return id.incarnation() < Math.max(number, now.number());
    }
}

package io.saddlebag.database;

import io.saddlebag.recovery.LogPosition;
import io.saddlebag.recovery.RecoveryTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * How journals are applied to restored files of a database before these take its place (R7). The database itself is down meanwhile and keeps
 * its files: until all is applied nothing has happened to it. Places in journals are {@link io.saddlebag.recovery.JournalOffset}s.
 *
 * <p>Keeps no state. Failures are {@link io.saddlebag.fault.BackupException}s with a {@link DatabaseFault}.
 */
public interface StagedReplay {
    /** @throws io.saddlebag.fault.BackupException {@link DatabaseFault#NO_RECOVERY} when the engine's journals can't end there */
    void require(RecoveryTarget target) throws IOException;

    /**
     * A folder for the journals of one recovery where nothing else was configured.
     *
     * @param job in the form of file names
     */
    Path area(String job);

    /** Where the database's own main part is: the file or folder that tells whether restored files have taken its place. */
    Path main();

    /**
     * Where the journals go on from the state of a backup. Pure.
     *
     * @param known parts of journals of its incarnation, in order
     * @return empty when that can't be shown
     */
    Optional<LogPosition> begin(State backup, List<Part> known);

    /** Whether the state of a backup has what is behind the target already, as far as its facts tell. Pure. */
    default boolean isBehind(Map<String, String> facts, RecoveryTarget target) {
        return false;
    }

    /**
     * Applies journals to staged files. On return nothing works on them, and they are what a clean stop leaves. After a failure they are of
     * no use. The calling thread may be interrupted, which ends it.
     *
     * @param staged where a component's restored files are
     * @param area the folder of the journals, in which more may be made
     * @param stretches in order; empty for none
     */
    Replayed apply(
            UnaryOperator<Path> staged, Path area, List<Stretch> stretches, RecoveryTarget target, Consumer<String> log)
            throws IOException, InterruptedException;

    /**
     * Ends what a dead process left at work on staged files that it applied the journals of that folder to: it works for nobody, and may be
     * writing. No effect when there is none such.
     */
    default void endLeft(Path area) throws IOException, InterruptedException {}

    /**
     * What a backup says of its state.
     *
     * @param backup its number: in one catalog later ones have higher ones
     * @param at by the clock of then
     */
    record State(long backup, Instant at, Map<String, String> facts) {
        public State {
            facts = Map.copyOf(facts);
        }
    }

    /**
     * What is known of a part of a journal.
     *
     * @param backup number of the one that holds it; {@link #AT_SOURCE} for none
     * @param begun when the pass began that copied it, by the clock of then
     */
    record Part(long sequence, String name, long from, long bytes, long backup, Instant begun) {
        /** It is no older than any backup. */
        public static final long AT_SOURCE = Long.MAX_VALUE;

        public long end() {
            return from + bytes;
        }
    }

    /**
     * Journals of one incarnation, one after the other.
     *
     * @param from where in the first one it begins, in bytes
     * @param to where in the last one it ends; 0 for its end
     */
    record Stretch(List<JournalFiles> journals, long from, long to) {
        public Stretch {
            journals = List.copyOf(journals);
        }
    }

    /**
     * One journal.
     *
     * @param parts that make it up when they are put one behind the other
     */
    record JournalFiles(long sequence, List<Path> parts) {
        public JournalFiles {
            parts = List.copyOf(parts);
        }
    }

    /**
     * What it came to.
     *
     * @param end everything before it is in the state
     * @param next number of the first journal that the database writes when it is opened on these files
     * @param cause why it ended there, for people
     */
    record Replayed(LogPosition end, long next, String cause) {}
}

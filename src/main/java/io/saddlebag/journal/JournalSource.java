package io.saddlebag.journal;

import io.saddlebag.database.JournalServer;
import io.saddlebag.host.Waiter;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The journals of one database. Used by one pass at a time, also across processes: the pass's job sees to it. One thread.
 *
 * <p>Every failure leaves the journals as they were, and is a {@link io.saddlebag.fault.BackupException} with a
 * {@link JournalFault} or a fault of the files or the database.
 */
public interface JournalSource extends Closeable {
    /** Between two looks at a source that can't say when something comes. */
    Duration GLANCE = Duration.ofMillis(20);

    /** Its configured name; chains are kept under it. */
    String name();

    /** What it can do beyond the rest of this interface. */
    Set<Ability> abilities();

    /**
     * How the journals are laid out now. A pass reads it once, at its start, and works with that (J1).
     *
     * @throws IOException when it can't be told: that is never taken for either
     */
    JournalLayout layout() throws IOException;

    /**
     * What is there. A journal that is {@link Journal.State#READY} never changes again; one that was released is missing. An
     * empty list means that there is nothing now, never that it couldn't be told.
     */
    JournalView look() throws IOException;

    /**
     * As {@link #look}, for a pass: also with what the database itself says, where it isn't the one that is looked at anyway (J16).
     *
     * @param doubts hears what the database couldn't be asked, and what it says that somebody should know; the journals that are there
     *     are in the view all the same
     * @throws IOException {@link JournalFault#OFF} when the database keeps no journals
     */
    default JournalView ask(Consumer<String> doubts) throws IOException {
        return look();
    }

    /**
     * Bytes of a journal from an offset on. Of a ready one up to its length, then the end; of a current one of an extensible
     * source as many as {@code journal} says, of which none changes any more.
     *
     * @param from in bytes, up to its length
     */
    InputStream open(Journal journal, long from) throws IOException;

    /**
     * Lets go of a journal that is durable elsewhere, with its catalog record (J18). A fixed one may be used again or is gone;
     * an extensible one is cut to nothing, and what is written from then on is the journal of the next number. Durable on return; no
     * effect on one that was released before. A quiet point that is held may end by it.
     *
     * @param upTo so many bytes are durable elsewhere
     * @return {@link Released#IN_USE} when an extensible journal was written beyond {@code upTo}, or is being read by others:
     *     nothing is lost, its space is used again, and the pass ends well (J2)
     * @throws IOException {@link JournalFault#CHANGED} when it isn't as long as it was said to be
     */
    Released release(Journal journal, long upTo) throws IOException;

    /**
     * As {@link #release}, for several of a fixed size, in order; what it costs to make that durable is paid once. When one fails those
     * before it are released.
     */
    default void release(List<Due> due) throws IOException {
        for (Due each : due) {
            Released unused = release(each.journal(), each.upTo());
        }
    }

    /**
     * Ends the current journal, so that it is ready, and begins the next one (J3). No effect on one that holds nothing.
     *
     * @return the journal that has become ready; empty when the current one held nothing
     * @throws IOException {@link JournalFault#NOT_ARCHIVED} when it ended and doesn't come in time ({@link Ability#ARCHIVED})
     * @throws UnsupportedOperationException without {@link Ability#SWITCH}
     */
    default Optional<Journal> switchCurrent() throws IOException, InterruptedException {
        throw new UnsupportedOperationException(name() + " can't be told to switch journals");
    }

    /**
     * Waits until those journals are here that the database has closed, as long as the source's configuration says; those that are closed
     * meanwhile may come later.
     *
     * @throws IOException {@link JournalFault#NOT_ARCHIVED} when they don't come, with what the database says of it
     */
    default void awaitClosed() throws IOException, InterruptedException {}

    /**
     * Waits until no write transaction is in progress, and holds it so until the result is closed (J6). With {@link Ability#ARCHIVED}, until
     * those have ended that were in progress when this was called; nothing is held.
     *
     * @param lockTimeout null to wait for ever
     * @param stalled hears, now and then, who holds it up
     * @throws IOException {@link JournalFault#NO_QUIET_POINT} when the time has passed: nothing is held
     * @throws UnsupportedOperationException without {@link Ability#QUIET_POINT}
     */
    default QuietPoint quietPoint(@Nullable Duration lockTimeout, Consumer<String> stalled)
            throws IOException, InterruptedException {
        throw new UnsupportedOperationException(name() + " has no quiet point");
    }

    /**
     * The journal of an extensible source as somebody finds it who makes no passes (J27), up to the last commit: nothing is held and nobody is kept
     * waiting, whatever a pass is doing. One that the chain doesn't know has the number after its last one, whatever was lost in between; one
     * that holds nothing has no length.
     *
     * @throws UnsupportedOperationException when its journals are of a fixed size
     */
    default Journal written() throws IOException {
        throw new UnsupportedOperationException("journals of " + name() + " don't grow");
    }

    /**
     * All that there is of its journals, backed up or not, in order, for a recovery (R7): without asking the database, which may be down or
     * damaged.
     *
     * @throws io.saddlebag.fault.BackupException {@link JournalFault#SOURCE} when it can't be told what there is: that is never taken for
     *     nothing
     * @throws UnsupportedOperationException when its engine takes journals itself
     */
    default List<Remnant> remnants() throws IOException, InterruptedException {
        throw new UnsupportedOperationException("journals of " + name() + " are looked for as a whole only");
    }

    /**
     * Restored files are about to become the database, in an incarnation of their own: what is written from then on is its first journal.
     * Durable on return.
     *
     * @param staged where a part's restored files are before they take its place
     */
    default void beginsAnew(long incarnation, UnaryOperator<Path> staged) throws IOException {}

    /** How its journals get into a restored file; empty where an engine takes them itself. */
    default Optional<Applier> applier() {
        return Optional.empty();
    }

    /** The server that takes its journals when it was restored and runs; empty where there is none. */
    default Optional<JournalServer> server() {
        return Optional.empty();
    }

    /**
     * Where each of its journals is a file of its own, called as the journal is, that may get a further name in the same file system
     * while it is a backup (J10). {@link #release} then takes the journal's own name away and leaves the content alone. Empty
     * where its engine keeps its journals for itself.
     */
    default Optional<Path> folder() {
        return Optional.empty();
    }

    /** What a new, empty journal takes that gets the name of one which was given away (J10), in bytes. */
    default long renewedBytes(Journal journal) {
        return 0;
    }

    /** What is left on the disk that its engine writes journals to, in bytes (J17); empty where that can't be told. */
    default OptionalLong usableBytes() throws IOException {
        return OptionalLong.empty();
    }

    /** How fast released journals are emptied from now on (J15); no effect without {@link Ability#RESET}. */
    default void resetWith(ResetLoad load) {}

    /** Whether a release was interrupted, so that {@link #settle} has something to do. */
    default boolean isUnsettled() throws IOException {
        return false;
    }

    /** Ends releases that were interrupted (J15, J18). Within a pass's job only. */
    default void settle() throws IOException {}

    /**
     * Waits until there may be something new, at most so long; for looks that follow each other at once. Without a way to hear of it a
     * moment is waited for, so that nobody's processor is kept busy by looking.
     */
    default void awaitNews(Waiter waiter, Duration most) throws InterruptedException {
        waiter.await(most.compareTo(GLANCE) < 0 ? most : GLANCE);
    }

    /** Lets go of what is held between passes, so that others can do as they like with the journals. Idempotent. */
    @Override
    default void close() throws IOException {}

    /** Which journal a file of that name would be; empty for what is none of this source's. */
    default Optional<JournalId> identify(String name) {
        return Optional.empty();
    }

    /** How that journal is called, whether there is one or not; empty where its number alone doesn't tell. */
    default Optional<String> nameOf(JournalId id) {
        return Optional.empty();
    }

    /**
     * Journals of which only the beginning has come so far, in order: none of them can be backed up, and one that nothing follows is
     * the end of what can be recovered (J19). Those that are there as a whole, too, aren't among them.
     */
    default List<Journal> beginnings() throws IOException {
        return List.of();
    }

    /**
     * What there is of a journal that isn't closed, as its engine wants it for a recovery: with zeros behind what has come. Empty when
     * there is nothing.
     */
    default Optional<InputStream> unfinished(String name) throws IOException {
        return Optional.empty();
    }

    /**
     * What a recovery needs beside these journals, each with a chain of its own, such as PostgreSQL's histories of timelines. Backed up
     * before them.
     */
    default List<JournalSource> companions() {
        return List.of();
    }

    /** Where a journal of that name begins and ends in the database's log, as far as that can be told from its name alone. */
    default Extent extent(JournalId id, String name) {
        return Extent.UNKNOWN;
    }

    /**
     * Positions in a database's log (LSN, SCN); 0 where they aren't known.
     *
     * @param end where the next one begins
     */
    record Extent(long first, long end) {
        public static final Extent UNKNOWN = new Extent(0, 0);
    }

    /** An engine as far as it takes journals into a file that nobody has open (J20). */
    interface Applier {
        /** Where it looks for the journal of a file. */
        Path beside(Path file);

        /**
         * Takes what lies beside a file into it, durably; then nothing lies there.
         *
         * @return bytes of the journal that were taken: less than all when it isn't whole
         */
        long merge(Path file) throws IOException;
    }

    /** What not every source can do. */
    enum Ability {
        /** {@link #quietPoint} works. */
        QUIET_POINT,
        /** {@link #switchCurrent} works. */
        SWITCH,
        /** Released journals are emptied, and used again (J15). */
        RESET,
        /** Journals come here some time after they were closed, by their engine's own work ({@link JournalView#ahead}). */
        ARCHIVED
    }

    /**
     * A journal to be let go of.
     *
     * @param upTo so many bytes are durable elsewhere
     */
    record Due(Journal journal, long upTo) {}

    /** What a release came to. */
    enum Released {
        /** It may be used again, is gone, or is empty. */
        FREE,
        /** It goes on where it is. */
        IN_USE
    }

    /** A moment without write transactions. Closing it, at any time and more than once, lets them go on. */
    interface QuietPoint extends Closeable {}
}

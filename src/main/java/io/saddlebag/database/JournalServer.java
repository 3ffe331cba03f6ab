package io.saddlebag.database;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A server that keeps its journals as numbered files of this machine, and that is asked to end and to delete them (J3). Keeps no
 * session open but a held quiet point's. One thread.
 *
 * <p>A server that can't be asked, or that refuses, is a {@link io.saddlebag.fault.BackupException} with
 * {@link DatabaseFault#NOT_OPEN}: never taken for one without journals.
 */
public interface JournalServer {
    /** What there is now. */
    JournalFiles look() throws IOException;

    /** As {@link #look}, by the files alone: the server may be down, and its data damaged. The last one counts as current. */
    default JournalFiles left() throws IOException, InterruptedException {
        return look();
    }

    /** Ends the current journal and begins the next one; on return the one that ended never changes again. */
    void switchCurrent() throws IOException;

    /**
     * Deletes all journals before that one, durably; those that the server still needs for others, such as its replicas, stay. No effect
     * when there are none.
     */
    void purgeTo(String name) throws IOException;

    /**
     * Waits until no commit is in progress, and holds it so until the result is closed, or its session ends (J6).
     *
     * @param limit null to wait for ever
     * @param stalled hears, now and then, who holds it up
     * @return empty when the time has passed: nothing is held
     */
    Optional<Closeable> hold(@Nullable Duration limit, Consumer<String> stalled)
            throws IOException, InterruptedException;

    /**
     * Has the server, a restored one that runs, carry out what is in journals (J20).
     *
     * @param files in order; others may be made beside them
     * @param log hears what is said meanwhile
     */
    void carryOut(List<Path> files, Stretch stretch, Consumer<String> log) throws IOException, InterruptedException;

    /**
     * Which part of some journals.
     *
     * @param from position in the first one; 0 for its beginning
     * @param until what was done up to the end of that second; null for all
     * @param to position in the last one; 0 for its end
     */
    record Stretch(long from, @Nullable Instant until, long to) {
        public static final Stretch ALL = new Stretch(0, null, 0);

        public Stretch {
            if (from < 0 || to < 0) {
                throw new IllegalArgumentException("journals have no positions " + from + " and " + to);
            }
        }
    }

    /**
     * Journals of a server.
     *
     * @param on whether it keeps any; else the rest says nothing
     * @param folder where they are
     * @param files in the order in which they were begun
     * @param limitBytes from which on the server ends one; 0 where that isn't known
     */
    record JournalFiles(boolean on, Path folder, List<JournalFile> files, long limitBytes) {
        public JournalFiles {
            files = List.copyOf(files);
        }
    }

    /**
     * One of them.
     *
     * @param bytes as the server says
     * @param current whether it may still be written
     */
    record JournalFile(String name, long bytes, boolean current) {}
}

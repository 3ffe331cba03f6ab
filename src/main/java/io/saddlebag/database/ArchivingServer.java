package io.saddlebag.database;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A server that hands closed journals over to an archive itself, one after the other. Keeps no session open but while a quiet point is waited
 * for. Thread-safe.
 *
 * <p>A server that can't be asked, or that refuses, is a {@link io.saddlebag.fault.BackupException} with
 * {@link DatabaseFault#NOT_OPEN}: never taken for one that archives nothing.
 */
public interface ArchivingServer {
    /** The database's configured name. */
    String name();

    /** How it is now. */
    State state() throws IOException;

    /**
     * Ends the current journal and begins the next one, for all that was written until now, durably or not.
     *
     * @return empty when the current one held nothing at all
     */
    Optional<Switched> switchCurrent() throws IOException;

    /**
     * Waits until each transaction that had written something when this was called has ended (J6). Nobody is held up by it; others may have
     * begun meanwhile.
     *
     * @param limit null to wait for ever
     * @param stalled hears, now and then, whose they are
     * @return whether they have ended; else the time has passed
     */
    boolean awaitWriters(@Nullable Duration limit, Consumer<String> stalled) throws IOException, InterruptedException;

    /**
     * What a server says of its journals and its archive.
     *
     * @param off why it archives nothing at all, which only a restart can change; empty when it archives (J16)
     * @param current the journal that it writes; null when it only follows another server, which writes them
     * @param oldestWaiting of those that are closed and that it hasn't handed over yet, by name; empty for none
     * @param lastArchived what it handed over last, as a journal's name or that of another file; empty for nothing that it remembers
     * @param failing why it can't hand over the next one, in words; empty when the last attempt went well
     */
    record State(String off, @Nullable Current current, String oldestWaiting, String lastArchived, String failing) {}

    /**
     * The journal that is being written.
     *
     * @param bytes as far as it is written, without what each begins with
     * @param capacity bytes of each journal
     * @param ended another text than before whenever a transaction has ended or was prepared since
     */
    record Current(String name, long bytes, long capacity, String ended) {}

    /**
     * What a switch came to, by names.
     *
     * @param begun being written from then on
     */
    record Switched(String closed, String begun) {}
}

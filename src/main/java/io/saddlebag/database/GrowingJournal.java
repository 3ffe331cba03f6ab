package io.saddlebag.database;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one journal of a database, a file that grows until it is merged into the database and begun anew (J2): SQLite's write-ahead log.
 * Applications merge it as they like, unless somebody holds it.
 */
public interface GrowingJournal {
    /** The file of this machine; it isn't there when it is empty. Reading it does no harm, whatever else is going on. */
    Path file();

    /** The file that it is merged into. Only its name may be used: who opens and closes it may drop locks. */
    Path main();

    /** Where the journal of a file of this engine is. */
    Path beside(Path main);

    /**
     * Merges the journal that lies beside a file which nobody has open, a restored one, and removes it. Durable on return.
     *
     * @return bytes of the journal that the engine took for whole
     */
    long merge(Path main) throws IOException;

    /**
     * Begins to hold it: from the first {@link Hold#cut} on nobody but the holder begins it anew. What it held before may be begun
     * anew by others until then.
     *
     * @throws io.saddlebag.fault.BackupException {@link DatabaseFault#NOT_IN_ARCHIVE_MODE} when the database has no such journal
     */
    Hold hold() throws IOException;

    /**
     * Somebody who holds it. One thread at a time. A failure is a {@link io.saddlebag.fault.BackupException} with
     * {@link DatabaseFault#BACKUP_MODE_LOST}: then nobody holds it any more.
     */
    interface Hold extends Closeable {
        /**
         * Waits for the write transaction that is in progress, and keeps new ones waiting until {@link #unblock}.
         *
         * @param limit null to wait for ever
         * @param stalled hears, now and then, who holds it up
         * @return false when the time has passed
         */
        boolean block(@Nullable Duration limit, Consumer<String> stalled) throws IOException, InterruptedException;

        /** No effect without {@link #block}. */
        void unblock() throws IOException;

        /** Merges all of it and lets it begin anew; only while it is blocked, which ends by it. */
        Cut cut() throws IOException;

        /** Lets go; others may merge it again. Idempotent. */
        @Override
        void close() throws IOException;
    }

    /** What came of cutting it. */
    enum Cut {
        /** It holds nothing. */
        EMPTY,
        /** All of it is merged; it begins anew in the same place with the next write transaction, once no reader needs it. */
        MERGED,
        /** Readers need it; it goes on behind what it holds. */
        KEPT
    }
}

package io.saddlebag.it;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.Random;

/** An engine whose journals are backed up, with a copy of its own history that no backup can touch. One thread, but for {@link #work}. */
interface JournalingEngine extends AutoCloseable {
    /** The configured name of its journals. */
    String journals();

    /** What a node's configuration says of the engine and its journals. */
    String configuration();

    /** Writes a little, as drawn; journals may be closed meanwhile. Tolerates that the engine is down. From one thread at a time. */
    void work(Random random) throws Exception;

    /** Ends it as a crash does, and starts it again. */
    void crash(Random random) throws Exception;

    /** Whatever makes the engine's own idea of time jump; nothing where it hasn't got one that matters. */
    default void skipTime(Random random) throws Exception {}

    /** Nothing is under way any more; time is right again; all that was written is in journals that can be backed up. */
    void settle() throws Exception;

    /** Whether the node receives what is written rather than makes passes. */
    default boolean streams() {
        return false;
    }

    /** Whether a node that was killed may take for lost what it can't prove to be all: a gap that is told, and none. */
    default boolean mayDoubt() {
        return false;
    }

    /** Whether all that was settled has been let go of, as far as the engine ever does. */
    boolean released() throws Exception;

    /**
     * The history so far.
     *
     * @return the SHA-256 of each journal or piece by {@link ChainEntry#key}
     * @param chain what the catalog has; says only how the history is cut
     */
    Map<String, String> history(Iterable<ChainEntry> chain) throws Exception;

    /** Brings a copy from before the first seed to the end of the chain, and compares its rows with the engine's. */
    void requireRecovered(Path home, Path scratch, Iterable<ChainEntry> chain) throws Exception;

    @Override
    void close() throws IOException, SQLException;

    /** A piece as {@code journal list --json} tells it. */
    record ChainEntry(
            long incarnation,
            long sequence,
            long from,
            String state,
            long bytes,
            String backup,
            String name,
            String sha256) {
        String key() {
            return incarnation + "/" + sequence + "/" + from;
        }
    }
}

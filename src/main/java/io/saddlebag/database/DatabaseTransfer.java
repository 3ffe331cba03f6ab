package io.saddlebag.database;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How one database of a server that has several is taken from a started copy of the whole into the running original (R8). The others
 * of the original aren't touched. Keeps no state: any process with the same configuration may {@link #discard} what another one began.
 *
 * <p>Failures are {@link io.saddlebag.fault.BackupException}s with a {@link TransferFault}: each leaves the original with what it had,
 * under the names that it had.
 */
public interface DatabaseTransfer {
    /**
     * Names of a transfer, as the engine has them.
     *
     * @param database that is wanted, as it is called in the backup
     * @param as a new name under which it comes in; null to take the place of the one that has its name now
     * @param unfinished its name while it is loaded; nobody else's
     * @param aside the name that the one there gives way to; never removed. Unused when {@code as} is given, or none is there
     */
    record Names(String database, @Nullable String as, String unfinished, String aside) {
        /** What it is called in the end. */
        public String last() {
            String given = as;
            return given == null ? database : given;
        }
    }

    /**
     * What was loaded.
     *
     * @param compared what of both was compared, and found alike, a sentence each
     * @param warnings what isn't as in the copy, a sentence each
     */
    record Loaded(List<String> compared, List<String> warnings) {
        public Loaded {
            compared = List.copyOf(compared);
            warnings = List.copyOf(warnings);
        }
    }

    /** Checks what can be told of the original and its programs before anything is restored. Touches nothing. */
    void require(Names names) throws IOException, InterruptedException;

    /**
     * Loads the database from the started copy as {@code unfinished}, with its owner, rights and settings, and compares both. The copy is
     * changed by it.
     */
    Loaded load(Names names, CopyPlace from, Duration limit, Consumer<String> log)
            throws IOException, InterruptedException;

    /**
     * Gives what was loaded its name, in one transaction with the old one's giving way: whenever this process dies, the one or the other
     * has the name. Connections to the old one are ended.
     *
     * @return what was done, for people
     */
    List<String> takeName(Names names, Duration limit) throws IOException, InterruptedException;

    /** Removes what has the name {@code unfinished}, and ends what still loads it. Idempotent; what took its name stays. */
    void discard(Names names, Duration limit) throws IOException, InterruptedException;
}

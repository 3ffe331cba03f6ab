package io.saddlebag.database;

import io.saddlebag.recovery.RecoveryTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * How a database's engine applies journals to restored files (R7). Keeps no state: any process with the same configuration goes
 * on where another one ended, and whoever starts the database, a guard too, starts what was arranged.
 */
public interface DatabaseRecovery {
    /** @throws io.saddlebag.fault.BackupException {@link DatabaseFault#NO_RECOVERY} when the engine can't end there */
    void require(RecoveryTarget target) throws IOException;

    /**
     * A folder for the journals of one recovery where nothing else was configured: the engine gets there.
     *
     * @param job in the form of file names
     */
    Path area(String job);

    /**
     * Has the next start of the database roll its files forward, once: until that has come to its end every start does it. Durable on
     * return, but for what is in {@link RecoveryOrder#area}: the caller makes all of that durable at once, before the database starts.
     * To the engine all of it is readable then, and belongs to whom the files belong.
     *
     * @param staged where a component's restored files are before they take its place
     */
    void arrange(UnaryOperator<Path> staged, RecoveryOrder order) throws IOException, InterruptedException;

    /** Whether the database, running or not, still has to read from that folder. */
    boolean needs(Path area) throws IOException;

    /**
     * Waits until the started database has come to where it was to end, and is open.
     *
     * @param log hears now and then how far it got
     * @throws io.saddlebag.fault.BackupException {@link DatabaseFault#RECOVERY_STOPPED} when it has given up, or isn't done in time
     */
    Recovered await(Duration limit, Consumer<String> log) throws IOException, InterruptedException;
}

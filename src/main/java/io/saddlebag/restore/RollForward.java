package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import io.saddlebag.job.JobRun;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** What a restore of a database does so that its journals are applied to the restored files (R7). One thread, one restore. */
public interface RollForward {
    /** How long the engine may take from its start to the end of the journals. */
    Duration limit() throws IOException;

    /** Before anything else: the database may still run. */
    void prepare(JobRun job) throws IOException, InterruptedException;

    /**
     * The database is down, and the restored files wait beside its own. When this fails, the database comes back with what it had.
     *
     * @param backup the one that was restored
     * @param staged where a component's restored files are
     */
    void arrange(JobRun job, Backup backup, UnaryOperator<Path> staged) throws IOException, InterruptedException;

    /** The restored files are in place, and the database was started: waits for the end, and checks that it is the one that was asked for. */
    void follow(JobRun job) throws IOException, InterruptedException;
}

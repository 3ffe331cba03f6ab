package io.saddlebag.restore;

import io.saddlebag.job.JobRun;
import java.io.IOException;
import java.util.Optional;

/**
 * The time in which a database is down while something of its files is mended in place, guarded as for a restore (W12): whatever dies,
 * the database comes back. One thread.
 */
public final class DatabaseDowntime {
    private final RestoreServices services;
    private final DatabaseWindow window;

    public DatabaseDowntime(RestoreServices services, String database) throws IOException {
        this.services = services;
        this.window = new DatabaseWindow(
                services,
                services.databases().database(database),
                services.databases().limits(database),
                null);
    }

    public void begin(JobRun job) throws IOException, InterruptedException {
        window.stop(job);
    }

    /** Does something that takes as long as it takes, and keeps the guard waiting meanwhile. */
    public void during(RenewedLease.Work work) throws IOException, InterruptedException {
        requireDown();
        new RenewedLease(services.workers(), this::requireDown).during(work);
        requireDown();
    }

    /**
     * Also from within what goes on {@link #during} it.
     *
     * @throws io.saddlebag.fault.BackupException when the guard has acted, or may have: the database may be running
     */
    public synchronized void requireDown() throws IOException {
        window.renew();
    }

    /** Starts the database, and checks that it is open. */
    public void end(JobRun job) throws IOException, InterruptedException {
        window.startAndVerify(job, Optional.empty(), null);
    }

    /** After a failure; no effect when the database is up. What fails here is added to the failure, and is the guard's to do. */
    public void bringBack(JobRun job, Throwable failure) {
        window.bringBack(job, failure);
    }
}

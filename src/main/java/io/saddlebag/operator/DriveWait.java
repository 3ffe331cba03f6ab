package io.saddlebag.operator;

import io.saddlebag.host.Deadline;
import io.saddlebag.job.JobRun;
import io.saddlebag.volume.OperatorDesk;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/** Waits for other jobs to give a drive back; people are not asked (M19). Not for two threads at once. */
final class DriveWait {
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

    private final JobRun job;
    private final Patience patience;
    private String noted = "";

    /** @param patience its own: time spent on people doesn't count */
    DriveWait(JobRun job, Patience patience) {
        this.job = job;
        this.patience = patience;
    }

    /** As {@link OperatorDesk#awaitsDrive}. */
    boolean again(String what, OperatorDesk.Check check) throws IOException, InterruptedException {
        Deadline end = patience.end();
        job.checkCancelled();
        check.stillWanted();
        if (end.passed()) {
            return false;
        }
        if (!what.equals(noted)) {
            noted = what;
            job.transcript()
                    .line(what + ": waiting for another job to give a drive back, up to "
                            + end.remaining().truncatedTo(ChronoUnit.SECONDS));
        }
        end.await(LOOK_EVERY);
        return true;
    }
}

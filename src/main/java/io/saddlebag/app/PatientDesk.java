package io.saddlebag.app;

import io.saddlebag.host.Deadline;
import io.saddlebag.host.Waiter;
import io.saddlebag.job.JobRun;
import io.saddlebag.library.Library;
import io.saddlebag.volume.OperatorDesk;
import io.saddlebag.volume.VolumeException;
import io.saddlebag.volume.VolumeFault;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Asks in the job's transcript for a volume, and waits until something in the library has changed (M15). */
final class PatientDesk implements OperatorDesk {
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);

    private final JobRun job;
    private final Library library;
    private final Waiter waiter;
    private final Duration patience;
    private @Nullable Deadline deadline;

    /** @param patience over all requests of the job */
    PatientDesk(JobRun job, Library library, Waiter waiter, Duration patience) {
        this.job = job;
        this.library = library;
        this.waiter = waiter;
        this.patience = patience;
    }

    @Override
    public void needVolume(String what) throws IOException, InterruptedException {
        Deadline end = deadline == null ? Deadline.after(waiter, patience) : deadline;
        deadline = end;
        long seen = library.inventory().generation();
        if (end.passed()) {
            throw declined(what);
        }
        job.waitsForOperator(what + " is needed in library " + library.name() + ", within " + end.remaining());
        while (library.inventory().generation() == seen) {
            job.checkCancelled();
            if (end.passed()) {
                throw declined(what);
            }
            end.await(LOOK_EVERY);
        }
        job.goesOn();
    }

    private VolumeException declined(String what) {
        return new VolumeException(
                VolumeFault.NO_VOLUME,
                "no volume for " + what + " in library " + library.name()
                        + (patience.isZero() ? "" : " within " + patience),
                "Put a blank or expired cartridge in ('saddlebag library insertvol'), or the one that is asked for, and"
                        + " repeat the job.");
    }
}

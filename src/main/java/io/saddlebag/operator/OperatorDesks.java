package io.saddlebag.operator;

import io.saddlebag.host.Waiter;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.OperatorRequest;
import io.saddlebag.library.Library;
import io.saddlebag.tapeoption.Prompt;
import io.saddlebag.volume.OperatorDesk;
import io.saddlebag.volume.VolumeException;
import io.saddlebag.volume.VolumeFault;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Who is asked when a job needs something that is not in the library (M5, M15). Thread-safe. */
public final class OperatorDesks {
    private final Waiter waiter;
    private final Client client;

    /** @param client of this process */
    public OperatorDesks(Waiter waiter, Client client) {
        this.waiter = waiter;
        this.client = client;
    }

    /** @param patience how long the job waits there, over all of its requests; and so long for other jobs' drives */
    public OperatorDesk of(JobRun job, Library library, Duration patience, Prompt prompt) throws IOException {
        OperatorRequest.Audience audience = audience(job, prompt);
        DriveWait drives = new DriveWait(job, new Patience(waiter, patience));
        return audience == null
                ? new EmptyDesk(library.name(), drives)
                : new JobDesk(job, library, audience, new Patience(waiter, patience), drives, () -> {});
    }

    /** Nobody is there to be asked; other jobs are waited for all the same. */
    private record EmptyDesk(String library, DriveWait drives) implements OperatorDesk {
        @Override
        public void needVolume(String what) throws VolumeException {
            throw new VolumeException(
                    VolumeFault.NO_VOLUME,
                    "no volume for " + what + " in library " + library
                            + ", and with prompt=automatic there is nobody here to ask",
                    "Put what is wanted into the library and repeat the job, or let it wait with prompt=operator.");
        }

        @Override
        public boolean awaitsDrive(String what) throws IOException, InterruptedException {
            return drives.again(what, () -> {});
        }
    }

    /** As {@link #of}, where cartridges are to be carried into a library and out of it by hand. */
    public Carrier carrier(JobRun job, Library library, Duration patience, Prompt prompt) throws IOException {
        return new HandCarrier(job, library, audience(job, prompt), new Patience(waiter, patience));
    }

    /** Null when nobody may be asked. */
    private OperatorRequest.@Nullable Audience audience(JobRun job, Prompt prompt) throws IOException {
        if (client == Client.AT_TERMINAL) {
            return prompt == Prompt.OPERATOR ? OperatorRequest.Audience.OPERATOR : OperatorRequest.Audience.CLIENT;
        }
        if (prompt == Prompt.CLIENT) {
            job.transcript()
                    .line("prompt=client, but nobody sits at a terminal of this process: operators are asked instead");
        }
        return prompt == Prompt.AUTOMATIC ? null : OperatorRequest.Audience.OPERATOR;
    }
}

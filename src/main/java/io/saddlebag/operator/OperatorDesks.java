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

/** Who is asked when a job needs something that is not in the library (M5, M15). Thread-safe. */
public final class OperatorDesks {
    private final Waiter waiter;
    private final Client client;

    /** @param client of this process */
    public OperatorDesks(Waiter waiter, Client client) {
        this.waiter = waiter;
        this.client = client;
    }

    /** @param patience how long the job waits there, over all of its requests */
    public OperatorDesk of(JobRun job, Library library, Duration patience, Prompt prompt) throws IOException {
        if (client == Client.ABSENT && prompt == Prompt.AUTOMATIC) {
            return what -> {
                throw new VolumeException(
                        VolumeFault.NO_VOLUME,
                        "no volume for " + what + " in library " + library.name()
                                + ", and with prompt=automatic there is nobody here to ask",
                        "Put what is wanted into the library and repeat the job, or let it wait with prompt=operator.");
            };
        }
        if (client == Client.ABSENT && prompt == Prompt.CLIENT) {
            job.transcript()
                    .line("prompt=client, but nobody sits at a terminal of this process: operators are asked instead");
        }
        boolean asksClient = client == Client.AT_TERMINAL && prompt != Prompt.OPERATOR;
        OperatorRequest.Audience audience =
                asksClient ? OperatorRequest.Audience.CLIENT : OperatorRequest.Audience.OPERATOR;
        return new JobDesk(job, library, audience, new Patience(waiter, patience), () -> {});
    }
}

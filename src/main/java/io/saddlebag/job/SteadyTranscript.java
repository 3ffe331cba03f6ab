package io.saddlebag.job;

import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A transcript that never stops the work it tells of: a database isn't left down because a log's disk is full. The first
 * failure is kept for the job's outcome, and the lines after it are tried all the same.
 */
final class SteadyTranscript implements Transcript {
    private final Transcripts transcripts;
    private final JobName job;
    private @Nullable Transcript opened;
    private @Nullable IOException failure;
    private boolean closed;

    SteadyTranscript(Transcripts transcripts, JobName job) {
        this.transcripts = transcripts;
        this.job = job;
    }

    synchronized Optional<String> failure() {
        return Optional.ofNullable(failure).map(e -> e instanceof BackupException b ? b.what() : String.valueOf(e));
    }

    @Override
    public synchronized void line(String text) {
        attempt(transcript -> transcript.line(text));
    }

    @Override
    public synchronized void sync() {
        attempt(Transcript::sync);
    }

    @Override
    public synchronized void close() {
        attempt(Transcript::close);
        closed = true;
    }

    private interface Act {
        void on(Transcript transcript) throws IOException;
    }

    private void attempt(Act act) {
        if (closed) {
            return;
        }
        try {
            Transcript to = opened;
            if (to == null) {
                to = transcripts.open(job);
                opened = to;
            }
            act.on(to);
        } catch (IOException e) {
            if (failure == null) {
                failure = e;
            }
        }
    }
}

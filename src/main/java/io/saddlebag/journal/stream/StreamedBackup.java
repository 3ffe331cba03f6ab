package io.saddlebag.journal.stream;

import io.saddlebag.host.Deadline;
import io.saddlebag.host.Waiter;
import io.saddlebag.journal.JournalBackup;
import io.saddlebag.journal.JournalResult;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A log that is received, and whose whole segments are backed up pass by pass, whatever the wall clock does meanwhile. One thread but for
 * {@link #problem}.
 */
public final class StreamedBackup {
    /** After a failure nothing is begun anew for so long: a disk that is full won't have room in a moment. */
    static final Duration PAUSE = Duration.ofSeconds(5);

    private final JournalStream stream;
    private final @Nullable JournalBackup passes;
    private final Duration interval;
    private final OnFailure onFailure;
    private final Waiter waiter;
    private Deadline due;
    private Deadline notBefore;
    private volatile String failure = "";

    /** What a pass that fails does to the step that makes it. What ends the receiving fails its step always. */
    public enum OnFailure {
        /** It fails; whoever makes the next one decides. */
        FAIL,
        /** It goes on, and the pass is tried again, as {@link JournalBackup#persist} does it. */
        TRY_AGAIN
    }

    /**
     * @param passes null to receive only
     * @param interval between two of them
     */
    public StreamedBackup(
            JournalStream stream,
            @Nullable JournalBackup passes,
            Duration interval,
            OnFailure onFailure,
            Waiter waiter) {
        this.onFailure = onFailure;
        this.stream = stream;
        this.passes = passes;
        this.interval = interval;
        this.waiter = waiter;
        this.due = Deadline.after(waiter, Duration.ZERO);
        this.notBefore = due;
    }

    /**
     * Begins to receive where that isn't done, sees whether all is well, and makes a pass when one is due. Once it has {@link #ended}
     * it ends the receiving instead.
     *
     * @return what a pass backed up; empty for nothing
     * @throws IOException as of {@link JournalStream#check}, {@link JournalBackup#cycle} and {@link JournalBackup#attempt}; a later step begins
     *     anew
     */
    public Optional<JournalResult> step() throws IOException, InterruptedException {
        if (!notBefore.passed()) {
            return Optional.empty();
        }
        try {
            Optional<JournalResult> result = tried();
            failure = stream.progress().connected() ? "" : failure;
            return result;
        } catch (IOException e) {
            notBefore = Deadline.after(waiter, PAUSE);
            failure = String.valueOf(e.getMessage());
            throw e;
        }
    }

    /** Whether the schedule of its passes has ended (J4), and with it all of it. */
    public boolean ended() {
        JournalBackup backup = passes;
        return backup != null && backup.ended();
    }

    private Optional<JournalResult> tried() throws IOException, InterruptedException {
        if (ended()) {
            stream.stop();
            return Optional.empty();
        }
        stream.start();
        stream.check();
        JournalBackup backup = passes;
        if (backup == null || !due.passed()) {
            return Optional.empty();
        }
        if (onFailure == OnFailure.TRY_AGAIN) {
            JournalBackup.Attempt attempt = backup.attempt();
            due = Deadline.after(waiter, attempt.next());
            return attempt.result().filter(JournalResult::hasBackup);
        }
        due = Deadline.after(waiter, interval);
        return Optional.of(backup.cycle()).filter(JournalResult::hasBackup);
    }

    /** What is wrong, in words; empty for nothing. For any thread. */
    public String problem() {
        return failure.isEmpty() ? stream.problem() : failure;
    }

    public StreamProgress progress() {
        return stream.progress();
    }

    /** What has arrived is durable on return. */
    public void stop() throws IOException, InterruptedException {
        JournalBackup backup = passes;
        try {
            stream.stop();
        } finally {
            if (backup != null) {
                backup.close();
            }
        }
    }
}

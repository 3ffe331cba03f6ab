package io.saddlebag.journal.stream;

import io.saddlebag.journal.JournalBackup;
import io.saddlebag.journal.JournalResult;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A log that is received, and whose whole segments are backed up pass by pass. One thread but for {@link #problem}. */
public final class StreamedBackup {
    private final JournalStream stream;
    private final @Nullable JournalBackup passes;
    private final Duration interval;
    private final Clock clock;
    private Instant due;

    /**
     * @param passes null to receive only
     * @param interval between two of them
     */
    public StreamedBackup(JournalStream stream, @Nullable JournalBackup passes, Duration interval, Clock clock) {
        this.stream = stream;
        this.passes = passes;
        this.interval = interval;
        this.clock = clock;
        this.due = clock.instant();
    }

    /**
     * Begins to receive where that isn't done, sees whether all is well, and makes a pass when one is due.
     *
     * @return what a pass backed up; empty for nothing
     * @throws IOException as of {@link JournalStream#check} and {@link JournalBackup#cycle}; the next step begins anew
     */
    public Optional<JournalResult> step() throws IOException, InterruptedException {
        stream.start();
        stream.check();
        JournalBackup backup = passes;
        if (backup == null || clock.instant().isBefore(due)) {
            return Optional.empty();
        }
        due = clock.instant().plus(interval);
        return Optional.of(backup.cycle()).filter(JournalResult::hasBackup);
    }

    /** What is wrong although nothing failed, in words; empty for nothing. For any thread. */
    public String problem() {
        return stream.problem();
    }

    public StreamProgress progress() {
        return stream.progress();
    }

    /** What has arrived is durable on return. */
    public void stop() throws IOException, InterruptedException {
        stream.stop();
    }
}

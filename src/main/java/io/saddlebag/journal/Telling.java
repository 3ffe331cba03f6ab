package io.saddlebag.journal;

import io.saddlebag.job.Transcript;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Says what a pass does, in RMU's words, to the job's transcript and to whoever listens (J14). */
final class Telling {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SS", Locale.ROOT);

    private final JournalListener listener;
    private final Clock clock;
    private @Nullable Transcript transcript;

    Telling(JournalListener listener, Clock clock) {
        this.listener = listener;
        this.clock = clock;
    }

    void begin(Transcript to) {
        transcript = to;
        tell(JournalMessage.AIJBCKBEG, "beginning after-image journal backup operation");
        tell(JournalMessage.OPERNOTIFY, "system operator notification: AIJ backup operation started");
    }

    void journal(Journal journal) {
        tell(
                JournalMessage.AIJBCKSEQ,
                "backing up after-image journal sequence number " + journal.id().sequence());
        tell(JournalMessage.LOGBCKAIJ, "backing up after-image journal " + journal.name() + " at " + now());
    }

    void end(List<Journal> journals) {
        long blocks = journals.stream().mapToLong(Telling::blocks).sum();
        tell(JournalMessage.OPERNOTIFY, "system operator notification: AIJ backup operation completed");
        tell(JournalMessage.AIJBCKEND, "after-image journal backup operation completed successfully");
        String one = journals.size() == 1 ? "journal" : "journals";
        tell(JournalMessage.LOGAIJJRN, "backed up " + journals.size() + " after-image " + one + " at " + now());
        tell(JournalMessage.LOGAIJBLK, "backed up " + blocks + " after-image journal blocks at " + now());
    }

    static long blocks(Journal journal) {
        return (journal.bytes() + JournalResult.BLOCK_BYTES - 1) / JournalResult.BLOCK_BYTES;
    }

    synchronized void tell(JournalMessage message, String text) {
        Transcript to = transcript;
        if (to != null) {
            try {
                to.line(message + ", " + text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        listener.told(message, text);
    }

    private String now() {
        return TIME.format(LocalTime.ofInstant(clock.instant(), clock.getZone()));
    }
}

package io.saddlebag.journal.stream;

import io.saddlebag.database.log.LogMark;
import io.saddlebag.database.log.LogServer;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.UniqueNames;
import io.saddlebag.host.Waiter;
import io.saddlebag.journal.JournalListener;
import io.saddlebag.journal.JournalMessage;
import io.saddlebag.journal.watch.StallWatch;
import io.saddlebag.recovery.LogPosition;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sees whether what the server writes arrives on the disk of the receiver (J27): now and then the server writes a mark to its log, and
 * the mark has to be found in the file. A receiver, a disk or a network that hangs without failing is noticed by that alone. {@link #run}
 * is for one thread, which isn't the one that receives.
 */
public final class StreamWatch {
    private static final int MARKS_A_LIMIT = 6;
    private static final Duration LOOK = Duration.ofMillis(250);
    private static final Duration LEAST_PAUSE = Duration.ofMillis(500);

    private final String journals;
    private final LogServer server;
    private final Supplier<StreamProgress> progress;
    private final StoredMarks stored;
    private final UniqueNames names;
    private final Waiter waiter;
    private final JournalListener listener;
    private final StallWatch<Long> stall;
    private volatile String problem = "";
    private @Nullable Awaited awaited;
    private boolean told;

    private record Awaited(LogMark mark, String token, boolean seen) {}

    /**
     * What it looks at.
     *
     * @param folder of the segments
     * @param limit a mark that hasn't arrived after that is a stall
     */
    public record Parts(
            String journals,
            LogServer server,
            Path folder,
            HostFiles files,
            UniqueNames names,
            Waiter waiter,
            JournalListener listener,
            Duration limit) {}

    public StreamWatch(Parts parts, Supplier<StreamProgress> progress) {
        this.journals = parts.journals();
        this.server = parts.server();
        this.progress = progress;
        this.stored = new StoredMarks(parts.folder(), parts.files());
        this.names = parts.names();
        this.waiter = parts.waiter();
        this.listener = parts.listener();
        this.stall = new StallWatch<>(parts.limit());
    }

    /** What is wrong, in words; empty for nothing. For any thread. */
    public String problem() {
        return problem;
    }

    void run(BooleanSupplier stopped, LogSegmentsOf segments) throws InterruptedException {
        Duration pause = stall.limit().dividedBy(MARKS_A_LIMIT);
        long every = (pause.compareTo(LEAST_PAUSE) < 0 ? LEAST_PAUSE : pause).toNanos();
        long marked = waiter.nanos() - every;
        stall.reset();
        awaited = null;
        while (!stopped.getAsBoolean()) {
            if (awaited == null && waiter.nanos() - marked >= every) {
                marked = waiter.nanos();
                mark();
            }
            look(segments);
            waiter.await(LOOK);
        }
    }

    /** The segments' size, once a server has said it; null before. */
    interface LogSegmentsOf {
        @Nullable
        LogSegments now();
    }

    private void mark() {
        String token = names.next("beat");
        try {
            Optional<LogMark> mark = server.mark(token);
            long end = mark.isPresent() ? mark.get().end() : server.position();
            stall.source(waiter.nanos(), end);
            awaited = new Awaited(mark.orElse(new LogMark(end, 1)), token, mark.isPresent());
        } catch (BackupException serverIsAway) {
            // nothing is written there that could be late; the receiver tells of the connection
        } catch (IOException e) {
            problem = "no mark could be written to the log of " + server.name() + ": " + e.getMessage();
        }
    }

    private void look(LogSegmentsOf segments) {
        Awaited mark = awaited;
        StreamProgress now = progress.get();
        LogSegments size = segments.now();
        if (mark != null && size != null && now.durable() >= mark.mark().end()) {
            arrived(mark, now, size);
        }
        boolean late = stall.isStalled(waiter.nanos());
        if (late) {
            problem = "what database " + server.name() + " wrote "
                    + stall.behind(waiter.nanos()).toSeconds() + " s ago is not in the copy, which ends at "
                    + LogPosition.lsn(now.durable());
        }
        if (late && !told) {
            listener.told(JournalMessage.STREAMSTALL, journals + ": " + problem);
        } else if (!late && told) {
            listener.told(JournalMessage.STREAMSTALL, journals + ": the copy goes on");
        }
        told = late;
    }

    private void arrived(Awaited mark, StreamProgress now, LogSegments size) {
        try {
            boolean here = !mark.seen()
                    || stored.find(mark.mark(), mark.token(), now.timeline(), size) != StoredMarks.Found.NOT_HERE;
            if (here) {
                stall.stored(mark.mark().end());
                awaited = null;
                problem = "";
            } else {
                problem = "a mark that was written to the log of " + server.name() + " at "
                        + LogPosition.lsn(mark.mark().end()) + " is not in the copy, which claims to go beyond";
            }
        } catch (IOException e) {
            problem = "the copy can't be read: " + e.getMessage();
        }
    }
}

package io.saddlebag.cli;

import io.saddlebag.journal.JournalListener;
import io.saddlebag.journal.watch.JournalWatch;
import io.saddlebag.journal.watch.StallAlarm;
import io.saddlebag.node.Node;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** A command's watch over passes that hang (J27), for as long as it makes them. */
final class StallThreads implements Closeable {
    private final StallAlarm alarm;
    private final ScheduledExecutorService threads;

    private StallThreads(StallAlarm alarm, ScheduledExecutorService threads) {
        this.alarm = alarm;
        this.threads = threads;
    }

    /** Nobody looks before it is begun. */
    static StallThreads of(
            Node node, String journals, Duration limit, JournalWatch.Passes passes, JournalListener listener)
            throws IOException {
        JournalWatch watch = JournalWatch.of(node.journals(), journals, limit, passes, listener);
        StallAlarm alarm = new StallAlarm(watch, node.journals().services().waiter(), listener);
        return new StallThreads(alarm, Executors.newScheduledThreadPool(StallAlarm.THREADS, work -> {
            Thread thread = new Thread(work, "saddlebag-stall");
            // one that hangs with what it looks at doesn't keep the command from ending
            thread.setDaemon(true);
            return thread;
        }));
    }

    void begin() {
        alarm.begin(threads);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}

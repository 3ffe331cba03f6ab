package io.saddlebag.journal.watch;

import io.saddlebag.host.Waiter;
import io.saddlebag.journal.JournalListener;
import io.saddlebag.journal.JournalMessage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Tells when what is written to journals doesn't become backups, and when it does again ({@link JournalMessage#JNLSTALL}, J27): each kind once. One
 * thread looks, another one tells: a look may hang with what it looks at.
 */
public final class StallAlarm {
    /** Both at once. */
    public static final int THREADS = 2;

    private static final int LOOKS_A_LIMIT = 8;
    private static final long LEAST_MILLIS = 250;

    private final JournalWatch watch;
    private final Waiter waiter;
    private final JournalListener listener;
    private JournalWatch.Kind told = JournalWatch.Kind.NONE;

    /** @param listener hears it on a thread of its own */
    public StallAlarm(JournalWatch watch, Waiter waiter, JournalListener listener) {
        this.watch = watch;
        this.waiter = waiter;
        this.listener = listener;
    }

    /** Goes on until the threads are shut down. */
    public void begin(ScheduledExecutorService threads) {
        long every = Math.max(LEAST_MILLIS, watch.limit().toMillis() / LOOKS_A_LIMIT);
        // neither lets anything through
        ScheduledFuture<?> unusedLooking = threads.scheduleWithFixedDelay(this::look, 0, every, TimeUnit.MILLISECONDS);
        ScheduledFuture<?> unusedTelling =
                threads.scheduleWithFixedDelay(this::tell, every, every, TimeUnit.MILLISECONDS);
    }

    /** What is wrong, in words; empty for nothing. For any thread. */
    public String problem() {
        return watch.problem(waiter.nanos());
    }

    /** What one thread does. */
    public void look() {
        watch.look(waiter.nanos());
    }

    /** What the other one does. */
    public void tell() {
        JournalWatch.Finding finding = watch.finding(waiter.nanos());
        if (finding.kind() == told) {
            return;
        }
        try {
            listener.told(
                    JournalMessage.JNLSTALL,
                    finding.kind() == JournalWatch.Kind.NONE
                            ? "what is written to the journals becomes backups again"
                            : finding.text());
            told = finding.kind();
        } catch (RuntimeException unheard) {
            // an executor drops a task that throws, and nobody would hear of the next stall; this one is told again
        }
    }
}

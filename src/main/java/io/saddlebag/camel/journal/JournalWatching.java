package io.saddlebag.camel.journal;

import io.saddlebag.host.Waiter;
import io.saddlebag.journal.JournalListener;
import io.saddlebag.journal.JournalMessage;
import io.saddlebag.journal.watch.JournalWatch;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheckRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at a consumer's journals from a thread of its own, and answers for them in the context's health. */
final class JournalWatching {
    private static final Logger LOG = LoggerFactory.getLogger(JournalWatching.class);
    private static final int LOOKS_A_LIMIT = 8;
    private static final long LEAST_MILLIS = 250;

    private final CamelContext context;
    private final JournalWatch watch;
    private final Waiter waiter;
    private final JournalListener listener;
    private final JournalHealthCheck health;
    private @Nullable ScheduledExecutorService looking;
    private boolean told;

    JournalWatching(
            CamelContext context,
            JournalWatch watch,
            Waiter waiter,
            JournalListener listener,
            JournalHealthCheck health) {
        this.context = context;
        this.watch = watch;
        this.waiter = waiter;
        this.listener = listener;
        this.health = health;
    }

    void start(Duration limit) {
        ScheduledExecutorService own =
                context.getExecutorServiceManager().newSingleThreadScheduledExecutor(this, health.getId());
        looking = own;
        long every = Math.max(LEAST_MILLIS, limit.toMillis() / LOOKS_A_LIMIT);
        // look lets nothing through
        ScheduledFuture<?> unused = own.scheduleWithFixedDelay(this::look, 0, every, TimeUnit.MILLISECONDS);
        HealthCheckRegistry registry = HealthCheckRegistry.get(context);
        if (registry != null) {
            registry.register(health);
        }
    }

    /** An executor drops a task that throws, and then nobody would look any more. */
    private void look() {
        try {
            watch.look(waiter.nanos());
            String problem = watch.problem(waiter.nanos());
            if (problem.isEmpty() == told) {
                told = !problem.isEmpty();
                listener.told(JournalMessage.JNLSTALL, told ? problem : "closed journals become backups again");
            }
        } catch (RuntimeException e) {
            LOG.error("journals could not be looked at, which is tried again", e);
        }
    }

    void stop() {
        ScheduledExecutorService running = looking;
        if (running != null) {
            looking = null;
            context.getExecutorServiceManager().shutdownNow(running);
        }
        HealthCheckRegistry registry = HealthCheckRegistry.get(context);
        if (registry != null) {
            registry.unregister(health);
        }
    }
}

package io.saddlebag.camel.journal;

import io.saddlebag.journal.watch.StallAlarm;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheckRegistry;
import org.jspecify.annotations.Nullable;

/** Looks at a consumer's journals from threads of its own, and answers for them in the context's health. */
final class JournalWatching {
    private final CamelContext context;
    private final StallAlarm alarm;
    private final JournalHealthCheck health;
    private @Nullable ScheduledExecutorService looking;

    JournalWatching(CamelContext context, StallAlarm alarm, JournalHealthCheck health) {
        this.context = context;
        this.alarm = alarm;
        this.health = health;
    }

    void start() {
        ScheduledExecutorService own =
                context.getExecutorServiceManager().newScheduledThreadPool(this, health.getId(), StallAlarm.THREADS);
        looking = own;
        alarm.begin(own);
        HealthCheckRegistry registry = HealthCheckRegistry.get(context);
        if (registry != null) {
            registry.register(health);
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

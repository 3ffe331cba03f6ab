package io.saddlebag.camel.folder;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.camel.CamelContext;
import org.apache.camel.StartupListener;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the routes of a folder in a Camel context and follows its files while they are edited (W19).
 *
 * <p>One file is one unit. A new, changed or deleted file is taken when it has been quiet for a while, and when it passes
 * the checks of {@link RouteLint}; its routes are swapped when none of their exchanges is in flight. A broken edit is
 * refused and the version before it runs on: the reason is in the log, in a note {@code <file>.error} beside it, in
 * {@link #states()} and in the health check {@code saddlebag-routes}. Other files are never affected, at start neither.
 *
 * <p>Add it to the context with {@link CamelContext#addService(Object)}; it begins when the context has started. Camel's
 * own loading and reloading of the same folder must be off ({@code camel.main.routesIncludePattern=false},
 * {@code camel.main.routesReloadEnabled=false}). When it is stopped it no longer follows the files, and the routes run on
 * until the context stops. Any thread may ask for states.
 */
public final class RouteFolder extends ServiceSupport {
    private static final Logger LOG = LoggerFactory.getLogger(RouteFolder.class);

    private final CamelContext context;
    private final FolderSetup setup;
    private final FolderUnits units;
    private final RouteFolderHealthCheck health = new RouteFolderHealthCheck(this);
    private final ReentrantLock look = new ReentrantLock();
    private volatile List<UnitState> states = List.of();
    private volatile String problem = "";
    private final AtomicReference<@Nullable ScheduledExecutorService> executor = new AtomicReference<>();

    public RouteFolder(CamelContext context, FolderSetup setup) {
        this.context = context;
        this.setup = setup;
        this.units = new FolderUnits(context, setup);
    }

    /** The files that are known, by path; a deleted one for a while, too. As of the last look at the folder. */
    public List<UnitState> states() {
        return states;
    }

    /** The file that a running route came from. */
    public Optional<Path> fileOf(String routeId) {
        return states.stream()
                .filter(state -> state.routes().contains(routeId))
                .map(UnitState::file)
                .findFirst();
    }

    public Path path() {
        return setup.folder();
    }

    /** Why the folder as a whole can't be read; empty when it can. */
    String problem() {
        return problem;
    }

    /** Looks at the folder once and does what can be done now. */
    void scanOnce() {
        look.lock();
        try {
            units.scan();
            problem = "";
        } catch (IOException e) {
            String why = e.toString();
            if (!why.equals(problem)) {
                units.notices().unreadable(setup.folder(), why);
            }
            problem = why;
        } finally {
            states = units.states();
            look.unlock();
        }
    }

    @Override
    protected void doStart() {
        HealthCheckRegistry registry = HealthCheckRegistry.get(context);
        if (registry != null) {
            registry.register(health);
        }
        if (context.isStarted()) {
            follow();
        } else {
            try {
                context.addStartupListener(new AfterStart());
            } catch (Exception e) {
                throw new IllegalStateException("the Camel context takes no startup listener", e);
            }
        }
    }

    private final class AfterStart implements StartupListener {
        @Override
        public void onCamelContextStarted(CamelContext started, boolean alreadyStarted) {
            // too early: a route that can't start would end the start of the whole application
        }

        @Override
        public void onCamelContextFullyStarted(CamelContext started, boolean alreadyStarted) {
            follow();
        }
    }

    private void follow() {
        scanQuietly();
        ScheduledExecutorService following =
                context.getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "routes-folder");
        if (executor.compareAndSet(null, following)) {
            long every = setup.interval().toMillis();
            // scanQuietly lets nothing through
            ScheduledFuture<?> unused =
                    following.scheduleWithFixedDelay(this::scanQuietly, every, every, TimeUnit.MILLISECONDS);
        } else {
            context.getExecutorServiceManager().shutdown(following);
        }
    }

    /** An executor drops a task that throws, and then no edit would be seen any more. */
    private void scanQuietly() {
        try {
            if (context.isStarted()) {
                scanOnce();
            }
        } catch (RuntimeException e) {
            problem = e.toString();
            LOG.error("the routes folder {} could not be worked through, and is tried again", setup.folder(), e);
        }
    }

    /** Doesn't wait for a swap that is under way: it may wait for the context, and the context for this. */
    @Override
    protected void doStop() {
        ScheduledExecutorService running = executor.getAndSet(null);
        if (running != null) {
            context.getExecutorServiceManager().shutdown(running);
        }
        HealthCheckRegistry registry = HealthCheckRegistry.get(context);
        if (registry != null) {
            registry.unregister(health);
        }
    }
}

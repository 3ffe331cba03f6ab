package io.saddlebag.camel.node;

import io.saddlebag.fault.BackupException;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobName;
import io.saddlebag.node.Node;
import io.saddlebag.node.NodeStarter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.CamelContext;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One CamelContext's node and the jobs in progress on its exchanges. Other contexts in the same process have their own.
 * Stopping the context lets its jobs end before the node is closed. Thread-safe.
 */
public final class ContextNode extends ServiceSupport {
    /** Property with the folder that holds {@code config/saddlebag.yaml}. */
    public static final String HOME = "saddlebag.home";

    /** Name of the bean that a started node becomes. */
    public static final String BEAN = "saddlebagNode";

    /** Below {@code META-INF/services/org/apache/camel/}. */
    static final String STARTER = "saddlebag-node";

    /** How long the stop of a context waits for its jobs' ends; the watchdog does what they then leave undone. */
    static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private static final Logger LOG = LoggerFactory.getLogger(ContextNode.class);

    private final CamelContext context;
    private final ConcurrentMap<JobName, ExchangeJob> jobs = new ConcurrentHashMap<>();
    private @Nullable Node started;

    private ContextNode(CamelContext context) {
        this.context = context;
    }

    /** Whoever listens gets what came of the job; a listener that fails is no failure of the job's. */
    void tell(Job job) {
        OutcomeEvent.of(job).ifPresent(event -> {
            try {
                context.getManagementStrategy().notify(event);
            } catch (Exception e) {
                LOG.warn("an event notifier failed at {}", event, e);
            }
        });
    }

    static ContextNode of(CamelContext context) {
        // per context, so that two that look for the first time at once don't make two
        synchronized (context) {
            ContextNode there = context.hasService(ContextNode.class);
            if (there == null) {
                there = new ContextNode(context);
                add(context, there);
            }
            return there;
        }
    }

    private static void add(CamelContext context, ContextNode service) {
        try {
            context.addService(service, true, true);
        } catch (Exception e) {
            throw new IllegalStateException("context " + context.getName() + " takes no services", e);
        }
    }

    /** The only node of the registry, else the one started here. */
    synchronized Node node() throws IOException, InterruptedException {
        Node there = nodeIfThere();
        if (there == null) {
            there = startOwn();
            started = there;
            context.getRegistry().bind(BEAN, Node.class, there);
        }
        return there;
    }

    synchronized @Nullable Node nodeIfThere() {
        if (started != null) {
            return started;
        }
        Map<String, Node> found = context.getRegistry().findByTypeWithName(Node.class);
        return found.size() == 1 ? found.values().iterator().next() : null;
    }

    private Node startOwn() throws IOException, InterruptedException {
        int found = context.getRegistry().findByType(Node.class).size();
        if (found > 1) {
            throw new BackupException(
                    StepFault.SEVERAL_NODES,
                    "there are " + found + " nodes in the registry of context " + context.getName(),
                    "Give each component the one that is meant, by its option 'node'.");
        }
        String home = context.getPropertiesComponent()
                .resolveProperty(HOME)
                .orElseThrow(() -> new BackupException(
                        StepFault.NO_NODE,
                        "context " + context.getName() + " has no node, and property " + HOME + " is not set",
                        "Set " + HOME + " to the folder that holds config/saddlebag.yaml, or put a bean of type "
                                + Node.class.getName() + " into the registry."));
        try {
            return starter().start(Path.of(home));
        } catch (LinkageError e) {
            // Camel lets an Error pass without completing the exchange: its route would never end
            throw new IllegalStateException(
                    "the node in " + home + " did not start, since a library on the class path is of a version that"
                            + " doesn't fit: " + e,
                    e);
        }
    }

    private NodeStarter starter() {
        NodeStarter own = context.getRegistry().findSingleByType(NodeStarter.class);
        Optional<NodeStarter> named = own == null
                ? context.getCamelContextExtension().getDefaultFactoryFinder().newInstance(STARTER, NodeStarter.class)
                : Optional.of(own);
        return named.orElseThrow(() -> new IllegalStateException(
                "META-INF/services/org/apache/camel/" + STARTER + " is not on the classpath"));
    }

    void begun(ExchangeJob job) {
        jobs.put(job.name(), job);
    }

    void ended(ExchangeJob job) {
        jobs.remove(job.name(), job);
    }

    Optional<ExchangeJob> job(JobName name) {
        return Optional.ofNullable(jobs.get(name));
    }

    @Override
    protected void doStop() throws Exception {
        awaitJobs();
        Node node;
        synchronized (this) {
            node = started;
            started = null;
        }
        if (node != null) {
            context.getRegistry().unbind(BEAN);
            node.close();
        }
    }

    private void awaitJobs() throws InterruptedException, ExecutionException {
        CompletableFuture<?>[] ends =
                jobs.values().stream().map(ExchangeJob::over).toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(ends).get(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warn(
                    "jobs {} have not ended within {}; what they owe is done by the watchdog or at the next start",
                    jobs.keySet(),
                    LONGEST_WAIT);
        }
    }
}

package io.saddlebag.camel.pool;

import io.saddlebag.node.Node;
import io.saddlebag.operator.MediaJobs;
import io.saddlebag.pool.PrunePlan;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets expired images of a pool go; the body becomes the {@link PrunePlan} that was carried out. */
final class PruneProducer extends DefaultProducer {
    private static final Logger LOG = LoggerFactory.getLogger(PruneProducer.class);

    private final PoolEndpoint endpoint;

    PruneProducer(PoolEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        Node node = endpoint.node();
        String pool = endpoint.poolName();
        PrunePlan plan = node.mediaJobs()
                .run(
                        MediaJobs.Order.ofPool(pool, "prune", null),
                        job -> node.pruning(pool, null)
                                .carryOut(line -> job.transcript().line(line)));
        plan.findings().forEach(finding -> LOG.warn("pool {}: {}", pool, finding));
        exchange.getMessage().setBody(plan);
    }
}

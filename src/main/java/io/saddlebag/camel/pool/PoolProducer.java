package io.saddlebag.camel.pool;

import io.saddlebag.camel.backup.StoredImageStep;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;

/** Stores the body's image in a pool. */
final class PoolProducer extends DefaultProducer {
    private final PoolEndpoint endpoint;

    PoolProducer(PoolEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        StoredImageStep.store(
                exchange,
                endpoint,
                () -> endpoint.node().poolTarget(endpoint.poolName(), endpoint.getFamily(), endpoint.rights()),
                this::isRunAllowed);
    }
}

package io.saddlebag.camel.snapshot;

import io.saddlebag.camel.node.ExchangeJob;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;

/** Releases what the exchange's job holds. */
final class SnapshotReleaseProducer extends DefaultProducer {
    private final SnapshotEndpoint endpoint;

    SnapshotReleaseProducer(SnapshotEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        ExchangeJob.of(exchange, endpoint.context()).phase("release", run -> {
            run.release();
            return run;
        });
    }
}

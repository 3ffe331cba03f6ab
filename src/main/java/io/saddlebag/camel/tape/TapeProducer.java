package io.saddlebag.camel.tape;

import io.saddlebag.camel.backup.StoredImageStep;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;

/** Stores the body's image on tape. */
final class TapeProducer extends DefaultProducer {
    private final TapeEndpoint endpoint;

    TapeProducer(TapeEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        StoredImageStep.store(
                exchange,
                endpoint,
                () -> endpoint.node().target(endpoint.libraryName(), endpoint.getFamily(), endpoint.options()),
                this::isRunAllowed);
    }
}

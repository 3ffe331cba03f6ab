package io.saddlebag.camel.tape;

import io.saddlebag.backup.ImageTarget;
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
        StoredImageStep.image(exchange.getMessage(), endpoint);
        ImageTarget target = endpoint.node().target(endpoint.libraryName(), endpoint.getFamily(), endpoint.options());
        StoredImageStep.store(exchange, endpoint, target, this::isRunAllowed);
    }
}

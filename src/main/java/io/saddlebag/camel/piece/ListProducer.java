package io.saddlebag.camel.piece;

import io.saddlebag.librarian.Librarian;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;

/** The body becomes the list of all pieces. */
final class ListProducer extends DefaultProducer {
    private final PieceEndpoint endpoint;

    ListProducer(PieceEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        exchange.getMessage().setBody(endpoint.ask(Librarian::list));
    }
}

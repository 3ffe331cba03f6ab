package io.saddlebag.camel.piece;

import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;

/** Removes the piece; the body stays. */
final class RemoveProducer extends DefaultProducer {
    private final PieceEndpoint endpoint;

    RemoveProducer(PieceEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        boolean removed = endpoint.ask(librarian -> librarian.remove(endpoint.pieceName(), endpoint.getUser()));
        if (!removed) {
            throw Missing.piece(endpoint);
        }
    }
}

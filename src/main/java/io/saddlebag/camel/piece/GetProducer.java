package io.saddlebag.camel.piece;

import java.io.InputStream;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.camel.util.IOHelper;

/** The body becomes a stream of the piece, which is closed with the exchange. */
final class GetProducer extends DefaultProducer {
    private final PieceEndpoint endpoint;

    GetProducer(PieceEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        InputStream content = endpoint.ask(librarian -> librarian.fetch(endpoint.pieceName(), endpoint.getUser()))
                .orElseThrow(() -> Missing.piece(endpoint));
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                IOHelper.close(content);
            }
        });
        exchange.getMessage().setBody(content);
    }
}

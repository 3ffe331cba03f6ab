package io.saddlebag.camel.piece;

import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.librarian.Piece;
import java.io.InputStream;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;

/** Stores the body; it is left consumed, and headers are set on success only. */
final class PutProducer extends DefaultProducer {
    private final PieceEndpoint endpoint;

    PutProducer(PieceEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        Message message = exchange.getMessage();
        try (InputStream content = message.getMandatoryBody(InputStream.class)) {
            Piece piece = endpoint.ask(librarian -> librarian.put(endpoint.order(), content));
            message.setHeader(SaddlebagHeaders.BACKUP_ID, piece.backup().value());
            message.setHeader(SaddlebagHeaders.BYTES, piece.storedBytes());
            message.setHeader(SaddlebagHeaders.VOLUMES, String.join(" ", piece.places()));
        }
    }
}

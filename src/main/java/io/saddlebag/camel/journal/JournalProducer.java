package io.saddlebag.camel.journal;

import io.saddlebag.journal.JournalBackup;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;

/** One pass; the body becomes its {@link io.saddlebag.journal.JournalResult}. */
final class JournalProducer extends DefaultProducer {
    private final JournalEndpoint endpoint;

    JournalProducer(JournalEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        try (JournalBackup backup = endpoint.passes()) {
            JournalHeaders.set(exchange.getMessage(), backup.run());
        }
    }
}

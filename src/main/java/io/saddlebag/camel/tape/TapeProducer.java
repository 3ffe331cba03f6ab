package io.saddlebag.camel.tape;

import io.saddlebag.backup.ImageTarget;
import io.saddlebag.camel.backup.ImageBody;
import io.saddlebag.camel.node.BackupHeaders;
import io.saddlebag.camel.node.ExchangeJob;
import io.saddlebag.camel.node.StepFault;
import io.saddlebag.catalog.Backup;
import io.saddlebag.fault.BackupException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;

/** Stores the body's image as a phase of the exchange's job; headers are set once it is a backup. */
final class TapeProducer extends DefaultProducer {
    private final TapeEndpoint endpoint;

    TapeProducer(TapeEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        ImageBody image = image(exchange.getMessage());
        ImageTarget target = endpoint.node().target(endpoint.libraryName(), endpoint.getFamily(), endpoint.options());
        ImageTarget guarded = new WhileRunAllowed(target, this::isRunAllowed, endpoint.getEndpointUri());
        ExchangeJob job = ExchangeJob.of(exchange, endpoint.context());
        Backup backup = job.phase("write", run -> run.store(image.source(), guarded));
        BackupHeaders.set(exchange.getMessage(), backup);
    }

    private ImageBody image(Message message) throws BackupException {
        Object body = message.getBody();
        if (body instanceof ImageBody image) {
            return image;
        }
        throw new BackupException(
                StepFault.NOT_AN_IMAGE,
                endpoint.getEndpointUri() + " takes an image, but the body is "
                        + (body == null ? "empty" : "of type " + body.getClass().getName()),
                "Put a step 'backup:NAME' or 'image:NAME' right before it.");
    }
}

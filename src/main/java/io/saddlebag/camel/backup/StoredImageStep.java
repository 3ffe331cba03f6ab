package io.saddlebag.camel.backup;

import io.saddlebag.backup.ImageTarget;
import io.saddlebag.camel.node.BackupHeaders;
import io.saddlebag.camel.node.ExchangeJob;
import io.saddlebag.camel.node.SaddlebagEndpoint;
import io.saddlebag.camel.node.StepFault;
import io.saddlebag.catalog.Backup;
import io.saddlebag.fault.BackupException;
import java.util.function.BooleanSupplier;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** What all endpoints do that take images: store the body's image as a phase of the exchange's job. */
public final class StoredImageStep {
    private StoredImageStep() {}

    /**
     * Headers are set once it is a backup.
     *
     * @param runAllowed whether the route may still go on
     * @throws BackupException {@link StepFault#NOT_AN_IMAGE}
     */
    public static void store(
            Exchange exchange, SaddlebagEndpoint endpoint, ImageTarget target, BooleanSupplier runAllowed)
            throws Exception {
        ImageBody image = image(exchange.getMessage(), endpoint);
        ImageTarget guarded = new WhileRunAllowed(target, runAllowed, endpoint.getEndpointUri());
        ExchangeJob job = ExchangeJob.of(exchange, endpoint.context());
        Backup backup = job.phase("write", run -> run.store(image.source(), guarded));
        BackupHeaders.set(exchange.getMessage(), backup);
    }

    /** Before anything is opened or mounted for it. */
    public static ImageBody image(Message message, SaddlebagEndpoint endpoint) throws BackupException {
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

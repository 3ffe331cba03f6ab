package io.saddlebag.camel.backup;

import io.saddlebag.backup.ImageTarget;
import io.saddlebag.camel.node.BackupHeaders;
import io.saddlebag.camel.node.ExchangeJob;
import io.saddlebag.camel.node.SaddlebagEndpoint;
import io.saddlebag.camel.node.StepFault;
import io.saddlebag.catalog.Backup;
import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** What all endpoints do that take images: store the body's image as a phase of the exchange's job. */
public final class StoredImageStep {
    private StoredImageStep() {}

    /**
     * Headers are set once it is a backup.
     *
     * @param target asked for when there is an image
     * @param runAllowed whether the route may still go on
     * @throws BackupException {@link StepFault#NOT_AN_IMAGE}
     */
    public static void store(
            Exchange exchange, SaddlebagEndpoint endpoint, TargetSupplier target, BooleanSupplier runAllowed)
            throws Exception {
        ExchangeJob job = ExchangeJob.of(exchange, endpoint.context());
        Backup backup = job.phase("write", run -> {
            ImageBody image = image(exchange.getMessage(), endpoint);
            return run.store(
                    image.source(), new WhileRunAllowed(target.target(), runAllowed, endpoint.getEndpointUri()));
        });
        BackupHeaders.set(exchange.getMessage(), backup);
    }

    private static ImageBody image(Message message, SaddlebagEndpoint endpoint) throws BackupException {
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

    /** Where it goes. */
    public interface TargetSupplier {
        ImageTarget target() throws IOException, InterruptedException;
    }
}

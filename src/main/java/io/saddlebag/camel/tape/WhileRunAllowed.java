package io.saddlebag.camel.tape;

import io.saddlebag.backup.ImageTarget;
import io.saddlebag.camel.node.RouteStoppedException;
import io.saddlebag.volume.ImageToStore;
import io.saddlebag.volume.StoredImage;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.BooleanSupplier;

/**
 * Ends a writing whose route is stopped for good. Camel lets work in progress go on until its shutdown's time-out, and then takes
 * the route away without telling the thread: without this, it would go on writing.
 */
record WhileRunAllowed(ImageTarget target, BooleanSupplier runAllowed, String step) implements ImageTarget {
    @Override
    public String description() {
        return target.description();
    }

    @Override
    public StoredImage store(ImageToStore image, InputStream data, Progress progress)
            throws IOException, InterruptedException {
        return target.store(image, data, bytes -> {
            if (!runAllowed.getAsBoolean()) {
                throw new RouteStoppedException(
                        step + " was stopped after " + bytes + " bytes of image " + image.imageId());
            }
            progress.written(bytes);
        });
    }
}

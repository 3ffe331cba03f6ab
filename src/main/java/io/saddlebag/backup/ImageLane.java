package io.saddlebag.backup;

import io.saddlebag.volume.ImageToStore;
import io.saddlebag.volume.StoredImage;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What takes one lane of an image: a drive with its first volume in it, for example. Used by one thread, once but for the parts of one image. */
public interface ImageLane extends Closeable {
    /**
     * Writes the lane to its end. On return every byte and label is durable; after a failure nothing of it counts.
     *
     * @param image says which lane it is
     * @param data read to its end, not closed
     */
    StoredImage store(ImageToStore image, InputStream data) throws IOException, InterruptedException;

    /**
     * Writes one part of an image to its end (D6). It may be called again for the next. On return every byte and label of it is durable; after a
     * failure nothing of this part counts.
     *
     * @param before what the parts before came to; null for the first
     * @param last asked when {@code part} was read to its end: whether the image ends with it
     * @return all parts so far
     */
    default StoredImage storePart(
            ImageToStore image, @Nullable StoredImage before, InputStream part, BooleanSupplier last)
            throws IOException, InterruptedException {
        throw new UnsupportedOperationException("whole images only");
    }
}

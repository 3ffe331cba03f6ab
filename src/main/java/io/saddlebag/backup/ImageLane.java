package io.saddlebag.backup;

import io.saddlebag.volume.ImageToStore;
import io.saddlebag.volume.StoredImage;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/** What takes one lane of an image: a drive with its first volume in it, for example. Used once, by one thread. */
public interface ImageLane extends Closeable {
    /**
     * Writes the lane to its end. On return every byte and label is durable; after a failure nothing of it counts.
     *
     * @param image says which lane it is
     * @param data read to its end, not closed
     */
    StoredImage store(ImageToStore image, InputStream data) throws IOException, InterruptedException;
}

package io.saddlebag.backup;

import io.saddlebag.volume.ImageToStore;
import io.saddlebag.volume.StoredImage;
import java.io.IOException;
import java.io.InputStream;

/** A place that takes whole images: volumes of a library, later a disk pool. */
public interface ImageTarget {
    /** For people and the transcript, e.g. {@code library vault, family nightly}. */
    String description();

    /**
     * Writes the image to its end. On return every byte and label is durable; after a failure nothing of it counts.
     *
     * @param data read to its end, not closed
     * @param progress called with the bytes written so far, often
     */
    StoredImage store(ImageToStore image, InputStream data, Progress progress) throws IOException, InterruptedException;

    /** Told how far the writing got; may end it by throwing. */
    interface Progress {
        void written(long bytes) throws IOException;
    }
}

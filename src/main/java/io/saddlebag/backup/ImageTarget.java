package io.saddlebag.backup;

import io.saddlebag.tapeoption.Prompt;
import io.saddlebag.tapeoption.TapeOptions;
import io.saddlebag.volume.Attendants;
import io.saddlebag.volume.ImageToStore;
import io.saddlebag.volume.StoredImage;
import java.io.IOException;
import java.io.InputStream;

/** A place that takes whole images: volumes of a library, later a disk pool. */
public interface ImageTarget {
    /** For people and the transcript, e.g. {@code library vault, family nightly}. */
    String description();

    /** The library, or whatever else holds it; names what is found there to those who look later. */
    String place();

    /** Buffers between what makes the image and what writes it (M5). */
    default int activeIo() {
        return TapeOptions.DEFAULT_ACTIVE_IO;
    }

    /** Who is asked when something is missing there (M5). */
    Prompt prompt();

    /**
     * Writes the image to its end. On return every byte and label is durable; after a failure nothing of it counts.
     *
     * @param data read to its end, not closed
     * @param attendants whom it talks to while it works
     */
    StoredImage store(ImageToStore image, InputStream data, Attendants attendants)
            throws IOException, InterruptedException;
}

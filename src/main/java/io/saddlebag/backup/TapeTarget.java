package io.saddlebag.backup;

import io.saddlebag.volume.ImageToStore;
import io.saddlebag.volume.StoredImage;
import io.saddlebag.volume.TapeStore;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The volumes of a library.
 *
 * @param family media family; null for volumes outside of any
 */
public record TapeTarget(String library, TapeStore store, @Nullable String family) implements ImageTarget {
    @Override
    public String description() {
        return "library " + library + (family == null ? "" : ", family " + family);
    }

    @Override
    public StoredImage store(ImageToStore image, InputStream data, Progress progress)
            throws IOException, InterruptedException {
        return store.append(image, family, data, progress::written);
    }
}

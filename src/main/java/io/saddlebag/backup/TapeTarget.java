package io.saddlebag.backup;

import io.saddlebag.tapeoption.Prompt;
import io.saddlebag.tapeoption.TapeOptions;
import io.saddlebag.volume.Attendants;
import io.saddlebag.volume.ImageToStore;
import io.saddlebag.volume.ProgressListener;
import io.saddlebag.volume.StoredImage;
import io.saddlebag.volume.TapeStore;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The volumes of a library. Each image has a store, and so a drive, of its own.
 *
 * @param family media family; null for volumes outside of any
 * @param options how it is written
 */
public record TapeTarget(
        String library, @Nullable String family, TapeOptions options, Function<Attendants, TapeStore> stores)
        implements ImageTarget {
    @Override
    public int activeIo() {
        return options.activeIo();
    }

    @Override
    public Prompt prompt() {
        return options.prompt();
    }

    @Override
    public String description() {
        return "library " + library + (family == null ? "" : ", family " + family);
    }

    @Override
    public String place() {
        return library;
    }

    @Override
    public StoredImage store(ImageToStore image, InputStream data, Attendants attendants)
            throws IOException, InterruptedException {
        try (TapeStore store = stores.apply(attendants)) {
            return store.append(image, family, options, data, ProgressListener.SILENT);
        }
    }
}

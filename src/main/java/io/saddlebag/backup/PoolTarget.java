package io.saddlebag.backup;

import io.saddlebag.media.MediaFamily;
import io.saddlebag.media.PoolFile;
import io.saddlebag.pool.MemberFile;
import io.saddlebag.pool.Pool;
import io.saddlebag.tapeoption.Prompt;
import io.saddlebag.volume.Attendants;
import io.saddlebag.volume.ImageToStore;
import io.saddlebag.volume.StoredImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A disk pool (M24).
 *
 * @param family says when images expire; null for never
 */
public record PoolTarget(Pool pool, @Nullable MediaFamily family) implements ImageTarget {
    @Override
    public String description() {
        return "pool " + pool.name() + " (" + pool.files().place() + ")"
                + (family == null ? "" : ", family " + family.name());
    }

    @Override
    public String place() {
        return pool.name();
    }

    @Override
    public Kind kind() {
        return Kind.POOL;
    }

    /** Nobody: there is nothing that a hand could bring. */
    @Override
    public Prompt prompt() {
        return Prompt.AUTOMATIC;
    }

    @Override
    public OptionalLong usableBytes() throws IOException {
        pool.requireReady();
        return pool.files().usableBytes();
    }

    @Override
    public @Nullable String adoptsNothingFrom(Path folder) throws IOException {
        pool.requireReady();
        return pool.files().adoptsNothingFrom(folder);
    }

    @Override
    public ImageTarget adopting(MemberFile.InOrder files) {
        return new AdoptingTarget(this, files);
    }

    @Override
    public @Nullable String startsOverBecause() {
        return pool.files().canList() ? null : "files of a pool at endpoints can't be taken back";
    }

    @Override
    public @Nullable String missing(StoredImage parts) throws IOException {
        pool.requireReady();
        for (PoolFile file : parts.files()) {
            if (!pool.files().has(file.path(), file.bytes())) {
                return file.place();
            }
        }
        return null;
    }

    @Override
    public void discardBehind(StoredImage parts) throws IOException {
        pool.discardBehind(parts.image().imageId(), parts.files().size());
    }

    @Override
    public List<ImageLane> open(ImageToStore image, Attendants attendants) throws IOException {
        pool.requireReady();
        return List.of(new Files());
    }

    private final class Files implements ImageLane {
        @Override
        public StoredImage store(ImageToStore image, InputStream data) throws IOException, InterruptedException {
            return pool.store(image, family, data);
        }

        @Override
        public StoredImage storePart(
                ImageToStore image, @Nullable StoredImage before, InputStream part, BooleanSupplier last)
                throws IOException, InterruptedException {
            return pool.store(image, before, family, part, last);
        }

        @Override
        public void close() {
            // nothing stays open between images
        }
    }
}

package io.saddlebag.backup;

import io.saddlebag.media.MediaFamily;
import io.saddlebag.media.PoolFile;
import io.saddlebag.pool.MemberFile;
import io.saddlebag.pool.Pool;
import io.saddlebag.pool.PoolTerms;
import io.saddlebag.protection.BackupRights;
import io.saddlebag.protection.FileRights;
import io.saddlebag.tapeoption.Prompt;
import io.saddlebag.volume.Attendants;
import io.saddlebag.volume.ImageToStore;
import io.saddlebag.volume.StoredImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A disk pool (M24).
 *
 * @param family says when images expire; null for never
 * @param rights to their files (M29)
 */
public record PoolTarget(Pool pool, @Nullable MediaFamily family, FileRights rights) implements ImageTarget {
    /** With the rights that the pool's settings say. */
    public PoolTarget(Pool pool, @Nullable MediaFamily family) {
        this(pool, family, pool.settings().rights());
    }

    @Override
    public String description() {
        return "pool " + pool.name() + " (" + pool.files().place() + ")"
                + (family == null ? "" : ", family " + family.name())
                + (rights.isSaid() ? "; each file " + rights : "");
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
        if (rights.isSaid()) {
            return "files that are still their source's get no other owner and protection";
        }
        pool.requireReady();
        return pool.files().adoptsNothingFrom(folder);
    }

    @Override
    public ImageTarget adopting(MemberFile.InOrder files) {
        if (rights.isSaid()) {
            throw new UnsupportedOperationException(description() + " takes copies only");
        }
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
        pool.requireRights(rights);
        return List.of(new Files());
    }

    @Override
    public Map<String, String> facts(String writer) {
        return new BackupRights(rights, writer).facts();
    }

    PoolTerms terms() {
        return new PoolTerms(family, rights);
    }

    private final class Files implements ImageLane {
        @Override
        public StoredImage store(ImageToStore image, InputStream data) throws IOException, InterruptedException {
            return pool.store(image, terms(), data);
        }

        @Override
        public StoredImage storePart(
                ImageToStore image, @Nullable StoredImage before, InputStream part, BooleanSupplier last)
                throws IOException, InterruptedException {
            return pool.store(image, before, terms(), part, last);
        }

        @Override
        public void close() {
            // nothing stays open between images
        }
    }
}

package io.saddlebag.backup;

import io.saddlebag.pool.MemberFile;
import io.saddlebag.tapeoption.Prompt;
import io.saddlebag.volume.Attendants;
import io.saddlebag.volume.ImageToStore;
import io.saddlebag.volume.StoredImage;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.OptionalLong;

/** A disk pool that takes the contents of an image's members as the files that they are (J10). */
record AdoptingTarget(PoolTarget pool, MemberFile.InOrder files) implements ImageTarget {
    @Override
    public String description() {
        return pool.description();
    }

    @Override
    public String place() {
        return pool.place();
    }

    @Override
    public Kind kind() {
        return Kind.POOL;
    }

    @Override
    public Prompt prompt() {
        return pool.prompt();
    }

    @Override
    public OptionalLong usableBytes() throws IOException {
        return pool.usableBytes();
    }

    @Override
    public List<ImageLane> open(ImageToStore image, Attendants attendants) throws IOException {
        pool.pool().requireReady();
        return List.of(new Files());
    }

    private final class Files implements ImageLane {
        @Override
        public StoredImage store(ImageToStore image, InputStream data) throws IOException, InterruptedException {
            return pool.pool().adopt(image, pool.terms(), data, files);
        }

        @Override
        public void close() {
            // nothing stays open between images
        }
    }
}

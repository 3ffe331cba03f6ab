package io.saddlebag.journal;

import io.saddlebag.backup.ImageLane;
import io.saddlebag.backup.ImageTarget;
import io.saddlebag.media.PoolFile;
import io.saddlebag.tapeoption.Prompt;
import io.saddlebag.volume.Attendants;
import io.saddlebag.volume.ImageToStore;
import io.saddlebag.volume.StoredImage;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A pool in memory that fails, or lies, on demand. */
public final class SimulatedPool implements ImageTarget {
    /** What it does wrong once. */
    public enum Lie {
        /** No room is left before anything is written. */
        FULL_BEFORE,
        /** It is full in the middle. */
        FULL_WITHIN,
        /** It takes half of the image and says that it has all of it. */
        TOOK_HALF,
        /** All of it is durable, and the answer is lost. */
        LOST_ANSWER
    }

    /** What is durable. */
    final Map<String, byte[]> images = new HashMap<>();

    public @Nullable Lie lie;

    private boolean lies(Lie wanted) {
        boolean now = lie == wanted;
        if (now) {
            lie = null;
        }
        return now;
    }

    @Override
    public String description() {
        return "pool disk";
    }

    @Override
    public String place() {
        return "disk";
    }

    @Override
    public Kind kind() {
        return Kind.POOL;
    }

    @Override
    public Prompt prompt() {
        return Prompt.AUTOMATIC;
    }

    /** Buffers cost more than all the rest of a small pass. */
    @Override
    public int activeIo() {
        return 1;
    }

    @Override
    public OptionalLong usableBytes() throws IOException {
        return lies(Lie.FULL_BEFORE) ? OptionalLong.of(0) : OptionalLong.empty();
    }

    @Override
    public List<ImageLane> open(ImageToStore image, Attendants attendants) throws IOException {
        return List.of(new Lane());
    }

    private final class Lane implements ImageLane {
        @Override
        public StoredImage store(ImageToStore image, InputStream data) throws IOException {
            if (lies(Lie.FULL_WITHIN)) {
                data.readNBytes(700);
                throw new IOException("no space left on device");
            }
            boolean half = lies(Lie.TOOK_HALF);
            byte[] bytes = half ? data.readNBytes(700) : data.readAllBytes();
            if (!half) {
                images.put(image.imageId(), bytes);
            }
            if (lies(Lie.LOST_ANSWER)) {
                throw new IOException("the answer was lost");
            }
            PoolFile file = new PoolFile("disk", "_none/" + image.imageId() + ".1.tar", 1, bytes.length, 0, null);
            return new StoredImage(image, List.of(), List.of(file), bytes.length);
        }

        @Override
        public void close() {}
    }
}

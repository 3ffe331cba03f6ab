package io.saddlebag.checkpoint;

import io.saddlebag.quantity.ByteCount;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How checkpoints are made.
 *
 * @param folder where they are kept
 * @param interval bytes of the image before its layers between two of them, at least; longer in large images
 * @param keepFree what stays free in the folder's file system
 * @param life how long one can be gone on from
 */
public record CheckpointSettings(Path folder, ByteCount interval, ByteCount keepFree, Duration life) {
    public static final ByteCount DEFAULT_INTERVAL = ByteCount.mebibytes(1024);
    public static final ByteCount DEFAULT_KEEP_FREE = ByteCount.mebibytes(64);
    public static final Duration DEFAULT_LIFE = Duration.ofDays(7);

    /** @throws IllegalArgumentException naming what is out of range */
    public CheckpointSettings {
        if (interval.bytes() == 0) {
            throw new IllegalArgumentException("a checkpoint interval of 0 bytes; valid is 1 byte or more");
        }
        if (life.isNegative() || life.isZero()) {
            throw new IllegalArgumentException("checkpoints with a life of " + life + "; valid is more than nothing");
        }
    }

    public static CheckpointSettings in(Path folder) {
        return new CheckpointSettings(folder, DEFAULT_INTERVAL, DEFAULT_KEEP_FREE, DEFAULT_LIFE);
    }
}

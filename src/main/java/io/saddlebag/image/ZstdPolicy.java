package io.saddlebag.image;

/**
 * How the zstd layer is made.
 *
 * @param level 1 to 19
 * @param frameBytes of the tar stream in one frame, at most {@link #MAX_FRAME_BYTES}
 * @param framesInFlight frames filled, compressed or waiting to be read at one time; each takes three times its size
 *     outside the heap
 * @param decodesBeforeCommit whether each frame is decompressed and compared before it is handed out
 */
public record ZstdPolicy(int level, int frameBytes, int framesInFlight, boolean decodesBeforeCommit) {
    public static final int MAX_FRAME_BYTES = 4 << 20;
    public static final int DEFAULT_FRAME_BYTES = 1 << 20;

    /** However many processors there are. */
    public static final int MAX_DEFAULT_FRAMES = 10;

    public ZstdPolicy {
        if (level < 1 || level > 19) {
            throw new IllegalArgumentException("zstd has levels 1 to 19, not " + level);
        }
        if (frameBytes < 1 || frameBytes > MAX_FRAME_BYTES) {
            throw new IllegalArgumentException("frames hold 1 to " + MAX_FRAME_BYTES + " bytes, not " + frameBytes);
        }
        if (framesInFlight < 1) {
            throw new IllegalArgumentException("at least one frame must be in flight, not " + framesInFlight);
        }
    }

    public static ZstdPolicy ofLevel(int level) {
        return new ZstdPolicy(level, DEFAULT_FRAME_BYTES, defaultFramesInFlight(), true);
    }

    static int defaultFramesInFlight() {
        return Math.min(2 * Runtime.getRuntime().availableProcessors() + 2, MAX_DEFAULT_FRAMES);
    }
}

package io.saddlebag.image;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A backup image made in parts, of which each has layers of its own (D6; docs/formats/image.md). The parts without their layers, one
 * behind the other, are the image's one tar stream. One thread at a time.
 */
public final class ImageParts implements Closeable {
    private final ImageStream stream;
    private final Compression compression;
    private final Encryption encryption;
    private final Executor executor;
    private boolean begun;

    private ImageParts(ImageStream stream, Compression compression, Encryption encryption, Executor executor) {
        this.stream = stream;
        this.compression = compression;
        this.encryption = encryption;
        this.executor = executor;
    }

    /** An image from its beginning. Nothing is read from the source yet. */
    public static ImageParts open(
            ImageManifest manifest,
            ImageSource source,
            ImageListener listener,
            PartLength length,
            Compression compression,
            Encryption encryption,
            Executor executor) {
        return new ImageParts(
                ImageStream.inParts(manifest, source, listener, length), compression, encryption, executor);
    }

    /**
     * What is missing of an image that was begun before, with the same compression.
     *
     * @param created when writing began
     * @param source what comes behind {@link PartEnd#last}
     */
    public static ImageParts behind(
            PartEnd end,
            Instant created,
            ImageSource source,
            ImageListener listener,
            PartLength length,
            Compression compression,
            Encryption encryption,
            Executor executor) {
        return new ImageParts(
                ImageStream.goOn(end, created, source, listener, length), compression, encryption, executor);
    }

    /**
     * Gets ready to go on within a file: reads what is written of it, which may take long. No effect behind an object.
     *
     * @throws ChangedFileException when it isn't the file that it was; nothing can be gone on with then
     */
    public void resume() throws IOException {
        stream.resume();
    }

    /**
     * The next part in its layers. Closing it doesn't close the source.
     *
     * @throws IllegalStateException when the part before has not been read to its end, or was the last
     */
    public InputStream next() {
        if (begun) {
            stream.nextPart();
        }
        begun = true;
        return Layers.apply(new Part(), compression, encryption, executor);
    }

    /** What the part ended with that was read to its end; null when that was the image's end, too. */
    public @Nullable PartEnd end() {
        return stream.partEnd();
    }

    /** The image ends with the part that is read now, however long that gets. */
    public void withoutFurther() {
        stream.withoutFurtherParts();
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }

    /** Outlived by the stream that it is a part of. */
    private final class Part extends ByteStream {
        private boolean closed;

        @Override
        public int read(ByteBuffer into) throws IOException {
            return stream.read(into);
        }

        @Override
        public boolean isOpen() {
            return !closed;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}

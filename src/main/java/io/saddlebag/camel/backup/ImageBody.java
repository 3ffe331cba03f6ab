package io.saddlebag.camel.backup;

import io.saddlebag.backup.BackupSource;
import io.saddlebag.image.ImageListener;
import io.saddlebag.image.ImageSummary;
import io.saddlebag.image.MemberWarning;
import io.saddlebag.image.WrittenMember;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.StreamCache;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An image as the body of a message: a handle that a target of ours takes as it is, and a stream for everybody else. Opened at
 * the first byte, and again after a {@link #reset}, so that Camel's stream caching has nothing to copy and memory stays small
 * whatever the image's length. One thread at a time.
 */
public final class ImageBody extends InputStream implements StreamCache {
    private static final int COPY_BYTES = 128 * 1024;

    private final BackupSource source;
    private final Consumer<Closeable> closeAtEnd;
    private @Nullable InputStream open;
    private long position;

    /** @param closeAtEnd closes what is open when the exchange has ended */
    public ImageBody(BackupSource source, Consumer<Closeable> closeAtEnd) {
        this.source = source;
        this.closeAtEnd = closeAtEnd;
        closeAtEnd.accept(this);
    }

    public BackupSource source() {
        return source;
    }

    @Override
    public int read() throws IOException {
        int next = stream().read();
        if (next >= 0) {
            position++;
        }
        return next;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int got = stream().read(into, offset, length);
        if (got > 0) {
            position += got;
        }
        return got;
    }

    private InputStream stream() throws IOException {
        InputStream there = open;
        if (there == null) {
            there = source.open(new Unrecorded(source.name()));
            open = there;
        }
        return there;
    }

    /** Ends this reading; the next one begins anew. */
    @Override
    public void close() throws IOException {
        InputStream there = open;
        open = null;
        position = 0;
        if (there != null) {
            there.close();
        }
    }

    @Override
    public void reset() {
        try {
            close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        byte[] buffer = new byte[COPY_BYTES];
        for (int got = read(buffer); got >= 0; got = read(buffer)) {
            out.write(buffer, 0, got);
        }
    }

    /** A handle of its own on the same source. */
    @Override
    public StreamCache copy(Exchange exchange) {
        return new ImageBody(source, closeAtEnd);
    }

    /** It need not be spooled to disk. */
    @Override
    public boolean inMemory() {
        return true;
    }

    /** Unknown before it is written. */
    @Override
    public long length() {
        return -1;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public String toString() {
        return "image " + source.imageId() + " of " + source.name();
    }

    /** An image that is not for the catalog: its warnings are logged, its objects recorded nowhere. */
    private record Unrecorded(String name) implements ImageListener {
        private static final Logger LOG = LoggerFactory.getLogger(ImageBody.class);

        @Override
        public void written(WrittenMember member) {}

        @Override
        public void warning(MemberWarning warning) {
            LOG.warn("image of {}: {}: {}", name, warning.member().absolutePath(), warning.detail());
        }

        @Override
        public void finished(ImageSummary summary) {}
    }
}

package io.saddlebag.image;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import org.jspecify.annotations.Nullable;

/** Reads any stream into any buffer, without a copy where the stream is a channel or the buffer an array. */
final class ByteInput implements Closeable {
    private static final int COPY_BYTES = 64 << 10;

    private final InputStream in;
    private final @Nullable ReadableByteChannel channel;
    private byte @Nullable [] copy;

    ByteInput(InputStream in) {
        this.in = in;
        this.channel = in instanceof ReadableByteChannel c ? c : null;
    }

    /** As {@link InputStream#read(byte[])} does: some bytes, or -1 at the end. */
    int read(ByteBuffer into) throws IOException {
        if (channel != null) {
            return channel.read(into);
        }
        int n;
        if (into.hasArray()) {
            n = in.read(into.array(), into.arrayOffset() + into.position(), into.remaining());
            into.position(into.position() + Math.max(n, 0));
        } else {
            byte[] bytes = copy == null ? new byte[COPY_BYTES] : copy;
            copy = bytes;
            n = in.read(bytes, 0, Math.min(bytes.length, into.remaining()));
            into.put(bytes, 0, Math.max(n, 0));
        }
        return n;
    }

    /** Whether there is anything left; takes it. */
    boolean skipOne() throws IOException {
        return in.read() >= 0;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}

package io.saddlebag.pool;

import io.saddlebag.image.ByteStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.zip.CRC32C;

/** The next section's bytes of an image, and their check. The image itself is never closed. One thread. */
final class SectionInput extends ByteStream {
    private final Cut image;
    private final long limit;
    private final CRC32C check = new CRC32C();
    private long bytes;

    /** @param limit bytes at most */
    SectionInput(Cut image, long limit) {
        this.image = image;
        this.limit = limit;
    }

    /** Of what was read so far, unsigned 32 bits. */
    long crc32c() {
        return check.getValue();
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        long room = Math.min(into.remaining(), limit - bytes);
        if (room == 0) {
            return into.hasRemaining() ? -1 : 0;
        }
        int begin = into.position();
        int end = into.limit();
        into.limit(begin + (int) room);
        int got;
        try {
            got = image.read(into);
        } finally {
            into.limit(end);
        }
        if (got > 0) {
            check.update(into.duplicate().position(begin).limit(begin + got));
            bytes += got;
        }
        return got;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {
        // whoever made the image closes it
    }

    /** An image that is cut into sections: it can be asked whether there is more. */
    static final class Cut {
        private final InputStream image;
        private final byte[] copy = new byte[1 << 16];
        private final ByteBuffer next = ByteBuffer.allocate(1).flip();

        Cut(InputStream image) {
            this.image = image;
        }

        boolean hasMore() throws IOException {
            if (!next.hasRemaining()) {
                next.clear();
                int got = 0;
                while (got == 0) {
                    got = fill(next);
                }
                next.flip();
            }
            return next.hasRemaining();
        }

        int read(ByteBuffer into) throws IOException {
            if (next.hasRemaining()) {
                into.put(next.get());
                return 1;
            }
            return fill(into);
        }

        private int fill(ByteBuffer into) throws IOException {
            if (image instanceof ReadableByteChannel channel) {
                return channel.read(into);
            }
            int got = image.read(copy, 0, Math.min(copy.length, into.remaining()));
            into.put(copy, 0, Math.max(0, got));
            return got;
        }
    }
}

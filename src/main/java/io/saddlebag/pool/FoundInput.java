package io.saddlebag.pool;

import io.saddlebag.image.ByteStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The sections of an image one after the other, of which nothing is known; it learns their lengths and checks. */
public final class FoundInput extends ByteStream {
    private final PoolStore store;
    private final Iterator<String> paths;
    private final List<Passed> passed = new ArrayList<>();
    private final CRC32C check = new CRC32C();
    private @Nullable ReadableByteChannel channel;
    private long bytes;
    private boolean open = true;

    public FoundInput(PoolStore store, List<String> paths) {
        this.store = store;
        this.paths = List.copyOf(paths).iterator();
    }

    /** What a section was. */
    public record Passed(long bytes, long crc32c) {}

    /** Of the sections that were read to their ends. */
    public List<Passed> passed() {
        return passed;
    }

    /** Reads what the image's reader had no need of. */
    public void drain() throws IOException {
        transferTo(OutputStream.nullOutputStream());
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        if (!into.hasRemaining()) {
            return 0;
        }
        while (true) {
            ReadableByteChannel from = channel;
            if (from == null) {
                if (!paths.hasNext()) {
                    return -1;
                }
                InputStream next = store.open(paths.next());
                from = Channels.newChannel(next);
                channel = from;
                bytes = 0;
                check.reset();
            }
            int begin = into.position();
            int got = from.read(into);
            if (got > 0) {
                check.update(into.duplicate().position(begin).limit(begin + got));
                bytes += got;
                return got;
            }
            if (got < 0) {
                passed.add(new Passed(bytes, check.getValue()));
                end();
            }
        }
    }

    private void end() throws IOException {
        ReadableByteChannel ended = channel;
        channel = null;
        if (ended != null) {
            ended.close();
        }
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() throws IOException {
        open = false;
        end();
    }
}

package io.saddlebag.host.memory;

import io.saddlebag.host.memory.FaultyFiles.Act;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;

/** A channel whose reads and writes count as calls. */
final class FaultyChannel implements SeekableByteChannel {
    private final FaultyFiles files;
    private final SeekableByteChannel inner;
    private final Path path;

    FaultyChannel(FaultyFiles files, SeekableByteChannel inner, Path path) {
        this.files = files;
        this.inner = inner;
        this.path = path;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        boolean brief = files.call(Act.MOVE_BYTES_IN, "reading", path);
        int limit = target.limit();
        if (brief && target.hasRemaining()) {
            target.limit(target.position() + 1);
        }
        try {
            return inner.read(target);
        } finally {
            target.limit(limit);
        }
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        boolean brief = files.call(Act.MOVE_BYTES_OUT, "writing", path);
        int limit = source.limit();
        if (brief && source.hasRemaining()) {
            source.limit(source.position() + 1);
        }
        try {
            return inner.write(source);
        } finally {
            source.limit(limit);
        }
    }

    @Override
    public long position() throws IOException {
        return inner.position();
    }

    @Override
    public SeekableByteChannel position(long newPosition) throws IOException {
        inner.position(newPosition);
        return this;
    }

    @Override
    public long size() throws IOException {
        return inner.size();
    }

    @Override
    public SeekableByteChannel truncate(long size) throws IOException {
        files.call(Act.WRITE, "cutting", path);
        inner.truncate(size);
        return this;
    }

    @Override
    public boolean isOpen() {
        return inner.isOpen();
    }

    @Override
    public void close() throws IOException {
        // closed whatever happens, so that a sweep doesn't run out of descriptors
        inner.close();
    }
}

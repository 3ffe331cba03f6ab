package io.saddlebag.image;

import java.io.ByteArrayInputStream;
import java.io.InputStream;

/** Stored bytes in memory. */
public final class MemoryBytes implements SeekableBytes {
    private final byte[] bytes;

    public MemoryBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public long length() {
        return bytes.length;
    }

    @Override
    public long jumpBytes() {
        return 1;
    }

    @Override
    public InputStream from(long offset) {
        return new ByteArrayInputStream(bytes, (int) offset, bytes.length - (int) offset);
    }

    @Override
    public void close() {
        // nothing is open
    }
}

package io.saddlebag.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/**
 * A stream that can be read into buffers outside the heap as well, so that an image's bytes are copied as rarely as
 * possible on their way from a file to a drive.
 */
public abstract class ByteStream extends InputStream implements ReadableByteChannel {
    private final byte[] single = new byte[1];

    /** Some bytes at the buffer's position, which moves behind them; at least one if it has room; -1 at the end. */
    @Override
    public abstract int read(ByteBuffer into) throws IOException;

    @Override
    public int read() throws IOException {
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] b, int off, int len) throws IOException {
        return read(ByteBuffer.wrap(b, off, len));
    }
}

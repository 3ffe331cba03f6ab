package io.saddlebag.restore;

import io.saddlebag.image.SeekableBytes;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Stored bytes whose failures are noted as those of reading. */
final class NotedBytes implements SeekableBytes {
    private final SeekableBytes stored;
    private final ReadTrouble trouble;

    NotedBytes(SeekableBytes stored, ReadTrouble trouble) {
        this.stored = stored;
        this.trouble = trouble;
    }

    @Override
    public long length() {
        return stored.length();
    }

    @Override
    public long jumpBytes() {
        return stored.jumpBytes();
    }

    @Override
    public InputStream from(long offset) throws IOException {
        try {
            return new FilterInputStream(stored.from(offset)) {
                @Override
                public int read() throws IOException {
                    byte[] one = new byte[1];
                    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
                }

                @Override
                public int read(byte[] into, int at, int length) throws IOException {
                    try {
                        return super.read(into, at, length);
                    } catch (IOException e) {
                        throw trouble.noted(e);
                    }
                }
            };
        } catch (IOException e) {
            throw trouble.noted(e);
        }
    }

    @Override
    public void close() throws IOException {
        stored.close();
    }
}

package io.saddlebag.age;

import io.saddlebag.image.PieceStream;
import io.saddlebag.image.SeekableBytes;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Executor;
import javax.crypto.SecretKey;

/** What is in an encrypted file: each chunk is authentic by itself, and knows its place. */
final class SeekableAge implements SeekableBytes {
    private final SeekableBytes stored;
    private final SecretKey payloadKey;
    private final long bodyAt;
    private final Executor executor;

    private SeekableAge(SeekableBytes stored, SecretKey payloadKey, long bodyAt, Executor executor) {
        this.stored = stored;
        this.payloadKey = payloadKey;
        this.bodyAt = bodyAt;
        this.executor = executor;
    }

    static SeekableAge open(SeekableBytes stored, OpeningPieces.Unlocking unlocking, Executor executor)
            throws IOException {
        try (Counted beginning = new Counted(stored.from(0))) {
            SecretKey key = OpeningPieces.readBeginning(beginning, unlocking);
            return new SeekableAge(stored, key, beginning.count, executor);
        }
    }

    @Override
    public long length() {
        long body = stored.length() - bodyAt;
        long chunks = (body + ChunkCipher.SEALED_BYTES - 1) / ChunkCipher.SEALED_BYTES;
        return Math.max(0, body - chunks * Primitives.TAG_BYTES);
    }

    @Override
    public long jumpBytes() {
        return stored.jumpBytes();
    }

    @Override
    public InputStream from(long offset) throws IOException {
        if (offset >= length()) {
            return InputStream.nullInputStream();
        }
        long chunk = offset / ChunkCipher.CHUNK_BYTES;
        InputStream sealed = stored.from(bodyAt + chunk * ChunkCipher.SEALED_BYTES);
        InputStream plain = new PieceStream(new OpeningPieces(sealed, payloadKey, chunk), executor);
        boolean done = false;
        try {
            plain.skipNBytes(offset % ChunkCipher.CHUNK_BYTES);
            done = true;
            return plain;
        } finally {
            if (!done) {
                plain.close();
            }
        }
    }

    @Override
    public void close() throws IOException {
        stored.close();
    }

    private static final class Counted extends FilterInputStream {
        private long count;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int got = super.read();
            count += got < 0 ? 0 : 1;
            return got;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int got = super.read(into, offset, length);
            count += Math.max(0, got);
            return got;
        }
    }
}

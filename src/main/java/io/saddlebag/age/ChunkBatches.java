package io.saddlebag.age;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/** Cuts a stream into batches of whole chunks, and knows of each whether it is the last. */
final class ChunkBatches implements Closeable {
    /** In a batch: with {@link ChunkCipher#CHUNK_BYTES}, 1 MiB. */
    static final int CHUNKS = 16;

    private final InputStream in;
    private final int chunkBytes;
    private int ahead = -1;
    private boolean begun;
    private boolean atEnd;
    private long chunks;

    /** A batch that was read. */
    record Filled(long firstChunk, int bytes, boolean isLast) {}

    ChunkBatches(InputStream in, int chunkBytes) {
        this(in, chunkBytes, 0);
    }

    /** @param first number of the chunk that the stream begins with, from 0 */
    ChunkBatches(InputStream in, int chunkBytes, long first) {
        this.in = in;
        this.chunkBytes = chunkBytes;
        this.chunks = first;
    }

    boolean isAtEnd() {
        return atEnd;
    }

    /** @param into room for {@link #CHUNKS} chunks; an empty stream yields one batch of no bytes */
    Filled fill(byte[] into) throws IOException {
        int bytes = 0;
        if (begun) {
            into[0] = (byte) ahead;
            bytes = 1;
        }
        begun = true;
        int wanted = CHUNKS * chunkBytes;
        bytes += in.readNBytes(into, bytes, wanted - bytes);
        ahead = bytes < wanted ? -1 : in.read();
        atEnd = ahead < 0;
        Filled filled = new Filled(chunks, bytes, atEnd);
        chunks += CHUNKS;
        return filled;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}

package io.saddlebag.diskimage;

import io.saddlebag.disk.ClusterSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;

/** Writes the hashes of a disk's clusters as they become known, in the disk's order. The channel stays open. */
final class HashFileWriter {
    private static final int BUFFER_BYTES = 64 << 10;

    private final WritableByteChannel out;
    private final MessageDigest seal = ClusterHash.sha256();
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private long expected;

    /** Writes all but the hashes. */
    HashFileWriter(WritableByteChannel out, long diskBytes, ClusterSet clusters) throws IOException {
        this.out = out;
        this.expected = clusters.count();
        put(HashFileFormat.head(diskBytes, clusters));
        ByteBuffer run = ByteBuffer.allocate(HashFileFormat.RUN_BYTES);
        for (long at = clusters.next(0); at >= 0; ) {
            long end = clusters.nextAbsent(at);
            put(run.clear().putLong(at).putLong(end - at).flip());
            at = clusters.next(end);
        }
    }

    /** Those of the clusters that come next. */
    void add(byte[] hashes) throws IOException {
        expected -= hashes.length / ClusterHash.BYTES;
        put(ByteBuffer.wrap(hashes));
    }

    void finish() throws IOException {
        if (expected != 0) {
            throw new IllegalStateException(expected + " hashes are missing");
        }
        flush();
        buffer.put(seal.digest());
        writeBuffer();
    }

    private void put(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (!buffer.hasRemaining()) {
                flush();
            }
            int n = Math.min(buffer.remaining(), bytes.remaining());
            buffer.put(bytes.slice(bytes.position(), n));
            bytes.position(bytes.position() + n);
        }
    }

    private void flush() throws IOException {
        seal.update(buffer.duplicate().flip());
        writeBuffer();
    }

    private void writeBuffer() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            out.write(buffer);
        }
        buffer.clear();
    }
}

package io.saddlebag.diskimage;

import static io.saddlebag.disk.ClusterSet.CLUSTER_BYTES;

import io.saddlebag.disk.ClusterSet;
import io.saddlebag.disk.ReadableDisk;
import io.saddlebag.disk.WriteBehind;
import io.saddlebag.image.OrderedTasks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Reads some of a disk's clusters, in their order, several pieces ahead, each cluster with its hash. One reader; the disk is
 * read by several threads at once. Closing leaves it open.
 */
final class HashedClusters implements AutoCloseable {
    /** Of a piece: 1 MiB. */
    private static final int PIECE_CLUSTERS = 16;

    /** In memory at once. */
    private static final int PIECES = 6;

    private final ReadableDisk disk;
    private final ClusterSet clusters;
    private final OrderedTasks<Piece> tasks;
    private final Deque<ByteBuffer> free = new ArrayDeque<>();
    private long next;

    HashedClusters(ReadableDisk disk, ClusterSet clusters, Executor executor) {
        this.disk = disk;
        this.clusters = clusters;
        this.tasks = new OrderedTasks<>(executor, PIECES);
    }

    /** Neighbouring clusters. */
    static final class Piece {
        private final long firstCluster;
        private final ByteBuffer bytes;
        private final byte[] hashes;

        Piece(long firstCluster, ByteBuffer bytes, byte[] hashes) {
            this.firstCluster = firstCluster;
            this.bytes = bytes;
            this.hashes = hashes;
        }

        long firstCluster() {
            return firstCluster;
        }

        int clusters() {
            return hashes.length / ClusterHash.BYTES;
        }

        /** Whole clusters, zeros behind the disk's end; for the reader until it gives the piece back. */
        ByteBuffer bytes() {
            return bytes;
        }

        /** One after another. */
        byte[] hashes() {
            return hashes;
        }

        boolean contains(long cluster) {
            return cluster >= firstCluster && cluster < firstCluster + clusters();
        }
    }

    /** The next piece; null behind the last. */
    @Nullable
    Piece next() throws IOException {
        boolean more = true;
        while (more && tasks.hasRoom()) {
            more = submitNext();
        }
        return tasks.isEmpty() ? null : tasks.take();
    }

    /** Its bytes are read into anew. */
    void giveBack(Piece piece) {
        free.add(piece.bytes());
    }

    private boolean submitNext() {
        long first = clusters.next(next);
        if (first < 0) {
            return false;
        }
        int count = (int) Math.min(PIECE_CLUSTERS, clusters.nextAbsent(first) - first);
        next = first + count;
        ByteBuffer pooled = free.poll();
        ByteBuffer bytes = pooled == null ? pageBuffer() : pooled;
        tasks.submit(() -> read(first, count, bytes));
        return true;
    }

    /** Such as the disk fills without copying. */
    private static ByteBuffer pageBuffer() {
        return ByteBuffer.allocateDirect(PIECE_CLUSTERS * CLUSTER_BYTES + WriteBehind.ALIGNMENT_BYTES)
                .alignedSlice(WriteBehind.ALIGNMENT_BYTES)
                .limit(PIECE_CLUSTERS * CLUSTER_BYTES)
                .slice();
    }

    private Piece read(long first, int count, ByteBuffer bytes) throws IOException {
        long offset = first * CLUSTER_BYTES;
        bytes.clear().limit((int) Math.min((long) count * CLUSTER_BYTES, disk.sizeBytes() - offset));
        disk.read(offset, bytes);
        bytes.limit(count * CLUSTER_BYTES);
        while (bytes.hasRemaining()) {
            bytes.put((byte) 0);
        }
        byte[] hashes = new byte[count * ClusterHash.BYTES];
        ClusterHash hash = new ClusterHash();
        for (int i = 0; i < count; i++) {
            hash.put(bytes.slice(i * CLUSTER_BYTES, CLUSTER_BYTES), hashes, i * ClusterHash.BYTES);
        }
        return new Piece(first, bytes.position(0), hashes);
    }

    @Override
    public void close() {
        tasks.close();
    }
}

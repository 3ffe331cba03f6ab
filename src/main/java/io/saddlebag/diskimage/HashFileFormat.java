package io.saddlebag.diskimage;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.saddlebag.disk.ClusterSet;
import java.nio.ByteBuffer;

/**
 * Hashes of a disk's clusters in a file: head, the runs of clusters that are in it, a hash for each of them, and the SHA-256 of
 * all that. Integers are big-endian.
 */
final class HashFileFormat {
    static final byte[] MAGIC = "SBGCLHSH".getBytes(US_ASCII);
    static final int VERSION = 1;

    /** Magic, version, cluster bytes, disk bytes, clusters, runs, hash bytes, reserved. */
    static final int HEAD_BYTES = 48;

    static final int RUN_BYTES = 16;
    static final int SEAL_BYTES = 32;

    private HashFileFormat() {}

    static long lengthOf(ClusterSet clusters) {
        return HEAD_BYTES + runsOf(clusters) * RUN_BYTES + clusters.count() * ClusterHash.BYTES + SEAL_BYTES;
    }

    static long runsOf(ClusterSet clusters) {
        long runs = 0;
        for (long at = clusters.next(0); at >= 0; at = clusters.next(clusters.nextAbsent(at))) {
            runs++;
        }
        return runs;
    }

    static ByteBuffer head(long diskBytes, ClusterSet clusters) {
        return ByteBuffer.allocate(HEAD_BYTES)
                .put(MAGIC)
                .putInt(VERSION)
                .putInt(ClusterSet.CLUSTER_BYTES)
                .putLong(diskBytes)
                .putLong(clusters.count())
                .putLong(runsOf(clusters))
                .putInt(ClusterHash.BYTES)
                .putInt(0)
                .flip();
    }
}

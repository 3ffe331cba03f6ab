package io.saddlebag.diskimage;

import io.saddlebag.disk.ClusterSet;
import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The first half of a cluster's SHA-256: that two clusters of a disk share it by chance is as unlikely as that a disk lies, and
 * nobody can make two that do. One thread.
 */
final class ClusterHash {
    static final int BYTES = 16;

    private static final int SHA_256_BYTES = 32;

    private final MessageDigest digest = sha256();
    private final byte[] whole = new byte[SHA_256_BYTES];

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** @param cluster from position to limit, all of it */
    void put(ByteBuffer cluster, byte[] into, int at) {
        digest.update(cluster);
        try {
            digest.digest(whole, 0, whole.length);
        } catch (DigestException e) {
            throw new IllegalStateException("32 bytes hold a SHA-256", e);
        }
        System.arraycopy(whole, 0, into, at, BYTES);
    }

    static byte[] ofZeros() {
        byte[] hash = new byte[BYTES];
        new ClusterHash().put(ByteBuffer.allocate(ClusterSet.CLUSTER_BYTES), hash, 0);
        return hash;
    }
}

package io.saddlebag.diskimage;

import io.saddlebag.disk.ClusterSet;
import io.saddlebag.fault.BackupException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads hashes of a disk's clusters, in the disk's order. The file may be damaged: nothing of it is to be believed before
 * {@link #finish} has compared its seal.
 */
final class HashFileReader implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 << 10;

    private final String name;
    private final DataInputStream in;
    private final DigestInputStream sealed;
    private final long diskBytes;
    private final ClusterSet clusters;
    private final byte[] hash = new byte[ClusterHash.BYTES];
    private long nextHash;

    /** @param in closed with the reader, and when this fails */
    HashFileReader(InputStream in, String name) throws IOException {
        this.name = name;
        this.sealed = new DigestInputStream(new BufferedInputStream(in, BUFFER_BYTES), ClusterHash.sha256());
        this.in = new DataInputStream(sealed);
        try {
            byte[] magic = this.in.readNBytes(HashFileFormat.MAGIC.length);
            require(Arrays.equals(magic, HashFileFormat.MAGIC), "doesn't begin as one");
            int version = this.in.readInt();
            int clusterBytes = this.in.readInt();
            this.diskBytes = this.in.readLong();
            long count = this.in.readLong();
            long runs = this.in.readLong();
            int hashBytes = this.in.readInt();
            require(
                    version == HashFileFormat.VERSION
                            && clusterBytes == ClusterSet.CLUSTER_BYTES
                            && hashBytes == ClusterHash.BYTES
                            && diskBytes >= 0
                            && diskBytes <= ClusterSet.MAX_DISK_BYTES
                            && this.in.readInt() == 0,
                    "has another version or kind");
            this.clusters = readRuns(runs);
            require(clusters.count() == count, "counts wrongly");
            this.nextHash = clusters.next(0);
        } catch (EOFException e) {
            in.close();
            throw bad("is cut off", e);
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    private ClusterSet readRuns(long runs) throws IOException {
        ClusterSet read = ClusterSet.none(diskBytes);
        long end = 0;
        for (long i = 0; i < runs; i++) {
            long first = in.readLong();
            long count = in.readLong();
            require(
                    first >= end && count > 0 && first < read.clusters() && count <= read.clusters() - first,
                    "has a run that can't be");
            end = first + count;
            read.addRange(first, end);
        }
        return read;
    }

    long diskBytes() {
        return diskBytes;
    }

    /** Those that have a hash. */
    ClusterSet clusters() {
        return clusters;
    }

    /** The cluster whose hash comes next; -1 behind the last. */
    long peek() {
        return nextHash;
    }

    /** The next hash; in the same array each time. */
    byte[] next() throws IOException {
        try {
            in.readFully(hash);
        } catch (EOFException e) {
            throw bad("is cut off", e);
        }
        nextHash = clusters.next(nextHash + 1);
        return hash;
    }

    /** Reads what is left, and compares the seal. */
    void finish() throws IOException {
        while (nextHash >= 0) {
            next();
        }
        MessageDigest digest = sealed.getMessageDigest();
        byte[] seal = digest.digest();
        require(
                Arrays.equals(in.readNBytes(HashFileFormat.SEAL_BYTES), seal) && in.read() < 0,
                "doesn't match its own checksum");
    }

    private void require(boolean condition, String fault) throws BackupException {
        if (!condition) {
            throw bad(fault);
        }
    }

    private BackupException bad(String fault) {
        return bad(fault, null);
    }

    private BackupException bad(String fault, @Nullable Throwable cause) {
        return new BackupException(
                DiskImageFault.BAD_HASHES,
                "the file of cluster hashes " + name + " " + fault,
                "Restore it from the backup that it belongs to, or make a full image.",
                cause);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}

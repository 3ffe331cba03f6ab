package io.saddlebag.blockmap;

import io.saddlebag.fault.BackupException;
import io.saddlebag.filesystem.Structures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Where the content of a file of NTFS stands: rows of clusters, in the file's order. */
final class NtfsRuns {
    /** Enough for a bitmap of which each cluster stands alone. */
    private static final int MAX_RUNS = 1 << 20;

    private final Structures structures;
    private final NtfsBoot boot;
    private final List<Run> runs = new ArrayList<>();
    private long clusters;

    private record Run(long fileCluster, long diskCluster, long clusters) {}

    NtfsRuns(Structures structures, NtfsBoot boot) {
        this.structures = structures;
        this.boot = boot;
    }

    /** How much of the file is known by now, bytes. */
    long bytes() {
        return clusters * boot.clusterBytes();
    }

    /** Adds a row by itself. */
    void add(long diskCluster, long count, String what) throws BackupException {
        structures.require(
                count > 0
                        && diskCluster >= 0
                        && count <= boot.clusters()
                        && diskCluster <= boot.clusters() - count
                        && runs.size() < MAX_RUNS,
                what + " has " + count + " clusters at " + diskCluster);
        runs.add(new Run(clusters, diskCluster, count));
        clusters += count;
    }

    /** Adds the rows of an attribute, which goes on where the one before ended. */
    void addAttribute(ByteBuffer attribute, String what) throws BackupException {
        structures.require(attribute.limit() >= 64, what + " has an attribute of " + attribute.limit() + " bytes");
        structures.require(
                attribute.getLong(16) == clusters,
                what + " goes on at cluster " + attribute.getLong(16) + " instead of " + clusters);
        int at = Short.toUnsignedInt(attribute.getShort(32));
        long diskCluster = 0;
        while (at < attribute.limit() && attribute.get(at) != 0) {
            int lengthBytes = attribute.get(at) & 0xf;
            int offsetBytes = attribute.get(at) >> 4 & 0xf;
            structures.require(
                    lengthBytes > 0
                            && lengthBytes <= Long.BYTES
                            && offsetBytes > 0
                            && offsetBytes <= Long.BYTES
                            && at + 1 + lengthBytes + offsetBytes <= attribute.limit(),
                    what + " has a list of clusters that can't be read");
            long count = number(attribute, at + 1, lengthBytes);
            diskCluster += number(attribute, at + 1 + lengthBytes, offsetBytes);
            add(diskCluster, count, what);
            at += 1 + lengthBytes + offsetBytes;
        }
    }

    private static long number(ByteBuffer bytes, int at, int length) {
        long number = bytes.get(at + length - 1);
        for (int i = length - 2; i >= 0; i--) {
            number = number << Byte.SIZE | (bytes.get(at + i) & 0xff);
        }
        return number;
    }

    /** Reads from the file, across its rows. */
    byte[] read(String what, long offsetBytes, int lengthBytes) throws IOException {
        structures.require(
                offsetBytes >= 0 && lengthBytes <= bytes() - offsetBytes,
                what + " lies behind the end of its file at " + bytes());
        byte[] read = new byte[lengthBytes];
        int done = 0;
        int index = find(offsetBytes / boot.clusterBytes());
        while (done < lengthBytes) {
            Run run = runs.get(index++);
            long within = offsetBytes + done - run.fileCluster() * boot.clusterBytes();
            int n = (int) Math.min(lengthBytes - done, run.clusters() * boot.clusterBytes() - within);
            byte[] part = structures.bytes(what, run.diskCluster() * boot.clusterBytes() + within, n);
            System.arraycopy(part, 0, read, done, n);
            done += n;
        }
        return read;
    }

    private int find(long fileCluster) {
        int low = 0;
        int high = runs.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (runs.get(middle).fileCluster() <= fileCluster) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}

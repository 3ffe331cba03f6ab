package io.saddlebag.qcow2;

import static io.saddlebag.qcow2.Qcow2Format.CLUSTER_BYTES;
import static io.saddlebag.qcow2.Qcow2Format.ENTRIES_PER_TABLE;
import static io.saddlebag.qcow2.Qcow2Format.ENTRY_BYTES;
import static io.saddlebag.qcow2.Qcow2Format.ENTRY_COPIED;
import static io.saddlebag.qcow2.Qcow2Format.ENTRY_OFFSET;
import static io.saddlebag.qcow2.Qcow2Format.ENTRY_ZERO;

import io.saddlebag.disk.ClusterSet;
import io.saddlebag.disk.WritableDisk;
import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Optional;

/**
 * An image that is read from a stream, once, as {@link Qcow2Writer} made it: tables first, then the data in the disk's order.
 * Memory: the sets of clusters. The stream may come from anybody; it isn't closed here. One thread.
 */
public final class SinglePassImage {
    private static final int COPY_CLUSTERS = 16;
    private static final long ENTRY_MEANING = ENTRY_COPIED | ENTRY_OFFSET;

    private final InputStream in;
    private final String name;
    private final byte[] tableBytes = new byte[CLUSTER_BYTES];
    private final ByteBuffer table = ByteBuffer.wrap(tableBytes);
    private final Qcow2Header header;
    private final ClusterSet data;
    private final ClusterSet zeros;
    private long position;

    private SinglePassImage(InputStream in, String name) throws IOException {
        this.in = in;
        this.name = name;
        readTable("header");
        this.header = Qcow2Header.parse(table, name);
        this.data = ClusterSet.none(header.diskBytes());
        this.zeros = ClusterSet.none(header.diskBytes());
        requireOurs(header.version() == Qcow2Format.VERSION, "it has version " + header.version());
        requireOurs(
                header.clusterBits() == Qcow2Format.CLUSTER_BITS,
                "its clusters have " + header.clusterBytes() + " bytes");
        while (position < header.l1Offset() / CLUSTER_BYTES) {
            readTable("refcounts");
        }
        requireOurs(position * CLUSTER_BYTES == header.l1Offset(), "its level-1 table stands before its refcounts");
        readTables(readL1());
    }

    /**
     * Reads the tables.
     *
     * @param name of the image, for messages
     * @throws BackupException with a {@link Qcow2Fault}; {@link Qcow2Fault#NOT_SINGLE_PASS} for a sound image that is laid out
     *     otherwise, as other programs do
     */
    public static SinglePassImage open(InputStream in, String name) throws IOException {
        return new SinglePassImage(in, name);
    }

    /** Of the disk; a multiple of 512. */
    public long diskBytes() {
        return header.diskBytes();
    }

    /** Empty for an image that stands alone. */
    public Optional<String> backingName() {
        return Optional.ofNullable(header.backing());
    }

    /** The clusters that are in the image. */
    public ClusterSet data() {
        return data;
    }

    /** The clusters that it says are zeros. */
    public ClusterSet zeros() {
        return zeros;
    }

    private BitSet readL1() throws IOException {
        int clusters = (int) Qcow2Format.ceilDiv((long) header.l1Entries() * ENTRY_BYTES, CLUSTER_BYTES);
        BitSet tables = new BitSet();
        long nextTable = position + clusters;
        for (int cluster = 0; cluster < clusters; cluster++) {
            readTable("level-1 table");
            for (int i = 0; i < ENTRIES_PER_TABLE; i++) {
                long entry = table.getLong() & ENTRY_MEANING;
                if (entry != 0) {
                    requireOurs(entry == (ENTRY_COPIED | nextTable * CLUSTER_BYTES), "its tables are not in order");
                    nextTable++;
                    tables.set(cluster * ENTRIES_PER_TABLE + i);
                }
            }
        }
        return tables;
    }

    private void readTables(BitSet tables) throws IOException {
        long nextData = position + tables.cardinality();
        for (int index = tables.nextSetBit(0); index >= 0; index = tables.nextSetBit(index + 1)) {
            readTable("level-2 table");
            long first = (long) index * ENTRIES_PER_TABLE;
            for (long cluster = first; cluster < first + ENTRIES_PER_TABLE; cluster++) {
                long entry = table.getLong();
                if (entry == 0) {
                    continue;
                }
                requireOurs(cluster < data.clusters(), "it has clusters behind the disk's end");
                if (entry == ENTRY_ZERO) {
                    zeros.add(cluster);
                } else {
                    requireOurs(entry == (ENTRY_COPIED | nextData * CLUSTER_BYTES), "its clusters are not in order");
                    data.add(cluster);
                    nextData++;
                }
            }
        }
    }

    /**
     * Copies the image to a disk, in the disk's order. Of an image that stands alone, what isn't in it is made zeros, too; of
     * another it is left as it is. What lies behind the end of a smaller disk is left out.
     *
     * @throws BackupException {@link Qcow2Fault#TRUNCATED}
     */
    public void copyTo(WritableDisk disk) throws IOException {
        long size = Math.min(diskBytes(), disk.sizeBytes());
        byte[] buffer = new byte[COPY_CLUSTERS * CLUSTER_BYTES];
        long cluster = 0;
        long end = ClusterSet.clustersOf(size);
        while (cluster < end) {
            if (data.contains(cluster)) {
                long runEnd = Math.min(data.nextAbsent(cluster), cluster + COPY_CLUSTERS);
                int length = (int) (runEnd - cluster) * CLUSTER_BYTES;
                readFully(buffer, length, "data");
                long left = size - cluster * CLUSTER_BYTES;
                disk.write(cluster * CLUSTER_BYTES, ByteBuffer.wrap(buffer, 0, (int) Math.min(length, left)));
                cluster = runEnd;
            } else {
                cluster = passOver(cluster, end, size, disk);
            }
        }
    }

    private long passOver(long cluster, long diskEnd, long size, WritableDisk disk) throws IOException {
        long nextData = data.next(cluster);
        long end = nextData < 0 ? diskEnd : Math.min(diskEnd, nextData);
        if (header.backing() == null) {
            zero(cluster, end, size, disk);
            return end;
        }
        long nextZero = zeros.next(cluster);
        if (nextZero < 0 || nextZero >= end) {
            return end;
        }
        long zeroEnd = Math.min(end, zeros.nextAbsent(nextZero));
        zero(nextZero, zeroEnd, size, disk);
        return zeroEnd;
    }

    private static void zero(long cluster, long end, long size, WritableDisk disk) throws IOException {
        long from = cluster * CLUSTER_BYTES;
        disk.zero(from, Math.min(size, end * CLUSTER_BYTES) - from);
    }

    private void readTable(String part) throws IOException {
        readFully(tableBytes, CLUSTER_BYTES, part);
        table.clear();
        position++;
    }

    private void readFully(byte[] into, int length, String part) throws IOException {
        if (in.readNBytes(into, 0, length) < length) {
            throw new BackupException(
                    Qcow2Fault.TRUNCATED, name + " ends within its " + part, "Use another copy of the image.");
        }
    }

    private void requireOurs(boolean condition, String fault) throws BackupException {
        if (!condition) {
            throw new BackupException(
                    Qcow2Fault.NOT_SINGLE_PASS,
                    name + " can't be read in one pass: " + fault,
                    "Put it into a file and write that with 'qemu-img convert -O raw'.");
        }
    }
}

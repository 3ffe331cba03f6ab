package io.saddlebag.qcow2;

import static io.saddlebag.qcow2.Qcow2Format.CLUSTER_BYTES;
import static io.saddlebag.qcow2.Qcow2Format.ENTRIES_PER_TABLE;
import static io.saddlebag.qcow2.Qcow2Format.ENTRY_COPIED;
import static io.saddlebag.qcow2.Qcow2Format.ENTRY_ZERO;
import static io.saddlebag.qcow2.Qcow2Format.REFCOUNTS_PER_BLOCK;

import io.saddlebag.disk.ReadableDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;

/**
 * The image file of a layout, from its first byte to its last: whoever reads it pulls the clusters out of the disk, each once
 * and in the disk's order. Two clusters of memory. One thread at a time. Closing it leaves the disk open.
 */
public final class Qcow2Writer implements ReadableByteChannel {
    private final Qcow2Layout layout;
    private final ReadableDisk disk;
    private final ByteBuffer table = ByteBuffer.allocate(CLUSTER_BYTES);
    private long nextCluster;
    private long l1At;
    private long l1Next;
    private long l1Table;
    private long l2At;
    private long dataInTables;
    private long dataCluster = -1;
    private int dataClusterAt;
    private boolean closed;

    /** @param disk whose clusters are imaged; may be shorter than the layout's disk, by less than a sector */
    public Qcow2Writer(Qcow2Layout layout, ReadableDisk disk) {
        this.layout = layout;
        this.disk = disk;
        this.l1Next = layout.nextTable(0);
        table.limit(0);
    }

    /** Some bytes, at least one; -1 at the end. A failed read of the disk leaves the writer where it was. */
    @Override
    public int read(ByteBuffer into) throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        if (!into.hasRemaining()) {
            return 0;
        }
        if (!table.hasRemaining() && nextCluster < layout.dataBegin()) {
            makeTable(nextCluster++);
        }
        if (table.hasRemaining()) {
            int n = Math.min(table.remaining(), into.remaining());
            into.put(table.slice().limit(n));
            table.position(table.position() + n);
            return n;
        }
        return readData(into);
    }

    private void makeTable(long cluster) {
        table.clear();
        if (cluster == 0) {
            table.put(layout.header().toBytes());
        } else if (cluster < layout.refcountBlocksBegin()) {
            putRefcountTable(cluster - Qcow2Layout.REFCOUNT_TABLE_BEGIN);
        } else if (cluster < layout.l1Begin()) {
            putRefcounts(cluster - layout.refcountBlocksBegin());
        } else if (cluster < layout.l2Begin()) {
            putL1();
        } else {
            putL2();
        }
        table.flip();
    }

    private void putRefcountTable(long tableCluster) {
        for (int i = 0; i < ENTRIES_PER_TABLE; i++) {
            long block = tableCluster * ENTRIES_PER_TABLE + i;
            boolean there = block < layout.refcountBlocks();
            table.putLong(there ? (layout.refcountBlocksBegin() + block) * CLUSTER_BYTES : 0);
        }
    }

    private void putRefcounts(long block) {
        for (int i = 0; i < REFCOUNTS_PER_BLOCK; i++) {
            table.putShort((short) (block * REFCOUNTS_PER_BLOCK + i < layout.end() ? 1 : 0));
        }
    }

    private void putL1() {
        for (int i = 0; i < ENTRIES_PER_TABLE; i++) {
            if (l1At++ != l1Next) {
                table.putLong(0);
            } else {
                table.putLong(ENTRY_COPIED | (layout.l2Begin() + l1Table++) * CLUSTER_BYTES);
                l1Next = layout.nextTable(l1At);
            }
        }
    }

    private void putL2() {
        l2At = layout.nextTable(l2At);
        long from = l2At * ENTRIES_PER_TABLE;
        for (long cluster = from; cluster < from + ENTRIES_PER_TABLE; cluster++) {
            if (cluster >= layout.data().clusters()) {
                table.putLong(0);
            } else if (layout.data().contains(cluster)) {
                table.putLong(ENTRY_COPIED | (layout.dataBegin() + dataInTables++) * CLUSTER_BYTES);
            } else {
                table.putLong(layout.zeros().contains(cluster) ? ENTRY_ZERO : 0);
            }
        }
        l2At++;
    }

    private int readData(ByteBuffer into) throws IOException {
        if (dataCluster < 0 || dataClusterAt == CLUSTER_BYTES) {
            long next = layout.data().next(dataCluster + 1);
            if (next < 0) {
                return -1;
            }
            dataCluster = next;
            dataClusterAt = 0;
        }
        int limit = into.limit();
        int from = into.position();
        long offset = dataCluster * CLUSTER_BYTES + dataClusterAt;
        long runEnd = layout.data().nextAbsent(dataCluster) * CLUSTER_BYTES;
        int n = (int) Math.min(into.remaining(), runEnd - offset);
        int onDisk = (int) Math.max(0, Math.min(n, disk.sizeBytes() - offset));
        try {
            if (onDisk > 0) {
                disk.read(offset, into.limit(from + onDisk));
            }
        } catch (IOException | RuntimeException e) {
            into.limit(limit).position(from);
            throw e;
        }
        into.limit(limit);
        putZeros(into, n - onDisk);
        advance(n);
        return n;
    }

    /** Behind the end of a disk that is no whole number of clusters. */
    private static void putZeros(ByteBuffer into, int count) {
        for (int i = 0; i < count; i++) {
            into.put((byte) 0);
        }
    }

    private void advance(int n) {
        long at = dataCluster * CLUSTER_BYTES + dataClusterAt + n;
        // the end of a cluster belongs to it: whether another follows is seen at the next read
        dataCluster = (at - 1) / CLUSTER_BYTES;
        dataClusterAt = (int) (at - dataCluster * CLUSTER_BYTES);
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public void close() {
        closed = true;
    }
}

package io.saddlebag.qcow2;

import static io.saddlebag.qcow2.Qcow2Format.CLUSTER_BYTES;
import static io.saddlebag.qcow2.Qcow2Format.ENTRIES_PER_TABLE;
import static io.saddlebag.qcow2.Qcow2Format.ENTRY_BYTES;
import static io.saddlebag.qcow2.Qcow2Format.REFCOUNTS_PER_BLOCK;
import static io.saddlebag.qcow2.Qcow2Format.ceilDiv;

import io.saddlebag.disk.ClusterSet;
import org.jspecify.annotations.Nullable;

/**
 * Where everything of an image stands, known before its first byte: header, refcount table, refcount blocks, level-1 table,
 * level-2 tables, then the data in the order of the disk, each in whole clusters. The same disk size and sets make the same
 * bytes.
 */
public final class Qcow2Layout {
    private final long diskBytes;
    private final ClusterSet data;
    private final ClusterSet zeros;
    private final @Nullable String backing;
    private final long refcountTableClusters;
    private final long refcountBlocks;
    private final long l1Entries;
    private final long l1Clusters;
    private final long l2Tables;
    private final long dataClusters;

    /**
     * The sets must not change any more.
     *
     * @param diskBytes of the disk; the image's is rounded up to sectors of 512 bytes
     * @param data clusters that are in the image
     * @param zeros clusters that read as zeros whatever the backing file holds; disjoint from {@code data}
     * @param backing name of the qcow2 file in which the other clusters are; null for an image that stands alone
     * @throws IllegalArgumentException when that can't be an image
     */
    public Qcow2Layout(long diskBytes, ClusterSet data, ClusterSet zeros, @Nullable String backing) {
        if (diskBytes <= 0 || diskBytes > ClusterSet.MAX_DISK_BYTES) {
            throw new IllegalArgumentException(
                    "an image is of 1 to " + ClusterSet.MAX_DISK_BYTES + " bytes, not " + diskBytes);
        }
        if (data.clusters() != ClusterSet.clustersOf(diskBytes) || zeros.clusters() != data.clusters()) {
            throw new IllegalArgumentException("sets of " + data.clusters() + " and " + zeros.clusters()
                    + " clusters for a disk of " + ClusterSet.clustersOf(diskBytes));
        }
        if (backing != null) {
            BackingName.check(backing);
        }
        this.diskBytes = ceilDiv(diskBytes, Qcow2Format.SECTOR_BYTES) * Qcow2Format.SECTOR_BYTES;
        this.data = data;
        this.zeros = zeros;
        this.backing = backing;
        this.l1Entries = ceilDiv(data.clusters(), ENTRIES_PER_TABLE);
        this.l1Clusters = ceilDiv(l1Entries * ENTRY_BYTES, CLUSTER_BYTES);
        this.dataClusters = data.count();
        this.l2Tables = countTables();
        // refcount blocks and table count themselves
        long others = 1 + l1Clusters + l2Tables + dataClusters;
        long blocks = 1;
        while (blocks != blocksFor(others, blocks)) {
            blocks = blocksFor(others, blocks);
        }
        this.refcountBlocks = blocks;
        this.refcountTableClusters = tableClustersFor(blocks);
    }

    private static long tableClustersFor(long blocks) {
        return ceilDiv(blocks * ENTRY_BYTES, CLUSTER_BYTES);
    }

    private static long blocksFor(long others, long blocks) {
        return ceilDiv(others + blocks + tableClustersFor(blocks), REFCOUNTS_PER_BLOCK);
    }

    private long countTables() {
        long tables = 0;
        for (long index = nextTable(0); index >= 0; index = nextTable(index + 1)) {
            tables++;
        }
        return tables;
    }

    /** The first entry from there on of the level-1 table that has a level-2 table; -1 when there is none. */
    long nextTable(long l1Index) {
        long from = l1Index * ENTRIES_PER_TABLE;
        long inData = data.next(from);
        long inZeros = zeros.next(from);
        long first = inData < 0 || (inZeros >= 0 && inZeros < inData) ? inZeros : inData;
        return first < 0 ? -1 : first / ENTRIES_PER_TABLE;
    }

    /** Of the disk that the image shows. */
    public long diskBytes() {
        return diskBytes;
    }

    /** Of the image file. */
    public long fileBytes() {
        return (dataBegin() + dataClusters) * CLUSTER_BYTES;
    }

    public ClusterSet data() {
        return data;
    }

    public ClusterSet zeros() {
        return zeros;
    }

    public @Nullable String backing() {
        return backing;
    }

    // ---- first clusters of the file's parts

    static final long REFCOUNT_TABLE_BEGIN = 1;

    long refcountBlocksBegin() {
        return REFCOUNT_TABLE_BEGIN + refcountTableClusters;
    }

    long l1Begin() {
        return refcountBlocksBegin() + refcountBlocks;
    }

    long l2Begin() {
        return l1Begin() + l1Clusters;
    }

    long dataBegin() {
        return l2Begin() + l2Tables;
    }

    long end() {
        return dataBegin() + dataClusters;
    }

    long l1Entries() {
        return l1Entries;
    }

    long refcountBlocks() {
        return refcountBlocks;
    }

    Qcow2Header header() {
        return new Qcow2Header(
                Qcow2Format.VERSION,
                Qcow2Format.CLUSTER_BITS,
                diskBytes,
                Math.toIntExact(l1Entries),
                l1Begin() * CLUSTER_BYTES,
                REFCOUNT_TABLE_BEGIN * CLUSTER_BYTES,
                Math.toIntExact(refcountTableClusters),
                Qcow2Format.DEFLATE,
                backing,
                backing == null ? null : Qcow2Header.QCOW2);
    }
}

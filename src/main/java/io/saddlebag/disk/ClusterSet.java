package io.saddlebag.disk;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A set of a disk's clusters, which are numbered from 0. One bit each, and nothing for a stretch of 4 GiB that is wholly in or
 * out: 2 MiB for a disk of 1 TiB at worst (Q9). Not thread-safe.
 */
public final class ClusterSet {
    /** The unit of volume images. */
    public static final int CLUSTER_BYTES = 64 << 10;

    /** The largest disk that is imaged: 1 PiB. */
    public static final long MAX_DISK_BYTES = 1L << 50;

    private static final int CLUSTER_BITS = 16;
    private static final int PAGE_BITS = 16;
    private static final int PAGE_CLUSTERS = 1 << PAGE_BITS;
    private static final long[] FULL = new long[PAGE_CLUSTERS / Long.SIZE];

    static {
        Arrays.fill(FULL, -1L);
    }

    private final long clusters;
    private final long[] @Nullable [] pages;

    private ClusterSet(long diskBytes) {
        if (diskBytes < 0 || diskBytes > MAX_DISK_BYTES) {
            throw new IllegalArgumentException(
                    "a disk has 0 to " + MAX_DISK_BYTES + " bytes, not " + Long.toUnsignedString(diskBytes));
        }
        this.clusters = clustersOf(diskBytes);
        this.pages = new long[(int) ((clusters + PAGE_CLUSTERS - 1) >>> PAGE_BITS)][];
    }

    public static ClusterSet none(long diskBytes) {
        return new ClusterSet(diskBytes);
    }

    public static ClusterSet all(long diskBytes) {
        ClusterSet all = new ClusterSet(diskBytes);
        all.addRange(0, all.clusters);
        return all;
    }

    /** How many clusters a disk of that size has; the last may be in part beyond its end. */
    public static long clustersOf(long diskBytes) {
        return (diskBytes + CLUSTER_BYTES - 1) >>> CLUSTER_BITS;
    }

    /** Of the disk, whether in the set or not. */
    public long clusters() {
        return clusters;
    }

    public boolean contains(long cluster) {
        check(cluster);
        long[] page = pages[(int) (cluster >>> PAGE_BITS)];
        return page != null && (page[word(cluster)] & bit(cluster)) != 0;
    }

    public void add(long cluster) {
        check(cluster);
        long[] page = page(cluster);
        if (page != FULL) {
            page[word(cluster)] |= bit(cluster);
        }
    }

    public void remove(long cluster) {
        if (contains(cluster)) {
            owned(cluster)[word(cluster)] &= ~bit(cluster);
        }
    }

    /** @param to the first that is not added */
    public void addRange(long from, long to) {
        long at = from;
        while (at < to) {
            long pageEnd = Math.min(to, ((at >>> PAGE_BITS) + 1) << PAGE_BITS);
            if (at % PAGE_CLUSTERS == 0 && pageEnd - at == PAGE_CLUSTERS) {
                check(pageEnd - 1);
                pages[(int) (at >>> PAGE_BITS)] = FULL;
            } else {
                for (long cluster = at; cluster < pageEnd; cluster++) {
                    add(cluster);
                }
            }
            at = pageEnd;
        }
    }

    /** Adds every cluster that some of these bytes are in. */
    public void addBytes(long offsetBytes, long lengthBytes) {
        if (lengthBytes > 0) {
            addRange(offsetBytes >>> CLUSTER_BITS, clustersOf(offsetBytes + lengthBytes));
        }
    }

    /** The first cluster from there on that is in the set; -1 when there is none. */
    public long next(long from) {
        long at = from;
        while (at < clusters) {
            long[] page = pages[(int) (at >>> PAGE_BITS)];
            if (page == null) {
                at = ((at >>> PAGE_BITS) + 1) << PAGE_BITS;
                continue;
            }
            long rest = page[word(at)] >>> at;
            if (rest != 0) {
                long found = at + Long.numberOfTrailingZeros(rest);
                return found < clusters ? found : -1;
            }
            at = (at | (Long.SIZE - 1)) + 1;
        }
        return -1;
    }

    /** The first cluster from there on that is not in the set; the number of clusters when all are. */
    public long nextAbsent(long from) {
        long at = from;
        while (at < clusters) {
            long[] page = pages[(int) (at >>> PAGE_BITS)];
            if (page == null) {
                return at;
            }
            if (page == FULL) {
                at = ((at >>> PAGE_BITS) + 1) << PAGE_BITS;
                continue;
            }
            long rest = ~page[word(at)] >>> at;
            if (rest != 0) {
                return Math.min(clusters, at + Long.numberOfTrailingZeros(rest));
            }
            at = (at | (Long.SIZE - 1)) + 1;
        }
        return clusters;
    }

    public long count() {
        long count = 0;
        for (long[] page : pages) {
            if (page == FULL) {
                count += PAGE_CLUSTERS;
            } else if (page != null) {
                for (long word : page) {
                    count += Long.bitCount(word);
                }
            }
        }
        return count;
    }

    public boolean isEmpty() {
        return next(0) < 0;
    }

    private void check(long cluster) {
        if (cluster < 0 || cluster >= clusters) {
            throw new IndexOutOfBoundsException("cluster " + cluster + " of a disk of " + clusters);
        }
    }

    private long[] page(long cluster) {
        int index = (int) (cluster >>> PAGE_BITS);
        long[] page = pages[index];
        if (page == null) {
            page = new long[FULL.length];
            pages[index] = page;
        }
        return page;
    }

    private long[] owned(long cluster) {
        int index = (int) (cluster >>> PAGE_BITS);
        long[] page = page(cluster);
        if (page == FULL) {
            page = FULL.clone();
            pages[index] = page;
        }
        return page;
    }

    private static int word(long cluster) {
        return (int) (cluster & (PAGE_CLUSTERS - 1)) / Long.SIZE;
    }

    private static long bit(long cluster) {
        return 1L << cluster;
    }
}

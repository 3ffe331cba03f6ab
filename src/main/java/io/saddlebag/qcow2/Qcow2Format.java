package io.saddlebag.qcow2;

import io.saddlebag.disk.ClusterSet;

/** Numbers of the format that are written and read (QEMU, docs/interop/qcow2.txt). All integers are big-endian. */
final class Qcow2Format {
    static final int MAGIC = 0x514649fb;
    static final int VERSION = 3;
    static final int V2_HEADER_BYTES = 72;
    static final int HEADER_BYTES = 112;

    /** Of images that are written. */
    static final int CLUSTER_BITS = 16;

    static final int CLUSTER_BYTES = ClusterSet.CLUSTER_BYTES;
    static final int MIN_CLUSTER_BITS = 9;
    static final int MAX_CLUSTER_BITS = 21;
    static final int REFCOUNT_ORDER = 4;
    static final int REFCOUNTS_PER_BLOCK = CLUSTER_BYTES / Short.BYTES;
    static final int ENTRY_BYTES = Long.BYTES;
    static final int ENTRIES_PER_TABLE = CLUSTER_BYTES / ENTRY_BYTES;

    /** QEMU accepts no longer level-1 table. */
    static final int MAX_L1_BYTES = 32 << 20;

    /** QEMU accepts no longer name. */
    static final int MAX_BACKING_NAME_BYTES = 1023;

    static final int SECTOR_BYTES = 512;

    static final int EXTENSION_END = 0;
    static final int EXTENSION_BACKING_FORMAT = 0xe2792aca;

    static final long INCOMPATIBLE_DIRTY = 1;
    static final long INCOMPATIBLE_COMPRESSION_TYPE = 8;

    /** Refcounts that may be stale don't matter to a reader. */
    static final long INCOMPATIBLE_READABLE = INCOMPATIBLE_DIRTY | INCOMPATIBLE_COMPRESSION_TYPE;

    /** The cluster it names belongs to nobody else. */
    static final long ENTRY_COPIED = 1L << 63;

    static final long ENTRY_COMPRESSED = 1L << 62;
    static final long ENTRY_ZERO = 1;
    static final long ENTRY_OFFSET = 0x00ff_ffff_ffff_fe00L;

    static final int DEFLATE = 0;
    static final int ZSTD = 1;

    private Qcow2Format() {}

    static long ceilDiv(long dividend, long divisor) {
        return (dividend + divisor - 1) / divisor;
    }
}

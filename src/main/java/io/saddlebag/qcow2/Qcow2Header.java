package io.saddlebag.qcow2;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.saddlebag.disk.ClusterSet;
import io.saddlebag.fault.BackupException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The header of an image, as far as a reader needs it.
 *
 * @param diskBytes of the disk that the image shows
 * @param l1Entries of the level-1 table
 * @param compression of compressed clusters, {@link Qcow2Format#DEFLATE} or {@link Qcow2Format#ZSTD}
 * @param backing null for an image that stands alone
 * @param backingFormat as the header says; null when it says nothing
 */
record Qcow2Header(
        int version,
        int clusterBits,
        long diskBytes,
        int l1Entries,
        long l1Offset,
        long refcountTableOffset,
        int refcountTableClusters,
        int compression,
        @Nullable String backing,
        @Nullable String backingFormat) {
    static final String QCOW2 = "qcow2";

    /** All that is read of a header lies within its first cluster, of which this much is looked at. */
    static final int MAX_BYTES = 64 << 10;

    private static final int EXTENSION_HEAD_BYTES = 8;
    private static final int MAX_FORMAT_BYTES = 64;

    int clusterBytes() {
        return 1 << clusterBits;
    }

    int entriesPerTable() {
        return clusterBytes() / Qcow2Format.ENTRY_BYTES;
    }

    /** One cluster of the size that is written. */
    ByteBuffer toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(Qcow2Format.CLUSTER_BYTES);
        byte[] name = backing == null ? new byte[0] : backing.getBytes(UTF_8);
        byte[] format = backingFormat == null ? new byte[0] : backingFormat.getBytes(UTF_8);
        int formatBytes = backingFormat == null ? 0 : EXTENSION_HEAD_BYTES + padded(format.length);
        int nameOffset = Qcow2Format.HEADER_BYTES + formatBytes + EXTENSION_HEAD_BYTES;
        bytes.putInt(Qcow2Format.MAGIC).putInt(version);
        bytes.putLong(backing == null ? 0 : nameOffset).putInt(name.length);
        bytes.putInt(clusterBits).putLong(diskBytes);
        bytes.putInt(0); // no encryption
        bytes.putInt(l1Entries).putLong(l1Offset);
        bytes.putLong(refcountTableOffset).putInt(refcountTableClusters);
        bytes.putInt(0).putLong(0); // no internal snapshots
        bytes.putLong(0).putLong(0).putLong(0); // no features that older readers have to know
        bytes.putInt(Qcow2Format.REFCOUNT_ORDER).putInt(Qcow2Format.HEADER_BYTES);
        bytes.position(Qcow2Format.HEADER_BYTES);
        if (backingFormat != null) {
            bytes.putInt(Qcow2Format.EXTENSION_BACKING_FORMAT)
                    .putInt(format.length)
                    .put(format);
        }
        bytes.position(nameOffset);
        bytes.put(name);
        return bytes.clear();
    }

    private static int padded(int length) {
        return (length + Long.BYTES - 1) / Long.BYTES * Long.BYTES;
    }

    /**
     * Reads and checks one.
     *
     * @param bytes the image's first bytes, up to {@link #MAX_BYTES}, from 0 to the limit
     * @param what the image's name, for messages
     */
    static Qcow2Header parse(ByteBuffer bytes, String what) throws BackupException {
        return new HeaderParser(bytes, what).parse();
    }

    /** One header being read. */
    private static final class HeaderParser {
        private final ByteBuffer bytes;
        private final String what;

        HeaderParser(ByteBuffer bytes, String what) {
            this.bytes = bytes;
            this.what = what;
        }

        Qcow2Header parse() throws BackupException {
            if (bytes.limit() < Qcow2Format.V2_HEADER_BYTES || bytes.getInt(0) != Qcow2Format.MAGIC) {
                throw new BackupException(
                        Qcow2Fault.NOT_QCOW2, what + " is no qcow2 image", "Look with 'qemu-img info' what it is.");
            }
            int version = bytes.getInt(4);
            if (version != 2 && version != Qcow2Format.VERSION) {
                throw unsupported("version " + Integer.toUnsignedString(version) + "; 2 and 3 are read");
            }
            int headerBytes = version == 2 ? Qcow2Format.V2_HEADER_BYTES : headerBytes();
            int compression = version == 2 ? Qcow2Format.DEFLATE : features(headerBytes);
            int clusterBits = bytes.getInt(20);
            if (clusterBits < Qcow2Format.MIN_CLUSTER_BITS || clusterBits > Qcow2Format.MAX_CLUSTER_BITS) {
                throw malformed("clusters of 2^" + clusterBits + " bytes; valid are 2^9 to 2^21");
            }
            if (bytes.getInt(32) != 0) {
                throw unsupported("encryption");
            }
            return new Qcow2Header(
                    version,
                    clusterBits,
                    diskBytes(),
                    l1Entries(clusterBits),
                    aligned("level-1 table", bytes.getLong(40), clusterBits),
                    aligned("refcount table", bytes.getLong(48), clusterBits),
                    bytes.getInt(56),
                    compression,
                    backing(1 << clusterBits),
                    backingFormat(headerBytes));
        }

        private int headerBytes() throws BackupException {
            int length = bytes.limit() < 104 ? 0 : bytes.getInt(100);
            if (length < 104 || length > bytes.limit() || length % Long.BYTES != 0) {
                throw malformed("a header of " + length + " bytes");
            }
            return length;
        }

        private int features(int headerBytes) throws BackupException {
            long incompatible = bytes.getLong(72);
            long unknown = incompatible & ~Qcow2Format.INCOMPATIBLE_READABLE;
            if (unknown != 0) {
                throw unsupported("features 0x" + Long.toHexString(unknown)
                        + " (0x2 is corrupt, 0x4 an external data file, 0x10 extended tables)");
            }
            if ((incompatible & Qcow2Format.INCOMPATIBLE_COMPRESSION_TYPE) == 0) {
                return Qcow2Format.DEFLATE;
            }
            int compression = headerBytes < Qcow2Format.HEADER_BYTES ? Qcow2Format.DEFLATE : bytes.get(104) & 0xff;
            if (compression != Qcow2Format.DEFLATE && compression != Qcow2Format.ZSTD) {
                throw unsupported("compression of type " + compression + "; zlib and zstd are read");
            }
            return compression;
        }

        private long diskBytes() throws BackupException {
            long size = bytes.getLong(24);
            if (size < 0 || size > ClusterSet.MAX_DISK_BYTES) {
                throw malformed("a disk of " + Long.toUnsignedString(size) + " bytes; the limit is "
                        + ClusterSet.MAX_DISK_BYTES);
            }
            return size;
        }

        private int l1Entries(int clusterBits) throws BackupException {
            int entries = bytes.getInt(36);
            long perTable = 1L << (clusterBits - 3);
            long needed = Qcow2Format.ceilDiv(Qcow2Format.ceilDiv(diskBytes(), 1L << clusterBits), perTable);
            if (entries < needed || entries > Qcow2Format.MAX_L1_BYTES / Qcow2Format.ENTRY_BYTES) {
                throw malformed("a level-1 table of " + Integer.toUnsignedString(entries) + " entries for a disk of "
                        + diskBytes() + " bytes");
            }
            return entries;
        }

        private long aligned(String table, long offset, int clusterBits) throws BackupException {
            if (offset < 0 || (offset & ((1L << clusterBits) - 1)) != 0) {
                throw malformed("its " + table + " at byte " + Long.toUnsignedString(offset));
            }
            return offset;
        }

        private @Nullable String backing(int clusterBytes) throws BackupException {
            long offset = bytes.getLong(8);
            if (offset == 0) {
                return null;
            }
            long length = Integer.toUnsignedLong(bytes.getInt(16));
            long end = Math.min(bytes.limit(), clusterBytes);
            if (offset < 0 || length > Qcow2Format.MAX_BACKING_NAME_BYTES || offset > end - length) {
                throw malformed("the name of its backing file at byte " + Long.toUnsignedString(offset) + ", " + length
                        + " bytes long");
            }
            return text((int) offset, (int) length);
        }

        private @Nullable String backingFormat(int headerBytes) throws BackupException {
            int at = headerBytes;
            long backingOffset = bytes.getLong(8);
            int end = backingOffset > 0 && backingOffset < bytes.limit() ? (int) backingOffset : bytes.limit();
            // bounded: each extension takes its head at least
            while (at + EXTENSION_HEAD_BYTES <= end && bytes.getInt(at) != Qcow2Format.EXTENSION_END) {
                long length = Integer.toUnsignedLong(bytes.getInt(at + 4));
                if (length > end - at - EXTENSION_HEAD_BYTES) {
                    throw malformed("a header extension at byte " + at + ", " + length + " bytes long");
                }
                if (bytes.getInt(at) == Qcow2Format.EXTENSION_BACKING_FORMAT) {
                    return text(at + EXTENSION_HEAD_BYTES, (int) Math.min(length, MAX_FORMAT_BYTES));
                }
                at += EXTENSION_HEAD_BYTES + padded((int) length);
            }
            return null;
        }

        private String text(int at, int length) {
            byte[] text = new byte[length];
            bytes.get(at, text);
            return new String(text, UTF_8);
        }

        private BackupException unsupported(String feature) {
            return new BackupException(
                    Qcow2Fault.UNSUPPORTED,
                    what + " has " + feature,
                    "Convert it with 'qemu-img convert -O qcow2', which writes a plain image.");
        }

        private BackupException malformed(String fault) {
            return new BackupException(
                    Qcow2Fault.MALFORMED,
                    what + " says it has " + fault,
                    "Look with 'qemu-img check' what is wrong, or use another copy.");
        }
    }
}

package io.saddlebag.qcow2;

import io.saddlebag.disk.ReadableDisk;
import io.saddlebag.fault.BackupException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The disk that an image shows, read at any place. The image may come from anybody: memory stays at a few megabytes, and
 * whatever its tables say, nothing but the image and its backing file is read. One thread at a time.
 *
 * <p>Failures are {@link BackupException}s with a {@link Qcow2Fault}; those of the file underneath are passed on.
 */
public final class Qcow2Image implements ReadableDisk {
    private static final byte[] ZEROS = new byte[64 << 10];

    private final String name;
    private final ReadableDisk file;
    private final Qcow2Header header;
    private final TableCache tables;
    private final @Nullable ReadableDisk backing;
    private long unpackedAt = -1;
    private byte[] unpacked = {};

    private Qcow2Image(String name, ReadableDisk file, Qcow2Header header, @Nullable ReadableDisk backing) {
        this.name = name;
        this.file = file;
        this.header = header;
        this.tables = new TableCache(file, header.clusterBytes());
        this.backing = backing;
    }

    /**
     * Reads and checks the header.
     *
     * @param name of the image, for messages
     * @param file the image's; closed with the image that is returned, and left open when this fails
     * @param backings finds the backing file; asked only when there is one
     */
    static Qcow2Image open(String name, ReadableDisk file, Backings backings) throws IOException {
        ByteBuffer head = ByteBuffer.allocate((int) Math.min(Qcow2Header.MAX_BYTES, file.sizeBytes()));
        file.read(0, head);
        Qcow2Header header = Qcow2Header.parse(head.flip(), name);
        if (header.l1Entries() > 0 && header.l1Offset() >= file.sizeBytes()) {
            throw new BackupException(
                    Qcow2Fault.TRUNCATED,
                    name + " ends at byte " + file.sizeBytes() + ", before its level-1 table at " + header.l1Offset(),
                    "Use another copy of the image.");
        }
        ReadableDisk backing = header.backing() == null ? null : backings.of(header);
        return new Qcow2Image(name, file, header, backing);
    }

    /** Finds what is below an image. */
    interface Backings {
        ReadableDisk of(Qcow2Header header) throws IOException;
    }

    /** As the header says; empty for an image that stands alone. */
    public Optional<String> backingName() {
        return Optional.ofNullable(header.backing());
    }

    @Override
    public long sizeBytes() {
        return header.diskBytes();
    }

    @Override
    public void read(long offsetBytes, ByteBuffer into) throws IOException {
        if (offsetBytes < 0 || into.remaining() > sizeBytes() - offsetBytes) {
            throw new EOFException(into.remaining() + " bytes at " + offsetBytes + " of a disk of " + sizeBytes());
        }
        long at = offsetBytes;
        int end = into.limit();
        while (into.position() < end) {
            int within = (int) (at & (header.clusterBytes() - 1));
            int length = Math.min(end - into.position(), header.clusterBytes() - within);
            into.limit(into.position() + length);
            readInCluster(at, within, into);
            at += length;
        }
    }

    /** @param into filled up to its limit, which is within the cluster */
    private void readInCluster(long at, int within, ByteBuffer into) throws IOException {
        long entry = entryOf(at >>> header.clusterBits());
        if ((entry & Qcow2Format.ENTRY_COMPRESSED) != 0) {
            into.put(unpacked(entry), within, into.remaining());
            return;
        }
        long cluster = entry & Qcow2Format.ENTRY_OFFSET;
        boolean zero = header.version() >= Qcow2Format.VERSION && (entry & Qcow2Format.ENTRY_ZERO) != 0;
        if (zero) {
            putZeros(into, into.remaining());
        } else if (cluster == 0) {
            readBacking(at, into);
        } else {
            requireAligned(cluster, "a cluster of data");
            readFile(cluster + within, into);
        }
    }

    private long entryOf(long cluster) throws IOException {
        int perTable = header.entriesPerTable();
        long l1Index = cluster / perTable;
        long table = tables.entry(header.l1Offset(), l1Index) & Qcow2Format.ENTRY_OFFSET;
        if (table == 0) {
            return 0;
        }
        requireAligned(table, "a level-2 table");
        if (table >= file.sizeBytes()) {
            throw cutOff("a level-2 table", table);
        }
        return tables.entry(table, cluster % perTable);
    }

    private void readBacking(long at, ByteBuffer into) throws IOException {
        int length = into.remaining();
        ReadableDisk below = backing;
        int there = 0;
        if (below != null) {
            // an overlay may be of a disk that has grown since
            there = (int) Math.max(0, Math.min(length, below.sizeBytes() - at));
        }
        if (below != null && there > 0) {
            int limit = into.limit();
            below.read(at, into.limit(into.position() + there));
            into.limit(limit);
        }
        putZeros(into, length - there);
    }

    private void readFile(long offset, ByteBuffer into) throws IOException {
        if (into.remaining() > file.sizeBytes() - offset) {
            throw cutOff("data", offset);
        }
        file.read(offset, into);
    }

    /** The last one is kept: it is read in pieces. */
    private byte[] unpacked(long entry) throws IOException {
        if (entry == unpackedAt) {
            return unpacked;
        }
        int offsetBits = 62 - (header.clusterBits() - 8);
        long offset = entry & ((1L << offsetBits) - 1);
        long sectors = ((entry & ~Qcow2Format.ENTRY_COPIED & ~Qcow2Format.ENTRY_COMPRESSED) >>> offsetBits) + 1;
        if (offset >= file.sizeBytes()) {
            throw cutOff("a compressed cluster", offset);
        }
        long length = sectors * Qcow2Format.SECTOR_BYTES - (offset & (Qcow2Format.SECTOR_BYTES - 1));
        byte[] packed = new byte[(int) Math.min(length, file.sizeBytes() - offset)];
        file.read(offset, ByteBuffer.wrap(packed));
        byte[] cluster = PackedCluster.unpack(packed, header.compression(), header.clusterBytes());
        if (cluster == null) {
            throw malformed("a compressed cluster at byte " + offset + " that can't be unpacked");
        }
        unpacked = cluster;
        unpackedAt = entry;
        return cluster;
    }

    private void requireAligned(long offset, String part) throws BackupException {
        if ((offset & (header.clusterBytes() - 1)) != 0) {
            throw malformed(part + " at byte " + offset + ", which is no cluster's beginning");
        }
    }

    private BackupException malformed(String fault) {
        return new BackupException(
                Qcow2Fault.MALFORMED,
                name + " has " + fault,
                "Look with 'qemu-img check' what is wrong, or use another copy.");
    }

    private BackupException cutOff(String part, long offset) {
        return new BackupException(
                Qcow2Fault.TRUNCATED,
                name + " ends at byte " + file.sizeBytes() + ", and should have " + part + " at " + offset,
                "Use another copy of the image.");
    }

    private static void putZeros(ByteBuffer into, int count) {
        for (int left = count; left > 0; left -= Math.min(left, ZEROS.length)) {
            into.put(ZEROS, 0, Math.min(left, ZEROS.length));
        }
    }

    /** Closes the image's file and all below it. */
    @Override
    public void close() throws IOException {
        ReadableDisk below = backing;
        try (file) {
            if (below != null) {
                below.close();
            }
        }
    }
}

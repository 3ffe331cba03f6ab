package io.saddlebag.blockmap;

import io.saddlebag.filesystem.Structures;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The boot sector of an NTFS file system, checked.
 *
 * @param clusterBytes the file system's clusters, which are not the image's
 * @param clusters of the file system
 * @param tableCluster where the master file table begins
 * @param recordBytes of a record of that table
 */
record NtfsBoot(int clusterBytes, long clusters, long tableCluster, int recordBytes) {
    private static final int BYTES = 512;
    private static final int MIN_CLUSTER_BYTES = 256;
    private static final int MAX_CLUSTER_BYTES = 2 << 20;
    private static final int MIN_RECORD_BYTES = 512;
    private static final int MAX_RECORD_BYTES = 64 << 10;

    static NtfsBoot read(Structures structures) throws IOException {
        ByteBuffer boot = structures.read("its boot sector", 0, BYTES);
        int sectorBytes = Short.toUnsignedInt(boot.getShort(11));
        structures.require(
                sectorBytes >= 256 && sectorBytes <= 4096 && Integer.bitCount(sectorBytes) == 1,
                "it says its sectors have " + sectorBytes + " bytes");
        long clusterBytes = size(boot.get(13), sectorBytes, true);
        structures.require(
                clusterBytes >= MIN_CLUSTER_BYTES
                        && clusterBytes <= MAX_CLUSTER_BYTES
                        && Long.bitCount(clusterBytes) == 1,
                "it says its clusters have " + clusterBytes + " bytes");
        long sectors = boot.getLong(40);
        structures.require(
                sectors > 0 && sectors <= structures.diskBytes() / sectorBytes,
                "it says it has " + Long.toUnsignedString(sectors) + " sectors on a disk of "
                        + structures.diskBytes() / sectorBytes);
        long recordBytes = size(boot.get(64), clusterBytes, false);
        structures.require(
                recordBytes >= MIN_RECORD_BYTES && recordBytes <= MAX_RECORD_BYTES && Long.bitCount(recordBytes) == 1,
                "it says its file records have " + recordBytes + " bytes");
        long clusters = sectors * sectorBytes / clusterBytes;
        long table = boot.getLong(48);
        structures.require(
                clusters > 0 && table > 0 && table < clusters,
                "it says its file table is at cluster " + Long.toUnsignedString(table) + " of " + clusters);
        return new NtfsBoot((int) clusterBytes, clusters, table, (int) recordBytes);
    }

    /** A number of units; or, negative, the logarithm of the bytes. */
    private static long size(byte value, long unitBytes, boolean large) {
        if (value >= 0 || (large && value == Byte.MIN_VALUE)) {
            return (value & 0xff) * unitBytes;
        }
        return value < -31 ? 0 : 1L << -value;
    }
}

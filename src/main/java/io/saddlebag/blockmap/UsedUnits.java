package io.saddlebag.blockmap;

import io.saddlebag.disk.ClusterSet;
import io.saddlebag.filesystem.FileSystemType;

/**
 * The used units of a file system as they are found, in any order, each once. What lies outside of all units counts as used:
 * nobody has said that it isn't.
 */
final class UsedUnits {
    private final ClusterSet clusters;
    private final int unitBytes;
    private final long beginBytes;
    private final long units;
    private long used;

    /** @param beginBytes where unit 0 begins */
    UsedUnits(long diskBytes, int unitBytes, long beginBytes, long units) {
        this.clusters = ClusterSet.none(diskBytes);
        this.unitBytes = unitBytes;
        this.beginBytes = beginBytes;
        this.units = units;
        clusters.addBytes(0, beginBytes);
        long end = beginBytes + units * unitBytes;
        clusters.addBytes(end, diskBytes - end);
    }

    void add(long unit, long count) {
        used += count;
        long end = Math.min(clusters.clusters() * ClusterSet.CLUSTER_BYTES, beginBytes + (unit + count) * unitBytes);
        long begin = beginBytes + unit * unitBytes;
        clusters.addBytes(begin, end - begin);
    }

    /** Of a bitmap, its lowest bit first; bits behind {@code count} don't count. */
    void addBits(long firstUnit, byte[] bits, long count) {
        long runBegin = -1;
        for (int i = 0; i < count; i++) {
            boolean set = (bits[i >> 3] >> (i & 7) & 1) != 0;
            if (set && runBegin < 0) {
                runBegin = i;
            } else if (!set && runBegin >= 0) {
                add(firstUnit + runBegin, i - runBegin);
                runBegin = -1;
            }
        }
        if (runBegin >= 0) {
            add(firstUnit + runBegin, count - runBegin);
        }
    }

    BlockMap map(FileSystemType type) {
        return new BlockMap(type, unitBytes, units, used, clusters);
    }
}

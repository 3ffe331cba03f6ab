package io.saddlebag.blockmap;

import io.saddlebag.disk.ClusterSet;
import io.saddlebag.disk.local.ReadOnlyFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;

/** Compares maps with what other programs say. */
final class Drawing {
    private Drawing() {}

    static BlockMap map(Path image) throws IOException {
        try (ReadOnlyFile disk = ReadOnlyFile.open(image)) {
            return BlockMaps.read(disk);
        }
    }

    /** The disk's clusters in which one of these units, or anything outside of the file system, is. */
    static ClusterSet clusters(BitSet usedUnits, BlockMap map, long beginBytes, long diskBytes) {
        ClusterSet expected = ClusterSet.none(diskBytes);
        expected.addBytes(0, beginBytes);
        for (int unit = usedUnits.nextSetBit(0); unit >= 0; unit = usedUnits.nextSetBit(unit + 1)) {
            long at = beginBytes + (long) unit * map.unitBytes();
            expected.addBytes(at, Math.min(map.unitBytes(), diskBytes - at));
        }
        long end = beginBytes + map.units() * map.unitBytes();
        expected.addBytes(end, diskBytes - end);
        return expected;
    }

    static String text(ClusterSet set) {
        StringBuilder runs = new StringBuilder();
        for (long at = set.next(0); at >= 0; at = set.next(at)) {
            long end = set.nextAbsent(at);
            runs.append(at).append('-').append(end - 1).append(' ');
            at = end;
        }
        return runs.toString();
    }
}

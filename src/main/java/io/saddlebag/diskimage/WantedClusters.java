package io.saddlebag.diskimage;

import io.saddlebag.blockmap.BlockMap;
import io.saddlebag.blockmap.BlockMaps;
import io.saddlebag.disk.ClusterSet;
import io.saddlebag.disk.Disks;
import io.saddlebag.disk.ReadableDisk;
import io.saddlebag.fault.BackupException;
import io.saddlebag.posix.DataRange;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The clusters of a disk that an image of it holds.
 *
 * @param reason for people
 */
record WantedClusters(ClusterSet clusters, String reason) {
    /** Holes in more pieces than that are read as zeros. */
    private static final int MAX_RANGES = 1 << 18;

    /** @throws BackupException with a {@link io.saddlebag.filesystem.FileSystemFault} */
    static WantedClusters of(Disks disks, Path path, ReadableDisk disk, Blocks blocks) throws IOException {
        if (disk.sizeBytes() == 0) {
            throw new BackupException(
                    DiskImageFault.NOT_A_VOLUME, path + " is empty", "Name a disk that has some bytes.");
        }
        boolean known = blocks == Blocks.USED
                || (blocks == Blocks.AUTO && BlockMaps.recognise(disk).isPresent());
        ClusterSet stored = ClusterSet.none(disk.sizeBytes());
        for (DataRange range : disks.dataRanges(path, MAX_RANGES)) {
            stored.addBytes(range.offsetBytes(), Math.min(range.lengthBytes(), disk.sizeBytes() - range.offsetBytes()));
        }
        if (!known) {
            return new WantedClusters(stored, "all blocks that are no holes");
        }
        BlockMap map = BlockMaps.read(disk);
        String reason = map.usedUnits() + " of " + map.units() + " blocks of " + map.unitBytes() + " bytes of an "
                + map.type().display() + " file system";
        return new WantedClusters(both(map.clusters(), stored, disk.sizeBytes()), reason);
    }

    private static ClusterSet both(ClusterSet used, ClusterSet stored, long diskBytes) {
        ClusterSet both = ClusterSet.none(diskBytes);
        for (long at = used.next(0); at >= 0; ) {
            long usedEnd = used.nextAbsent(at);
            long from = stored.next(at);
            if (from < 0) {
                break;
            }
            if (from < usedEnd) {
                long end = Math.min(usedEnd, stored.nextAbsent(from));
                both.addRange(from, end);
                from = end;
            }
            at = used.next(Math.max(from, at + 1));
        }
        return both;
    }
}

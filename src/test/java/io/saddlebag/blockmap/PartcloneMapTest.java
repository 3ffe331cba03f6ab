package io.saddlebag.blockmap;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.disk.ClusterSet;
import io.saddlebag.testing.Program;
import io.saddlebag.testing.Volumes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Partclone reads the same maps by the file systems' own libraries: what it copies, an image has, and next to nothing else. */
@Tag("D9")
class PartcloneMapTest {
    /** Of its image, version 2: the bitmap follows. Little-endian. */
    private static final int HEADER_BYTES = 110;

    private static final int BLOCKS_AT = 60;
    private static final int BLOCK_SIZE_AT = 84;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "partclone.ext2, mke2fs -q -F -t ext2, ''",
        "partclone.ext3, mke2fs -q -F -t ext3 -b 1024, ''",
        "partclone.ext4, mke2fs -q -F -t ext4, ''",
        "partclone.xfs, mkfs.xfs -q, nouuid",
        "partclone.ntfs, mkfs.ntfs -q -F -f, ''",
    })
    void the_map_is_partclones(String partclone, String mkfs, String options) throws Exception {
        Program.need(partclone);
        Path image = Volumes.make(folder, "disk", 340L << 20, (Object[]) mkfs.split(" "));
        if (!partclone.endsWith("ntfs")) {
            Volumes.mounted(image, options, mounted -> Volumes.fill(mounted, 600, 1));
        }

        ClusterSet theirs = clustersOf(partclone, image);
        ClusterSet ours = Drawing.map(image).clusters();

        long more = 0;
        for (long cluster = 0; cluster < ours.clusters(); cluster++) {
            assertThat(!theirs.contains(cluster) || ours.contains(cluster))
                    .as("cluster %s", cluster)
                    .isTrue();
            more += ours.contains(cluster) && !theirs.contains(cluster) ? 1 : 0;
        }
        // the last sector of NTFS, free lists of XFS
        assertThat(more).isLessThanOrEqualTo(4);
    }

    private ClusterSet clustersOf(String partclone, Path image) throws IOException, InterruptedException {
        Path copy = folder.resolve("copy");
        Program.run(folder, partclone, "-c", "-a0", "-s", image, "-o", copy, "-L", folder.resolve("log"));
        ClusterSet clusters = ClusterSet.none(Files.size(image));
        try (InputStream in = Files.newInputStream(copy)) {
            ByteBuffer header = ByteBuffer.wrap(in.readNBytes(HEADER_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
            long blocks = header.getLong(BLOCKS_AT);
            long blockBytes = header.getInt(BLOCK_SIZE_AT);
            BitSet used = BitSet.valueOf(in.readNBytes((int) ((blocks + 7) / 8)));
            for (int block = used.nextSetBit(0); block >= 0 && block < blocks; block = used.nextSetBit(block + 1)) {
                clusters.addBytes(block * blockBytes, Math.min(blockBytes, Files.size(image) - block * blockBytes));
            }
        }
        assertThat(clusters.isEmpty()).isFalse();
        return clusters;
    }
}

package io.saddlebag.blockmap;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.filesystem.FileSystemType;
import io.saddlebag.testing.Program;
import io.saddlebag.testing.Volumes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("D9")
class ExtMapTest {
    private static final long MIB = 1 << 20;
    private static final Pattern FREE = Pattern.compile("(?m)^  Free blocks: *([-0-9, ]*)$");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-t ext2 -b 1024",
                "-t ext2 -b 4096 -r 0",
                "-t ext3 -b 2048",
                "-t ext4",
                "-t ext4 -b 1024 -g 2048",
                "-t ext4 -O ^metadata_csum,uninit_bg",
                "-t ext4 -O ^metadata_csum,^uninit_bg",
                "-t ext4 -O ^64bit,^flex_bg",
                "-t ext4 -O meta_bg,^resize_inode",
                "-t ext4 -b 1024 -O meta_bg,^resize_inode,uninit_bg",
                "-t ext4 -O sparse_super2",
                "-t ext4 -O ^sparse_super,^resize_inode -b 1024",
                "-t ext4 -O bigalloc -C 65536",
                "-t ext4 -b 1024 -O bigalloc -C 16384",
                "-t ext4 -O metadata_csum_seed,inline_data,large_dir,mmp",
                "-t ext4 -b 65536",
                "-t ext4 -E packed_meta_blocks=1 -J size=4",
            })
    void the_map_is_dumpe2fss(String options) throws Exception {
        Program.need("dumpe2fs");
        long size = 700 * MIB + 12_345;
        Path image = Volumes.make(folder, "ext", size, (Object[]) ("mke2fs -q -F " + options).split(" "));
        requireSame(image);

        if (!options.contains("-b 65536") && !options.contains("-r 0")) {
            Volumes.mounted(image, "", mounted -> Volumes.fill(mounted, 600, 1));
            requireSame(image);
        }
    }

    private void requireSame(Path image) throws IOException, InterruptedException {
        String dump = Program.run(folder, "dumpe2fs", image);
        BlockMap map = Drawing.map(image);
        long blocks = number(dump, "Block count");
        long begin = number(dump, "First block");
        int blockBytes = (int) number(dump, "Block size");
        int ratio = map.unitBytes() / blockBytes;

        assertThat(map.type()).isEqualTo(FileSystemType.EXT);
        assertThat(map.units()).isEqualTo((blocks - begin + ratio - 1) / ratio);
        assertThat(map.units() - map.usedUnits()).isEqualTo(number(dump, "Free blocks") / ratio);
        BitSet used = new BitSet();
        used.set(0, (int) map.units());
        Matcher free = FREE.matcher(dump);
        int groups = 0;
        while (free.find()) {
            groups++;
            for (String range : free.group(1).strip().split(", *")) {
                if (!range.isEmpty()) {
                    String[] ends = range.split("-");
                    int from = (int) (Long.parseLong(ends[0]) - begin) / ratio;
                    int to = (int) (Long.parseLong(ends[ends.length - 1]) - begin) / ratio;
                    used.clear(from, to + 1);
                }
            }
        }
        assertThat(groups).isPositive();
        assertThat(used.cardinality()).isEqualTo((int) map.usedUnits());
        assertThat(Drawing.text(map.clusters()))
                .isEqualTo(Drawing.text(Drawing.clusters(used, map, begin * blockBytes, Files.size(image))));
    }

    private static long number(String dump, String name) {
        Matcher matcher = Pattern.compile("(?m)^" + name + ": *(\\d+)").matcher(dump);
        assertThat(matcher.find()).as(name).isTrue();
        return Long.parseLong(matcher.group(1));
    }
}

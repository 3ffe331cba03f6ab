package io.saddlebag.blockmap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.saddlebag.fault.BackupException;
import io.saddlebag.filesystem.FileSystemFault;
import io.saddlebag.filesystem.FileSystemType;
import io.saddlebag.testing.Program;
import io.saddlebag.testing.Volumes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("D9")
class NtfsMapTest {
    private static final long MIB = 1 << 20;

    @TempDir
    Path folder;

    @BeforeEach
    void programs() {
        Program.need("mkfs.ntfs", "ntfsinfo", "ntfscat");
    }

    private Path make(long size, String options) throws IOException, InterruptedException {
        return Volumes.make(folder, "ntfs", size, (Object[])
                ("mkfs.ntfs -q -F -f " + options).strip().split(" "));
    }

    private void mounted(Path image, Volumes.Work work) throws IOException, InterruptedException {
        Program.needRoot();
        Program.need("ntfs-3g");
        assumeTrue(Files.exists(Path.of("/dev/fuse")), "there is no /dev/fuse here");
        Path point = Files.createDirectories(folder.resolve("mounted"));
        Program.run(folder, "ntfs-3g", image, point);
        try {
            work.on(point);
        } finally {
            Program.run(folder, "umount", point);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-c 512", "-c 65536", "-s 4096", "-c 1024 -s 512"})
    void the_map_is_the_bitmap_file(String options) throws Exception {
        Path image = make(90 * MIB + 12_288, options);
        requireSame(image);

        mounted(image, mounted -> Volumes.fill(mounted, 400, 3));
        requireSame(image);
    }

    @Test
    void a_file_table_in_many_pieces_is_followed() throws Exception {
        Path image = make(24 * MIB, "-c 512");
        mounted(image, mounted -> {
            int files = 0;
            try {
                for (; files < 20_000; files++) {
                    Files.write(mounted.resolve("a" + files), new byte[3000]);
                }
            } catch (IOException full) {
                assertThat(full).hasMessageContaining("No space");
            }
            for (int i = 0; i < files; i += 2) {
                Files.delete(mounted.resolve("a" + i));
            }
            for (int i = 0; i < 6000; i++) {
                Files.write(mounted.resolve("b" + i), new byte[10]);
            }
        });
        assertThat(Program.run(folder, "ntfsinfo", "-i", "0", "-v", image)).contains("$ATTRIBUTE_LIST");

        requireSame(image);
    }

    private void requireSame(Path image) throws IOException, InterruptedException {
        BlockMap map = Drawing.map(image);
        String info = Program.run(folder, "ntfsinfo", "-m", image);
        int clusters = number(info, "Volume Size in Clusters: (\\d+)");
        Path bits = folder.resolve("bits");
        Program.run(folder, "sh", "-c", "ntfscat -i 6 " + image + " > " + bits);
        BitSet used = BitSet.valueOf(Files.readAllBytes(bits));
        used.clear(clusters, Math.max(clusters, used.length()));

        assertThat(map.type()).isEqualTo(FileSystemType.NTFS);
        assertThat(map.unitBytes()).isEqualTo(number(info, "Cluster Size: (\\d+)"));
        assertThat(map.units()).isEqualTo(clusters);
        assertThat(map.usedUnits()).isEqualTo(used.cardinality());
        assertThat(Drawing.text(map.clusters()))
                .isEqualTo(Drawing.text(Drawing.clusters(used, map, 0, Files.size(image))));
    }

    private static int number(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(pattern).isTrue();
        return Integer.parseInt(matcher.group(1));
    }

    /** The copy of the boot sector stands behind the last cluster. */
    @Test
    void the_last_cluster_of_the_disk_is_always_in_the_map() throws Exception {
        BlockMap map = Drawing.map(make(90 * MIB, ""));

        assertThat(map.clusters().contains(map.clusters().clusters() - 1)).isTrue();
    }

    @Test
    void a_volume_that_is_marked_dirty_is_refused() throws Exception {
        Path image = make(24 * MIB, "");
        Program.run(folder, "ntfsfix", image);
        // ntfsfix leaves the mark for Windows
        assertThatThrownBy(() -> Drawing.map(image))
                .isInstanceOfSatisfying(
                        BackupException.class,
                        e -> assertThat(e.is(FileSystemFault.NOT_CLEAN)).isTrue())
                .hasMessageContaining("it is marked dirty");
    }

    @Test
    void a_journal_that_isnt_closed_is_refused() throws Exception {
        Path image = make(24 * MIB, "");
        Matcher at = Pattern.compile("Runlist:\\s+VCN\\s+LCN\\s+Length\\s+0x0\\s+0x([0-9a-f]+)")
                .matcher(Program.run(folder, "ntfsinfo", "-i", "2", "-v", image));
        assertThat(at.find()).isTrue();
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            // a restart page with a client in use
            file.seek(Long.parseLong(at.group(1), 16) * 4096);
            byte[] page = new byte[4096];
            System.arraycopy(new byte[] {'R', 'S', 'T', 'R'}, 0, page, 0, 4);
            page[17] = 16;
            page[24] = 48;
            file.write(page);
        }

        assertThatThrownBy(() -> Drawing.map(image)).hasMessageContaining("its journal has to be replayed");
    }
}

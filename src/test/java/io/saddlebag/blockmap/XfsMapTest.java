package io.saddlebag.blockmap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.fault.BackupException;
import io.saddlebag.filesystem.FileSystemFault;
import io.saddlebag.filesystem.FileSystemType;
import io.saddlebag.testing.Program;
import io.saddlebag.testing.Volumes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("D9")
class XfsMapTest {
    private static final long MIB = 1 << 20;

    @TempDir
    Path folder;

    @BeforeEach
    void programs() {
        Program.need("mkfs.xfs", "xfs_db");
    }

    private Path make(String name, long size, String options) throws IOException, InterruptedException {
        return Volumes.make(folder, name, size, (Object[])
                ("mkfs.xfs -q " + options).strip().split(" "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-b size=1024",
                "-b size=1024 -d agcount=7",
                "-s size=4096",
                "-m rmapbt=1,reflink=1",
                "-m crc=0",
                "-m crc=0 -b size=512",
                "-l version=2,su=64k",
            })
    void the_map_is_xfs_dbs(String options) throws Exception {
        Path image = make("xfs", 500 * MIB + 70_000, options);
        requireSame(image);

        // without checksums the kernel doesn't mount it any more
        if (!options.contains("crc=0")) {
            Volumes.mounted(image, "nouuid", mounted -> {
                Volumes.fill(mounted, 3000, 2);
            });
            requireSame(image);
        }
    }

    private void requireSame(Path image) throws IOException, InterruptedException {
        String super0 = Program.run(
                folder, "xfs_db", "-r", "-c", "sb 0", "-c", "print dblocks agblocks blocksize agcount", image);
        int blocks = number(super0, "dblocks");
        int groupBlocks = number(super0, "agblocks");
        BitSet used = new BitSet();
        used.set(0, blocks);
        int free = 0;
        for (String line : Program.run(folder, "xfs_db", "-r", "-c", "freesp -d", image)
                .lines()
                .toList()) {
            String[] words = line.strip().split(" +");
            if (words.length == 3 && words[0].matches("\\d+")) {
                int from = Integer.parseInt(words[0]) * groupBlocks + Integer.parseInt(words[1]);
                used.clear(from, from + Integer.parseInt(words[2]));
                free += Integer.parseInt(words[2]);
            }
        }
        int groups = number(super0, "agcount");
        for (int group = 0; group < groups; group++) {
            free -= addKeptBack(image, group, group * groupBlocks, used);
        }
        BlockMap map = Drawing.map(image);

        assertThat(map.type()).isEqualTo(FileSystemType.XFS);
        assertThat(map.unitBytes()).isEqualTo(number(super0, "blocksize"));
        assertThat(map.units()).isEqualTo(blocks);
        assertThat(map.usedUnits()).isEqualTo((long) blocks - free);
        assertThat(Drawing.text(map.clusters()))
                .isEqualTo(Drawing.text(Drawing.clusters(used, map, 0, Files.size(image))));
    }

    /** Blocks for the trees themselves to grow into: that program prints them as free, and they count as used here. */
    private int addKeptBack(Path image, int group, int groupBegin, BitSet used)
            throws IOException, InterruptedException {
        String head = Program.run(
                folder,
                "xfs_db",
                "-r",
                "-c",
                "agf " + group,
                "-c",
                "print flfirst flcount",
                "-c",
                "agfl " + group,
                "-c",
                "print bno",
                image);
        int first = number(head, "flfirst");
        int count = number(head, "flcount");
        Map<Integer, String> slots = new TreeMap<>();
        Matcher slot = Pattern.compile("(\\d+):(\\w+)").matcher(head);
        while (slot.find()) {
            slots.put(Integer.parseInt(slot.group(1)), slot.group(2));
        }
        for (int i = 0; i < count; i++) {
            used.set(groupBegin + Integer.parseInt(slots.get((first + i) % slots.size())));
        }
        return count;
    }

    private static int number(String text, String name) {
        return Integer.parseInt(text.lines()
                .filter(line -> line.startsWith(name + " = "))
                .findFirst()
                .orElseThrow()
                .substring(name.length() + 3));
    }

    @Test
    void a_log_that_has_to_be_replayed_is_refused_and_one_of_a_frozen_file_system_is_not() throws Exception {
        Program.needRoot();
        Path outer = make("outer", 900 * MIB, "-m reflink=1");
        Volumes.mounted(outer, "nouuid", under -> {
            Path image = Volumes.make(under, "inner", 320 * MIB, "mkfs.xfs", "-q");
            Volumes.mounted(image, "nouuid", mounted -> {
                for (int i = 0; i < 20; i++) {
                    Volumes.fill(mounted, 60, i);
                    Program.run(folder, "sync", "-f", mounted);
                }
                Program.run(folder, "cp", "--reflink=always", image, under.resolve("crashed"));
                Program.run(folder, "fsfreeze", "-f", mounted);
                try {
                    Program.run(folder, "cp", "--reflink=always", image, under.resolve("frozen"));
                } finally {
                    Program.run(folder, "fsfreeze", "-u", mounted);
                }
            });
            requireSame(under.resolve("frozen"));
            requireSame(image);
            assertThatThrownBy(() -> Drawing.map(under.resolve("crashed")))
                    .isInstanceOfSatisfying(
                            BackupException.class,
                            e -> assertThat(e.is(FileSystemFault.NOT_CLEAN)).isTrue())
                    .hasMessageContaining("its log has to be replayed")
                    .hasMessageContaining("HINT: Unmount it, or take the snapshot while it is frozen");
        });
    }
}

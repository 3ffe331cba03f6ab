package io.saddlebag.blockmap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.disk.MemoryDisk;
import io.saddlebag.disk.ReadableDisk;
import io.saddlebag.disk.local.ReadOnlyFile;
import io.saddlebag.fault.BackupException;
import io.saddlebag.filesystem.FileSystemFault;
import io.saddlebag.filesystem.FileSystemType;
import io.saddlebag.testing.Program;
import io.saddlebag.testing.Volumes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("D9")
@Tag("Q13")
class HostileFileSystemsTest {
    private static final long MIB = 1 << 20;

    @TempDir
    Path folder;

    /** A disk with some bytes changed, that counts how much is asked of it. */
    private static final class ChangedDisk implements ReadableDisk {
        private final ReadableDisk disk;
        private final long sizeBytes;
        private final Map<Long, Byte> changes = new TreeMap<>();
        private long reads;

        ChangedDisk(ReadableDisk disk, long sizeBytes) {
            this.disk = disk;
            this.sizeBytes = sizeBytes;
        }

        @Override
        public long sizeBytes() {
            return sizeBytes;
        }

        @Override
        public void read(long offsetBytes, ByteBuffer into) throws IOException {
            reads++;
            int from = into.position();
            disk.read(offsetBytes, into);
            changes.forEach((at, value) -> {
                long index = from + at - offsetBytes;
                if (index >= from && index < into.limit()) {
                    into.put((int) index, value);
                }
            });
        }

        @Override
        public void close() {}
    }

    /** Whatever is changed: there is a map, or an operator is told why not; nothing hangs, nothing else is thrown. */
    @ParameterizedTest
    @CsvSource({
        "mke2fs -q -F -t ext2 -b 1024, 40",
        "mke2fs -q -F -t ext4, 40",
        "mke2fs -q -F -t ext4 -O ^metadata_csum;uninit_bg;meta_bg;^resize_inode -b 1024, 40",
        "mke2fs -q -F -t ext4 -O ^metadata_csum;bigalloc, 40",
        "mkfs.xfs -q, 320",
        "mkfs.xfs -q -m crc=0, 320",
        "mkfs.ntfs -q -F -f, 24",
        "mkfs.ntfs -q -F -f -c 512, 24",
    })
    void damaged_file_systems_have_a_map_or_a_reason(String mkfs, int mebibytes) throws Exception {
        Path image = Volumes.make(folder, "image", mebibytes * MIB, (Object[])
                mkfs.replace(';', ',').split(" "));
        int refused = 0;
        try (ReadOnlyFile disk = ReadOnlyFile.open(image)) {
            // where structures are: what was read is what can be hurt
            long[] places = placesRead(disk);
            for (long seed = 0; seed < 1500; seed++) {
                Random random = new Random(seed);
                long size = random.nextInt(20) == 0 ? 512L * random.nextInt(mebibytes * 2048) : disk.sizeBytes();
                ChangedDisk changed = new ChangedDisk(disk, size);
                for (int i = 0; i < 1 + random.nextInt(3); i++) {
                    long place =
                            places[random.nextInt(places.length)] + random.nextInt(random.nextBoolean() ? 64 : 512);
                    for (int b = 0; b < 1 + random.nextInt(8); b++) {
                        changed.changes.put(place + b, random.nextBoolean() ? (byte) random.nextInt() : (byte) -1);
                    }
                }
                try {
                    BlockMap map = BlockMaps.read(changed);
                    assertThat(map.usedUnits()).as("seed %s", seed).isBetween(0L, map.units());
                } catch (BackupException e) {
                    refused++;
                    assertThat(e.codeId()).as("seed %s", seed).startsWith("SBG-N1");
                } catch (IOException | RuntimeException e) {
                    throw new AssertionError("seed " + seed, e);
                }
                assertThat(changed.reads).as("seed %s", seed).isLessThan(100_000);
            }
        }
        assertThat(refused).isGreaterThan(100);
    }

    private static long[] placesRead(ReadableDisk disk) throws IOException {
        TreeMap<Long, Boolean> places = new TreeMap<>();
        ReadableDisk watched = new ReadableDisk() {
            @Override
            public long sizeBytes() {
                return disk.sizeBytes();
            }

            @Override
            public void read(long offsetBytes, ByteBuffer into) throws IOException {
                places.put(offsetBytes, true);
                disk.read(offsetBytes, into);
            }

            @Override
            public void close() {}
        };
        BlockMaps.read(watched);
        return places.keySet().stream().mapToLong(Long::longValue).toArray();
    }

    @Test
    void what_is_no_known_file_system_is_refused() {
        for (byte[] disk : new byte[][] {new byte[0], new byte[100], new byte[100_000]}) {
            assertThatThrownBy(() -> BlockMaps.read(new MemoryDisk(disk)))
                    .isInstanceOfSatisfying(
                            BackupException.class,
                            e -> assertThat(e.is(FileSystemFault.NO_FILE_SYSTEM))
                                    .isTrue())
                    .hasMessageContaining("HINT: Image all of it, with blocks=all.");
        }
    }

    /** What was there before a disk got another use must not decide what is left out. */
    @Test
    void a_signature_beside_another_is_not_believed() throws IOException {
        byte[] disk = new byte[200_000];
        disk[1080] = 0x53;
        disk[1081] = (byte) 0xef;
        assertThat(BlockMaps.recognise(new MemoryDisk(disk))).contains(FileSystemType.EXT);

        for (Map.Entry<Integer, String> sign : Map.of(
                        0, "XFSB", 3, "NTFS    ", 512, "EFI PART", 4086, "SWAPSPACE2", 65_600, "_BHRfS_M")
                .entrySet()) {
            byte[] both = disk.clone();
            byte[] text = sign.getValue().getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(text, 0, both, sign.getKey(), text.length);
            assertThat(BlockMaps.recognise(new MemoryDisk(both)))
                    .as(sign.getValue())
                    .isEmpty();
        }
    }

    @Test
    void journals_that_have_to_be_replayed_and_found_errors_are_refused() throws Exception {
        Program.need("debugfs");
        Path image = Volumes.make(folder, "ext", 20 * MIB, "mke2fs", "-q", "-F", "-t", "ext4");
        Program.run(folder, "debugfs", "-w", "-R", "feature needs_recovery", image);
        assertThatThrownBy(() -> Drawing.map(image)).hasMessageContaining("its journal has to be replayed");

        Path errors = Volumes.make(folder, "errors", 20 * MIB, "mke2fs", "-q", "-F", "-t", "ext4");
        Program.run(folder, "debugfs", "-w", "-R", "set_super_value state 2", errors);
        assertThatThrownBy(() -> Drawing.map(errors)).hasMessageContaining("the kernel has found errors in it");

        Path open = Volumes.make(folder, "open", 20 * MIB, "mke2fs", "-q", "-F", "-t", "ext2");
        Program.run(folder, "debugfs", "-w", "-R", "set_super_value state 0", open);
        assertThatThrownBy(() -> Drawing.map(open)).hasMessageContaining("was not unmounted");
    }
}

package io.saddlebag.disk.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.disk.DiskFault;
import io.saddlebag.disk.DiskStatus;
import io.saddlebag.disk.Disks;
import io.saddlebag.disk.ReadableDisk;
import io.saddlebag.disk.WritableDisk;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.local.LocalFiles;
import io.saddlebag.host.local.Root;
import io.saddlebag.posix.DataRange;
import io.saddlebag.posix.DeviceUse;
import io.saddlebag.posix.Posix;
import io.saddlebag.testing.LoopDevice;
import io.saddlebag.testing.Program;
import io.saddlebag.testing.Volumes;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("D9")
@Timeout(120)
class LocalDisksTest {
    private static final int MIB = 1 << 20;

    @TempDir
    Path folder;

    private final Posix posix = Root.posix();
    private final Disks disks = new LocalDisks(posix, new LocalFiles(posix));

    private Path file(int bytes) throws IOException {
        byte[] content = new byte[bytes];
        Arrays.fill(content, (byte) 7);
        return Files.write(folder.resolve("disk"), content);
    }

    @Test
    void a_file_that_nobody_uses_is_a_disk() throws Exception {
        Path file = file(3 * MIB);

        DiskStatus status = disks.status(file);

        assertThat(status.kind()).isEqualTo(DiskStatus.Kind.FILE);
        assertThat(status.sizeBytes()).isEqualTo(3 * MIB);
        assertThat(status.uses()).isEmpty();
        try (ReadableDisk disk = disks.openRead(file)) {
            ByteBuffer into = ByteBuffer.allocate(10);
            disk.read(3 * MIB - 10, into);
            assertThat(into.array()).containsOnly(7);
            assertThatThrownBy(() -> disk.read(3 * MIB - 9, ByteBuffer.allocate(10)))
                    .isInstanceOf(EOFException.class);
        }
    }

    /** Buffers that begin where a page does are filled past the page cache, where there is such a way; wherever they begin, the bytes are the same. */
    @ParameterizedTest
    @ValueSource(strings = {"disk", "memory", "device"})
    void what_was_written_a_moment_ago_is_read_into_any_buffer(String where) throws Exception {
        int length = where.equals("device") ? 3 * MIB : 3 * MIB - 300;
        byte[] content = new byte[length];
        new Random(5).nextBytes(content);
        Path other = Files.createTempDirectory(Path.of("/dev/shm"), "saddlebag-test-");
        try {
            Path file = Files.write((where.equals("memory") ? other : folder).resolve("disk"), new byte[length]);
            try (LoopDevice loop = where.equals("device") ? LoopDevice.of(file) : null) {
                Path path = loop == null ? file : loop.path();
                try (FileChannel written = FileChannel.open(path, StandardOpenOption.WRITE);
                        ReadableDisk disk = disks.openRead(path)) {
                    written.write(ByteBuffer.wrap(content));
                    for (int at : List.of(0, 4096, MIB + 512, MIB + 7, length - 5000, length - 1)) {
                        for (int shift : List.of(0, 1, 512)) {
                            ByteBuffer into = pageBuffer(length - at, shift);
                            disk.read(at, into);
                            assertThat(into.hasRemaining()).isFalse();
                            assertThat(into.flip().mismatch(ByteBuffer.wrap(content, at, length - at)))
                                    .as("from byte %s, %s bytes behind a page's beginning", at, shift)
                                    .isEqualTo(-1);
                        }
                    }
                    ByteBuffer tooMuch = pageBuffer(length + 4096, 0);
                    assertThatThrownBy(() -> disk.read(0, tooMuch)).isInstanceOf(EOFException.class);
                }
            }
        } finally {
            Files.deleteIfExists(other.resolve("disk"));
            Files.delete(other);
        }
    }

    private static ByteBuffer pageBuffer(int bytes, int shift) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes + shift + 2 * 4096).alignedSlice(4096);
        return buffer.position(shift).slice().limit(bytes);
    }

    @Test
    void a_device_has_its_size_and_its_uses() throws Exception {
        Path file = Volumes.make(folder, "ext", 20 * MIB, "mke2fs", "-q", "-F", "-t", "ext4");
        try (LoopDevice loop = LoopDevice.of(file)) {
            DiskStatus free = disks.status(loop.path());
            assertThat(free.kind()).isEqualTo(DiskStatus.Kind.DEVICE);
            assertThat(free.sizeBytes()).isEqualTo(20 * MIB);
            assertThat(free.uses()).isEmpty();
            assertThat(disks.status(file).usesText()).isEqualTo("attached as " + loop.path());
            assertThat(disks.status(file).mayChange()).isFalse();

            Path point = Files.createDirectory(folder.resolve("a b"));
            Program.run(folder, "mount", loop.path(), point);
            try {
                DiskStatus mounted = disks.status(loop.path());
                assertThat(mounted.uses()).containsExactly(new DeviceUse(DeviceUse.Kind.MOUNTED, point.toString()));
                assertThat(mounted.mayChange()).isTrue();
                assertThat(disks.status(file).uses()).isEqualTo(mounted.uses());

                Program.run(folder, "mount", "-o", "remount,ro", point);
                DiskStatus readOnly = disks.status(loop.path());
                assertThat(readOnly.usesText()).isEqualTo("mounted for reading at " + point);
                assertThat(readOnly.mayChange()).isFalse();
            } finally {
                Program.run(folder, "umount", point);
            }
        }
    }

    /** A mount for reading of a file system that is written through another one. */
    @Test
    void a_mount_for_reading_beside_one_for_writing_is_no_promise() throws Exception {
        Path file = Volumes.make(folder, "ext", 20 * MIB, "mke2fs", "-q", "-F", "-t", "ext4");
        Path other = Files.createDirectory(folder.resolve("other"));
        Volumes.mounted(file, "", mounted -> {
            Program.run(folder, "mount", "--bind", mounted, other);
            Program.run(folder, "mount", "-o", "remount,bind,ro", other);
            try {
                assertThat(disks.status(file).uses()).hasSize(2).allMatch(use -> use.kind() == DeviceUse.Kind.MOUNTED);
            } finally {
                Program.run(folder, "umount", other);
            }
        });
    }

    @Test
    void the_uses_of_partitions_are_those_of_the_whole_device() throws Exception {
        Program.need("addpart", "delpart");
        Path file = file(30 * MIB);
        try (LoopDevice loop = LoopDevice.of(file)) {
            Program.run(folder, "addpart", loop.path(), 1, 2048, 20480);
            String name = loop.path().getFileName() + "p1";
            Path part = Path.of("/dev", name);
            if (!Files.exists(part)) {
                // without udev nobody makes the node
                String numbers = Files.readString(Path.of("/sys/class/block", name, "dev"))
                        .strip();
                Program.run(folder, "mknod", part, "b", numbers.split(":")[0], numbers.split(":")[1]);
            }
            Program.run(folder, "mke2fs", "-q", "-F", part);
            Path point = Files.createDirectory(folder.resolve("point"));
            Program.run(folder, "mount", part, point);
            try {
                assertThat(disks.status(loop.path()).usesText()).isEqualTo("mounted at " + point);
                assertThatThrownBy(() -> disks.openWrite(loop.path())).hasMessageContaining("is mounted at " + point);
            } finally {
                Program.run(folder, "umount", point);
                Program.run(folder, "delpart", loop.path(), 1);
                Files.deleteIfExists(part);
            }
        }
    }

    @Test
    void a_device_in_use_is_never_opened_for_writing() throws Exception {
        Path file = Volumes.make(folder, "ext", 20 * MIB, "mke2fs", "-q", "-F", "-t", "ext4");
        try (LoopDevice loop = LoopDevice.of(file)) {
            Path point = Files.createDirectory(folder.resolve("point"));
            Program.run(folder, "mount", loop.path(), point);
            try {
                assertThatThrownBy(() -> disks.openWrite(loop.path()))
                        .isInstanceOfSatisfying(
                                BackupException.class,
                                e -> assertThat(e.is(DiskFault.IN_USE)).isTrue())
                        .hasMessageContaining(loop.path() + " is mounted at " + point);
            } finally {
                Program.run(folder, "umount", point);
            }
        }
    }

    @Test
    void a_device_being_written_or_read_alone_cant_be_mounted() throws Exception {
        Path file = Volumes.make(folder, "ext", 20 * MIB, "mke2fs", "-q", "-F", "-t", "ext4");
        Path point = Files.createDirectory(folder.resolve("point"));
        try (LoopDevice loop = LoopDevice.of(file)) {
            try (WritableDisk held = disks.openWrite(loop.path())) {
                assertThat(held.sizeBytes()).isEqualTo(20 * MIB);
                assertThat(Program.end(folder, "mount", loop.path(), point).exitCode())
                        .isNotZero();
                assertThatThrownBy(() -> disks.openWrite(loop.path()))
                        .hasMessageContaining("in use by something that the kernel doesn't name");
            }
            try (ReadableDisk held = disks.openRead(loop.path())) {
                assertThat(held.sizeBytes()).isEqualTo(20 * MIB);
                assertThat(Program.end(folder, "mount", loop.path(), point).exitCode())
                        .isNotZero();
            }
            Program.run(folder, "mount", loop.path(), point);
            Program.run(folder, "umount", point);
        }
    }

    @Test
    void a_device_is_written_and_zeroed() throws Exception {
        Path file = file(4 * MIB);
        try (LoopDevice loop = LoopDevice.of(file)) {
            try (WritableDisk disk = disks.openWrite(loop.path())) {
                disk.write(MIB, ByteBuffer.wrap(new byte[] {1, 2, 3}));
                disk.zero(2 * MIB, MIB);
                disk.zero(100, 10);
                disk.sync();
            }
            byte[] bytes = Program.isThere("losetup") ? Files.readAllBytes(file) : new byte[0];
            assertThat(Arrays.copyOfRange(bytes, MIB, MIB + 4)).containsExactly(1, 2, 3, 7);
            assertThat(Arrays.copyOfRange(bytes, 2 * MIB, 3 * MIB)).containsOnly(0);
            assertThat(Arrays.copyOfRange(bytes, 3 * MIB, 4 * MIB)).containsOnly(7);
            assertThat(Arrays.copyOfRange(bytes, 99, 111)).containsExactly(7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7);
        }
    }

    @Test
    void a_new_file_has_holes_where_nothing_was_written_and_its_name_when_it_is_whole() throws Exception {
        Path target = folder.resolve("new");
        try (Disks.NewDisk disk = disks.create(target, 8 * MIB)) {
            disk.write(MIB, ByteBuffer.wrap(new byte[MIB]));
            disk.write(4 * MIB, ByteBuffer.wrap(new byte[] {1}));
            disk.zero(MIB, MIB);
            disk.zero(5 * MIB, 3 * MIB);
            assertThat(target).doesNotExist();
            disk.publish();
        }

        assertThat(Files.size(target)).isEqualTo(8 * MIB);
        assertThat(disks.dataRanges(target, 100)).containsExactly(new DataRange(4 * MIB, 4096));
        try (Disks.NewDisk disk = disks.create(folder.resolve("given up"), MIB)) {
            disk.write(0, ByteBuffer.wrap(new byte[] {1}));
        }
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactly(target);
        }
    }

    @Test
    void an_existing_file_is_replaced_only_when_that_is_asked_for() throws Exception {
        Path file = file(100);
        try (Disks.NewDisk disk = disks.create(file, 50)) {
            assertThatThrownBy(disk::publish).hasMessageContaining("SBG-F005");
            assertThat(file).hasSize(100);
            disk.replace();
        }
        assertThat(file).hasSize(50);
    }

    @Test
    void what_has_no_bytes_is_no_disk() throws Exception {
        for (Path path : new Path[] {folder, folder.resolve("missing"), Path.of("/dev/null")}) {
            assertThatThrownBy(() -> disks.status(path))
                    .isInstanceOfSatisfying(
                            BackupException.class,
                            e -> assertThat(e.is(DiskFault.NO_DISK)).isTrue());
        }
        Path file = file(10);
        assertThatThrownBy(() -> disks.openWrite(file)).hasMessageContaining("is a file");
    }

    @Test
    void where_a_file_has_data_is_told_up_to_a_limit() throws Exception {
        Path file = folder.resolve("sparse");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(9 * MIB);
            for (int at = 1; at < 9; at += 2) {
                sparse.seek((long) at * MIB);
                sparse.write(1);
            }
        }
        assertThat(disks.dataRanges(file, 100)).hasSize(4).first().isEqualTo(new DataRange(MIB, 4096));
        assertThat(disks.dataRanges(file, 2))
                .containsExactly(new DataRange(MIB, 4096), new DataRange(3 * MIB, 6 * MIB));
    }
}

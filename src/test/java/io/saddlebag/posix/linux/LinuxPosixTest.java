package io.saddlebag.posix.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.saddlebag.host.local.LoopFileSystem;
import io.saddlebag.host.local.LoopFileSystem.Kind;
import io.saddlebag.host.local.Root;
import io.saddlebag.posix.DataRange;
import io.saddlebag.posix.Errno;
import io.saddlebag.posix.Posix;
import io.saddlebag.posix.PosixException;
import io.saddlebag.posix.RawPath;
import io.saddlebag.posix.SpecialFile;
import io.saddlebag.quantity.ByteCount;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class LinuxPosixTest {
    private final Posix posix = Root.posix();

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(names = {"BTRFS", "XFS"})
    void a_file_system_grows_to_the_size_asked_for(Kind kind) throws Exception {
        ByteCount size = ByteCount.mebibytes(1200);
        try (var loop = LoopFileSystem.create(posix, folder.resolve("image"), kind, size)) {
            assertThat(Files.getFileStore(loop.path()).getTotalSpace()).isGreaterThan(size.bytes() * 9 / 10);
            assertThat(posix.mountOf(loop.path()).fileSystem())
                    .isEqualTo(kind.name().toLowerCase(java.util.Locale.ROOT));
            Files.writeString(loop.path().resolve("file"), "kept");
        }
        assertThat(folder.resolve("image.mounted")).doesNotExist();
        try (var again = LoopFileSystem.mount(posix, folder.resolve("image"), kind)) {
            assertThat(again.path().resolve("file")).hasContent("kept");
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void two_copies_of_one_empty_file_system_are_mounted_side_by_side(Kind kind) throws Exception {
        try (var one = LoopFileSystem.create(posix, folder.resolve("one"), kind, ByteCount.ZERO);
                var two = LoopFileSystem.create(posix, folder.resolve("two"), kind, ByteCount.ZERO)) {
            Files.writeString(one.path().resolve("file"), "one");
            posix.syncFileSystem(one.path());

            assertThat(two.path().resolve("file")).doesNotExist();
        }
    }

    @Test
    @Tag("W11")
    void a_clone_keeps_its_content_when_the_source_changes() throws Exception {
        try (var xfs = LoopFileSystem.create(posix, folder.resolve("image"), Kind.XFS, ByteCount.ZERO)) {
            Path source = Files.writeString(xfs.path().resolve("source"), "before");
            Path clone = xfs.path().resolve("clone");
            posix.cloneFile(source, clone);
            Files.writeString(source, "after");

            assertThat(clone).hasContent("before");
            assertFails(Errno.EEXIST, () -> posix.cloneFile(source, clone));
            assertThat(clone).hasContent("before");
        }
    }

    @Test
    @Tag("W11")
    void ext4_refuses_to_clone_and_no_target_is_left() throws Exception {
        try (var ext4 = LoopFileSystem.create(posix, folder.resolve("image"), Kind.EXT4, ByteCount.ZERO)) {
            Path source = Files.writeString(ext4.path().resolve("source"), "x");
            Path clone = ext4.path().resolve("clone");

            assertFails(Errno.EOPNOTSUPP, () -> posix.cloneFile(source, clone));
            assertThat(clone).doesNotExist();
        }
    }

    @Test
    @Tag("W11")
    void subvolumes_are_made_listed_snapshotted_and_deleted() throws Exception {
        try (var btrfs = LoopFileSystem.create(posix, folder.resolve("image"), Kind.BTRFS, ByteCount.ZERO)) {
            Path data = btrfs.path().resolve("data");
            posix.createSubvolume(data);
            Files.createDirectories(data.resolve("a/b"));
            Path nested = data.resolve("a/b/nested ü");
            posix.createSubvolume(nested);
            Files.writeString(data.resolve("file"), "before");

            Path snapshot = btrfs.path().resolve("snapshot");
            posix.snapshotSubvolume(data, snapshot);
            Files.writeString(data.resolve("file"), "after");

            assertThat(snapshot.resolve("file")).hasContent("before");
            assertThat(posix.isSubvolume(data)).isTrue();
            assertThat(posix.isSubvolume(snapshot)).isTrue();
            assertThat(posix.isSubvolume(data.resolve("a"))).isFalse();
            assertThat(posix.nestedSubvolumes(data, 10)).containsExactly(nested);
            assertThat(posix.nestedSubvolumes(btrfs.path(), 10)).containsExactlyInAnyOrder(data, snapshot);
            assertThat(posix.nestedSubvolumes(btrfs.path(), 1)).hasSize(1);
            assertThatExceptionOfType(java.nio.file.FileSystemException.class)
                    .isThrownBy(() -> Files.writeString(snapshot.resolve("file"), "no"))
                    .withMessageContaining("Read-only");

            posix.deleteSubvolume(snapshot);
            assertThat(snapshot).doesNotExist();
        }
    }

    @Test
    @Tag("W7")
    void a_second_freeze_is_refused_and_a_second_thaw_says_that_there_was_none() throws Exception {
        try (var ext4 = LoopFileSystem.create(posix, folder.resolve("image"), Kind.EXT4, ByteCount.ZERO)) {
            posix.freeze(ext4.path());
            try {
                assertFails(Errno.EBUSY, () -> posix.freeze(ext4.path()));
            } finally {
                assertThat(posix.thaw(ext4.path())).isTrue();
            }
            assertThat(posix.thaw(ext4.path())).isFalse();
            Files.writeString(ext4.path().resolve("file"), "writable");
        }
    }

    @Test
    @Tag("D3")
    void what_is_neither_file_nor_folder_is_made_with_owner_and_nanoseconds() throws Exception {
        Path device = folder.resolve("device");
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("nowhere"));
        posix.makeSpecial(device, SpecialFile.CHARACTER_DEVICE, 0640, 4095, 0xABCDE);
        posix.makeSpecial(folder.resolve("fifo"), SpecialFile.FIFO, 0600, 0, 0);
        posix.makeSpecial(folder.resolve("socket"), SpecialFile.SOCKET, 0600, 0, 0);
        posix.changeOwner(link, 1234, 5678);
        Instant modified = Instant.parse("1969-12-31T23:59:59.123456789Z");
        posix.changeTimes(link, Instant.EPOCH, modified);

        assertThat(Files.getAttribute(device, "unix:rdev")).isEqualTo(0xABCFFFDEL);
        assertThat((int) Files.getAttribute(folder.resolve("fifo"), "unix:mode"))
                .isEqualTo(0010600);
        assertThat((int) Files.getAttribute(folder.resolve("socket"), "unix:mode"))
                .isEqualTo(0140600);
        assertThat(Files.readAttributes(link, "unix:uid,gid", LinkOption.NOFOLLOW_LINKS)
                        .values())
                .containsExactlyInAnyOrder(1234, 5678);
        assertThat(Files.getLastModifiedTime(link, LinkOption.NOFOLLOW_LINKS).toInstant())
                .isEqualTo(modified);
        assertFails(Errno.EEXIST, () -> posix.makeSpecial(device, SpecialFile.FIFO, 0600, 0, 0));
    }

    @Test
    @Tag("D3")
    void extended_attributes_come_back_byte_for_byte() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        assertThat(posix.extendedAttributes(file)).isEmpty();

        posix.setExtendedAttribute(file, "user.a", new byte[] {1, 0, -1});
        posix.setExtendedAttribute(file, "trusted.empty", new byte[0]);

        assertThat(posix.extendedAttributes(file)).containsExactlyInAnyOrder("user.a", "trusted.empty");
        assertThat(posix.extendedAttribute(file, "user.a")).containsExactly(1, 0, -1);
        assertThat(posix.extendedAttribute(file, "trusted.empty")).isEmpty();
        assertFails(Errno.ENODATA, () -> posix.extendedAttribute(file, "user.none"));
    }

    @Test
    @Tag("D3")
    void holes_are_seen_and_made() throws Exception {
        Path file = folder.resolve("sparse");
        int block = 1 << 20;
        try (var out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            out.write(ByteBuffer.wrap(new byte[] {1}), block);
            out.write(ByteBuffer.wrap(new byte[] {1}), 3L * block);
        }
        posix.changeLength(file, 5L * block);

        List<DataRange> ranges = posix.dataRanges(file, 10);
        assertThat(ranges).extracting(DataRange::offsetBytes).containsExactly((long) block, 3L * block);
        assertThat(ranges).allSatisfy(range -> assertThat(range.lengthBytes()).isBetween(1L, 65_536L));
        assertThat(posix.dataRanges(file, 1)).containsExactly(new DataRange(block, 4L * block));
        posix.changeLength(file, 0);
        assertThat(posix.dataRanges(file, 10)).isEmpty();
        posix.changeLength(file, block);
        assertThat(posix.dataRanges(file, 10)).isEmpty();
    }

    @Test
    @Tag("D3")
    void names_are_bytes_whatever_they_spell() throws Exception {
        byte[] latin1 = "größe".getBytes(StandardCharsets.ISO_8859_1);
        Path file = folder.resolve(RawPath.of(latin1));
        posix.makeSpecial(file, SpecialFile.FIFO, 0600, 0, 0);

        try (var all = Files.newDirectoryStream(folder)) {
            Path found = all.iterator().next();
            assertThat(RawPath.bytes(found.getFileName())).isEqualTo(latin1);
            assertThat(RawPath.bytes(found)).endsWith(latin1);
            assertThat(found).isEqualTo(file);
        }
        assertThat(RawPath.bytes(RawPath.of("𝄞 ü".getBytes(StandardCharsets.UTF_8))))
                .isEqualTo("𝄞 ü".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void the_disk_is_told_to_begin_with_a_file_and_not_with_what_a_link_names() throws Exception {
        Path file = Files.write(folder.resolve("written"), new byte[1 << 20]);
        posix.beginWriting(file, 0, 1 << 20);
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);

        assertFails(Errno.ELOOP, () -> posix.beginWriting(link, 0, 1 << 20));
        assertFails(Errno.EINVAL, () -> posix.beginWriting(file, -1, 1 << 20));
        assertFails(Errno.ENOENT, () -> posix.beginWriting(folder.resolve("nothing"), 0, 1));
    }

    @Test
    void a_failure_names_the_call_the_path_and_the_reason() {
        Path gone = folder.resolve("gone");

        assertThatExceptionOfType(PosixException.class)
                .isThrownBy(() -> posix.changeOwner(gone, 0, 0))
                .withMessage("lchown " + gone + ": no such file or directory (ENOENT)");
    }

    @Test
    void the_table_of_mounts_is_read_with_its_escapes() {
        var mount = Mounts.parse("36 35 98:0 /a\\040b /mnt\\0112 rw,noatime master:1 shared:2 - ext3 /dev/root rw");

        assertThat(mount.id()).isEqualTo(36);
        assertThat(mount.deviceNumber()).isEqualTo("98:0");
        assertThat(mount.root()).isEqualTo(Path.of("/a b"));
        assertThat(mount.path()).isEqualTo(Path.of("/mnt\t2"));
        assertThat(mount.fileSystem()).isEqualTo("ext3");
        assertThat(mount.source()).isEqualTo("/dev/root");
    }

    private interface Step {
        void run() throws Exception;
    }

    private static void assertFails(Errno errno, Step step) {
        assertThatExceptionOfType(PosixException.class)
                .isThrownBy(step::run)
                .satisfies(e -> assertThat(e.errno()).isEqualTo(errno));
    }
}

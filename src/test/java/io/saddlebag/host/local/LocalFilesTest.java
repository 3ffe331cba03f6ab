package io.saddlebag.host.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.DeviceNumber;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import io.saddlebag.posix.DataRange;
import io.saddlebag.posix.RawPath;
import io.saddlebag.quantity.ByteCount;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LocalFilesTest {
    private final LocalFiles files = new LocalFiles(Root.posix());

    @TempDir
    Path folder;

    @Test
    @Tag("D3")
    void tells_every_kind_apart_and_never_follows_a_link() throws IOException {
        Files.writeString(folder.resolve("f"), "four");
        Files.createDirectory(folder.resolve("d"));
        files.makeLink(folder.resolve("l"), Path.of("d"));
        files.makeSpecial(folder.resolve("p"), FileKind.FIFO, DeviceNumber.NONE);
        files.makeSpecial(folder.resolve("c"), FileKind.CHARACTER_DEVICE, new DeviceNumber(1, 3));
        files.makeSpecial(folder.resolve("b"), FileKind.BLOCK_DEVICE, new DeviceNumber(4095, 0xFFFFF));
        files.makeSpecial(folder.resolve("s"), FileKind.SOCKET, DeviceNumber.NONE);

        assertThat(files.list(folder))
                .extracting(path ->
                        path.getFileName() + "=" + files.status(path).kind().letter())
                .containsExactly("b=b", "c=c", "d=d", "f=f", "l=l", "p=p", "s=s");
        assertThat(files.status(folder.resolve("c")).device()).isEqualTo(new DeviceNumber(1, 3));
        assertThat(files.status(folder.resolve("b")).device()).isEqualTo(new DeviceNumber(4095, 0xFFFFF));
        assertThat(files.status(folder.resolve("f")).sizeBytes()).isEqualTo(4);
        assertThat(files.status(folder.resolve("l")).linkTarget()).isEqualTo(Path.of("d"));
        assertThat(files.status(folder.resolve("f")).linkTarget()).isNull();
    }

    @Test
    @Tag("D3")
    void owner_mode_and_nanoseconds_come_back_as_they_were_set() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        Instant accessed = Instant.parse("2001-02-03T04:05:06.000000007Z");
        Instant modified = Instant.parse("1901-12-13T20:45:53.999999999Z");
        files.setOwner(file, 1234, 0);
        files.setMode(file, 06751);
        files.setTimes(file, accessed, modified);

        FileStatus status = files.status(file);
        assertThat(status.mode()).isEqualTo(06751);
        assertThat(status.owner().uid()).isEqualTo(1234);
        assertThat(status.owner().user()).isEqualTo("1234");
        assertThat(status.owner().group()).isEqualTo("root");
        assertThat(status.times().accessed()).isEqualTo(accessed);
        assertThat(status.times().modified()).isEqualTo(modified);
    }

    @Test
    @Tag("D3")
    @Tag("X13")
    void what_is_set_on_a_link_leaves_its_target_alone() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        files.setMode(file, 0600);
        FileStatus before = files.status(file);
        Path link = folder.resolve("link");
        files.makeLink(link, Path.of("file"));
        files.setOwner(link, 77, 78);
        files.setMode(link, 0777);
        files.setTimes(link, Instant.EPOCH, Instant.EPOCH);
        files.delete(link);

        assertThat(files.status(file)).isEqualTo(before);
        assertThat(link).doesNotExist();
    }

    @Test
    @Tag("D3")
    void hard_links_share_one_key() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        files.makeHardLink(folder.resolve("other"), file);

        assertThat(files.status(folder.resolve("other")).key())
                .isEqualTo(files.status(file).key());
        assertThat(files.status(file).links()).isEqualTo(2);
    }

    @Test
    @Tag("D3")
    void a_hard_link_to_a_symbolic_link_is_one_to_the_link_itself() throws IOException {
        files.makeLink(folder.resolve("link"), Path.of("/etc/passwd"));
        files.makeHardLink(folder.resolve("other"), folder.resolve("link"));

        assertThat(files.status(folder.resolve("other")).kind()).isEqualTo(FileKind.LINK);
    }

    @Test
    @Tag("D3")
    void names_are_listed_by_their_bytes() throws IOException {
        for (byte[] name : List.of(
                new byte[] {(byte) 0xFF},
                "ä".getBytes(StandardCharsets.UTF_8),
                "Z".getBytes(StandardCharsets.UTF_8),
                "a".getBytes(StandardCharsets.UTF_8),
                "𝄞".getBytes(StandardCharsets.UTF_8))) {
            Files.createFile(folder.resolve(RawPath.of(name)));
        }
        assertThat(files.list(folder))
                .extracting(path -> java.util.HexFormat.of().formatHex(RawPath.bytes(path.getFileName())))
                .containsExactly("5a", "61", "c3a4", "f09d849e", "ff");
    }

    @Test
    @Tag("D4")
    void what_vanished_and_what_is_something_else_now_are_told() throws IOException {
        Path gone = folder.resolve("gone");
        Path fifo = folder.resolve("fifo");
        files.makeSpecial(fifo, FileKind.FIFO, DeviceNumber.NONE);
        files.makeLink(folder.resolve("link"), Path.of("/etc"));

        assertFault(FileFault.VANISHED, () -> files.status(gone));
        assertFault(FileFault.VANISHED, () -> files.list(gone));
        assertFault(FileFault.VANISHED, () -> files.openRead(gone));
        assertFault(FileFault.VANISHED, () -> files.create(gone.resolve("below")));
        assertFault(FileFault.VANISHED, () -> files.attributes(gone));
        assertFault(FileFault.WRONG_TYPE, () -> files.openRead(fifo));
        assertFault(FileFault.WRONG_TYPE, () -> files.openRead(folder.resolve("link")));
        assertFault(FileFault.WRONG_TYPE, () -> files.list(folder.resolve("link")));
        assertThat(files.exists(gone)).isFalse();
        assertThat(files.exists(folder.resolve("link"))).isTrue();
        files.delete(gone);
    }

    @Test
    @Tag("M24")
    void a_new_file_has_its_name_only_once_it_is_published() throws IOException {
        Path target = folder.resolve("image");
        try (NewFile file = files.create(target)) {
            file.channel().write(ByteBuffer.wrap("whole".getBytes(StandardCharsets.US_ASCII)));
            assertThat(target).doesNotExist();
            assertThat(files.status(file.temporary()).mode()).isEqualTo(0600);
            file.publish();
            assertThatIllegalStateException().isThrownBy(file::publish);
        }
        files.syncFolder(folder);

        assertThat(target).hasContent("whole");
        assertThat(names()).containsExactly("image");
        assertThat(files.status(target).links()).isEqualTo(1);
    }

    @Test
    @Tag("M24")
    void a_file_that_is_not_published_leaves_nothing() throws IOException {
        try (NewFile file = files.create(folder.resolve("image"))) {
            file.channel().write(ByteBuffer.allocate(10));
        }
        assertThat(names()).isEmpty();
    }

    @Test
    @Tag("M24")
    void publishing_never_replaces_and_replacing_is_all_at_once() throws IOException {
        Path target = Files.writeString(folder.resolve("image"), "old");
        try (NewFile file = files.create(target)) {
            file.channel().write(ByteBuffer.wrap("new".getBytes(StandardCharsets.US_ASCII)));
            assertFault(FileFault.EXISTS, file::publish);
            assertThat(target).hasContent("old");
            file.replace();
        }
        assertThat(target).hasContent("new");
        assertThat(names()).containsExactly("image");
    }

    @Test
    void a_link_in_the_target_place_is_replaced_not_followed_and_a_folder_is_refused() throws IOException {
        Path outside = Files.writeString(folder.resolve("outside"), "untouched");
        Path link = folder.resolve("link");
        files.makeLink(link, outside);
        files.makeFolder(folder.resolve("folder"));
        try (NewFile file = files.create(link)) {
            assertFault(FileFault.EXISTS, file::publish);
            file.replace();
        }
        try (NewFile file = files.create(folder.resolve("folder"))) {
            assertFault(FileFault.WRONG_TYPE, file::replace);
        }
        assertThat(outside).hasContent("untouched");
        assertThat(Files.isSymbolicLink(link)).isFalse();
        assertThat(names()).containsExactly("folder", "link", "outside");
    }

    @Test
    void the_leftovers_of_a_crash_are_not_in_the_way() throws IOException {
        Files.createFile(folder.resolve(HostFiles.UNDER_WAY + 1));
        Files.createSymbolicLink(folder.resolve(HostFiles.UNDER_WAY + 2), Path.of("/etc/none"));
        try (NewFile file = new LocalFiles(Root.posix()).create(folder.resolve("image"))) {
            assertThat(file.temporary()).isEqualTo(folder.resolve(HostFiles.UNDER_WAY + 3));
        }
    }

    @Test
    @Tag("D3")
    void holes_are_kept_from_file_to_file() throws IOException {
        Path target = folder.resolve("sparse");
        try (NewFile file = files.create(target)) {
            file.channel().position(1 << 20);
            file.channel().write(ByteBuffer.wrap(new byte[] {1}));
            file.setLength(4 << 20);
            file.publish();
        }
        assertThat(files.status(target).sizeBytes()).isEqualTo(4 << 20);
        assertThat(files.dataRanges(target, 10))
                .singleElement()
                .extracting(DataRange::offsetBytes)
                .isEqualTo(1L << 20);
    }

    @Test
    @Tag("D3")
    void extended_attributes_are_listed_with_their_values() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        files.setAttribute(file, "user.note", new byte[] {1, 2});

        assertThat(files.attributes(file)).containsOnlyKeys("user.note");
        assertThat(files.attributes(file).get("user.note")).containsExactly(1, 2);
        assertFault(FileFault.UNSUPPORTED, () -> files.setAttribute(file, "nonsense", new byte[1]));
    }

    @Test
    @Tag("Q11")
    void a_full_disk_is_told_apart_and_leaves_no_file() throws Exception {
        try (var small =
                LoopFileSystem.create(Root.posix(), folder.resolve("disk"), LoopFileSystem.Kind.EXT4, ByteCount.ZERO)) {
            Path target = small.path().resolve("image");
            try (NewFile file = files.create(target)) {
                assertFault(FileFault.NO_SPACE, () -> {
                    for (int mebibyte = 0; mebibyte < 64; mebibyte++) {
                        file.channel().write(ByteBuffer.allocate(1 << 20));
                    }
                });
            }
            assertThat(files.usableSpaceBytes(small.path())).isGreaterThan(8L << 20);
            assertThat(target).doesNotExist();
            assertThat(files.list(small.path()))
                    .extracting(path -> path.getFileName().toString())
                    .containsExactly("lost+found");
        }
    }

    @Test
    void an_immutable_file_is_a_matter_of_permission() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        boolean immutable =
                new ProcessBuilder("chattr", "+i", file.toString()).start().waitFor() == 0;
        assumeTrue(immutable, "chattr can't make files immutable here");
        try {
            assertFault(FileFault.PERMISSION, () -> files.delete(file));
        } finally {
            new ProcessBuilder("chattr", "-i", file.toString()).start().waitFor();
        }
        assertThat(Files.exists(file, LinkOption.NOFOLLOW_LINKS)).isTrue();
    }

    @Test
    void deleting_a_folder_that_is_not_empty_is_refused() throws IOException {
        files.makeFolder(folder.resolve("a"));
        files.makeFolder(folder.resolve("a/b"));

        assertFault(FileFault.NOT_EMPTY, () -> files.delete(folder.resolve("a")));
        assertFault(FileFault.EXISTS, () -> files.makeFolder(folder.resolve("a")));
        assertThat(files.status(folder.resolve("a")).mode()).isEqualTo(0700);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    interface Step {
        void run() throws Exception;
    }

    static void assertFault(FileFault fault, Step step) {
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(step::run)
                .satisfies(e -> assertThat(e.code()).isEqualTo(fault));
    }
}

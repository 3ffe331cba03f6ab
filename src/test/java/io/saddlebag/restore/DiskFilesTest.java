package io.saddlebag.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.blockmap.BlockMaps;
import io.saddlebag.disk.ClusterSet;
import io.saddlebag.disk.ReadableDisk;
import io.saddlebag.disk.local.ReadOnlyFile;
import io.saddlebag.fault.BackupException;
import io.saddlebag.qcow2.Qcow2Layout;
import io.saddlebag.qcow2.Qcow2Writer;
import io.saddlebag.testing.Program;
import io.saddlebag.testing.Volumes;
import io.saddlebag.workbench.Workbench;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files out of images, beside what the kernel shows of the same file systems. */
@Tag("D9")
@Tag("W15")
@Timeout(300)
class DiskFilesTest {
    private static final long MIB = 1 << 20;

    @TempDir
    Path folder;

    private final List<String> notes = new ArrayList<>();
    private Workbench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new Workbench(folder.resolve("home"));
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    private DiskFiles diskFiles() {
        return bench.node().diskFiles;
    }

    private Path make(String options) throws IOException, InterruptedException {
        return Volumes.make(folder, "ext", 300 * MIB, (Object[]) ("mke2fs -q -F " + options).split(" "));
    }

    /** A qcow2 image of what is used. */
    private Path image(Path disk, String name, @Nullable String parent) throws IOException {
        Path image = folder.resolve(name);
        try (ReadableDisk source = ReadOnlyFile.open(disk);
                FileChannel out = FileChannel.open(
                        image,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            ClusterSet used = BlockMaps.read(source).clusters();
            ClusterSet none = ClusterSet.none(source.sizeBytes());
            Qcow2Writer writer = new Qcow2Writer(new Qcow2Layout(source.sizeBytes(), used, none, parent), source);
            ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
            while (writer.read(buffer.clear()) >= 0) {
                out.write(buffer.flip());
            }
        }
        return image;
    }

    private static void fill(Path top) throws IOException, InterruptedException {
        Volumes.fill(top, 150, 4);
        Random random = new Random(9);
        Path many = Files.createDirectory(top.resolve("many"));
        for (int i = 0; i < 1500; i++) {
            Files.writeString(many.resolve("a rather long name of a file that has the number " + i), "x" + i);
        }
        for (int i = 0; i < 1500; i += 7) {
            Files.delete(many.resolve("a rather long name of a file that has the number " + i));
        }
        try (RandomAccessFile sparse =
                new RandomAccessFile(top.resolve("sparse").toFile(), "rw")) {
            // through all levels of pointers for blocks of 1 KiB
            for (long at : new long[] {0, 11_000, 300_000, 2_000_000, 70_000_000, 90_000_001}) {
                byte[] piece = new byte[3000];
                random.nextBytes(piece);
                sparse.seek(at);
                sparse.write(piece);
            }
            sparse.setLength(120_000_000);
        }
        Files.createDirectories(top.resolve("deep/er/and/deep/er"));
        Files.createSymbolicLink(top.resolve("short link"), Path.of("deep/er"));
        Files.createSymbolicLink(top.resolve("long link"), Path.of("x".repeat(200)));
        Files.createSymbolicLink(top.resolve("absolute"), Path.of("/deep/er/and"));
        Files.createLink(top.resolve("deep/hard"), top.resolve("sparse"));
        Files.writeString(top.resolve("deep/er/\u00e4\ud83d\ude00"), "four bytes");
        Program.run(top, "sh", "-c", "printf odd > $(printf 'not\\377utf8')");
        Program.run(top, "mkfifo", "fifo");
        Program.run(top, "mknod", "small", "c", 5, 1);
        Program.run(top, "mknod", "large", "b", 300, 70_000);
        Files.createFile(top.resolve("empty"));
        Files.createDirectory(top.resolve("empty folder"));
        Files.writeString(top.resolve("tiny"), "tiny");
        Program.run(top, "chown", "1234567:7654321", "tiny");
        Program.run(top, "chmod", "6751", "tiny");
        Program.run(top, "touch", "-d", "2040-02-03 04:05:06.123456789", "tiny");
        Program.run(top, "touch", "-h", "-d", "1969-02-03 04:05:06", "short link");
    }

    private static void attributes(Path top) throws IOException, InterruptedException {
        Program.need("setfacl", "setfattr", "setcap");
        Program.run(top, "setfattr", "-n", "user.colour", "-v", "green", "tiny");
        Program.run(top, "setfattr", "-n", "user.long", "-v", "v".repeat(900), "empty");
        Program.run(top, "setfattr", "-n", "trusted.t", "-v", "1", "deep");
        Program.run(top, "setfacl", "-m", "u:4711:rw,g:4712:r,m:rwx", "tiny");
        Program.run(top, "setfacl", "-d", "-m", "u:4711:rwx", "deep");
        Program.run(top, "cp", "/bin/true", "capable");
        Program.run(top, "setcap", "cap_net_raw+ep", "capable");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-t ext4",
                "-t ext4 -b 1024",
                "-t ext4 -O inline_data -I 512",
                "-t ext4 -O ^64bit,^metadata_csum,^flex_bg",
                "-t ext4 -O meta_bg,^resize_inode",
                "-t ext4 -O bigalloc -C 65536",
                "-t ext3 -b 1024",
                "-t ext3 -b 4096",
                "-t ext2 -b 1024 -I 128",
            })
    void everything_comes_out_as_the_kernel_shows_it(String options) throws Exception {
        Program.need("rsync");
        Path disk = make(options);
        Volumes.mounted(disk, "", mounted -> {
            fill(mounted);
            attributes(mounted);
            if (options.contains("ext4")) {
                Program.run(mounted, "fallocate", "-l", "3M", "set-aside");
            }
        });
        Path target = Files.createDirectory(folder.resolve("target"));

        long extracted;
        try (DiskFiles.Opened opened = diskFiles().open(image(disk, "full.qcow2", null))) {
            extracted = opened.extract("/", target, RestoreRequest.Existing.REPLACE, notes::add);
        }

        assertThat(extracted).isGreaterThan(1300);
        assertThat(notes).isEmpty();
        Volumes.mounted(disk, "ro", mounted -> {
            String differences = Program.run(folder, "rsync", "-naHAXic", "--delete", mounted + "/", target + "/");
            assertThat(differences).isEmpty();
            assertThat(Program.run(folder, "du", "-k", target.resolve("sparse")).split("\t")[0])
                    .satisfies(kib -> assertThat(Integer.parseInt(kib)).isLessThan(200));
        });
    }

    /** Few file systems could take them. */
    @Test
    void attributes_that_are_files_of_their_own_are_read() throws Exception {
        Program.need("setfattr");
        Path disk = make("-t ext4 -O ea_inode");
        Volumes.mounted(disk, "", mounted -> {
            Files.createFile(mounted.resolve("file"));
            Program.run(mounted, "setfattr", "-n", "user.huge", "-v", "h".repeat(30_000), "file");
        });

        try (DiskFiles.Opened opened = diskFiles().open(disk)) {
            assertThat(new String(opened.find("file").attributes().get("user.huge"), StandardCharsets.UTF_8))
                    .isEqualTo("h".repeat(30_000));
        }
    }

    @Test
    void one_file_comes_out_of_a_chain_of_images() throws Exception {
        Path disk = make("-t ext4");
        Volumes.mounted(disk, "", mounted -> Files.writeString(mounted.resolve("file"), "before"));
        image(disk, "full.qcow2", null);
        Volumes.mounted(disk, "", mounted -> Files.writeString(mounted.resolve("file"), "after"));
        Path over = image(disk, "over.qcow2", "full.qcow2");

        assertThat(cat(over, "/file")).isEqualTo("after");
        assertThat(cat(folder.resolve("full.qcow2"), "file")).isEqualTo("before");
        assertThat(cat(disk, "//./file")).isEqualTo("after");
        Files.delete(folder.resolve("full.qcow2"));
        assertThatThrownBy(() -> diskFiles().open(over))
                .hasMessageContaining("SBG-N005")
                .hasMessageContaining("there is no such file beside it");
    }

    private String cat(Path image, String path) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DiskFiles.Opened opened = diskFiles().open(image)) {
            opened.copy(path, out);
        }
        return out.toString(java.nio.charset.StandardCharsets.UTF_8);
    }

    @Test
    void links_on_the_way_are_followed_within_the_image() throws Exception {
        Path disk = make("-t ext4");
        Volumes.mounted(disk, "", mounted -> {
            fill(mounted);
            Files.writeString(mounted.resolve("deep/er/and/file"), "found");
            Files.createSymbolicLink(mounted.resolve("deep/up"), Path.of("../../.."));
            Files.createSymbolicLink(mounted.resolve("loop"), Path.of("loop/x"));
            Files.createSymbolicLink(mounted.resolve("outside"), Path.of("/etc"));
        });

        assertThat(cat(disk, "/short link/and/file")).isEqualTo("found");
        assertThat(cat(disk, "/absolute/file")).isEqualTo("found");
        assertThat(cat(disk, "/deep/up/deep/../absolute/file")).isEqualTo("found");
        assertThatThrownBy(() -> cat(disk, "/outside/passwd")).hasMessageContaining("there is no /outside/passwd");
        assertThatThrownBy(() -> cat(disk, "/loop/x")).hasMessageContaining("too many links");
        assertThatThrownBy(() -> cat(disk, "/tiny/x")).hasMessageContaining("there is no /tiny/x");
        assertThatThrownBy(() -> cat(disk, "/deep")).hasMessageContaining("is no regular file");
    }

    @Test
    void a_folder_is_put_below_the_target_with_its_path_and_what_exists_stays_when_asked_for() throws Exception {
        Path disk = make("-t ext4");
        Volumes.mounted(disk, "", mounted -> {
            Files.createDirectories(mounted.resolve("a/b"));
            Files.writeString(mounted.resolve("a/b/one"), "1");
            Files.writeString(mounted.resolve("a/two"), "2");
            Files.writeString(mounted.resolve("three"), "3");
        });
        Path target = Files.createDirectories(folder.resolve("target"));
        Files.createDirectories(target.resolve("a/b"));
        Files.writeString(target.resolve("a/b/one"), "mine");

        try (DiskFiles.Opened opened = diskFiles().open(disk)) {
            opened.extract("a/b/", target, RestoreRequest.Existing.KEEP, notes::add);
            assertThat(target.resolve("a/b/one")).hasContent("mine");
            opened.extract("/a", target, RestoreRequest.Existing.REPLACE, notes::add);
        }

        assertThat(target.resolve("a/b/one")).hasContent("1");
        assertThat(target.resolve("a/two")).hasContent("2");
        assertThat(target.resolve("three")).doesNotExist();
    }

    @Test
    void what_is_no_ext_or_has_to_be_replayed_is_refused() throws Exception {
        Program.need("debugfs");
        Path disk = make("-t ext4");
        Program.run(folder, "debugfs", "-w", "-R", "feature needs_recovery", disk);
        assertThatThrownBy(() -> diskFiles().open(disk))
                .hasMessageContaining("its journal has to be replayed")
                .hasMessageContaining("mount that");
        Path zeros = Files.write(folder.resolve("zeros"), new byte[100_000]);
        assertThatThrownBy(() -> diskFiles().open(zeros)).hasMessageContaining("it has no superblock");
        Path tiny = Files.write(folder.resolve("tiny"), new byte[2]);
        assertThatThrownBy(() -> diskFiles().open(tiny)).isInstanceOf(BackupException.class);
    }

    /** No file system holds such names, but one that was damaged does. */
    @ParameterizedTest
    @Tag("Q13")
    @ValueSource(strings = {"TARGETTARGET", "ATTRIBUTE"})
    void a_name_that_holds_NUL_is_damage(String name) throws Exception {
        Path disk = Volumes.make(folder, "ext", 8 * MIB, "mke2fs", "-q", "-F", "-t", "ext2", "-I", "256");
        Volumes.mounted(disk, "", mounted -> {
            Files.createSymbolicLink(mounted.resolve("link"), Path.of("TARGETTARGET".repeat(10)));
            Program.need("setfattr");
            Program.run(mounted, "setfattr", "-n", "user.ATTRIBUTE", "-v", "1", ".");
        });
        byte[] bytes = Files.readAllBytes(disk);
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(name);
        assertThat(at).isPositive();
        bytes[at + 3] = 0;
        Files.write(disk, bytes);

        try (DiskFiles.Opened opened = diskFiles().open(disk)) {
            assertThatThrownBy(() -> walk(opened))
                    .isInstanceOf(BackupException.class)
                    .hasMessageContaining("NUL");
        }
    }

    /** Whatever is changed: files come out, or an operator is told why not; nothing hangs, nothing else is thrown. */
    @ParameterizedTest
    @Tag("Q13")
    @ValueSource(strings = {"-t ext4 -O ^metadata_csum,inline_data,^has_journal -I 512", "-t ext2 -b 1024", "-t ext4"})
    void damaged_file_systems_give_files_or_a_reason(String options) throws Exception {
        Path disk = Volumes.make(folder, "ext", 8 * MIB, (Object[]) ("mke2fs -q -F " + options).split(" "));
        Volumes.mounted(disk, "", mounted -> {
            for (int i = 0; i < 30; i++) {
                Files.write(
                        Files.createDirectories(mounted.resolve("d" + i % 3)).resolve("f" + i), new byte[i * 400]);
            }
            Files.createSymbolicLink(mounted.resolve("link"), Path.of("x".repeat(100)));
            attributesOfFuzzed(mounted);
        });
        byte[] good = Files.readAllBytes(disk);
        List<Integer> places = placesWithContent(good);
        Path damaged = folder.resolve("damaged");
        int refused = 0;
        for (long seed = 0; seed < 400; seed++) {
            Random random = new Random(seed);
            byte[] bytes = good.clone();
            for (int i = 0; i < 1 + random.nextInt(20); i++) {
                int at = places.get(random.nextInt(places.size())) + random.nextInt(256);
                bytes[at] = random.nextBoolean() ? (byte) random.nextInt() : (byte) (bytes[at] + 1);
            }
            Files.write(damaged, bytes);
            try (DiskFiles.Opened opened = diskFiles().open(damaged)) {
                walk(opened);
            } catch (BackupException e) {
                refused++;
                assertThat(e.codeId()).as("seed %s", seed).matches("SBG-N1.*|SBG-I.*");
            } catch (IOException | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + e, e);
            }
        }
        assertThat(refused).isGreaterThan(20);
    }

    private static void attributesOfFuzzed(Path mounted) throws IOException, InterruptedException {
        Program.need("setfattr", "setfacl");
        Program.run(mounted, "setfattr", "-n", "user.x", "-v", "v".repeat(300), "d0/f0");
        Program.run(mounted, "setfacl", "-m", "u:4711:rw", "d1/f1");
    }

    private static void walk(DiskFiles.Opened opened) throws IOException {
        var tree = new io.saddlebag.ext.ExtTree(io.saddlebag.image.ByteString.of(""), opened.find("/"));
        long bytes = 0;
        for (var member = tree.next(); member != null; member = tree.next()) {
            // a length that was changed may be that of the largest file there is
            if (member.size() < 50 * MIB) {
                try (var content = member.content().open()) {
                    bytes += content.transferTo(OutputStream.nullOutputStream());
                }
            }
            if (bytes > 500 * MIB) {
                return;
            }
        }
    }

    private static List<Integer> placesWithContent(byte[] bytes) {
        List<Integer> places = new ArrayList<>();
        for (int at = 1024; at + 256 <= bytes.length; at += 256) {
            for (int i = 0; i < 256; i++) {
                if (bytes[at + i] != 0) {
                    places.add(at);
                    break;
                }
            }
        }
        return places;
    }
}

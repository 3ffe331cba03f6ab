package io.saddlebag.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.testing.LoopDevice;
import io.saddlebag.testing.Program;
import io.saddlebag.testing.Volumes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code saddlebag image} on real file systems, with a virtual library. */
@Tag("D9")
@Timeout(300)
class DiskImageCommandsTest {
    private static final long MIB = 1 << 20;

    @TempDir
    Path folder;

    private Path home;

    @BeforeEach
    void configure() throws IOException {
        home = Files.createDirectories(folder.resolve("home"));
        Files.createDirectories(home.resolve("config"));
        Files.writeString(
                home.resolve("config/saddlebag.yaml"),
                "libraries:\n  vault: { folder: vault, create: { slots: 4, drives: 1, mailSlots: 0, cartridges: 2,"
                        + " capacity: 512MiB } }\n");
    }

    private CommandLineInProcess.Said image(Object... words) {
        String[] all = new String[words.length + 1];
        all[0] = "image";
        for (int i = 0; i < words.length; i++) {
            all[i + 1] = words[i].toString();
        }
        return CommandLineInProcess.run(home, all);
    }

    /** A file system that is written all the time, in a file that can be cloned, as a virtual machine's disk is. */
    @ParameterizedTest
    @Tag("W11")
    @Tag("W15")
    @CsvSource({
        "mke2fs -q -F -t ext4, '', e2fsck -fn",
        "mkfs.xfs -q, nouuid, xfs_repair -n",
    })
    void a_mounted_file_system_is_frozen_for_a_moment_imaged_and_restored(String mkfs, String options, String check)
            throws Exception {
        Program.need(check.split(" ")[0], "rsync", "setfattr", "setfacl");
        Path under = Volumes.make(folder, "under", 1500 * MIB, "mkfs.xfs", "-q", "-m", "reflink=1");
        Volumes.mounted(under, "nouuid", below -> {
            Path disk = Volumes.make(below, "disk", 340 * MIB, (Object[]) mkfs.split(" "));
            Path before = folder.resolve("before");
            Path after = folder.resolve("after");
            Volumes.mounted(disk, options, mounted -> {
                Volumes.fill(mounted, 200, 1);
                makeFeatures(mounted);
                if (check.startsWith("e2fsck")) {
                    // XFS shows root the same list by a second name, which the copy beside it hasn't got
                    Program.run(folder, "setfacl", "-m", "u:1000:rw", mounted.resolve("d2"));
                }
                Program.run(folder, "cp", "-a", mounted, before);
                assertThat(image("backup", mounted, "--name", "data", "--library", "vault")
                                .ok()
                                .out())
                        .contains("snapshot-provider: freeze");
                Files.write(mounted.resolve("new"), new byte[] {1, 2, 3});
                Files.delete(mounted.resolve("d1/f1"));
                Program.run(folder, "cp", "-a", mounted, after);
                image("backup", disk, "--name", "data", "--library", "vault", "--level", "incremental")
                        .ok();
                Volumes.fill(mounted.resolve("d2"), 50, 2);
                Program.run(folder, "touch", mounted.resolve("still-writable"));
            });
            for (int backup = 1; backup <= 2; backup++) {
                Path restored = folder.resolve("restored-" + backup);
                image("restore", backup, "--to", restored).ok();
                requireSame(restored, check, backup == 1 ? before : after);
            }
        });
    }

    private void requireSame(Path restored, String check, Path expected) throws IOException, InterruptedException {
        Object[] words = (check + " " + restored).split(" ");
        // the log that a freeze leaves holds nothing but the superblock: a mount replays it
        if (check.startsWith("xfs")) {
            Volumes.mounted(restored, "nouuid", mounted -> {});
        }
        Program.run(folder, words);
        Volumes.mounted(
                restored,
                check.startsWith("xfs") ? "nouuid" : "",
                mounted -> assertThat(
                                Program.run(folder, "rsync", "-naHAXic", "--delete", expected + "/", mounted + "/"))
                        .isEmpty());
    }

    /** What differs only in what a plain comparison doesn't see. */
    private void makeFeatures(Path mounted) throws IOException, InterruptedException {
        Path file = Files.write(mounted.resolve("d1/owned"), new byte[] {1});
        Program.run(folder, "chown", "1234:4321", file);
        Program.run(folder, "chmod", "4751", file);
        Program.run(folder, "setfattr", "-n", "user.note", "-v", "kept", file);
        Files.createLink(mounted.resolve("hard"), file);
        Files.createSymbolicLink(mounted.resolve("soft"), Path.of("d1/owned"));
        Program.run(folder, "mknod", mounted.resolve("pipe"), "p");
        Program.run(folder, "touch", "-d", "2001-02-03 04:05:06.789", file);
    }

    @Test
    @Tag("W15")
    void an_unmounted_ntfs_volume_comes_back_on_another_device() throws Exception {
        Program.need("mkfs.ntfs", "ntfsfix", "ntfscp", "ntfscat");
        Path source = Volumes.make(folder, "ntfs", 24 * MIB, "mkfs.ntfs", "-q", "-F", "-f");
        Path file = Files.write(folder.resolve("file"), new byte[] {5, 6, 7});
        Program.run(folder, "ntfscp", "-q", source, file, "file");
        try (LoopDevice from = LoopDevice.of(source);
                LoopDevice to = LoopDevice.of(Volumes.make(folder, "target", 24 * MIB, "true"))) {
            image("backup", from.path(), "--name", "windows", "--library", "vault", "--blocks", "used")
                    .ok();

            image("restore", "windows", "--to", to.path()).ok();

            Program.run(folder, "ntfsfix", "-n", to.path());
            Path back = folder.resolve("back");
            Program.run(folder, "sh", "-c", "ntfscat " + to.path() + " file > " + back);
            assertThat(back).hasBinaryContent(new byte[] {5, 6, 7});
        }
    }

    @Test
    @Tag("E5")
    void a_plan_is_printed_and_nothing_is_written() throws Exception {
        Path disk = Volumes.make(folder, "disk", 8 * MIB, "mke2fs", "-q", "-F");
        image("backup", disk, "--name", "data", "--library", "vault").ok();
        image("backup", disk, "--name", "data", "--library", "vault", "--level", "10")
                .ok();
        Path target = folder.resolve("target");

        String text = image("restore", "data", "--to", target, "--dry-run").ok().out();
        JsonNode json = image("restore", "data", "--to", target, "--dry-run", "--json")
                .ok()
                .json();

        assertThat(text).contains("This would be restored to " + target + ", 8.0 MiB; nothing was changed:");
        assertThat(json).hasSize(2);
        assertThat(json.get(1).get("disk").asText()).isEqualTo(disk.toString());
        assertThat(json.get(0).fieldNames())
                .toIterable()
                .containsExactly("backup", "name", "at", "disk", "image", "bytes");
        assertThat(target).doesNotExist();
    }

    @Test
    void what_was_imaged_is_verified_by_reading_it_back() throws Exception {
        Path disk = Volumes.make(folder, "disk", 8 * MIB, "mke2fs", "-q", "-F");
        image("backup", disk, "--name", "data", "--library", "vault").ok();
        image("backup", disk, "--name", "data", "--library", "vault", "--level", "10")
                .ok();

        assertThat(CommandLineInProcess.run(home, "verify", "1", "2").ok().out())
                .contains("(verify backup 1): completed")
                .contains("(verify backup 2): completed");
    }

    @Test
    @Tag("W15")
    void files_of_an_image_are_listed_printed_and_extracted() throws Exception {
        Path disk = Volumes.make(folder, "disk", 8 * MIB, "mke2fs", "-q", "-F", "-t", "ext4");
        Volumes.mounted(disk, "", mounted -> {
            Files.createDirectories(mounted.resolve("etc"));
            Files.writeString(mounted.resolve("etc/fstab"), "/dev/x /\n");
            Files.createSymbolicLink(mounted.resolve("etc/link"), Path.of("fstab"));
        });
        image("backup", disk, "--name", "data", "--library", "vault").ok();
        Path files = Files.createDirectory(folder.resolve("files"));
        CommandLineInProcess.run(home, "restore", "data", "--to", files.toString())
                .ok();
        Path image;
        try (var all = Files.list(files)) {
            image = all.filter(file -> file.toString().endsWith(".qcow2"))
                    .findFirst()
                    .orElseThrow();
        }

        assertThat(image("ls", image).ok().out()).contains("d 755 0:0 0 ").contains(" etc\n");
        assertThat(image("ls", image, "etc").ok().out())
                .containsPattern("f 644 0:0 9 \\S+ fstab\nl 777 0:0 5 \\S+ link -> fstab");
        JsonNode one = image("ls", image, "/etc/link", "--json").ok().json().get(0);
        assertThat(one.get("link").asText()).isEqualTo("fstab");
        assertThat(one.fieldNames())
                .toIterable()
                .containsExactly("name", "type", "mode", "uid", "gid", "size", "modified", "link");
        assertThat(image("extract", image, "/etc", "--to", files).ok().out())
                .contains("extracted 3 objects to " + files);
        assertThat(files.resolve("etc/link")).hasContent("/dev/x /\n");
        assertThat(image("extract", image, "/etc/fstab", "/nothing", "--to", files)
                        .ends(1)
                        .err())
                .contains("SBG-V001 there is no /nothing in " + image);
        assertThat(printed(() -> image("cat", image, "/etc/fstab").ok())).isEqualTo("/dev/x /\n");
    }

    private static String printed(Runnable command) {
        PrintStream before = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            command.run();
        } finally {
            System.setOut(before);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    @Tag("E10")
    void what_is_wrong_is_said_and_the_exit_code_tells() throws Exception {
        assertThat(image().ends(2).err()).contains("which operation?");
        assertThat(image("backup", "/nowhere", "--name", "x", "--library", "vault")
                        .ends(1)
                        .out())
                .contains("SBG-N201 /nowhere does not exist");
        assertThat(image("backup", folder, "--name", "x", "--library", "vault")
                        .ends(1)
                        .out())
                .contains("is a folder within the file system at");
        assertThat(image("backup", "/x", "--name", "x", "--library", "vault", "--level", "11")
                        .ends(2)
                        .err())
                .contains("'11' is no level");
        assertThat(image("restore", "nothing", "--to", folder.resolve("x"))
                        .ends(1)
                        .err())
                .contains("SBG-C003");
    }
}

package io.saddlebag.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.testing.LoopDevice;
import io.saddlebag.testing.OtherUser;
import io.saddlebag.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Root's node, and user {@code nobody}, who asks it for disks and databases. */
@Tag("D5")
@Tag("X9")
@Timeout(300)
final class UnprivilegedSourcesTest {
    private static final int NOBODY_UID = 65_534;

    @TempDir
    Path folder;

    private Path home;
    private Path disk;
    private Path data;

    @BeforeEach
    void place() throws Exception {
        OtherUser.mayComeTo(folder);
        home = Files.createDirectories(folder.resolve("home"));
        Files.createDirectories(home.resolve("config"));
        disk = Files.write(folder.resolve("disk"), noise(3 << 20));
        data = Files.createDirectory(folder.resolve("data"));
        Files.writeString(data.resolve("table"), "rows");
        script("stop");
        script("start");
        mode(disk, "rw-------");
    }

    private static byte[] noise(int bytes) {
        byte[] noise = new byte[bytes];
        new Random(7).nextBytes(noise);
        return noise;
    }

    /** Leaves a file of its name, and says no more. */
    private void script(String name) throws IOException {
        Path script = folder.resolve(name + ".sh");
        Files.writeString(script, "#!/bin/sh\ntouch " + folder.resolve(name + "-ran") + "\n");
        mode(script, "rwxr-xr-x");
    }

    private static void mode(Path file, String permissions) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    /** The command line is root's here, and so is the name by which it asks. */
    private void configure(String rights) throws IOException {
        Files.writeString(home.resolve("config/saddlebag.yaml"), """
                node: here
                pools:
                  disk: { folder: pool, reserve: 1MiB }
                databases:
                  ledger: { engine: script, stop: [%1$s/stop.sh], start: [%1$s/start.sh], paths: [%1$s/data] }
                users:
                  root: { osUser: nobody, rights: [%2$s] }
                """.formatted(folder, rights));
    }

    private CommandLineInProcess.Said run(String... command) {
        return CommandLineInProcess.run(home, command);
    }

    private CommandLineInProcess.Said image(Path source) {
        return run("image", "backup", source.toString(), "--name", "data", "--pool", "disk");
    }

    private CommandLineInProcess.Said ledger(String... more) {
        return run(Stream.concat(Stream.of("backup", "ledger", "--pool", "disk", "--provider", "none"), Stream.of(more))
                .toArray(String[]::new));
    }

    private String ran() throws IOException {
        return (Files.exists(folder.resolve("stop-ran")) ? "stop " : "")
                + (Files.exists(folder.resolve("start-ran")) ? "start" : "");
    }

    private void assertNoBackup() {
        assertThat(run("lsbu", "--json").json()).isEmpty();
    }

    @Test
    @Tag("D9")
    void a_disk_that_the_user_cannot_read_is_not_imaged() throws Exception {
        configure("");
        var said = image(disk).ends(1);
        assertThat(said.out() + said.err()).contains("SBG-F003", disk.toString());
        assertNoBackup();
    }

    @Test
    @Tag("D9")
    void a_disk_that_the_user_can_read_comes_back_whole() throws Exception {
        configure("");
        mode(disk, "rw-r--r--");
        image(disk).ok();

        assertThat(run("image", "restore", "1", "--to", folder.resolve("back").toString())
                        .ends(1)
                        .err())
                .contains("user 'root' may not restore");
        assertThat(folder.resolve("back")).doesNotExist();
        configure("restore-privileged");
        run("image", "restore", "1", "--to", folder.resolve("back").toString()).ok();
        assertThat(Files.mismatch(disk, folder.resolve("back"))).isEqualTo(-1);
    }

    @Test
    @Tag("D9")
    void whoever_has_the_right_images_every_disk() throws Exception {
        configure("backup-privileged");
        image(disk).ok();
    }

    @Test
    @Tag("D9")
    void a_device_is_opened_as_the_user_too() throws Exception {
        Program.needRoot();
        Program.need("losetup");
        configure("");
        try (LoopDevice device = LoopDevice.of(disk)) {
            var said = image(device.path()).ends(1);
            assertThat(said.out() + said.err())
                    .contains("SBG-F003", device.path().toString());
            assertNoBackup();
            int owner = (Integer) Files.getAttribute(device.path(), "unix:uid");
            Files.setAttribute(device.path(), "unix:uid", NOBODY_UID);
            try {
                image(device.path()).ok();
            } finally {
                Files.setAttribute(device.path(), "unix:uid", owner);
            }
        }
    }

    @Test
    @Tag("W4")
    void a_database_is_not_stopped_for_somebody_without_the_right_to() throws Exception {
        configure("");
        var said = ledger().ends(1);
        assertThat(said.out() + said.err())
                .contains("user 'root' may not stop database ledger or put it in backup mode");
        assertThat(ran()).isEmpty();
        assertNoBackup();
    }

    @Test
    @Tag("W4")
    void a_database_with_a_file_that_the_user_cannot_read_is_not_stopped() throws Exception {
        configure("operate-databases");
        mode(data.resolve("table"), "rw-------");
        var said = ledger().ends(1);
        assertThat(said.out() + said.err())
                .contains("SBG-B024 user nobody can't read " + data + "/table of database ledger");
        assertThat(ran()).isEmpty();
        assertNoBackup();
    }

    @Test
    @Tag("W4")
    void a_database_that_the_user_can_read_is_backed_up_with_the_right_to_stop_it() throws Exception {
        configure("operate-databases");
        ledger().ok();
        assertThat(ran()).isEqualTo("stop start");
        configure("restore-privileged");
        Path target = folder.resolve("target");
        run("restore", "ledger", "--to", target.toString()).ok();
        try (Stream<Path> all = Files.walk(target)) {
            assertThat(all.filter(Files::isRegularFile))
                    .singleElement()
                    .satisfies(file -> assertThat(file).hasContent("rows"));
        }
    }

    @Test
    @Tag("W4")
    void a_privileged_backup_reads_what_only_root_can_read() throws Exception {
        configure("backup-privileged");
        mode(data.resolve("table"), "rw-------");
        ledger().ok();
        assertThat(ran()).isEqualTo("stop start");
    }
}

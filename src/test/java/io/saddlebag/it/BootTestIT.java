package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.app.CommandLineInProcess;
import io.saddlebag.lab.GuestKernel;
import io.saddlebag.testing.Program;
import io.saddlebag.testing.Volumes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A tiny system on a disk of its own: imaged, restored, and booted with a real kernel in QEMU. */
@Tag("D9")
@Tag("W15")
@Tag("long")
@Timeout(900)
class BootTestIT {
    private static final String INIT = """
            #!/bin/busybox sh
            /bin/busybox mount -t proc proc /proc
            /bin/busybox mount -o remount,rw /
            echo a guest was here > /written
            /bin/busybox sync
            echo "booted release $(/bin/busybox cat /etc/release) on $(/bin/busybox uname -s)"
            /bin/busybox poweroff -f
            """;

    @TempDir
    Path folder;

    private Path home;
    private Path disk;
    private GuestKernel kernel;

    @BeforeEach
    void configure() throws Exception {
        kernel = GuestKernel.in(folder);
        home = Files.createDirectories(folder.resolve("home"));
        Files.createDirectories(home.resolve("config"));
        Files.writeString(
                home.resolve("config/saddlebag.yaml"),
                "libraries:\n  vault: { folder: vault, create: { slots: 4, drives: 1, mailSlots: 0, cartridges: 2,"
                        + " capacity: 512MiB } }\n");
        disk = Volumes.make(folder, "disk", 64 << 20, "mke2fs", "-q", "-F", "-t", "ext4");
        Volumes.mounted(disk, "", root -> {
            for (String name : List.of("bin", "sbin", "etc", "proc", "dev")) {
                Files.createDirectory(root.resolve(name));
            }
            Files.copy(folder.resolve("initrd/bin/busybox"), root.resolve("bin/busybox"));
            Files.writeString(root.resolve("sbin/init"), INIT);
            for (String program : List.of("bin/busybox", "sbin/init")) {
                Files.setPosixFilePermissions(root.resolve(program), PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            Files.writeString(root.resolve("etc/release"), "one");
        });
    }

    private CommandLineInProcess.Said image(Object... words) {
        List<String> all = new ArrayList<>(List.of("image"));
        for (Object word : words) {
            all.add(word.toString());
        }
        return CommandLineInProcess.run(home, all.toArray(String[]::new));
    }

    private CommandLineInProcess.Said boot(Object backup, String marker, String limit) {
        return image(
                "boot-test",
                backup,
                "--marker",
                marker,
                "--timeout",
                limit,
                "--kernel",
                kernel.kernel(),
                "--initrd",
                kernel.initrd(),
                "--append",
                "console=ttyS0 quiet panic=-1",
                "--memory",
                "256M");
    }

    private void requireNothingLeft() throws IOException {
        try (var left = Files.list(home.resolve("var/boot-test"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void a_restored_disk_boots_and_so_does_what_changed_since() throws Exception {
        image("backup", disk, "--name", "web", "--library", "vault").ok();
        Volumes.mounted(disk, "", root -> Files.writeString(root.resolve("etc/release"), "two"));
        image("backup", disk, "--name", "web", "--library", "vault", "--level", "incremental")
                .ok();

        String newest = boot("web", "booted release two on Linux", "5m").ok().out();
        boot(1, "booted release one on Linux", "5m").ok();
        String wrong = boot("web", "booted release three", "5m").ends(1).out();

        assertThat(newest).contains("boot test");
        assertThat(wrong)
                .contains(
                        "SBG-N401 the disk was started and 'booted release three' was not found on its serial console: the"
                                + " machine ended with 0 before")
                .contains("booted release two on Linux");
        requireNothingLeft();
    }

    @Test
    void a_disk_that_hangs_or_panics_fails_in_bounded_time() throws Exception {
        Volumes.mounted(
                disk,
                "",
                root -> Files.writeString(root.resolve("sbin/init"), "#!/bin/busybox sh\nwhile :; do :; done\n"));
        image("backup", disk, "--name", "web", "--library", "vault").ok();
        String hung = boot("web", "booted", "20s").ends(1).out();
        Volumes.mounted(disk, "", root -> Files.delete(root.resolve("sbin/init")));
        image("backup", disk, "--name", "web", "--library", "vault").ok();
        String panicking = boot("web", "booted", "5m").ends(1).out();

        assertThat(hung).contains("this didn't come within 20 seconds");
        assertThat(panicking).contains("the kernel ended with").contains("Kernel panic");
        assertThat(Program.end(folder, "sh", "-c", "pgrep -f '" + home + "/var/[b]oot-test'")
                        .output())
                .isEmpty();
        requireNothingLeft();
    }
}

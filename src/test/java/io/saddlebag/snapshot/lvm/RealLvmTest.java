package io.saddlebag.snapshot.lvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.saddlebag.host.Command;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.local.LocalFiles;
import io.saddlebag.host.local.LocalProcesses;
import io.saddlebag.host.local.Root;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.posix.Posix;
import io.saddlebag.snapshot.Snapshot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** On a volume group in a loop device, where the kernel can. */
@Tag("W11")
@Timeout(300)
class RealLvmTest {
    private final List<String[]> undo = new ArrayList<>();

    @TempDir
    private Path folder;

    @Test
    void a_snapshot_of_a_real_volume_holds_what_was_and_is_told_when_it_fills_up() throws Exception {
        assumeTrue(Files.exists(Path.of("/dev/mapper/control")), "this kernel has no device mapper");
        assumeTrue(Files.isExecutable(Path.of("/sbin/lvm")), "LVM is not installed");
        Posix posix = Root.posix();
        HostFiles files = new LocalFiles(posix);
        Path mounted = makeVolume();
        Path file = Files.writeString(mounted.resolve("file"), "before");
        var provider = new LvmSnapshots(
                posix,
                files,
                new LocalProcesses(),
                Clock.systemUTC(),
                new SystemWaiter(),
                new LvmSettings(
                        LvmSettings.PROGRAM,
                        folder.resolve("views"),
                        LvmSettings.Room.parse("8MiB"),
                        LvmSettings.DEFAULT_TIMEOUT));
        Snapshot snapshot = provider.create("s1", List.of(mounted));
        try {
            Files.writeString(file, "after");
            assertThat(snapshot.views().get(0).frozen().resolve("file")).hasContent("before");
            provider.requireIntact(snapshot);
            Files.write(mounted.resolve("large"), new byte[32 << 20]);
            posix.syncFileSystem(mounted);
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> provider.requireIntact(snapshot))
                    .hasMessageContaining("was lost");
        } finally {
            provider.release(snapshot);
        }
        assertThat(file).hasContent("after");
    }

    private Path makeVolume() throws Exception {
        Path disk = folder.resolve("disk");
        Files.write(disk, new byte[0]);
        run("truncate", "-s", "256M", disk.toString());
        String loop = run("losetup", "--find", "--show", disk.toString()).get(0);
        undo.add(0, new String[] {"losetup", "--detach", loop});
        String group = "saddlebagtest" + ProcessHandle.current().pid();
        run("vgcreate", group, loop);
        undo.add(0, new String[] {"vgremove", "--force", "--yes", group});
        run("lvcreate", "--yes", "--name", "data", "--size", "64M", group);
        run("mkfs.ext4", "-q", "/dev/" + group + "/data");
        Path mounted = Files.createDirectory(folder.resolve("mounted"));
        run("mount", "/dev/" + group + "/data", mounted.toString());
        undo.add(0, new String[] {"umount", mounted.toString()});
        return mounted;
    }

    private static List<String> run(String... command) throws Exception {
        List<String> lines = new ArrayList<>();
        assertThat(new LocalProcesses().run(Command.of(command), lines::add).exitCode())
                .as("%s: %s", List.of(command), lines)
                .isZero();
        return lines;
    }

    @AfterEach
    void undo() throws Exception {
        for (String[] command : undo) {
            run(command);
        }
    }
}

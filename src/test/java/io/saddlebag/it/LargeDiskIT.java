package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.testing.Program;
import io.saddlebag.testing.Volumes;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk of 1 TiB, next to nothing of which is used, in a heap of 256 MiB. */
@Tag("D9")
@Tag("Q9")
@Timeout(600)
class LargeDiskIT {
    private static final long TIB = 1L << 40;

    @TempDir
    Path folder;

    private void saddlebag(Path home, Object... words) throws Exception {
        Path log = folder.resolve("log");
        String[] command = new String[words.length];
        for (int i = 0; i < words.length; i++) {
            command[i] = words[i].toString();
        }
        int code = Site.runToEnd(home, log, command);
        assertThat(code).as(Files.readString(log)).isZero();
    }

    @Test
    void a_disk_of_a_tebibyte_is_imaged_changed_and_restored() throws Exception {
        Program.need("mke2fs", "e2fsck", "dumpe2fs", "rsync");
        Path home = Files.createDirectories(folder.resolve("home"));
        Files.createDirectories(home.resolve("config"));
        Files.writeString(
                home.resolve("config/saddlebag.yaml"),
                "libraries:\n  vault: { folder: vault, create: { slots: 4, drives: 1, mailSlots: 0, cartridges: 2,"
                        + " capacity: 8GiB } }\n");
        String lazy = "lazy_itable_init=1,lazy_journal_init=1,nodiscard";
        Path disk = Volumes.make(folder, "disk", TIB, "mke2fs", "-q", "-F", "-t", "ext4", "-J", "size=8", "-E", lazy);
        long free = free(disk);
        saddlebag(home, "image", "backup", disk, "--name", "data", "--library", "vault", "--blocks", "used");
        Volumes.mounted(disk, "", mounted -> Volumes.fill(mounted, 100, 1));
        saddlebag(home, "image", "backup", disk, "--name", "data", "--library", "vault", "--level", "incremental");

        Path target = folder.resolve("target");
        saddlebag(home, "image", "restore", "data", "--to", target);

        assertThat(Files.size(target)).isEqualTo(TIB);
        assertThat(free(target)).isLessThan(free).isEqualTo(free(disk));
        Program.run(folder, "e2fsck", "-fn", target);
        assertThat(stored(target)).isLessThan(stored(disk) + (64 << 20));
        Volumes.mounted(
                disk,
                "ro",
                before -> Volumes.mounted(
                        target,
                        "ro",
                        after -> assertThat(
                                        Program.run(folder, "rsync", "-naHAXic", "--delete", before + "/", after + "/"))
                                .isEmpty()));
    }

    private static long free(Path image) throws Exception {
        String text = Program.run(image.getParent(), "dumpe2fs", "-h", image);
        return text.lines()
                .filter(line -> line.startsWith("Free blocks:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    /** Bytes that the file takes. */
    private static long stored(Path file) throws Exception {
        return Long.parseLong(
                        Program.run(file.getParent(), "stat", "-c", "%b", file).strip())
                * 512;
    }
}

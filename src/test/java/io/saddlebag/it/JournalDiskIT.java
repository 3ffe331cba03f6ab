package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.saddlebag.app.CommandLineInProcess;
import io.saddlebag.app.CommandLineInProcess.Said;
import io.saddlebag.host.local.LoopFileSystem;
import io.saddlebag.posix.linux.LinuxPosix;
import io.saddlebag.quantity.ByteCount;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Journals and pools on a real ext4 of 16 MiB that is full. */
@Tag("J17")
class JournalDiskIT {
    private static final int JOURNAL_BYTES = 1 << 20;

    @TempDir
    Path folder;

    private @Nullable LoopFileSystem small;
    private Path mount;
    private Path archive;
    private Path home;

    @BeforeEach
    void mount() throws Exception {
        assumeTrue(
                "root".equals(System.getProperty("user.name")) && Files.exists(Path.of("/dev/loop-control")),
                "only root, with loop devices, can mount a small file system");
        Path image = folder.resolve("small.img");
        LoopFileSystem.create(new LinuxPosix(), image, LoopFileSystem.Kind.EXT4, ByteCount.mebibytes(16))
                .close();
        // blocks that only root may use would be used by this test
        assumeTrue(run("tune2fs", "-r", "0", image.toString()), "there is no tune2fs");
        LoopFileSystem mounted = LoopFileSystem.mount(new LinuxPosix(), image, LoopFileSystem.Kind.EXT4);
        small = mounted;
        mount = mounted.path();
    }

    @AfterEach
    void unmount() throws Exception {
        if (small != null) {
            small.close();
        }
    }

    private void site(Path journals, Path pool) throws IOException {
        archive = Files.createDirectories(journals);
        home = Files.createDirectories(folder.resolve("home"));
        Files.createDirectories(home.resolve("config"));
        Files.writeString(home.resolve("config/saddlebag.yaml"), """
                pools:
                  disk: { folder: %s, reserve: 1KiB }
                  other: { folder: %s, reserve: 1KiB }
                journals:
                  orders:
                    source: folder
                    folder: %s
                    pattern: 'redo_(?<sequence>\\d+)\\.arc'
                    settled: 1s
                """.formatted(pool, folder.resolve("other"), archive));
    }

    private void drop(int from, int to) throws IOException {
        Random random = new Random(from);
        for (int n = from; n <= to; n++) {
            byte[] content = new byte[JOURNAL_BYTES];
            random.nextBytes(content);
            Path file = archive.resolve("redo_" + n + ".arc");
            Files.write(file, content);
            Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
        }
    }

    private List<String> atSource() throws IOException {
        try (Stream<Path> all = Files.list(archive)) {
            return all.map(each -> String.valueOf(each.getFileName())).sorted().toList();
        }
    }

    private Said backUp(String... more) {
        List<String> command = new ArrayList<>(List.of("journal", "backup", "orders"));
        command.addAll(List.of(more));
        return CommandLineInProcess.run(home, command.toArray(String[]::new));
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().transferTo(OutputStream.nullOutputStream());
        return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    /** Takes all room but so much. */
    private void fill(long leftBytes) throws IOException {
        try (OutputStream filler = Files.newOutputStream(mount.resolve("filler"))) {
            byte[] piece = new byte[4096];
            while (mount.toFile().getUsableSpace() >= leftBytes + piece.length) {
                filler.write(piece);
            }
        }
    }

    @Test
    void a_target_that_is_too_small_is_told_before_and_the_ways_out_work() throws Exception {
        site(folder.resolve("archive"), mount.resolve("pool"));
        drop(1, 2);
        backUp("--pool", "disk").ok();
        drop(3, 5);
        fill(JOURNAL_BYTES * 2);
        List<String> before = atSource();

        Said refused = backUp("--pool", "disk").ends(1);

        assertThat(refused.err())
                .contains("SBG-X004 the journals of orders are " + 3 * JOURNAL_BYTES + " bytes")
                .contains("Free space there")
                .contains("name another target")
                .contains("fewer journals at once with 'sequence'");
        assertThat(atSource()).isEqualTo(before);
        // fewer at once, another target, and space that was freed
        backUp("--pool", "disk", "--sequence", "3,3").ok();
        backUp("--pool", "other", "--sequence", "4,4").ok();
        Files.delete(mount.resolve("filler"));
        backUp("--pool", "disk").ok();
        assertThat(atSource()).isEmpty();
        assertThat(CommandLineInProcess.run(home, "journal", "list", "orders")
                        .ok()
                        .out())
                .doesNotContain("gap", "partial");
    }

    @Test
    @Tag("J18")
    void a_disk_that_fills_up_in_the_middle_ends_the_pass_with_nothing_released() throws Exception {
        site(folder.resolve("archive"), mount.resolve("pool"));
        drop(1, 1);
        backUp("--pool", "disk").ok();
        drop(2, 4);
        // room for the journals to the byte, and none for what a file system and an image need besides
        fill(3L * JOURNAL_BYTES + 1024);
        List<String> before = atSource();

        Said failed = backUp("--pool", "disk").ends(1);

        Explained.by(failed);
        assertThat(failed.err()).contains("SBG-X004 the journals of orders").contains("Three ways out");
        assertThat(atSource()).isEqualTo(before);
        assertThat(CommandLineInProcess.run(home, "journal", "list", "orders")
                        .ok()
                        .out())
                .contains("redo_1.arc")
                .doesNotContain("redo_2.arc");
        Files.delete(mount.resolve("filler"));
        backUp("--pool", "disk").ok();
        assertThat(atSource()).isEmpty();
        CommandLineInProcess.run(home, "verify", "3").ok();
    }

    @Test
    @Tag("J10")
    void renaming_needs_no_room_and_gives_the_same_image() throws Exception {
        site(mount.resolve("archive"), mount.resolve("pool"));
        drop(1, 6);
        byte[] third = Files.readAllBytes(archive.resolve("redo_3.arc"));
        fill(256 << 10);
        assertThat(backUp("--pool", "disk").ends(1).err()).contains("SBG-X004");

        Said renamed = backUp("--pool", "disk", "--rename").ok();

        assertThat(renamed.err()).contains("JNLDISK, the disk of the journals of orders has room for");
        assertThat(atSource()).isEmpty();
        assertThat(mount.toFile().getUsableSpace()).as("room").isLessThan(256 << 10);
        CommandLineInProcess.run(home, "verify", "1").ok();
        Path back = folder.resolve("back");
        CommandLineInProcess.run(home, "restore", "orders.journal", "--to", back.toString())
                .ok();
        assertThat(back.resolve("1/3/redo_3.arc")).hasBinaryContent(third);
    }

    @Test
    @Tag("J10")
    void renaming_to_another_file_system_is_refused() throws Exception {
        site(mount.resolve("archive"), folder.resolve("pool"));
        drop(1, 1);

        assertThat(backUp("--pool", "disk", "--rename").ends(1).err())
                .contains("SBG-X007 option 'rename' can't be used with pool disk")
                .contains(archive + " and " + folder.resolve("pool") + " are in different file systems");
        assertThat(atSource()).containsExactly("redo_1.arc");
    }
}

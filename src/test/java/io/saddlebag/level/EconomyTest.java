package io.saddlebag.level;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.backup.BackupRun;
import io.saddlebag.backup.SourceOptions;
import io.saddlebag.host.memory.FaultyFiles;
import io.saddlebag.image.Compression;
import io.saddlebag.image.Encryption;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Overlap;
import io.saddlebag.tape.memory.DriveOperation;
import io.saddlebag.workbench.Life;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What speed rests on, in calls: how long they take is measured by {@code scripts/bench}. */
final class EconomyTest {
    private static final int FOLDERS = 4;
    private static final int FILES = 40;
    private static final int OBJECTS = 1 + FOLDERS + FILES;
    private static final int TAPE_BLOCK_BYTES = 4096;

    @TempDir
    Path home;

    private LevelBench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new LevelBench(home);
        for (int i = 0; i < FILES; i++) {
            Path folder = Files.createDirectories(bench.tree.resolve("d" + i % FOLDERS));
            Files.writeString(folder.resolve("f" + i), "content " + i);
        }
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    private FaultyFiles backUp(String level) throws Exception {
        FaultyFiles counted = FaultyFiles.counting(bench.bench.files);
        Workbench.Node node = bench.bench.node(Life.unending(), counted);
        bench.bench.time.pass(Duration.ofHours(1));
        BackupRun run =
                node.backups.begin("backup tree", null, Overlap.SKIP, Map.of()).orElseThrow();
        run.snapshot(bench.none(), List.of(bench.tree));
        run.store(
                run.source("tree", new SourceOptions(Compression.NONE, Encryption.NONE, BackupLevel.parse(level))),
                node.target());
        assertThat(run.end(null).state()).isEqualTo(JobState.COMPLETED);
        return counted;
    }

    @Test
    @Tag("Q2")
    void a_full_backup_opens_each_file_once_and_looks_at_it_a_bounded_number_of_times() throws Exception {
        FaultyFiles counted = backUp("0");

        assertThat(counted.calls("opening")).isEqualTo(FILES);
        // its content, and that there is no more
        assertThat(counted.calls("reading")).isEqualTo(2 * FILES);
        assertThat(counted.calls("looking at")).isEqualTo(OBJECTS);
        assertThat(counted.calls("listing")).isEqualTo(1 + FOLDERS);
        assertThat(counted.calls()).isLessThanOrEqualTo(6 * OBJECTS);
    }

    @Test
    @Tag("Q3")
    void an_incremental_of_an_unchanged_tree_opens_no_file() throws Exception {
        backUp("0");

        FaultyFiles counted = backUp("1");

        assertThat(counted.calls("opening")).isZero();
        assertThat(counted.calls("looking at")).isEqualTo(OBJECTS);
        assertThat(counted.calls("listing")).isEqualTo(1 + FOLDERS);
        assertThat(counted.calls("reading attributes of")).isEqualTo(1 + FOLDERS);
        assertThat(counted.calls()).isLessThanOrEqualTo(2 * OBJECTS);
    }

    @Test
    @Tag("Q1")
    void a_large_file_goes_to_the_drive_with_one_write_a_block() throws Exception {
        byte[] content = new byte[1000 * TAPE_BLOCK_BYTES];
        new Random(1).nextBytes(content);
        Files.write(bench.tree.resolve("large"), content);
        long before = bench.bench.faults.operations(DriveOperation.WRITE);

        FaultyFiles counted = backUp("0");

        long writes = bench.bench.faults.operations(DriveOperation.WRITE) - before;
        // and labels, headers, checksums, the small files
        assertThat(writes).isBetween(1000L, 1000L + 60);
        // 256 KiB each
        assertThat(counted.calls("reading"))
                .isLessThanOrEqualTo(2 * (FILES + 1) + 1000 * TAPE_BLOCK_BYTES / (256 << 10));
    }
}

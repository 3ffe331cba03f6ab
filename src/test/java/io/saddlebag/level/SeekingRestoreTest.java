package io.saddlebag.level;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.backup.BackupRun;
import io.saddlebag.backup.ImageTarget;
import io.saddlebag.backup.SourceOptions;
import io.saddlebag.catalog.Backup;
import io.saddlebag.image.Compression;
import io.saddlebag.image.Encryption;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Overlap;
import io.saddlebag.restore.BackupSelector;
import io.saddlebag.restore.RestoreRequest;
import io.saddlebag.tape.memory.DriveOperation;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A few objects of a large image are read from where they lie, where medium and layers can do that (Q4). */
@Tag("Q4")
final class SeekingRestoreTest {
    private static final int MIB = 1 << 20;
    private static final int TAPE_BLOCK_BYTES = 4096;

    @TempDir
    Path home;

    private LevelBench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new LevelBench(home);
        bench.bench.jumpBytes = 64 << 10;
        write("a/one", "1");
        large("b-large", 12);
        write("c/two", "2");
        write("c/three", "3");
        Files.createLink(bench.tree.resolve("c/twice"), bench.tree.resolve("c/two"));
        Files.createSymbolicLink(bench.tree.resolve("c/way"), Path.of("two"));
        large("d-large", 12);
        write("e", "5");
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    private Path write(String name, String content) throws IOException {
        Path file = bench.tree.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    private void large(String name, int mebibytes) throws IOException {
        byte[] content = new byte[mebibytes * MIB];
        new Random(name.hashCode()).nextBytes(content);
        Files.write(bench.tree.resolve(name), content);
    }

    private Backup backUp(String level, Compression compression, ImageTarget target) throws Exception {
        bench.bench.time.pass(Duration.ofHours(1));
        BackupRun run = bench.node
                .backups
                .begin("backup tree", null, Overlap.SKIP, Map.of())
                .orElseThrow();
        run.snapshot(bench.none(), List.of(bench.tree));
        Backup backup = run.store(
                run.source("tree", new SourceOptions(compression, Encryption.NONE, BackupLevel.parse(level))), target);
        assertThat(run.end(null).state()).isEqualTo(JobState.COMPLETED);
        return backup;
    }

    private Backup backUp(String medium, String compression) throws Exception {
        return backUp(
                "0",
                Compression.parse(compression),
                medium.equals("pool") ? bench.node.poolTarget() : bench.node.target());
    }

    private String path(String name) {
        return bench.tree.resolve(name).toString();
    }

    private String lastTranscript() throws IOException {
        Job last = Stream.of(bench.bench.log().jobs().toArray(Job[]::new))
                .max(Comparator.comparingLong(job -> job.name().number()))
                .orElseThrow();
        return String.join("\n", bench.bench.transcripts.lines(last.name()).toList());
    }

    @ParameterizedTest
    @CsvSource({"pool, none", "pool, zstd", "tape, none", "tape, zstd"})
    void one_folder_is_read_from_where_it_lies(String medium, String compression) throws Exception {
        Backup backup = backUp(medium, compression);
        long before = bench.bench.faults.operations(DriveOperation.READ);

        Path restored = bench.restore(backup, path("c"));

        assertThat(restored.resolve("c/two")).hasContent("2");
        assertThat(restored.resolve("c/three")).hasContent("3");
        assertThat(Files.isSameFile(restored.resolve("c/twice"), restored.resolve("c/two")))
                .isTrue();
        assertThat(Files.readSymbolicLink(restored.resolve("c/way"))).isEqualTo(Path.of("two"));
        assertThat(restored.resolve("a")).doesNotExist();
        assertThat(restored.resolve("e")).doesNotExist();
        assertThat(lastTranscript()).contains("from where they lie");
        if (medium.equals("tape")) {
            long blocks = bench.bench.faults.operations(DriveOperation.READ) - before;
            assertThat(blocks).isLessThan(12L * MIB / TAPE_BLOCK_BYTES);
        }
    }

    @ParameterizedTest
    @CsvSource({"pool, zlib", "pool, lz4", "tape, lz4"})
    void layers_without_a_table_are_read_as_a_whole(String medium, String compression) throws Exception {
        Backup backup = backUp(medium, compression);

        Path restored = bench.restore(backup, path("c"));

        assertThat(restored.resolve("c/two")).hasContent("2");
        assertThat(lastTranscript()).doesNotContain("from where they lie");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "zstd"})
    void several_places_come_one_after_the_other_and_folders_as_they_were(String compression) throws Exception {
        Files.setLastModifiedTime(bench.tree.resolve("c"), FileTime.fromMillis(86_400_000));
        Backup backup = backUp("pool", compression);

        Path restored = bench.restore(backup, path("a/one"), path("c/three"), path("e"));

        assertThat(restored.resolve("a/one")).hasContent("1");
        assertThat(restored.resolve("c/three")).hasContent("3");
        assertThat(restored.resolve("c/two")).doesNotExist();
        assertThat(restored.resolve("e")).hasContent("5");
        assertThat(Files.getLastModifiedTime(restored.resolve("c")).toMillis()).isEqualTo(86_400_000);
        assertThat(lastTranscript()).contains("from where they lie, in 3 places");
    }

    @Test
    void most_of_an_image_is_read_as_a_whole_and_proven_as_one() throws Exception {
        Backup backup = backUp("pool", "none");

        bench.restore(backup, path("b-large"), path("d-large"));

        assertThat(lastTranscript()).doesNotContain("from where they lie");
    }

    @Test
    void of_a_state_each_image_gives_what_is_newest_in_it() throws Exception {
        backUp("0", Compression.NONE, bench.node.poolTarget());
        write("c/two", "2, changed");
        large("b-large-too", 12);
        Backup newest = backUp("1", Compression.NONE, bench.node.poolTarget());

        Path restored = bench.restore(newest, path("c"));

        assertThat(restored.resolve("c/two")).hasContent("2, changed");
        assertThat(restored.resolve("c/three")).hasContent("3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "zstd"})
    void damage_where_it_lies_is_loud_and_elsewhere_is_not_in_the_way(String compression) throws Exception {
        Backup backup = backUp("pool", compression);
        Path file;
        try (Stream<Path> files = Files.walk(home.resolve("pool"))) {
            file = files.filter(each -> each.toString().contains(".tar")
                            && Files.isRegularFile(each)
                            && each.toFile().length() > MIB)
                    .findFirst()
                    .orElseThrow();
        }
        flip(file, 3L * MIB, 16);

        assertThat(bench.restore(backup, path("c")).resolve("c/two")).hasContent("2");

        long length = Files.size(file);
        for (long at = 12L * MIB; at < 12L * MIB + 64 * 1024 && at < length; at += 512) {
            flip(file, at, 16);
        }
        List<Job> jobs = bench.node.restores.restore(new RestoreRequest(
                List.of(new BackupSelector.ById(backup.id())),
                List.of(path("c")),
                Files.createDirectories(home.resolve("loud")),
                RestoreRequest.Existing.REPLACE,
                null,
                null));
        assertThat(jobs).singleElement().satisfies(job -> {
            assertThat(job.state()).isEqualTo(JobState.FAILED);
            assertThat(job.cause()).contains("pool");
        });
    }

    @Test
    void where_the_place_is_wrong_the_image_is_read_as_a_whole() throws Exception {
        Backup backup = backUp("tape", "none");
        bench.bench.jumpWrap = stored -> new SequenceInputStream(new ByteArrayInputStream(new byte[] {1}), stored);

        Path restored = bench.restore(backup, path("c"));

        assertThat(restored.resolve("c/two")).hasContent("2");
        assertThat(lastTranscript()).contains("it is read as a whole");
    }

    private static void flip(Path file, long at, int count) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            byte[] bytes = new byte[count];
            open.seek(at);
            int n = open.read(bytes);
            for (int i = 0; i < n; i++) {
                bytes[i] ^= 0x55;
            }
            open.seek(at);
            open.write(bytes, 0, Math.max(0, n));
        }
    }
}

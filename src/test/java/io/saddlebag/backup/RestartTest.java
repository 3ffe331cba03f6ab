package io.saddlebag.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.catalog.Backup;
import io.saddlebag.image.Compression;
import io.saddlebag.image.Encryption;
import io.saddlebag.level.BackupLevel;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.tapeoption.TapeOptions;
import io.saddlebag.workbench.Trees;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bytes are counted, not seconds: a kill at 95 % costs less than 5 % when the backup is repeated. */
@Tag("D6")
@Tag("Q11")
class RestartTest {
    @TempDir
    Path home;

    private RestartBench at;

    @BeforeEach
    void open() throws IOException {
        at = new RestartBench(home);
    }

    @AfterEach
    void close() throws IOException {
        at.close();
    }

    @ParameterizedTest
    @CsvSource({
        "library, none",
        "pool, none",
        "library, zstd",
        "pool, zstd",
        "library, zlib",
        "pool, lz4",
        "pool, huffman"
    })
    void a_death_at_95_percent_costs_less_than_5_percent(String place, String compression) throws Exception {
        at.target = place.equals("pool") ? Workbench.Node::poolTarget : Workbench.Node::target;
        at.options = RestartBench.options(Compression.parse(compression));
        RestartBench.Run first = at.dies(RestartBench.ALL_BYTES * 95 / 100);

        RestartBench.Run second = at.completes();

        assertThat(second.transcript()).contains("goes on from the checkpoint of job ");
        long twice = first.bytesRead.get() + second.bytesRead.get() - RestartBench.ALL_BYTES;
        assertThat(twice).isBetween(0L, RestartBench.ALL_BYTES * 5 / 100);
        Backup backup = at.only();
        assertThat(backup.objects()).isEqualTo(RestartBench.FILES + 11);
        assertThat(backup.dataBytes()).isEqualTo(RestartBench.ALL_BYTES);
        at.assertGood(backup);
        assertThat(home.resolve("checkpoints")).isEmptyDirectory();
        assertThat(at.bench.log().owed()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"library, none", "pool, zstd"})
    void a_backup_of_a_snapshot_goes_on_from_the_same_snapshot(String place, String compression) throws Exception {
        at.target = place.equals("pool") ? Workbench.Node::poolTarget : Workbench.Node::target;
        at.options = RestartBench.options(Compression.parse(compression));
        at.fromSnapshots = true;
        Map<String, String> then = Trees.content(at.tree);
        RestartBench.Run first = at.dies(RestartBench.ALL_BYTES * 95 / 100);
        RestartBench.write(at.tree.resolve("d0/f00"), new Random(1));
        RestartBench.write(at.tree.resolve("d5/f59"), new Random(2));
        RestartBench.write(at.tree.resolve("d5/new"), new Random(3));

        RestartBench.Run second = at.completes();

        assertThat(second.transcript()).contains("goes on from the checkpoint of job ", "and not from a newer one");
        long twice = first.bytesRead.get() + second.bytesRead.get() - at.allBytes();
        assertThat(twice).isBetween(0L, RestartBench.ALL_BYTES * 5 / 100);
        Path restored = at.restore(at.bench.node(), at.only());
        assertThat(Trees.content(restored)).as("as it was at the one instant").isEqualTo(then);
        assertThat(at.bench.snapshots.left()).isEmpty();
        assertThat(home.resolve("checkpoints")).isEmptyDirectory();
        assertThat(at.bench.log().owed()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"library, none, false", "pool, zstd, true", "pool, none, false"})
    void a_large_file_is_gone_on_with_in_its_middle(String place, String compression, boolean fromSnapshots)
            throws Exception {
        int huge = 1 << 20;
        at.addHuge(huge);
        at.target = place.equals("pool") ? Workbench.Node::poolTarget : Workbench.Node::target;
        at.options = RestartBench.options(Compression.parse(compression));
        at.fromSnapshots = fromSnapshots;
        long before = 30L * RestartBench.FILE_BYTES;
        long all = RestartBench.ALL_BYTES + huge;
        at.dies(before + huge * 95L / 100);

        RestartBench.Run second = at.completes();

        assertThat(second.transcript()).contains("goes on from the checkpoint of job ");
        long from = Long.parseLong(String.valueOf(second.job().figures().get("goes-on-at")));
        assertThat(from).as("what is written again").isGreaterThan(before + huge * 95L / 100 - all * 5 / 100);
        assertThat(second.opened)
                .as("its beginning is read again")
                .contains("huge")
                .doesNotContain("f00");
        at.assertGood(at.only());
        assertThat(at.only().dataBytes()).isEqualTo(at.allBytes() + huge);
        at.bench.node().recover();
        assertThat(at.bench.log().owed()).isEmpty();
    }

    @Test
    void it_may_die_again_and_again_in_one_file() throws Exception {
        int huge = 1 << 20;
        at.addHuge(huge);
        at.dies(30L * RestartBench.FILE_BYTES + huge / 4);
        for (int i = 2; i < 4; i++) {
            at.bench.node().recover();
            // its beginning is read once more each time
            at.dies((long) huge * i / 4);
        }

        at.completes();

        at.assertGood(at.only());
    }

    @Test
    void a_failed_drive_leaves_the_snapshot_for_the_repeat() throws Exception {
        at.fromSnapshots = true;
        at.driveFails();
        RestartBench.Run failed = at.fails(RestartBench.ALL_BYTES / 2);
        assertThat(failed.transcript()).contains("is kept for that");
        assertThat(at.bench.snapshots.left()).hasSize(1);

        assertThat(at.completes().transcript()).contains("goes on from the checkpoint of job ");

        at.assertGood(at.only());
        assertThat(at.bench.snapshots.left()).isEmpty();
        assertThat(at.bench.log().owed()).isEmpty();
    }

    /** A real drive stops at the end of each part. */
    @Test
    void where_ending_a_part_costs_much_a_part_is_long_unless_the_backup_says_otherwise() throws Exception {
        at.target = node ->
                new TapeTarget("vault", "nightly", TapeOptions.DEFAULT, at.bench::openVault, ByteCount.mebibytes(64));
        at.dies(RestartBench.ALL_BYTES / 2);
        assertThat(at.completes().transcript()).contains("starts over: it had made no checkpoint");

        at.options = new SourceOptions(
                Compression.NONE, Encryption.NONE, BackupLevel.FULL, RestartOptions.parse(true, "16KiB"));
        at.dies(RestartBench.ALL_BYTES / 2);
        assertThat(at.completes().transcript()).contains("goes on from the checkpoint of job ");
    }

    @Test
    void it_may_die_again_and_again() throws Exception {
        Random random = new Random(17);
        long read = 0;
        for (int i = 0; i < 8; i++) {
            RestartBench.Run run = at.dies(20_000 + random.nextInt(20_000));
            read += run.bytesRead.get();
            at.bench.node().recover();
        }
        at.completes();
        assertThat(read).isLessThan(RestartBench.ALL_BYTES);
        at.assertGood(at.only());
    }

    @Test
    void an_image_shorter_than_the_interval_is_one_section() throws Exception {
        at.bench.checkpointSettings = io.saddlebag.checkpoint.CheckpointSettings.in(home.resolve("checkpoints"));
        at.completes();
        assertThat(at.only().sections()).hasSize(1);
        assertThat(home.resolve("checkpoints")).doesNotExist();
    }
}

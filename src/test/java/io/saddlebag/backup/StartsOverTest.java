package io.saddlebag.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.checkpoint.CheckpointSettings;
import io.saddlebag.image.Compression;
import io.saddlebag.image.Encryption;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Obligation;
import io.saddlebag.level.BackupLevel;
import io.saddlebag.media.Volume;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.snapshot.SnapshotFailure;
import io.saddlebag.tapeoption.TapeOptions;
import io.saddlebag.workbench.Trouble;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Without a usable checkpoint a backup starts over, and its transcript says why. */
@Tag("D6")
@Tag("Q16")
class StartsOverTest {
    private static final long LATE = RestartBench.ALL_BYTES * 3 / 4;

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

    private void assertStartsOver(String why) throws Exception {
        RestartBench.Run run = at.completes();
        assertThat(run.transcript())
                .contains("was not finished, and this one starts over: ")
                .contains(why);
        assertThat(run.transcript()).doesNotContain("goes on from");
        assertThat(run.bytesRead.get()).isEqualTo(at.allBytes());
        at.assertGood(at.only());
        assertThat(at.bench.catalog().backups(Catalog.Filter.ALL))
                .extracting(Backup::state)
                .containsOnlyOnce(Backup.State.COMPLETE)
                .doesNotContain(Backup.State.WRITING);
        at.bench.node().recover();
        assertThat(at.bench.log().owed()).isEmpty();
        try (var left = Files.list(home.resolve("checkpoints"))) {
            assertThat(left).isEmpty();
        }
    }

    private void damage(Damage damage) throws Exception {
        Path file = at.checkpoint();
        Files.write(file, damage.done(Files.readAllBytes(file)));
    }

    private interface Damage {
        byte[] done(byte[] whole);
    }

    private static byte[] text(byte[] whole, String from, String to) {
        return new String(whole, StandardCharsets.UTF_8).replace(from, to).getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void when_that_is_asked_for() throws Exception {
        at.dies(LATE);
        at.options = new SourceOptions(
                Compression.NONE,
                Encryption.NONE,
                BackupLevel.FULL,
                new RestartOptions(RestartOptions.Repeat.STARTS_OVER, null));

        assertStartsOver("starting over was asked for");
    }

    @Test
    void when_the_checkpoint_is_torn() throws Exception {
        at.dies(LATE);
        damage(whole -> java.util.Arrays.copyOf(whole, whole.length / 2));

        assertStartsOver("its checkpoint is torn: its checksum is wrong");
    }

    @Test
    void when_the_checkpoint_is_empty() throws Exception {
        at.dies(LATE);
        damage(whole -> new byte[0]);

        assertStartsOver("its checkpoint is no checkpoint, or its beginning is torn");
    }

    @Test
    void when_the_checkpoint_is_of_another_version() throws Exception {
        at.dies(LATE);
        damage(whole -> text(whole, "saddlebag-checkpoint 1 ", "saddlebag-checkpoint 2 "));

        assertStartsOver("its checkpoint is of version 2, and version 1 is known");
    }

    @Test
    void when_the_checkpoint_is_too_old() throws Exception {
        at.dies(LATE);
        at.bench.time.pass(CheckpointSettings.DEFAULT_LIFE);

        RestartBench.Run run = at.completes();

        assertThat(run.transcript()).contains("starts over: it had made no checkpoint, or has none any more");
        at.assertGood(at.only());
        try (var left = Files.list(home.resolve("checkpoints"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void when_there_was_no_checkpoint_yet() throws Exception {
        at.dies(100);

        RestartBench.Run run = at.completes();

        assertThat(run.transcript()).contains("starts over: it had made no checkpoint");
    }

    @Test
    void when_the_compression_is_another() throws Exception {
        at.dies(LATE);
        at.options = RestartBench.options(Compression.parse("zstd=3"));

        assertStartsOver("its compression was none, and is zstd=3 now");
    }

    @Test
    void when_the_level_is_another() throws Exception {
        at.dies(LATE);
        at.options = at.at("offsite");

        assertStartsOver("its level was 0, and is offsite now");
    }

    @Test
    void when_the_dataset_was_edited() throws Exception {
        at.dies(LATE);
        at.roots = new Path[] {at.tree, at.bench.journal};

        RestartBench.Run run = at.completes();

        assertThat(run.transcript()).contains("starts over: its digest of what it takes was ");
    }

    @Test
    void when_the_options_of_the_tape_are_others() throws Exception {
        at.dies(LATE);
        at.target = node -> node.target(TapeOptions.parse(Map.of("format", "new_tape", "crc", "autodin-ii")));

        assertStartsOver("its target was library vault");
    }

    @Test
    void when_several_drives_are_to_write() throws Exception {
        at.dies(LATE);
        at.target = node -> node.target(TapeOptions.parse(Map.of("drives", "2")));

        RestartBench.Run run = at.completes();

        assertThat(run.transcript()).contains("starts over: several drives write at once");
    }

    @Test
    void when_its_snapshot_was_lost() throws Exception {
        at.fromSnapshots = true;
        at.dies(LATE);
        at.bench.snapshots.whenAskedIfIntact = () -> {
            at.bench.snapshots.whenAskedIfIntact = Trouble.NONE;
            throw SnapshotFailure.lost("it", "it is full", "Give it more room.");
        };

        assertStartsOver("snapshot it was lost: it is full");
        assertThat(at.bench.snapshots.left()).isEmpty();
    }

    @Test
    void when_its_snapshot_was_released() throws Exception {
        at.fromSnapshots = true;
        at.dies(LATE);
        Workbench.Node node = at.bench.node();
        node.recover();
        for (Obligation owed : at.bench.log().owed()) {
            if (owed.kind().equals(HeldSnapshot.RELEASE_SNAPSHOT)) {
                at.bench.snapshots.release(SnapshotFacts.snapshot(owed.facts()));
                at.bench.log().settle(owed);
            }
        }

        assertStartsOver("was released");
    }

    @Test
    void when_the_view_dies_with_its_process() throws Exception {
        at.fromSnapshots = true;
        at.bench.snapshots.outlivesProcess = false;
        at.dies(LATE);

        RestartBench.Run run = at.completes();

        assertThat(run.transcript())
                .contains("starts over: it is made of a snapshot of provider copy, which is gone with its job");
        assertThat(at.bench.snapshots.left()).isEmpty();
    }

    @Test
    void and_releases_the_snapshot_that_was_kept() throws Exception {
        at.fromSnapshots = true;
        at.dies(LATE);
        at.options = RestartBench.options(Compression.parse("zstd=3"));

        assertStartsOver("its compression was none, and is zstd=3 now");
        assertThat(at.bench.snapshots.left()).isEmpty();
    }

    @Test
    void and_a_snapshot_is_kept_no_longer_than_its_checkpoint() throws Exception {
        at.fromSnapshots = true;
        at.dies(LATE);
        at.bench.node().recover();
        assertThat(at.bench.snapshots.left()).as("for the repeat").hasSize(1);
        at.bench.time.pass(CheckpointSettings.DEFAULT_LIFE);

        at.bench.node().recover();

        assertThat(at.bench.snapshots.left()).isEmpty();
        assertThat(at.bench.log().owed()).isEmpty();
    }

    @Test
    void and_a_snapshot_without_a_checkpoint_is_not_kept() throws Exception {
        at.fromSnapshots = true;
        at.dies(100);

        at.bench.node().recover();

        assertThat(at.bench.snapshots.left()).isEmpty();
        assertThat(at.bench.log().owed()).isEmpty();
    }

    @Test
    void and_a_view_that_is_lost_at_the_end_is_not_kept() throws Exception {
        at.fromSnapshots = true;
        at.bench.snapshots.whenAskedIfIntact = () -> {
            at.bench.snapshots.whenAskedIfIntact = Trouble.NONE;
            throw SnapshotFailure.lost("it", "it is full", "Give it more room.");
        };
        RestartBench.Run run = at.tries();

        assertThat(run.job().state()).isEqualTo(JobState.FAILED);
        assertThat(at.bench.snapshots.left()).isEmpty();
        at.completes();
        at.bench.node().recover();
        assertThat(at.bench.log().owed()).isEmpty();
        assertThat(at.bench.snapshots.left()).isEmpty();
    }

    @Test
    void when_the_file_has_changed_in_whose_middle_it_was() throws Exception {
        at.target = Workbench.Node::poolTarget;
        int bytes = 1 << 20;
        Path huge = at.addHuge(bytes);
        at.dies(30L * RestartBench.FILE_BYTES + bytes / 2);
        byte[] content = Files.readAllBytes(huge);
        content[0]++;
        Files.write(huge, content);

        RestartBench.Run run = at.completes();

        assertThat(run.transcript())
                .contains("was not finished, and this one starts over: ")
                .contains("tree/d2/huge has changed, in whose middle the checkpoint is");
        at.assertGood(at.only());
        at.bench.node().recover();
        assertThat(at.bench.log().owed()).isEmpty();
        try (var left = Files.list(home.resolve("checkpoints"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void when_the_volume_failed_meanwhile() throws Exception {
        at.dies(LATE);
        Volume volume = at.bench.volumes().volumes().get(0);
        at.bench.volumes().record(inState(volume, Volume.State.SUSPECT, volume.created(), volume.expires()));

        assertStartsOver("volume nightly-000001 is suspect");
    }

    @Test
    void when_the_volume_was_labelled_anew() throws Exception {
        at.dies(LATE);
        Volume volume = at.bench.volumes().volumes().get(0);
        at.bench
                .volumes()
                .record(inState(volume, volume.state(), volume.created().plusSeconds(60), volume.expires()));

        RestartBench.Run run = at.runs();

        assertThat(run.transcript()).contains("starts over: volume nightly-000001 was labelled anew");
    }

    @Test
    void when_the_volume_has_expired() throws Exception {
        at.dies(LATE);
        Volume volume = at.bench.volumes().volumes().get(0);
        at.bench.volumes().record(inState(volume, volume.state(), volume.created(), at.bench.time.instant()));

        RestartBench.Run run = at.runs();

        assertThat(run.transcript()).contains("starts over: volume nightly-000001 has expired");
    }

    @Test
    void when_the_volume_is_forgotten() throws Exception {
        at.dies(LATE);
        at.bench.volumes().forget(at.bench.volumes().volumes().get(0).id());

        RestartBench.Run run = at.runs();

        assertThat(run.transcript()).contains("starts over: volume nightly-000001 isn't there any more");
    }

    @Test
    void when_a_file_of_the_pool_is_gone() throws Exception {
        at.target = Workbench.Node::poolTarget;
        at.dies(LATE);
        Path second;
        try (var files = Files.list(home.resolve("pool/nightly"))) {
            second = files.filter(file -> file.toString().endsWith(".2.tar"))
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
        }
        Files.delete(second);

        assertStartsOver("pool:disk/nightly/" + second.getFileName() + " isn't there any more");
        try (var files = Files.list(home.resolve("pool/nightly"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .as("nothing is left of the image that was given up")
                    .allMatch(name -> name.startsWith(imageId()));
        }
    }

    private String imageId() {
        try {
            return at.only().about().imageId();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void when_somebody_else_took_it_over() throws Exception {
        RestartBench.Run dead = at.dies(LATE);
        Backup backup = at.bench.catalog().backups(Catalog.Filter.ALL).get(0);
        at.bench.node().recover();
        // another program's job, which this catalog knows as ended
        Catalog.Writing other =
                at.bench.catalog().goOn(backup.id(), backup.about().job(), "4711", Long.MAX_VALUE);

        RestartBench.Run run = at.completes();

        assertThat(run.transcript()).contains("starts over: ").contains("it is job 4711's");
        other.leave();
        assertThat(dead.died()).isTrue();
    }

    @Test
    void no_room_for_checkpoints_costs_a_warning_and_no_backup() throws Exception {
        at.bench.checkpointSettings = new CheckpointSettings(
                home.resolve("checkpoints"),
                RestartBench.INTERVAL,
                ByteCount.of(1L << 60),
                CheckpointSettings.DEFAULT_LIFE);

        RestartBench.Run run = at.completes();

        assertThat(run.job().state()).isEqualTo(JobState.COMPLETED_WITH_WARNINGS);
        assertThat(run.transcript())
                .containsOnlyOnce("WARNING no further checkpoints are made: SBG-H001 the file system of "
                        + home.resolve("checkpoints"));
        assertThat(at.only().sections()).as("one part, and the rest").hasSize(2);
        at.assertGood(at.only());
    }

    @Test
    void an_error_of_the_source_or_drive_is_an_interruption_too() throws Exception {
        at.driveFails();
        RestartBench.Run failed = at.fails(LATE);
        assertThat(failed.transcript()).contains("a repeat goes on with backup 1 from its last checkpoint");

        RestartBench.Run run = at.completes();

        assertThat(run.transcript()).contains("goes on from the checkpoint of job ");
        assertThat(failed.bytesRead.get() + run.bytesRead.get()).isLessThan(RestartBench.ALL_BYTES * 105 / 100);
        at.assertGood(at.only());
    }

    private static Volume inState(
            Volume v, Volume.State state, Instant created, @org.jspecify.annotations.Nullable Instant expires) {
        return new Volume(
                v.id(),
                v.barcode(),
                v.family(),
                v.set(),
                v.sequence(),
                v.owner(),
                v.protection(),
                v.host(),
                created,
                v.writeWindowEnds(),
                expires,
                v.files(),
                v.endOfData(),
                state);
    }

    @Test
    void a_life_of_nothing_is_refused() {
        org.assertj.core.api.Assertions.assertThatIllegalArgumentException()
                .isThrownBy(() -> new CheckpointSettings(home, ByteCount.of(1), ByteCount.ZERO, Duration.ZERO))
                .withMessageContaining("valid is more than nothing");
        assertThat(List.of(CheckpointSettings.in(home).interval())).containsExactly(ByteCount.mebibytes(1024));
    }
}

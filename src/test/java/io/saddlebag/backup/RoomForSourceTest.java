package io.saddlebag.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.database.DatabaseState;
import io.saddlebag.image.Compression;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Obligation;
import io.saddlebag.job.Overlap;
import io.saddlebag.snapshot.SharedRoom;
import io.saddlebag.snapshot.SnapshotFault;
import io.saddlebag.workbench.Workbench;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A view that takes the room its source writes to goes before the source has none (the twin's room is what the test says). */
@Tag("W11")
@Tag("W22")
final class RoomForSourceTest {
    private static final List<SharedRoom> ENOUGH = List.of(new SharedRoom("/srv", 50, 1000));
    private static final List<SharedRoom> TOO_LITTLE = List.of(new SharedRoom("/srv", 49, 1000));

    @TempDir
    Path home;

    private Workbench bench;
    private Workbench.Node node;

    @BeforeEach
    void begin() throws Exception {
        bench = new Workbench(home);
        node = bench.node();
    }

    @AfterEach
    void end() throws Exception {
        bench.close();
    }

    @Test
    void nothing_is_stopped_for_a_snapshot_that_there_is_no_room_for() throws Exception {
        bench.snapshots.room = TOO_LITTLE;

        Job job = node.backup();

        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(job.cause())
                .contains(SnapshotFault.NO_ROOM.id(), "no snapshot of", "/srv has 49 bytes of 1000 bytes left")
                .contains("50 bytes are kept for the source");
        assertThat(bench.events).doesNotContain("stop", "snapshot of 2");
        assertThat(bench.log().owed()).isEmpty();
    }

    @Test
    @Tag("W6")
    void an_online_backup_takes_no_snapshot_that_there_is_no_room_for() throws Exception {
        bench.snapshots.room = TOO_LITTLE;

        Job job = node.backupOnline();

        assertThat(job.cause()).contains(SnapshotFault.NO_ROOM.id());
        assertThat(bench.events).doesNotContain("snapshot of 2");
        assertThat(bench.orders.writer.mode).isNull();
    }

    @Test
    void what_is_just_enough_will_do() throws Exception {
        bench.snapshots.room = ENOUGH;
        bench.withinImage = () -> bench.time.pass(Duration.ofHours(1));

        assertThat(node.backup().state()).isEqualTo(JobState.COMPLETED);
    }

    @Test
    void a_view_that_takes_too_much_while_the_image_is_written_is_given_up_at_once() throws Exception {
        bench.snapshots.room = ENOUGH;
        bench.withinImage = () -> {
            bench.snapshots.room = TOO_LITTLE;
            bench.time.pass(Duration.ofSeconds(1));
        };

        Job job = node.backup();

        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(job.cause()).contains(SnapshotFault.NO_ROOM.id(), "is given up", "/srv has 49 bytes");
        assertThat(bench.events).doesNotContain("image is durable").endsWith("image", "release");
        assertThat(bench.snapshots.left()).isEmpty();
        assertThat(bench.log().owed()).extracting(Obligation::kind).doesNotContain("release-snapshot");
        assertThat(bench.backupState()).isNotEqualTo("complete");
        assertThat(bench.orders.state).isEqualTo(DatabaseState.OPEN);
    }

    /** A job may have more to do after a step that failed, its source has no time for that. */
    @Test
    void it_is_released_before_the_job_ends_and_no_further_image_is_made() throws Exception {
        bench.snapshots.room = ENOUGH;
        bench.withinImage = () -> {
            bench.snapshots.room = TOO_LITTLE;
            bench.time.pass(Duration.ofSeconds(1));
        };
        BackupRun run =
                node.backups.begin("backup files", null, Overlap.SKIP, Map.of()).orElseThrow();
        run.snapshot(bench.snapshots, List.of(bench.data));
        BackupSource source = run.source("files", new SourceOptions(Compression.NONE));

        assertThatThrownBy(() -> run.store(source, node.target())).hasMessageContaining("is given up");

        assertThat(bench.snapshots.left()).isEmpty();
        assertThatThrownBy(() -> run.store(source, node.target())).hasMessageContaining("its snapshot was given up");
        run.end(null);
    }
}

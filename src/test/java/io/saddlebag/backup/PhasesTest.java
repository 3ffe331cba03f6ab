package io.saddlebag.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.fault.BackupException;
import io.saddlebag.image.Compression;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobKind;
import io.saddlebag.job.JobName;
import io.saddlebag.job.JobRequest;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Overlap;
import io.saddlebag.snapshot.CoveredComponent;
import io.saddlebag.snapshot.SnapshotFailure;
import io.saddlebag.snapshot.SnapshotFault;
import io.saddlebag.snapshot.none.NoSnapshots;
import io.saddlebag.workbench.Life;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PhasesTest {
    @TempDir
    Path home;

    private Workbench bench;
    private Workbench.Node node;

    @BeforeEach
    void open() throws Exception {
        bench = new Workbench(home);
        node = bench.node();
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    @Test
    @Tag("W1")
    @Tag("W5")
    void the_database_runs_again_before_a_byte_of_the_image_is_written() throws Exception {
        Job job = node.backup();

        assertThat(bench.events)
                .containsExactly("stop", "snapshot of 2", "start", "image", "image is durable", "release");
        assertThat(job.steps())
                .extracting(step -> step.name().replaceAll("sbg-.*", "ID"))
                .containsExactly(
                        "stop orders", "snapshot copy", "start orders", "write image orders", "release snapshot ID");
        assertThat(job.steps()).allMatch(step -> step.ended() != null && step.failure() == null);
        assertThat(job.state()).isEqualTo(JobState.COMPLETED);
        assertThat(paths()).contains(bench.data + "/table", bench.journal + "/log");
        assertThat(paths()).doesNotContain(bench.data + "/lock");
    }

    @Test
    @Tag("W2")
    void downtime_is_stop_snapshot_and_start_whatever_the_image_takes() throws Exception {
        bench.withinImage = () -> bench.time.pass(Duration.ofHours(5));
        Job job = node.backup();
        assertThat(job.figures()).containsEntry("downtime-ms", "3000");
    }

    @Test
    @Tag("W11")
    @Tag("W22")
    void a_view_that_was_lost_while_it_was_read_makes_no_backup() throws Exception {
        bench.snapshots.whenAskedIfIntact = () -> {
            throw SnapshotFailure.lost("s1", "it filled up", "Give it more room.");
        };
        Job job = node.backup();

        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(job.cause()).contains(SnapshotFault.LOST.id(), "it filled up");
        assertThat(bench.backupState()).isNotEqualTo("complete");
        assertThat(bench.orders.state).isEqualTo(DatabaseState.OPEN);
        assertThat(bench.snapshots.left()).isEmpty();

        bench.node().recover();
        assertThat(bench.backupState()).isNotEqualTo("complete");
    }

    @Test
    @Tag("W10")
    @Tag("W6")
    void who_took_part_in_the_snapshot_learns_of_the_image_once_it_is_durable() throws Exception {
        bench.snapshots.covered = List.of(new CoveredComponent("Oracle", "Oracle Database", "FULL"));
        Job job = node.backup();

        assertThat(bench.events)
                .containsExactly("stop", "snapshot of 2", "start", "image", "image is durable", "confirm", "release");
        assertThat(job.figures()).containsEntry("covered-components", "Oracle Database (FULL)");
    }

    @Test
    @Tag("W10")
    void who_took_part_in_the_snapshot_of_a_failed_image_learns_nothing() throws Exception {
        bench.snapshots.covered = List.of(new CoveredComponent("Oracle", "Oracle Database", "FULL"));
        bench.withinImage = () -> {
            throw new IOException("the drive broke");
        };
        Job job = node.backup();

        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(bench.events).contains("release").doesNotContain("confirm");
    }

    @Test
    @Tag("W10")
    @Tag("W22")
    void a_writer_that_fails_in_the_end_costs_the_job_but_not_the_image() throws Exception {
        bench.snapshots.atConfirm = () -> {
            throw Workbench.failure(SnapshotFault.NOT_CONFIRMED, "Oracle VSS Writer failed");
        };
        Job job = node.backup();

        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(job.cause()).contains("Oracle VSS Writer failed");
        assertThat(bench.backupState()).isEqualTo("complete");
        assertThat(bench.snapshots.left()).isEmpty();
    }

    @Test
    @Tag("W3")
    void after_a_failed_stop_no_snapshot_is_taken_and_the_start_is_tried() throws Exception {
        bench.orders.afterStop = () -> {
            throw Workbench.failure(DatabaseFault.STOP_FAILED, "half stopped");
        };
        Job job = node.backup();
        assertThat(bench.events).containsExactly("stop", "start");
        assertThat(bench.orders.state).isEqualTo(DatabaseState.OPEN);
        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(job.cause()).contains("half stopped");
    }

    @Test
    @Tag("W3")
    void a_route_that_goes_on_after_a_failed_stop_is_refused() throws Exception {
        bench.orders.afterStop = () -> {
            throw Workbench.failure(DatabaseFault.STOP_FAILED, null);
        };
        BackupRun run = begin();
        assertThatThrownBy(() -> run.stop(node.orders(), node.stop())).isInstanceOf(BackupException.class);
        assertThatThrownBy(() -> run.snapshot(node.snapshots(), List.of(bench.data)))
                .hasMessageContaining(BackupFault.EARLIER_PHASE_FAILED.id());
        assertThatThrownBy(() -> run.source("orders", new SourceOptions(Compression.NONE)))
                .hasMessageContaining(BackupFault.EARLIER_PHASE_FAILED.id());
        run.end(null);
        assertThat(bench.events).containsExactly("stop", "start");
    }

    @Test
    @Tag("W3")
    void a_database_that_nobody_can_start_costs_the_job_but_not_the_image() throws Exception {
        bench.orders.beforeStart = () -> {
            throw Workbench.failure(DatabaseFault.START_FAILED, "no memory");
        };
        Job job = node.backup();
        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(job.cause()).contains(BackupFault.DATABASE_DOWN.id(), "orders is DOWN");
        assertThat(bench.backupState()).isEqualTo("complete");
        assertThat(bench.log().owed()).extracting(owed -> owed.kind()).containsExactly("start-database");

        bench.orders.beforeStart = () -> {};
        bench.node().recover();
        assertThat(bench.orders.state).isEqualTo(DatabaseState.OPEN);
        assertThat(bench.log().owed()).isEmpty();
    }

    @Test
    @Tag("W3")
    void a_dead_guard_on_top_of_a_failed_start_costs_neither_the_image_nor_the_end_of_the_job() throws Exception {
        bench.orders.beforeStart = () -> {
            bench.watchdog.guardsDie();
            throw Workbench.failure(DatabaseFault.START_FAILED, "no memory");
        };
        Job job = node.backup();
        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(bench.backupState()).isEqualTo("complete");
    }

    @Test
    @Tag("W3")
    void a_snapshot_that_cannot_be_released_is_a_warning_and_stays_owed() throws Exception {
        bench.snapshots.beforeRelease = () -> {
            throw new IOException("a plain failure");
        };
        Job job = node.backup();
        assertThat(job.state()).isEqualTo(JobState.COMPLETED_WITH_WARNINGS);
        assertThat(bench.log().owed()).hasSize(1);
        bench.node().recover();
        assertThat(bench.log().owed()).hasSize(1);
        bench.snapshots.beforeRelease = () -> {};
        bench.node().recover();
        assertThat(bench.log().owed()).isEmpty();
        assertThat(bench.snapshots.left()).isEmpty();
    }

    @Test
    @Tag("W3")
    void a_stop_that_is_interrupted_brings_the_database_back() throws Exception {
        bench.orders.afterStop = () -> {
            throw new InterruptedException();
        };
        Job job = node.backup();
        assertThat(job.state()).isEqualTo(JobState.CANCELLED);
        assertThat(bench.orders.state).isEqualTo(DatabaseState.OPEN);
        assertThat(bench.log().owed()).isEmpty();
    }

    @Test
    @Tag("W3")
    void an_error_of_the_machine_brings_the_database_back_too() throws Exception {
        bench.snapshots.beforeCreate = () -> {
            throw new StackOverflowError();
        };
        assertThatThrownBy(() -> node.backup()).isInstanceOf(StackOverflowError.class);
        assertThat(bench.orders.state).isEqualTo(DatabaseState.OPEN);
        assertThat(bench.onlyJob().state()).isEqualTo(JobState.FAILED);
    }

    @Test
    @Tag("W3")
    void ending_twice_is_ending_once() throws Exception {
        BackupRun run = begin();
        run.stop(node.orders(), node.stop());
        run.snapshot(node.snapshots(), List.of(bench.data));
        Job first = run.end(null);
        Job second = run.end(new IOException("late"));
        assertThat(second).isEqualTo(first);
        assertThat(bench.events).containsExactly("stop", "snapshot of 1", "start", "release");
    }

    @Test
    @Tag("W5")
    void without_a_view_of_its_own_the_source_stands_still_until_the_image_is_durable() throws Exception {
        new OfflineBackup(node.backups).run(node.order(new NoSnapshots(bench.time)));
        assertThat(bench.events).containsExactly("stop", "image", "image is durable", "start");
        assertThat(onlyBackup().about().consistency()).isEqualTo("NONE");
    }

    @Test
    @Tag("W5")
    void an_image_of_a_source_that_runs_again_is_refused() throws Exception {
        BackupRun run = begin();
        run.stop(node.orders(), node.stop());
        run.snapshot(new NoSnapshots(bench.time), List.of(bench.data));
        BackupSource early = run.source("orders", new SourceOptions(Compression.NONE));
        run.start(node.orders());
        assertThatThrownBy(() -> run.source("orders", new SourceOptions(Compression.NONE)))
                .hasMessageContaining(BackupFault.SOURCE_RUNS.id());
        assertThatThrownBy(() -> run.store(early, node.target())).hasMessageContaining(BackupFault.SOURCE_RUNS.id());
        run.end(null);
        assertThat(bench.catalog().backups(Catalog.Filter.COMPLETE)).isEmpty();
    }

    @Test
    @Tag("W5")
    void files_of_one_instant_each_are_not_enough_while_the_database_runs() throws Exception {
        BackupRun run = begin();
        run.stop(node.orders(), node.stop());
        run.start(node.orders());
        assertThatThrownBy(() -> run.snapshot(node.snapshots(), List.of(bench.data)))
                .hasMessageContaining(BackupFault.SOURCE_RUNS.id());
        run.end(null);
        assertThat(bench.events).containsExactly("stop", "start");
    }

    @Test
    @Tag("W20")
    void a_snapshot_over_which_the_lease_was_lost_is_thrown_away() throws Exception {
        bench.snapshots.beforeCreate = () -> {
            bench.time.pass(Workbench.LEASE.plusSeconds(1));
            bench.watchdog.look();
        };
        Job job = node.backup();
        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(bench.snapshots.left()).isEmpty();
        assertThat(bench.backupState()).isEqualTo("none");
        assertThat(bench.orders.state).isEqualTo(DatabaseState.OPEN);
        assertThat(bench.log().owed()).isEmpty();
    }

    @Test
    @Tag("W20")
    void without_a_guard_nothing_is_stopped() throws Exception {
        bench.watchdog.refuse();
        assertThat(node.backup().state()).isEqualTo(JobState.FAILED);
        assertThat(bench.events).doesNotContain("stop", "snapshot of 2");
    }

    @Test
    @Tag("W18")
    void a_second_trigger_is_skipped_and_says_so() throws Exception {
        BackupRun first = begin();
        assertThat(node.backups.begin("backup orders", null, Overlap.SKIP, Map.of()))
                .isEmpty();
        List<Job> jobs = bench.log().jobs();
        assertThat(jobs.get(1).state()).isEqualTo(JobState.SUPERSEDED);
        assertThat(jobs.get(1).cause()).contains(first.name().toString());
        first.end(null);
    }

    @Test
    @Tag("W18")
    void a_second_trigger_waits_for_the_first_when_it_is_asked_to() throws Exception {
        BackupRun first = begin();
        List<String> waited = new ArrayList<>();
        bench.time.onWait(() -> {
            waited.add("waited");
            try {
                first.end(null);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        BackupRun second = node.backups
                .begin("backup orders", null, Overlap.WAIT, Map.of())
                .orElseThrow();
        assertThat(waited).isNotEmpty();
        assertThat(second.end(null).state()).isEqualTo(JobState.COMPLETED);
    }

    @Test
    @Tag("W21")
    @Tag("W20")
    @Tag("Q11")
    void a_process_may_die_at_any_call_of_any_port() throws Exception {
        for (Life.When when : Life.When.values()) {
            boolean through = false;
            for (int call = 1; !through; call++) {
                through = survives(call, when);
                assertThat(call).isLessThan(500);
            }
        }
    }

    private boolean survives(int call, Life.When when) throws Exception {
        Path place = home.resolve(when + "-" + call);
        try (Workbench each = new Workbench(java.nio.file.Files.createDirectories(place))) {
            Life life = Life.endingAt(call, when);
            Workbench.Node mortal = each.node(life, each.files);
            try {
                mortal.backup();
            } catch (Life.Death expected) {
                assertThat(life.over()).isTrue();
            }
            if (!life.over()) {
                return true;
            }
            String where = when + " call " + call + ", " + life.end();
            mortal.died();
            each.node().recover();
            int done = each.events.size();
            each.node().recover();
            assertThat(each.events).as("nothing is done twice: %s", where).hasSize(done);
            assertThat(each.orders.state).as(where).isEqualTo(DatabaseState.OPEN);
            assertThat(each.snapshots.left()).as(where).isEmpty();
            assertThat(each.log().owed()).as(where).isEmpty();
            assertThat(each.backupState()).as(where).isIn("none", "abandoned", "complete");
            assertThat(each.log().jobs()).as(where).allMatch(job -> job.state().ended());
            return false;
        }
    }

    @Test
    @Tag("W21")
    void a_job_of_a_process_that_lives_is_left_alone() throws Exception {
        BackupRun run = begin();
        run.stop(node.orders(), node.stop());
        run.snapshot(node.snapshots(), List.of(bench.data));
        assertThat(bench.node().recover()).isEmpty();
        assertThat(bench.events).containsExactly("stop", "snapshot of 1");
        assertThat(bench.orders.state).isEqualTo(DatabaseState.STOPPED);
        assertThat(bench.log().owed()).hasSize(2);
        run.end(null);
    }

    @Test
    @Tag("W21")
    @Tag("S8")
    void jobs_that_a_process_asked_for_and_never_began_end_when_it_is_dead_and_not_before() throws Exception {
        Workbench.Node mortal = bench.node(Life.unending(), bench.files);
        Job waits = asked(node, "backup orders");
        Job first = asked(mortal, "restore orders");
        Job second = asked(mortal, "restore others", first.name());
        assertThat(bench.node().recover()).isEmpty();

        bench.dead.add(mortal.owner);

        assertThat(bench.node().recover())
                .extracting(Job::name, Job::state)
                .containsExactly(tuple(first.name(), JobState.FAILED), tuple(second.name(), JobState.FAILED));
        assertThat(bench.log().find(first.name()).orElseThrow().cause()).contains("died before its first step");
        assertThat(bench.log().find(second.name()).orElseThrow().cause())
                .startsWith("depends on " + first.name() + " which failed");
        assertThat(bench.log().find(waits.name()).orElseThrow().state()).isEqualTo(JobState.PENDING);
        assertThat(bench.node().recover()).isEmpty();
    }

    private static Job asked(Workbench.Node of, String task, JobName... after) throws IOException {
        return of.restoring.jobs().request(new JobRequest(task, JobKind.RESTORE, null, List.of(after), Map.of()));
    }

    @Test
    @Tag("W21")
    void a_death_within_the_snapshot_names_the_step_and_undoes_the_newest_debt_first() throws Exception {
        Life life = Life.unending();
        Workbench.Node mortal = bench.node(life, bench.files);
        bench.snapshots.afterCreate = () -> {
            throw life.die();
        };
        assertThatThrownBy(mortal::backup).isInstanceOf(Life.Death.class);
        assertThat(bench.snapshots.left()).hasSize(1);
        bench.dead.add(mortal.owner);
        assertThat(bench.node().recover()).singleElement().satisfies(job -> {
            assertThat(job.state()).isEqualTo(JobState.FAILED);
            assertThat(job.cause()).contains("'snapshot copy'");
        });
        assertThat(bench.events).containsExactly("stop", "snapshot of 2", "discard", "start");
        assertThat(bench.snapshots.left()).isEmpty();
    }

    @Test
    @Tag("W3")
    void a_failed_snapshot_starts_the_database_and_fails_the_job() throws Exception {
        bench.snapshots.afterCreate = () -> {
            throw Workbench.failure(SnapshotFault.FAILED, "the file system is full");
        };
        Job job = node.backup();
        assertThat(job.cause()).contains("the file system is full");
        assertThat(bench.events).containsExactly("stop", "snapshot of 2", "start");
        assertThat(bench.orders.state).isEqualTo(DatabaseState.OPEN);
    }

    private BackupRun begin() throws Exception {
        return node.backups.begin("backup orders", null, Overlap.SKIP, Map.of()).orElseThrow();
    }

    private Backup onlyBackup() throws IOException {
        return bench.catalog().backups(Catalog.Filter.COMPLETE).get(0);
    }

    private List<String> paths() throws IOException {
        List<ObjectEntry> objects = new ArrayList<>();
        bench.catalog().objects(onlyBackup().id(), "", objects::add);
        return objects.stream().map(ObjectEntry::path).toList();
    }
}

package io.saddlebag.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.DatabaseComponent.Kind;
import io.saddlebag.database.OutcomeClass;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.image.Compression;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Overlap;
import io.saddlebag.restore.BackupSelector;
import io.saddlebag.restore.RestoreRequest;
import io.saddlebag.snapshot.Consistency;
import io.saddlebag.snapshot.none.NoSnapshots;
import io.saddlebag.workbench.Life;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The phases of online backups, with a database that isn't bound to any process. */
class OnlinePhasesTest {
    private static final int MOST_CALLS = 600;

    @TempDir
    Path home;

    private Workbench bench;
    private Workbench.Node node;

    @BeforeEach
    void open() throws IOException {
        bench = new Workbench(Files.createDirectories(home.resolve("bench")));
        node = bench.node();
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    @Test
    @Tag("W6")
    @Tag("W9")
    void writes_wait_for_the_snapshot_only_and_the_image_is_made_out_of_backup_mode() throws Exception {
        Job job = node.backupOnline();

        assertThat(job.state()).isEqualTo(JobState.COMPLETED);
        assertThat(bench.events)
                .containsExactly(
                        "prepare",
                        "begin",
                        "freeze",
                        "snapshot of 2",
                        "thaw",
                        "end",
                        "snapshot of 1",
                        "image",
                        "image is durable",
                        "release",
                        "release");
        assertThat(job.figures()).containsEntry("freeze-ms", "1000").containsEntry("outcome", "DATABASE_FULL");
        assertThat(onlyBackup().about().facts())
                .containsEntry("outcome", "DATABASE_FULL")
                .containsEntry("position", "7");
        assertThat(objects())
                .contains(bench.data + "/table", bench.data + "/label", bench.journal + "/log")
                .doesNotContain(bench.data + "/lock");
    }

    /** What the length of a freeze rests on: no commit, no line of a transcript, no file and no lease within it. */
    @Test
    @Tag("Q7")
    @Tag("W7")
    void while_writes_wait_nothing_is_done_but_the_snapshot() throws Exception {
        List<String> calls = Collections.synchronizedList(new ArrayList<>());
        List<Long> written = Collections.synchronizedList(new ArrayList<>());
        Life life = Life.noting(call -> {
            calls.add(call);
            if (call.equals("BackupMode.freeze") || call.equals("BackupMode.thaw")) {
                written.add(transcriptBytes());
            }
        });
        Workbench.Node noted = bench.node(life, life.port(HostFiles.class, bench.files));

        assertThat(noted.backupOnline().state()).isEqualTo(JobState.COMPLETED);

        int freeze = calls.indexOf("BackupMode.freeze");
        int thaw = calls.indexOf("BackupMode.thaw");
        assertThat(calls.subList(freeze + 1, thaw)).containsExactly("PreparedSnapshot.take");
        // the lease is as short as the freeze may be before anything is held, and long again when nothing is any more
        assertThat(calls.get(freeze - 1)).isEqualTo("QuiesceLease.renew");
        assertThat(calls.get(thaw + 1)).isEqualTo("QuiesceLease.renew");
        assertThat(written).hasSize(2).satisfies(both -> assertThat(both.get(1)).isEqualTo(both.get(0)));
    }

    private String transcripts() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(bench.home.resolve("transcripts"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                all.append(Files.readString(file));
            }
        }
        return all.toString();
    }

    private long transcriptBytes() {
        try (Stream<Path> all = Files.walk(bench.home.resolve("transcripts"))) {
            return all.mapToLong(each -> each.toFile().length()).sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @Tag("W8")
    void without_archive_mode_nothing_is_begun_and_the_commands_are_told() throws Exception {
        bench.orders.writer.archives = false;

        Job job = node.backupOnline();

        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(job.cause()).contains("SBG-D007").contains("set archive = on;");
        assertThat(bench.events).containsExactly("prepare");
        assertThat(bench.backupState()).isEqualTo("none");
        assertThat(bench.watchdog.list()).isEmpty();
    }

    @Test
    @Tag("W7")
    @Tag("W20")
    void a_freeze_over_its_limit_is_thawed_by_the_guard_and_the_job_fails() throws Exception {
        AtomicReference<Boolean> frozenAtLimit = new AtomicReference<>();
        bench.snapshots.afterCreate = () -> {
            bench.time.pass(Workbench.FREEZE);
            bench.watchdog.look();
            frozenAtLimit.set(bench.orders.writer.frozen);
        };

        Job job = node.backupOnline();

        assertThat(frozenAtLimit).hasValue(false);
        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(job.cause()).contains("SBG-B021").contains("longer than PT10S");
        assertThat(bench.snapshots.left()).isEmpty();
        assertThat(bench.backupState()).isEqualTo("none");
        assertThat(bench.orders.writer.mode).isNull();
    }

    @Test
    @Tag("W7")
    void a_provider_that_holds_writes_itself_is_given_the_databases_limit() throws Exception {
        assertThat(node.backupOnline().state()).isEqualTo(JobState.COMPLETED);

        assertThat(bench.snapshots.longestFreeze).isEqualTo(Workbench.FREEZE);
    }

    @Test
    @Tag("W7")
    void a_freeze_just_within_its_limit_is_none_of_the_guards_business() throws Exception {
        bench.snapshots.afterCreate = () -> {
            bench.snapshots.afterCreate = () -> {};
            bench.time.pass(Workbench.FREEZE.minusSeconds(2));
        };

        Job job = node.backupOnline();

        assertThat(job.state()).isEqualTo(JobState.COMPLETED);
        assertThat(job.figures()).containsEntry("freeze-ms", "9000");
        assertThat(bench.events).doesNotContain("abandon");
        assertThat(Duration.between(
                        Instant.parse(job.figures().get("frozen-from")),
                        Instant.parse(job.figures().get("frozen-until"))))
                .isEqualTo(Duration.ofSeconds(9));
    }

    /** Whatever it is called: a set of several holds writes, too, when one of them does. */
    @Test
    @Tag("W7")
    void a_provider_that_holds_writes_for_longer_than_the_engine_tells_the_freeze() throws Exception {
        bench.snapshots.frozen = Optional.of(Duration.ofMillis(1234));
        assertThat(node.backupOnline().figures()).containsEntry("freeze-ms", "1234");

        bench.snapshots.frozen = Optional.of(Duration.ofMillis(999));
        assertThat(node.backupOnline().figures()).containsEntry("freeze-ms", "1000");
    }

    @Test
    @Tag("W7")
    void a_freeze_that_nobody_measured_is_told_as_unknown() throws Exception {
        bench.snapshots.frozen = Optional.empty();

        Job job = node.backupOnline();

        assertThat(job.state()).isEqualTo(JobState.COMPLETED);
        assertThat(job.figures()).containsEntry("freeze-ms", "unknown");
        assertThat(transcripts())
                .contains(
                        "how long writes were held is not known: provider copy doesn't tell; it was no longer than 1000 ms");
    }

    @Test
    @Tag("W7")
    void a_freeze_that_fails_itself_leads_to_no_snapshot() throws Exception {
        bench.orders.writer.beforeFreeze = () -> {
            throw new IOException("a transaction doesn't end");
        };

        Job job = node.backupOnline();

        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(bench.events).doesNotContain("snapshot of 2").contains("thaw");
        assertThat(bench.orders.writer.frozen).isFalse();
        assertThat(bench.log().owed()).isEmpty();
    }

    @Test
    @Tag("W6")
    void without_a_view_apart_backup_mode_lasts_until_everything_has_been_read() throws Exception {
        bench.orders.writer.needed = Consistency.NONE;
        bench.orders.writer.freezes = false;

        Job job = new OnlineBackup(node.backups)
                .run(node.onlineOrder(new NoSnapshots(bench.time), node.target()))
                .orElseThrow();

        assertThat(job.state()).isEqualTo(JobState.COMPLETED);
        assertThat(bench.events).containsExactly("prepare", "begin", "image", "end", "image is durable");
        assertThat(objects()).contains(bench.data + "/label", bench.journal + "/log");
    }

    @Test
    @Tag("W11")
    @Tag("W6")
    void a_provider_that_is_too_weak_for_the_engine_is_refused() throws Exception {
        bench.orders.writer.needed = Consistency.ATOMIC;

        Job job = node.backupOnline();

        assertThat(job.cause()).contains("SBG-B003").contains("PER_FILE");
        assertThat(bench.events).doesNotContain("snapshot of 2");
        assertThat(bench.orders.writer.mode).isNull();
    }

    @Test
    @Tag("W13")
    void a_restore_leaves_backup_mode_before_it_verifies() throws Exception {
        node.backupOnline();
        Files.writeString(bench.data.resolve("table"), "row 2\n");
        bench.events.clear();

        List<Job> jobs = node.restores.restore(new RestoreRequest(
                List.of(new BackupSelector.Latest("orders")),
                List.of(),
                null,
                RestoreRequest.Existing.REPLACE,
                "orders",
                null));

        assertThat(jobs).extracting(Job::state).containsExactly(JobState.COMPLETED);
        assertThat(bench.events).containsExactly("stop", "start", "leave backup mode", "verify");
        assertThat(bench.data.resolve("table")).hasContent("row 1\n");
        assertThat(bench.data.resolve("label")).doesNotExist();
        assertThat(bench.journal.resolve("log")).hasContent("begin; commit\n");
    }

    @Test
    @Tag("W9")
    void what_the_snapshot_covers_decides_what_the_backup_is() {
        var data = new DatabaseComponent("data", Kind.DATA, Path.of("/d"), List.of());
        var journal = new DatabaseComponent("journal", Kind.JOURNAL, Path.of("/j"), List.of());
        var archive = new DatabaseComponent("archive", Kind.RECOVERY_AREA, Path.of("/a"), List.of());
        var all = List.of(data, journal, archive);
        Path d = data.path();
        Path j = journal.path();
        Path a = archive.path();

        assertThat(OutcomeClass.of(all, List.of(d, j), OutcomeClass.Writer.IN_BACKUP_MODE))
                .contains(OutcomeClass.DATABASE_FULL);
        assertThat(OutcomeClass.of(all, List.of(d, j, a), OutcomeClass.Writer.IN_BACKUP_MODE))
                .contains(OutcomeClass.DATABASE_FULL);
        assertThat(OutcomeClass.of(all, List.of(d), OutcomeClass.Writer.IN_BACKUP_MODE))
                .isEmpty();
        assertThat(OutcomeClass.of(all, List.of(a), OutcomeClass.Writer.IN_BACKUP_MODE))
                .contains(OutcomeClass.RECOVERY_AREA);
        assertThat(OutcomeClass.of(all, List.of(a), OutcomeClass.Writer.TOOK_NO_PART))
                .contains(OutcomeClass.RECOVERY_AREA);
        assertThat(OutcomeClass.of(all, List.of(d, j), OutcomeClass.Writer.TOOK_NO_PART))
                .contains(OutcomeClass.CRASH_CONSISTENT);
        assertThat(OutcomeClass.of(all, List.of(d, a), OutcomeClass.Writer.TOOK_NO_PART))
                .isEmpty();
    }

    @Test
    @Tag("W9")
    void a_part_of_the_data_is_no_backup_and_the_recovery_area_alone_is_one_of_files() throws Exception {
        BackupRun run = begun();
        run.snapshot(node.snapshots(), List.of(bench.data));
        run.endBackup(node.orders());

        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> run.source("orders", new SourceOptions(Compression.NONE)))
                .withMessageContaining("covers only a part of database orders");
        run.end(null);

        Files.createDirectories(bench.home.resolve("archive"));
        BackupRun area = begun();
        area.snapshot(node.snapshots(), List.of(bench.home.resolve("archive")));
        area.endBackup(node.orders());
        BackupSource source = area.source("archive", new SourceOptions(Compression.NONE));
        assertThat(source.outcome()).contains(OutcomeClass.RECOVERY_AREA);
        assertThat(source.about().database()).isNull();
        area.end(null);
    }

    private BackupRun begun() throws Exception {
        BackupRun run = node.backups
                .begin("backup orders", null, Overlap.SKIP, Map.of())
                .orElseThrow();
        run.beginBackup(node.orders(), new OnlineOptions(Workbench.FREEZE, Workbench.LEASE, Workbench.TIMEOUT));
        return run;
    }

    @Test
    @Tag("W20")
    @Tag("W21")
    @Tag("W7")
    void a_process_may_die_at_any_call_of_any_port() throws Exception {
        for (Life.When when : Life.When.values()) {
            boolean through = false;
            for (int call = 1; !through; call++) {
                through = survives(call, when);
                assertThat(call).isLessThan(MOST_CALLS);
            }
        }
    }

    private boolean survives(int call, Life.When when) throws Exception {
        try (Workbench each = new Workbench(Files.createDirectories(home.resolve(when + "-" + call)))) {
            Life life = Life.endingAt(call, when);
            Workbench.Node mortal = each.node(life, each.files);
            try {
                mortal.backupOnline();
            } catch (Life.Death expected) {
                assertThat(life.over()).isTrue();
            }
            if (!life.over()) {
                return true;
            }
            String where = when + " call " + call + ", " + life.end();
            mortal.died();
            // before anything of ours is started again
            assertThat(each.orders.writer.frozen).as(where).isFalse();
            assertThat(each.orders.writer.mode).as(where).isNull();
            each.node().recover();
            assertThat(each.snapshots.left()).as(where).isEmpty();
            assertThat(each.log().owed()).as(where).isEmpty();
            assertThat(each.backupState()).as(where).isIn("none", "abandoned", "complete");
            assertThat(each.log().jobs()).as(where).allMatch(job -> job.state().ended());
            return false;
        }
    }

    private Backup onlyBackup() throws IOException {
        return bench.catalog().backups(Catalog.Filter.ALL).get(0);
    }

    private List<String> objects() throws IOException {
        List<String> paths = new ArrayList<>();
        bench.catalog().objects(onlyBackup().id(), "", object -> paths.add(object.path()));
        return paths;
    }
}

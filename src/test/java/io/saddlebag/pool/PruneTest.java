package io.saddlebag.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.NewBackup;
import io.saddlebag.catalog.PooledBackup;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.memory.FaultyFiles;
import io.saddlebag.host.memory.FileFailureKind;
import io.saddlebag.host.memory.SimulatedCrash;
import io.saddlebag.job.JobState;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.media.PoolFile;
import io.saddlebag.workbench.Life;
import io.saddlebag.workbench.Trees;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How expired images go. Family {@code weekly} keeps images for 21 days. */
final class PruneTest {
    private static final int MANY = 300;

    @TempDir
    Path home;

    private Workbench bench;
    private final List<String> told = new ArrayList<>();

    @BeforeEach
    void open() throws Exception {
        bench = bench(home);
    }

    private static Workbench bench(Path home) throws IOException {
        Workbench made = new Workbench(home);
        made.volumes()
                .defineFamilies(List.of(new MediaFamily(
                        "weekly", Duration.ofDays(7), Duration.ofDays(14), MediaFamily.Expiration.TIME)));
        return made;
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    @Test
    @Tag("C13")
    @Tag("M24")
    void an_expired_image_is_quarantined_by_one_run_and_deleted_by_a_later_one() throws Exception {
        backup("weekly");
        bench.time.pass(Duration.ofDays(22));
        backup("weekly");

        assertThat(prune().steps()).extracting(PrunePlan.Step::action).containsExactly(PrunePlan.Action.QUARANTINE);
        assertThat(stages()).containsExactly(PooledBackup.Stage.QUARANTINED, PooledBackup.Stage.PRESENT);
        assertThat(complete()).extracting(Backup::id).containsExactly(new BackupId(2));
        assertThat(inQuarantine()).hasSize(2);
        assertThat(bench.node().restores.verify(new BackupId(2), null).cause()).isNull();

        assertThat(prune().steps()).extracting(PrunePlan.Step::action).containsExactly(PrunePlan.Action.REMOVE);
        assertThat(stages()).containsExactly(PooledBackup.Stage.REMOVED, PooledBackup.Stage.PRESENT);
        assertThat(inQuarantine()).isEmpty();
        assertThat(prune().steps()).isEmpty();
    }

    @Test
    @Tag("C13")
    void a_plan_changes_nothing() throws Exception {
        backup("weekly");
        bench.time.pass(Duration.ofDays(22));
        backup("weekly");
        List<String> before = bench.node().pool.files().list();

        PrunePlan plan = bench.node().pruning().plan();

        assertThat(plan.steps()).hasSize(1);
        assertThat(plan.steps().get(0)).asString().startsWith("quarantine backup 1 of orders: it expired at 2026-12-");
        assertThat(bench.node().pool.files().list()).isEqualTo(before);
        assertThat(complete()).hasSize(2);
    }

    @Test
    @Tag("C13")
    @Tag("Q16")
    void the_last_restorable_backups_of_a_name_stay_whatever_the_clock_says() throws Exception {
        bench.poolSettings = new PoolSettings("disk", null, 2);
        backup("weekly");
        backup("weekly");
        backup("weekly");
        bench.time.pass(Duration.ofDays(40_000));

        PrunePlan plan = prune();
        prune();

        assertThat(plan.of(PrunePlan.Action.KEEP))
                .extracting(step -> step.backup().id().value())
                .containsExactly(2L, 3L);
        assertThat(complete()).extracting(Backup::id).containsExactly(new BackupId(2), new BackupId(3));
        for (Backup backup : complete()) {
            assertThat(bench.node().restores.verify(backup.id(), null).cause()).isNull();
        }
    }

    @Test
    @Tag("C13")
    void a_rule_that_may_keep_nothing_is_refused() {
        assertThatThrownBy(() -> new PoolSettings("disk", null, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("valid is 1 or more");
    }

    @Test
    @Tag("C13")
    @Tag("Q16")
    void a_damaged_or_missing_backup_does_not_count_as_one_that_can_be_restored() throws Exception {
        backup("weekly");
        bench.time.pass(Duration.ofDays(22));
        backup("weekly");
        Path second =
                home.resolve("pool").resolve(complete().get(1).files().get(0).path());
        Files.write(second, new byte[1]);

        PrunePlan plan = prune();

        assertThat(plan.findings()).singleElement().asString().contains("backup 2: file pool:disk/weekly/");
        assertThat(plan.of(PrunePlan.Action.QUARANTINE)).isEmpty();
        assertThat(complete()).hasSize(2);
    }

    @Test
    @Tag("C13")
    @Tag("Q16")
    void nothing_is_concluded_from_a_folder_whose_disk_is_not_mounted() throws Exception {
        backup("weekly");
        bench.time.pass(Duration.ofDays(22));
        backup("weekly");
        Files.move(home.resolve("pool"), home.resolve("elsewhere"));
        Files.createDirectory(home.resolve("pool"));

        assertThatThrownBy(this::prune)
                .isInstanceOfSatisfying(
                        BackupException.class,
                        e -> assertThat(e.is(PoolFault.NOT_A_POOL)).isTrue());
        assertThat(bench.node().backup(bench.node().poolTarget()).cause()).contains(PoolFault.NOT_A_POOL.id());

        assertThat(complete()).hasSize(2);
        assertThat(home.resolve("pool")).isEmptyDirectory();
    }

    @Test
    @Tag("C13")
    void what_a_living_backup_depends_on_stays_and_comes_back() throws Exception {
        backup("weekly");
        backup("nightly");
        Backup parent = complete().get(0);
        bench.time.pass(Duration.ofDays(22));
        assertThat(prune().of(PrunePlan.Action.QUARANTINE)).hasSize(1);

        // its parent was chosen before it was quarantined
        Catalog.Writing child = bench.catalog().begin(childOf(parent));
        PrunePlan while_written = prune();
        assertThat(while_written.of(PrunePlan.Action.REINSTATE)).hasSize(1);
        assertThat(while_written.steps().get(0).why()).isEqualTo("backup 3 depends on it");
        assertThat(complete()).extracting(Backup::id).contains(parent.id());
        assertThat(bench.node().restores.verify(parent.id(), null).cause()).isNull();
        assertThat(prune().of(PrunePlan.Action.KEEP)).hasSize(1);

        child.abandon("not wanted");
        assertThat(prune().of(PrunePlan.Action.QUARANTINE)).hasSize(1);
    }

    @Test
    @Tag("C13")
    void nothing_is_deleted_while_a_backup_is_written_that_had_begun_before_the_quarantine() throws Exception {
        backup("weekly");
        bench.time.pass(Duration.ofDays(22));
        backup("weekly");
        Catalog.Writing running = bench.catalog().begin(childOf(null));
        prune();

        assertThat(prune().of(PrunePlan.Action.REMOVE)).isEmpty();
        assertThat(inQuarantine()).hasSize(2);

        running.abandon("done");
        assertThat(prune().of(PrunePlan.Action.REMOVE)).hasSize(1);
        assertThat(inQuarantine()).isEmpty();
    }

    @Test
    @Tag("C13")
    @Tag("Q11")
    void a_clock_that_was_wrong_costs_nothing_that_the_next_run_does_not_put_back() throws Exception {
        backup("weekly");
        backup("weekly");
        bench.time.pass(Duration.ofDays(9_000));
        assertThat(prune().of(PrunePlan.Action.QUARANTINE)).hasSize(1);
        bench.time.pass(Duration.ofDays(-9_000));

        assertThat(prune().of(PrunePlan.Action.REINSTATE)).hasSize(1);

        assertThat(complete()).hasSize(2);
        for (Backup backup : complete()) {
            assertThat(bench.node().restores.verify(backup.id(), null).state()).isEqualTo(JobState.COMPLETED);
        }
    }

    @Test
    @Tag("C13")
    @Tag("C1")
    void an_image_on_its_way_out_is_not_read_in_again() throws Exception {
        backup("weekly");
        bench.time.pass(Duration.ofDays(22));
        backup("weekly");
        long run = bench.poolRegister().beginRun();
        assertThat(bench.poolRegister().mark(new BackupId(1), run, "test")).isTrue();

        Workbench.Node node = bench.node();
        node.poolImports.importAll(node.pool, PoolScan.of(node.pool).images(), new Told(told));

        assertThat(complete()).hasSize(1);
        assertThat(told).anyMatch(line -> line.contains("it has expired and is being removed"));
    }

    @ParameterizedTest
    @EnumSource(
            value = FileFailureKind.class,
            names = {"CRASH", "IO_ERROR"})
    @Tag("C13")
    @Tag("Q11")
    @Tag("Q15")
    void removal_survives_a_fault_at_every_call_on_the_pool(FileFailureKind kind) throws Exception {
        Path expired = oneExpired();
        boolean through = false;
        for (int nth = 1; !through; nth++) {
            try (Workbench each = copy(expired, home.resolve(kind + "-" + nth))) {
                FaultyFiles[] faulty = new FaultyFiles[1];
                int failing = nth;
                each.poolFiles = files -> faulty[0] = FaultyFiles.failing(files, failing, kind);
                Workbench.Node mortal = each.node();
                try {
                    mortal.pruning().carryOut(told::add);
                    mortal.pruning().carryOut(told::add);
                } catch (SimulatedCrash | BackupException expected) {
                    assertThat(faulty[0].fired()).isTrue();
                }
                through = faulty[0].calls() < nth;
                mortal.died();
                each.poolFiles = files -> files;
                assertConverges(each, kind + " at call " + nth);
            }
            assertThat(nth).isLessThan(MANY);
        }
    }

    @ParameterizedTest
    @EnumSource(Life.When.class)
    @Tag("C13")
    @Tag("Q11")
    void removal_survives_a_death_at_every_call_on_the_catalog(Life.When when) throws Exception {
        Path expired = oneExpired();
        boolean through = false;
        for (int nth = 1; !through; nth++) {
            try (Workbench each = copy(expired, home.resolve(when + "-" + nth))) {
                Life life = Life.endingAt(nth, when);
                Workbench.Node mortal = each.node(life, each.files);
                try {
                    PoolPruning pruning = mortal.pruning();
                    pruning.carryOut(told::add);
                    pruning.carryOut(told::add);
                } catch (Life.Death expected) {
                    assertThat(life.over()).isTrue();
                }
                through = !life.over();
                mortal.died();
                assertConverges(each, when + " call " + nth + ", " + life.end());
            }
            assertThat(nth).isLessThan(MANY);
        }
    }

    /** A bench whose first backup of two has expired, to be copied. */
    private Path oneExpired() throws Exception {
        Path template = Files.createDirectories(home.resolve("template"));
        try (Workbench each = bench(template)) {
            Workbench.Node node = each.node();
            assertThat(node.backup(node.poolTarget("weekly")).cause()).isNull();
            each.time.pass(Duration.ofDays(22));
            assertThat(node.backup(node.poolTarget("weekly")).cause()).isNull();
        }
        return template;
    }

    private static Workbench copy(Path template, Path to) throws IOException {
        Trees.copy(template, to);
        Workbench copied = bench(to);
        copied.time.pass(Duration.ofDays(22));
        return copied;
    }

    private static void assertConverges(Workbench each, String where) throws Exception {
        for (Backup backup : each.catalog().backups(Catalog.Filter.COMPLETE)) {
            assertThat(each.node().restores.verify(backup.id(), null).cause())
                    .as(where)
                    .isNull();
        }
        List<String> told = new ArrayList<>();
        for (int run = 0; run < 3; run++) {
            each.node().pruning().carryOut(told::add);
        }
        List<Backup> left = each.catalog().backups(Catalog.Filter.COMPLETE);
        assertThat(left).as(where).extracting(Backup::id).containsExactly(new BackupId(2));
        assertThat(each.node().restores.verify(new BackupId(2), null).cause())
                .as(where)
                .isNull();
        assertThat(each.node().pool.files().list())
                .as(where)
                .containsExactlyInAnyOrderElementsOf(left.stream()
                        .flatMap(backup -> backup.files().stream())
                        .map(PoolFile::path)
                        .flatMap(path -> List.of(path, path + ".json").stream())
                        .toList());
        assertThat(each.node().pool.files().listQuarantine()).as(where).isEmpty();
    }

    private NewBackup childOf(@org.jspecify.annotations.Nullable Backup parent) {
        return new NewBackup(
                "image-child",
                "orders",
                "orders",
                "9",
                "testhost",
                Instant.parse("2026-11-21T02:30:00Z"),
                "NONE",
                List.of("tar"),
                parent == null ? Map.of() : Map.of("parent", parent.about().imageId()));
    }

    private void backup(String family) throws Exception {
        Workbench.Node node = bench.node();
        assertThat(node.backup(node.poolTarget(family)).cause()).isNull();
    }

    private PrunePlan prune() throws IOException {
        return bench.node().pruning().carryOut(told::add);
    }

    private List<PooledBackup.Stage> stages() throws IOException {
        return bench.poolRegister().images("disk").stream()
                .map(PooledBackup::stage)
                .toList();
    }

    private List<String> inQuarantine() throws IOException {
        return bench.node().pool.files().listQuarantine();
    }

    private List<Backup> complete() throws IOException {
        return bench.catalog().backups(Catalog.Filter.COMPLETE);
    }
}

package io.saddlebag.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.memory.FaultyFiles;
import io.saddlebag.host.memory.FileFailureKind;
import io.saddlebag.job.JobState;
import io.saddlebag.tape.memory.Capacity;
import io.saddlebag.volume.FoundSection;
import io.saddlebag.workbench.Life;
import io.saddlebag.workbench.Workbench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The process dies, or the disk with the checkpoints fails, at every call; a repeat makes it good. */
@Tag("D6")
@Tag("Q11")
@Tag("Q15")
@Tag("slow")
class RestartSweepTest {
    /** More calls than a backup of the bench makes. */
    private static final int MANY = 400;
    /** Two parts and a half. */
    private static final int HUGE_BYTES = 40 << 10;
    /** Files of its tree. */
    private static final int FEW = 5;

    @TempDir
    Path home;

    @ParameterizedTest
    @EnumSource(FileFailureKind.class)
    void a_fault_at_every_call_for_checkpoints_costs_no_backup(FileFailureKind kind) throws Exception {
        boolean through = false;
        for (int nth = 1; !through; nth++) {
            Path place = Files.createDirectories(home.resolve(kind + "-" + nth));
            FaultyFiles[] faulty = new FaultyFiles[1];
            int call = nth;
            try (RestartBench at = new RestartBench(place, Capacity.ENDLESS, FEW)) {
                at.target = Workbench.Node::poolTarget;
                at.bench.checkpointFiles = files -> faulty[0] = FaultyFiles.failing(files, call, kind);
                RestartBench.Run run = at.tries();
                String where = kind + " at call " + nth;
                boolean done = !run.died() && run.job().state() != JobState.FAILED;
                at.bench.checkpointFiles = files -> files;
                assertThat(done || run.died())
                        .as(where + ": " + run.transcript())
                        .isTrue();
                if (!done) {
                    at.runs();
                }
                // one that died behind the catalog's commit is a backup, and its repeat another
                List<Backup> all = at.bench.catalog().backups(Catalog.Filter.COMPLETE);
                assertThat(all).as(where).hasSizeBetween(1, done ? 1 : 2);
                at.assertGood(all.get(all.size() - 1));
                through = !faulty[0].fired() && faulty[0].calls() < nth;
            }
            assertThat(nth).isLessThan(MANY);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "BEFORE, library, none",
        "AFTER, library, none",
        "BEFORE, pool, none",
        "AFTER, pool, none",
        "BEFORE, library, copy",
        "AFTER, pool, copy",
        "AFTER, library, huge",
        "BEFORE, pool, huge"
    })
    void a_death_at_every_call_of_any_port_costs_no_backup(Life.When when, String place, String provider)
            throws Exception {
        boolean through = false;
        for (int nth = 1; !through; nth++) {
            Path folder = Files.createDirectories(home.resolve(when + place + nth));
            try (RestartBench at = new RestartBench(folder, Capacity.ENDLESS, FEW)) {
                at.target = place.equals("pool") ? Workbench.Node::poolTarget : Workbench.Node::target;
                at.fromSnapshots = provider.equals("copy");
                if (provider.equals("huge")) {
                    at.addHuge(HUGE_BYTES);
                }
                int call = nth;
                Life[] life = new Life[1];
                at.lives = () -> life[0] = Life.endingAt(call, when);
                RestartBench.Run run = at.tries();
                through = !run.died();
                at.lives = Life::unending;
                String where = when + " call " + nth + ", " + life[0].end();
                if (!through) {
                    run.node.died();
                    at.runs();
                }
                List<Backup> all = at.bench.catalog().backups(Catalog.Filter.COMPLETE);
                assertThat(all).as(where).hasSizeBetween(1, 2);
                at.assertGood(all.get(all.size() - 1));
                at.bench.node().recover();
                assertThat(at.bench.log().owed()).as(where).isEmpty();
                assertThat(at.bench.snapshots.left()).as(where).isEmpty();
                if (place.equals("library")) {
                    assertRebuilt(at, all, where);
                }
            }
            assertThat(nth).isLessThan(MANY);
        }
    }

    /** Whatever was written and doesn't count: cartridges alone say what there is. */
    private static void assertRebuilt(RestartBench at, List<Backup> before, String where) throws Exception {
        at.bench.loseCatalog();
        List<FoundSection> found = new ArrayList<>();
        for (String barcode : List.of("SBG001", "SBG002")) {
            try {
                found.addAll(at.bench.scan(barcode));
            } catch (BackupException blank) {
                assertThat(found).as(where).isNotEmpty();
            }
        }
        Workbench.Node other = at.bench.node();
        RestartBench.importAll(other, found);
        List<Backup> after = at.bench.catalog().backups(Catalog.Filter.COMPLETE);
        assertThat(after)
                .as(where)
                .extracting(backup -> backup.about().imageId() + " " + backup.objects() + " " + backup.dataBytes())
                .containsAll(before.stream()
                        .map(backup -> backup.about().imageId() + " " + backup.objects() + " " + backup.dataBytes())
                        .toList());
        at.assertGood(other, after.get(after.size() - 1));
    }
}

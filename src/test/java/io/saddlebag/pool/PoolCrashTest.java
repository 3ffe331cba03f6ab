package io.saddlebag.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.host.memory.FaultyFiles;
import io.saddlebag.host.memory.FileFailureKind;
import io.saddlebag.host.memory.SimulatedCrash;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.media.PoolFile;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.workbench.Life;
import io.saddlebag.workbench.Workbench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The process dies, or the disk fails, at every call: nothing acknowledged is lost, and repeating makes it good. */
@Tag("slow")
final class PoolCrashTest {
    /** More calls than a backup of the bench makes. */
    private static final int MANY = 400;

    @TempDir
    Path home;

    @ParameterizedTest
    @EnumSource(FileFailureKind.class)
    @Tag("M24")
    @Tag("Q11")
    @Tag("Q15")
    void a_backup_survives_a_fault_at_every_call_on_the_pool(FileFailureKind kind) throws Exception {
        boolean through = false;
        for (int nth = 1; !through; nth++) {
            through = faultAt(nth, kind);
            assertThat(nth).isLessThan(MANY);
        }
    }

    /** @return whether there is no such call */
    private boolean faultAt(int nth, FileFailureKind kind) throws Exception {
        Path place = Files.createDirectories(home.resolve(kind + "-" + nth));
        try (Workbench bench = new Workbench(place)) {
            bench.poolSettings = new PoolSettings("disk", ByteCount.of(8192), 1);
            Workbench.Node first = bench.node();
            assertThat(first.backup(first.poolTarget()).cause()).isNull();
            FaultyFiles[] faulty = new FaultyFiles[1];
            bench.poolFiles = files -> faulty[0] = FaultyFiles.failing(files, nth, kind);
            Workbench.Node second = bench.node();
            boolean acknowledged = false;
            try {
                Job job = second.backup(second.poolTarget());
                acknowledged = job.state() == JobState.COMPLETED;
            } catch (SimulatedCrash expected) {
                assertThat(faulty[0].fired()).isTrue();
            }
            String where = kind + " at call " + nth;
            boolean over = faulty[0].calls() < nth;
            assertThat(acknowledged || faulty[0].fired()).as(where).isTrue();
            second.died();
            bench.poolFiles = files -> files;
            assertGood(bench, acknowledged ? 2 : 1, where);
            return over;
        }
    }

    @ParameterizedTest
    @EnumSource(Life.When.class)
    @Tag("M24")
    @Tag("Q11")
    void a_backup_into_a_pool_survives_a_death_at_every_call_of_any_port(Life.When when) throws Exception {
        boolean through = false;
        for (int nth = 1; !through; nth++) {
            Path place = Files.createDirectories(home.resolve(when + "-" + nth));
            try (Workbench bench = new Workbench(place)) {
                Workbench.Node first = bench.node();
                assertThat(first.backup(first.poolTarget()).cause()).isNull();
                Life life = Life.endingAt(nth, when);
                Workbench.Node mortal = bench.node(life, bench.files);
                boolean acknowledged = false;
                try {
                    acknowledged = mortal.backup(mortal.poolTarget()).state() == JobState.COMPLETED;
                } catch (Life.Death expected) {
                    assertThat(life.over()).isTrue();
                }
                through = !life.over();
                mortal.died();
                assertGood(bench, acknowledged ? 2 : 1, when + " call " + nth + ", " + life.end());
            }
            assertThat(nth).isLessThan(MANY);
        }
    }

    /** After the next start: what the catalog has is whole, what the pool has is in the catalog, and it goes on. */
    private static void assertGood(Workbench bench, int atLeast, String where) throws Exception {
        bench.node().recover();
        bench.node().recover();
        Workbench.Node later = bench.node();
        List<Backup> backups = bench.catalog().backups(Catalog.Filter.COMPLETE);
        assertThat(backups).as(where).hasSizeBetween(atLeast, 2);
        assertWhole(bench, later, backups, where);
        assertThat(bench.log().owed()).as(where).isEmpty();

        Job again = later.backup(later.poolTarget());
        assertThat(again.cause()).as(where).isNull();
        assertWhole(bench, later, bench.catalog().backups(Catalog.Filter.COMPLETE), where);
    }

    private static void assertWhole(Workbench bench, Workbench.Node node, List<Backup> backups, String where)
            throws Exception {
        for (Backup backup : backups) {
            assertThat(node.restores.verify(backup.id(), null).cause())
                    .as(where)
                    .isNull();
        }
        assertThat(node.pool.files().list())
                .as(where)
                .containsExactlyInAnyOrderElementsOf(backups.stream()
                        .flatMap(backup -> backup.files().stream())
                        .map(PoolFile::path)
                        .flatMap(path -> Stream.of(path, path + ".json"))
                        .toList());
        try (Stream<Path> left = Files.list(bench.home.resolve("pool/.incoming"))) {
            assertThat(left).as(where).isEmpty();
        }
    }
}

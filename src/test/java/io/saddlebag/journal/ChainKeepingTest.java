package io.saddlebag.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.backup.ImageLineage;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.job.Job;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.pool.PoolPruning;
import io.saddlebag.pool.PrunePlan;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pruning asks the chain of journals (J13). */
@Tag("J13")
class ChainKeepingTest {
    @TempDir
    Path home;

    private JournalSite site;

    @BeforeEach
    void open() throws IOException {
        site = new JournalSite(home);
        site.bench
                .volumes()
                .defineFamilies(List.of(
                        new MediaFamily(
                                "nightly", Duration.ofHours(1), Duration.ofDays(7), MediaFamily.Expiration.TIME),
                        new MediaFamily("forever", null, null, MediaFamily.Expiration.TIME)));
    }

    @AfterEach
    void close() throws IOException {
        site.close();
    }

    private PoolPruning pruning() {
        return new PoolPruning(
                site.bench.node().pool,
                site.bench.catalog(),
                site.bench.poolRegister(),
                new ImageLineage(),
                new ChainKeeping(
                        site.bench.chain(),
                        database -> database.equals("orders") ? Optional.of("ledger") : Optional.empty()),
                site.bench.time);
    }

    private List<String> steps() throws IOException {
        return pruning().plan().steps().stream().map(PrunePlan.Step::toString).toList();
    }

    private void journal(long sequence) throws Exception {
        site.drop(sequence);
        site.pass();
        site.bench.time.pass(Duration.ofHours(1));
    }

    private Job backUpDatabase(String family) throws Exception {
        Workbench.Node node = site.bench.node();
        Job job = node.backup(node.poolTarget(family));
        site.bench.time.pass(Duration.ofHours(1));
        return job;
    }

    @Test
    void journals_that_a_backup_is_rolled_forward_with_stay_though_they_expired() throws Exception {
        journal(1);
        backUpDatabase("forever");
        journal(2);
        journal(3);
        site.bench.time.pass(Duration.ofDays(365));

        List<String> steps = steps();

        assertThat(steps).anyMatch(step -> step.startsWith("quarantine backup 1 of ledger.journal"));
        assertThat(steps)
                .anyMatch(step -> step.equals(
                        "keep backup 3 of ledger.journal: backup 2 of orders is rolled forward with its journals"));
        assertThat(steps).anyMatch(step -> step.startsWith("keep backup 4 of ledger.journal"));
    }

    @Test
    void what_is_behind_a_journal_that_stays_stays() throws Exception {
        journal(1);
        journal(2);
        journal(3);
        site.bench.time.pass(Duration.ofDays(365));
        // one of each name is kept: the newest; those before it go from the old end
        assertThat(pruning().plan().of(PrunePlan.Action.QUARANTINE))
                .extracting(step -> step.backup().id())
                .containsExactly(new BackupId(1), new BackupId(2));
    }

    @Test
    void what_was_given_up_goes_though_it_has_not_expired() throws Exception {
        journal(1);
        journal(2);
        new ChainBreaking(
                        site.bench.chain(),
                        (backup, cause) -> site.bench
                                .poolRegister()
                                .mark(backup, site.bench.poolRegister().beginRun(), cause),
                        (message, text) -> site.told.add(message + ", " + text))
                .delete("ledger", new BackupId(1), ChainBreaking.Consent.BREAK_CHAIN);

        pruning().carryOut(note -> {});
        pruning().carryOut(note -> {});

        assertThat(site.bench.catalog().find(new BackupId(1)).orElseThrow().state())
                .isEqualTo(Backup.State.LOST);
        assertThat(home.resolve("pool/nightly/ledger-1.aij.1.tar")).doesNotExist();
        assertThat(home.resolve("pool/.quarantine/nightly/ledger-1.aij.1.tar")).doesNotExist();
        assertThat(home.resolve("pool/nightly/ledger-2.aij.1.tar")).exists();
        assertThat(site.chain()).isEqualTo("1 BROKEN, 2 READY");
    }
}

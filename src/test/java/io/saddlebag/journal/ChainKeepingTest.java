package io.saddlebag.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.backup.ImageLineage;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.job.Job;
import io.saddlebag.journal.folder.FolderJournals;
import io.saddlebag.journal.folder.FolderSettings;
import io.saddlebag.journal.folder.NamePattern;
import io.saddlebag.journal.folder.Settling;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.pool.PoolPruning;
import io.saddlebag.pool.PrunePlan;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
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
    private boolean configured = true;
    private @Nullable JournalChain recorded;

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

    /** What is configured: database orders is brought forward by ledger, which has a companion. */
    private Journals journals() {
        JournalServices services = site.bench.node().journalServices();
        JournalChain chain = new ReconciledChain(
                recorded == null ? site.bench.chain() : recorded,
                site.bench.catalog(),
                source -> configured ? Optional.of(name -> Optional.empty()) : Optional.empty());
        return new Journals() {
            @Override
            public Set<String> names() {
                return configured ? Set.of("ledger") : Set.of();
            }

            @Override
            public JournalSource source(String name) {
                throw new AssertionError("pruning needs no source: it may be gone");
            }

            @Override
            public JournalServices services() {
                return new JournalServices(
                        services.backups(), services.catalog(), chain, services.clock(), services.waiter());
            }

            @Override
            public Optional<String> companionOf(String source) {
                return configured && source.equals("ledger.history") ? Optional.of("ledger") : Optional.empty();
            }

            @Override
            public Optional<String> ofDatabase(String database) {
                return configured && database.equals("orders") ? Optional.of("ledger") : Optional.empty();
            }
        };
    }

    private PoolPruning pruning() {
        return new PoolPruning(
                site.bench.node().pool,
                site.bench.catalog(),
                site.bench.poolRegister(),
                new ImageLineage(),
                new ChainKeeping(journals(), site.bench.catalog()),
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

    /** As after an import: before, its images were prunable, since nobody knew what is in them. */
    @Test
    @Tag("C13")
    void journals_that_are_in_no_chain_yet_are_kept_as_those_that_are() throws Exception {
        backUpDatabase("forever");
        journal(1);
        journal(2);
        recorded = new MemoryChain();
        site.bench.time.pass(Duration.ofDays(365));

        assertThat(pruning().plan().of(PrunePlan.Action.QUARANTINE)).isEmpty();

        configured = false;
        recorded = new MemoryChain();
        assertThat(steps())
                .contains(
                        "keep backup 2 of ledger.journal: no journals ledger are configured, and backup 1 of orders may be"
                                + " rolled forward with them");
        assertThat(pruning().plan().of(PrunePlan.Action.QUARANTINE)).isEmpty();
    }

    /** Without them no recovery finds its way through a reset, and they are tiny. */
    @Test
    @Tag("R11")
    void what_belongs_to_journals_stays_as_long_as_any_of_them_or_what_they_bring_forward() throws Exception {
        history(2);
        history(3);
        journal(1);
        site.bench.time.pass(Duration.ofDays(365));
        // journal 1 is the newest of its name, and stays
        assertThat(steps())
                .contains("keep backup 1 of ledger.history.journal: backup 3 stays, and holds journals of ledger, which"
                        + " need it");

        backUpDatabase("forever");
        assertThat(pruning().plan().of(PrunePlan.Action.QUARANTINE)).isEmpty();
    }

    @Test
    void companions_of_nothing_that_stays_go() throws Exception {
        history(2);
        history(3);
        site.bench.time.pass(Duration.ofDays(365));

        assertThat(pruning().plan().of(PrunePlan.Action.QUARANTINE))
                .extracting(step -> step.backup().id())
                .containsExactly(new BackupId(1));
    }

    private void history(long sequence) throws Exception {
        site.drop(sequence);
        Workbench.Node node = site.bench.node();
        FolderJournals source = new FolderJournals(
                new FolderSettings(
                        "ledger.history",
                        site.folder,
                        NamePattern.of("redo_(?<sequence>\\d+)\\.arc", 10),
                        null,
                        Duration.ofSeconds(5)),
                site.bench.files,
                new Settling(site.bench.time, site.bench.time));
        node.journals(source, node.poolTarget(), JournalOptions.DEFAULT, JournalListener.DEAF)
                .run();
        site.bench.time.pass(Duration.ofHours(1));
    }

    /** By the clock the journals are older than the backup that needs them. */
    @Test
    void a_clock_that_was_set_back_lets_no_journal_go_that_a_backup_needs() throws Exception {
        site.bench.time.pass(Duration.ofDays(2));
        backUpDatabase("forever");
        site.bench.time.pass(Duration.ofDays(-1));
        journal(1);
        journal(2);
        site.bench.time.pass(Duration.ofDays(365));

        assertThat(pruning().plan().of(PrunePlan.Action.QUARANTINE)).isEmpty();
    }
}

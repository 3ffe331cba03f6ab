package io.saddlebag.keeping;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.backup.BackupRun;
import io.saddlebag.backup.ImageLineage;
import io.saddlebag.backup.ImageTarget;
import io.saddlebag.backup.SourceOptions;
import io.saddlebag.backup.TapeTarget;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.jdbc.JdbcCatalog;
import io.saddlebag.fault.BackupException;
import io.saddlebag.fault.FaultCode;
import io.saddlebag.image.Compression;
import io.saddlebag.image.Encryption;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Overlap;
import io.saddlebag.journal.ChainBreaking;
import io.saddlebag.journal.ChainKeeping;
import io.saddlebag.journal.JournalChain;
import io.saddlebag.journal.JournalListener;
import io.saddlebag.journal.JournalOptions;
import io.saddlebag.journal.JournalPiece;
import io.saddlebag.journal.JournalServices;
import io.saddlebag.journal.JournalSource;
import io.saddlebag.journal.Journals;
import io.saddlebag.journal.PieceState;
import io.saddlebag.journal.folder.FolderJournals;
import io.saddlebag.journal.folder.FolderSettings;
import io.saddlebag.journal.folder.NamePattern;
import io.saddlebag.journal.folder.Settling;
import io.saddlebag.level.BackupLevel;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeId;
import io.saddlebag.pool.Chains;
import io.saddlebag.restore.BackupSelector;
import io.saddlebag.restore.RestoreRequest;
import io.saddlebag.snapshot.none.NoSnapshots;
import io.saddlebag.store.jdbc.JdbcStore;
import io.saddlebag.tape.memory.Capacity;
import io.saddlebag.tapeoption.TapeOptions;
import io.saddlebag.volume.Overwrite;
import io.saddlebag.volume.Target;
import io.saddlebag.volume.VolumeFault;
import io.saddlebag.volume.VolumeOperations;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes whose date has come, and that something else needs: jobs and operators meet them on a library of two cartridges. */
@Tag("M21")
class KeptVolumesTest {
    private static final String USER = "tester";

    @TempDir
    Path home;

    private Workbench bench;
    private Path tree;
    private final List<String> alarms = new ArrayList<>();

    @BeforeEach
    void open() throws IOException {
        bench = new Workbench(home, Capacity.ENDLESS, "SBG001", "SBG002");
        bench.time.pass(Duration.between(bench.time.instant(), Instant.now()).plusHours(1));
        bench.volumes()
                .defineFamilies(List.of(
                        family("short", Duration.ofMinutes(30), Duration.ofDays(1)),
                        family("long", Duration.ofHours(12), Duration.ofDays(30))));
        tree = Files.createDirectories(home.resolve("tree"));
        Files.writeString(tree.resolve("a"), "one");
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    private static MediaFamily family(String name, Duration window, Duration retention) {
        return new MediaFamily(name, window, retention, MediaFamily.Expiration.TIME);
    }

    private ImageTarget onTape(String family) {
        return new TapeTarget("vault", family, TapeOptions.DEFAULT, bench::openVault);
    }

    private Job backUp(String level, ImageTarget target) throws Exception {
        bench.time.pass(Duration.ofHours(1));
        Files.writeString(tree.resolve("a"), "at " + bench.time.instant());
        BackupRun run = bench.node()
                .backups
                .begin("backup tree", null, Overlap.SKIP, Map.of())
                .orElseThrow();
        Exception failure = null;
        try {
            run.snapshot(new NoSnapshots(bench.time), List.of(tree));
            run.store(
                    run.source("tree", new SourceOptions(Compression.NONE, Encryption.NONE, BackupLevel.parse(level))),
                    target);
        } catch (IOException e) {
            failure = e;
        }
        return run.end(failure);
    }

    /** Backup 1, of everything, on a volume that expires tomorrow; backup 2, on top of it, is kept for a month. */
    private void fullAndIncremental() throws Exception {
        assertThat(backUp("0", onTape("short")).state()).isEqualTo(JobState.COMPLETED);
        assertThat(backUp("10", onTape("long")).state().completed()).isTrue();
        bench.time.pass(Duration.ofDays(3));
    }

    private Backup.State state(long backup) throws IOException {
        return bench.catalog().find(new BackupId(backup)).orElseThrow().state();
    }

    private String restored(long backup) throws Exception {
        Path to = Files.createDirectories(home.resolve("restored" + System.nanoTime()));
        List<Job> jobs = bench.node()
                .restores
                .restore(new RestoreRequest(
                        List.of(new BackupSelector.ById(new BackupId(backup))),
                        List.of(),
                        to,
                        RestoreRequest.Existing.REPLACE,
                        null,
                        null));
        assertThat(jobs).allSatisfy(job -> assertThat(job.state()).isEqualTo(JobState.COMPLETED));
        return Files.readString(to.resolve(tree.resolve("a").subpath(0, tree.getNameCount() + 1)));
    }

    private VolumeOperations operations() {
        return bench.operations()
                .alarming((journals, message, text) -> alarms.add(journals + ": " + message + ", " + text));
    }

    private static void assertRefused(FaultCode fault, String text, Operation operation) {
        assertThatThrownBy(operation::run)
                .satisfies(e -> assertThat(((BackupException) e).is(fault))
                        .as(e.toString())
                        .isTrue())
                .hasMessageContaining(text);
    }

    private interface Operation {
        void run() throws Exception;
    }

    @Test
    @Tag("M15")
    @Tag("D2")
    void no_job_writes_over_what_an_incremental_is_based_on_until_that_has_expired() throws Exception {
        fullAndIncremental();

        Job waits = backUp("0", onTape("short"));

        assertThat(waits.state()).isEqualTo(JobState.FAILED);
        assertThat(waits.cause())
                .contains("SBG-M003")
                .contains("volume short-000001, is needed: backup 2 of tree, which is kept until "
                        + volume(1, "long").expires() + ", is based on backup 1 on it");
        assertThat(state(1)).isEqualTo(Backup.State.COMPLETE);
        assertThat(restored(2)).startsWith("at ");

        bench.time.pass(Duration.ofDays(40));
        assertThat(backUp("0", onTape("short")).state()).isEqualTo(JobState.COMPLETED);
        assertThat(state(1)).isEqualTo(Backup.State.LOST);
    }

    private Volume volume(long number, String family) throws IOException {
        return bench.volumes().find(new VolumeId(family + "-00000" + number)).orElseThrow();
    }

    @Test
    @Tag("M15")
    void a_chain_of_incrementals_is_kept_for_the_last_one_and_expired_ones_keep_nothing() throws Exception {
        fullAndIncremental();
        // on top of 2, in the pool: it outlives both tapes
        assertThat(backUp("10", bench.node().poolTarget()).state().completed()).isTrue();
        bench.time.pass(Duration.ofDays(60));

        Job waits = backUp("0", onTape("short"));
        assertThat(waits.state()).isEqualTo(JobState.FAILED);
        assertThat(waits.cause())
                .contains(
                        "volume short-000001, is needed: backup 3 of tree, which never expires, is based on backup 1 on it")
                .contains(
                        "volume long-000001, is needed: backup 3 of tree, which never expires, is based on backup 2 on it");

        bench.poolRegister().mark(new BackupId(3), bench.poolRegister().beginRun(), "removed");
        assertThat(backUp("0", onTape("short")).state()).isEqualTo(JobState.COMPLETED);
    }

    @Test
    @Tag("M10")
    @Tag("M13")
    void operators_are_refused_what_is_needed_and_may_give_it_up_by_order() throws Exception {
        fullAndIncremental();
        VolumeId first = new VolumeId("short-000001");
        Target cartridge = new Target.Tagged(volume(1, "short").barcode());
        String why = "volume short-000001 is still needed: backup 2 of tree, which is kept until";
        var order = new VolumeOperations.LabelOrder(null, null, USER, "testhost");

        assertRefused(VolumeFault.NEEDED, why, () -> operations().label(cartridge, order, Overwrite.NOTHING_VALID));
        assertRefused(VolumeFault.NEEDED, why, () -> operations().unlabel(cartridge, USER, Overwrite.NOTHING_VALID));
        assertRefused(VolumeFault.NEEDED, why, () -> operations().reuse(first, USER, Overwrite.NOTHING_VALID));
        assertRefused(VolumeFault.NEEDED, why, () -> operations().reuse(first, USER, Overwrite.NEEDED_JOURNALS));
        assertThat(state(1)).isEqualTo(Backup.State.COMPLETE);
        assertThat(volume(1, "short").state()).isEqualTo(Volume.State.APPENDABLE);
        assertThat(restored(2)).startsWith("at ");

        operations().reuse(first, USER, Overwrite.ANYTHING);

        assertThat(state(1)).isEqualTo(Backup.State.LOST);
        assertThat(volume(1, "short").state()).isEqualTo(Volume.State.REUSABLE);
        assertThat(bench.events)
                .anyMatch(line -> line.startsWith("volume short-000001 goes by order, although backup 2 of tree"));
        assertThat(backUp("0", onTape("short")).state()).isEqualTo(JobState.COMPLETED);
    }

    /** Nobody needed it when it was given back. */
    @Test
    @Tag("M15")
    void what_was_given_back_is_kept_for_what_was_made_on_top_of_it_since() throws Exception {
        assertThat(backUp("0", onTape("short")).state()).isEqualTo(JobState.COMPLETED);
        bench.time.pass(Duration.ofDays(3));
        operations().reuse(new VolumeId("short-000001"), USER, Overwrite.NOTHING_VALID);
        assertThat(backUp("10", bench.node().poolTarget()).state().completed()).isTrue();

        bench.vault.operatorTakes(bench.vault.placeOf("SBG002"));
        Job waits = backUp("0", onTape("short"));

        assertThat(waits.state()).isEqualTo(JobState.FAILED);
        assertThat(waits.cause()).contains("short-000001, is needed: backup 2 of tree, which never expires");
        assertThat(state(1)).isEqualTo(Backup.State.COMPLETE);
    }

    /** What has lost its own parent can't be restored, and keeps nothing that is left of it. */
    @Test
    @Tag("M15")
    void a_torn_chain_fills_no_library() throws Exception {
        fullAndIncremental();
        assertThat(backUp("10", bench.node().poolTarget()).state().completed()).isTrue();
        operations().reuse(new VolumeId("short-000001"), USER, Overwrite.ANYTHING);
        bench.time.pass(Duration.ofDays(60));

        operations().reuse(new VolumeId("long-000001"), USER, Overwrite.NOTHING_VALID);

        assertThat(volume(1, "long").state()).isEqualTo(Volume.State.REUSABLE);
    }

    @Test
    @Tag("M15")
    void while_the_catalog_can_not_be_asked_nothing_is_written_over() throws Exception {
        fullAndIncremental();
        bench.time.pass(Duration.ofDays(60));
        Path file = home.resolve("damaged.db");
        JdbcStore damaged = JdbcStore.openSqlite(file, JdbcCatalog.FAULTS);
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute("alter table backup rename to gone");
        }
        bench.dependents = () -> new KeptVolumes(new KeptVolumes.Parts(
                new JdbcCatalog(damaged),
                bench.volumes(),
                new ImageLineage(),
                () -> Chains.NONE,
                this::breaking,
                bench.time));
        Target cartridge = new Target.Tagged(volume(1, "short").barcode());

        assertThat(backUp("0", onTape("short")).state()).isEqualTo(JobState.FAILED);
        assertThatThrownBy(() -> operations().unlabel(cartridge, USER, Overwrite.NOTHING_VALID));
        assertThatThrownBy(() -> operations().unlabel(cartridge, USER, Overwrite.ANYTHING_AND_JOURNALS));
        assertThatThrownBy(
                () -> operations().reuse(new VolumeId("short-000001"), USER, Overwrite.ANYTHING_AND_JOURNALS));

        assertThat(state(1)).isEqualTo(Backup.State.COMPLETE);
        assertThat(volume(1, "short").state()).isEqualTo(Volume.State.APPENDABLE);
        assertThat(restored(2)).startsWith("at ");
        damaged.close();
    }

    // ---- journals

    private ChainBreaking breaking(JournalListener listener) {
        return new ChainBreaking(bench.chain(), (backup, cause) -> false, listener);
    }

    /** Database orders is brought forward by ledger. */
    private final class Ledger implements Journals {
        @Override
        public Set<String> names() {
            return Set.of("ledger");
        }

        @Override
        public JournalSource source(String name) {
            return ledger();
        }

        @Override
        public JournalServices services() {
            return bench.node().journalServices();
        }

        @Override
        public Optional<String> ofDatabase(String database) {
            return database.equals("orders") ? Optional.of("ledger") : Optional.empty();
        }
    }

    private FolderJournals ledger() {
        return new FolderJournals(
                new FolderSettings(
                        "ledger",
                        home.resolve("archive"),
                        NamePattern.of("redo_(?<sequence>\\d+)\\.arc", 10),
                        null,
                        Duration.ZERO),
                bench.files,
                new Settling(bench.time, bench.time));
    }

    private void journal(long sequence, String family) throws Exception {
        bench.time.pass(Duration.ofHours(1));
        Path file = Files.createDirectories(home.resolve("archive")).resolve("redo_" + sequence + ".arc");
        Files.write(file, ("entries of journal " + sequence).getBytes(UTF_8));
        Files.setLastModifiedTime(file, FileTime.from(bench.time.instant().minus(Duration.ofMinutes(1))));
        bench.node()
                .journals(ledger(), onTape(family), JournalOptions.DEFAULT, (message, text) -> alarms.add(text))
                .run();
        alarms.clear();
    }

    private void askChains() {
        bench.dependents = () -> bench.dependents(() -> new ChainKeeping(new Ledger(), bench.catalog()));
    }

    private String chain() throws IOException {
        return String.join(
                ", ",
                bench.chain().pieces("ledger").stream()
                        .map(piece -> piece.id() + " " + piece.state())
                        .toList());
    }

    @Test
    @Tag("J13")
    @Tag("M15")
    void no_job_writes_over_journals_that_a_kept_backup_is_rolled_forward_with() throws Exception {
        askChains();
        assertThat(bench.node().backup(onTape("long")).state()).isEqualTo(JobState.COMPLETED);
        journal(1, "short");
        bench.time.pass(Duration.ofDays(3));

        Job waits = backUp("0", onTape("short"));

        assertThat(waits.state()).isEqualTo(JobState.FAILED);
        assertThat(waits.cause())
                .contains("volume short-000001, is needed: backup 2 on it holds journals: backup 1 of orders is rolled"
                        + " forward with its journals, and backup 1 of orders is kept until "
                        + volume(1, "long").expires());

        bench.time.pass(Duration.ofDays(40));
        assertThat(backUp("0", onTape("short")).state()).isEqualTo(JobState.COMPLETED);
    }

    @Test
    @Tag("J13")
    void journals_from_before_every_kept_backup_hold_nothing_nor_do_journals_each_other() throws Exception {
        askChains();
        journal(1, "short");
        bench.time.pass(Duration.ofHours(1));
        assertThat(bench.node().backup(onTape("long")).state()).isEqualTo(JobState.COMPLETED);
        bench.time.pass(Duration.ofDays(3));

        assertThat(backUp("0", onTape("short")).state()).isEqualTo(JobState.COMPLETED);
        assertThat(state(1)).isEqualTo(Backup.State.LOST);
    }

    @Test
    @Tag("J13")
    @Tag("M13")
    void journals_that_are_needed_are_given_up_with_break_chain_only_and_that_is_an_alarm() throws Exception {
        askChains();
        assertThat(bench.node().backup(onTape("long")).state()).isEqualTo(JobState.COMPLETED);
        journal(1, "short");
        // of a pass that failed: recovery applies it all the same
        bench.chain().become(piece(1), PieceState.PARTIAL);
        Target cartridge = new Target.Tagged(volume(1, "short").barcode());
        VolumeId id = new VolumeId("short-000001");
        var order = new VolumeOperations.LabelOrder(null, null, USER, "testhost");
        String why =
                "volume short-000001 is still needed: backup 2 on it holds journals: backup 1 of orders is rolled forward";

        // not expired, either
        assertRefused(VolumeFault.NOT_EXPIRED, "", () -> operations().reuse(id, USER, Overwrite.NEEDED_JOURNALS));
        assertRefused(VolumeFault.CHAIN_NEEDED, why, () -> operations().reuse(id, USER, Overwrite.ANYTHING));
        bench.time.pass(Duration.ofDays(3));
        assertRefused(VolumeFault.CHAIN_NEEDED, why, () -> operations().label(cartridge, order, Overwrite.ANYTHING));
        assertRefused(
                VolumeFault.CHAIN_NEEDED, why, () -> operations().unlabel(cartridge, USER, Overwrite.NOTHING_VALID));
        assertThat(chain()).isEqualTo("1 PARTIAL");
        assertThat(state(2)).isEqualTo(Backup.State.COMPLETE);
        assertThat(alarms).isEmpty();

        operations().label(cartridge, order, Overwrite.NEEDED_JOURNALS);

        assertThat(chain()).isEqualTo("1 BROKEN");
        assertThat(state(2)).isEqualTo(Backup.State.LOST);
        assertThat(alarms)
                .containsExactly(
                        "ledger: OPERNOTIFY, the chain of ledger is broken at journals 1..1",
                        "ledger: DOFULLBCK, full database backup should be done to ensure future recovery");
    }

    private JournalPiece piece(long sequence) throws IOException {
        JournalChain chain = bench.chain();
        return chain.pieces("ledger").stream()
                .filter(each -> each.id().sequence() == sequence)
                .findFirst()
                .orElseThrow();
    }
}

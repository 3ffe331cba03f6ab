package io.saddlebag.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.backup.ImageLane;
import io.saddlebag.backup.ImageTarget;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.fault.BackupException;
import io.saddlebag.image.Compression;
import io.saddlebag.job.JobState;
import io.saddlebag.journal.folder.FolderJournals;
import io.saddlebag.tapeoption.Prompt;
import io.saddlebag.volume.Attendants;
import io.saddlebag.volume.ImageToStore;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Passes over closed journals in a folder, to a disk pool and to tape. */
class FolderPassTest {
    @TempDir
    Path home;

    private JournalSite site;

    @BeforeEach
    void open() throws IOException {
        site = new JournalSite(home);
    }

    @AfterEach
    void close() throws IOException {
        site.close();
    }

    @Test
    @Tag("J3")
    @Tag("J14")
    void two_journals_go_into_one_file_and_are_told_as_the_guide_has_it() throws Exception {
        site.dropBlocks(0, 254);
        site.dropBlocks(1, 254);

        JournalResult result = site.pass(named("MFPERS_BKUP_AIJ1.AIJ"));

        assertThat(result.count()).isEqualTo(2);
        assertThat(result.blocks()).isEqualTo(508);
        assertThat(site.told)
                .containsExactly(
                        "AIJBCKBEG, beginning after-image journal backup operation",
                        "OPERNOTIFY, system operator notification: AIJ backup operation started",
                        "AIJBCKSEQ, backing up after-image journal sequence number 0",
                        "LOGBCKAIJ, backing up after-image journal redo_0.arc at 02:30:00.00",
                        "LOGCREBCK, created backup file MFPERS_BKUP_AIJ1.AIJ in pool disk (" + home.resolve("pool")
                                + "), family nightly",
                        "AIJBCKSEQ, backing up after-image journal sequence number 1",
                        "LOGBCKAIJ, backing up after-image journal redo_1.arc at 02:30:00.00",
                        "OPERNOTIFY, system operator notification: AIJ backup operation completed",
                        "AIJBCKEND, after-image journal backup operation completed successfully",
                        "LOGAIJJRN, backed up 2 after-image journals at 02:30:00.00",
                        "LOGAIJBLK, backed up 508 after-image journal blocks at 02:30:00.00");
        assertThat(site.atSource()).isEmpty();
        assertThat(site.stored()).isEqualTo(site.written);
        assertThat(site.bench.catalog().backups(Catalog.Filter.COMPLETE)).hasSize(1);
        assertThat(site.bench.onlyJob().state()).isEqualTo(JobState.COMPLETED);
    }

    @Test
    @Tag("J3")
    void they_are_backed_up_in_ascending_order_whatever_their_names_sort_as() throws Exception {
        site.drop(11, 9, 10);

        site.pass();

        assertThat(site.told.stream()
                        .filter(line -> line.startsWith("AIJBCKSEQ"))
                        .toList())
                .extracting(line -> line.replaceAll("\\D+", ""))
                .containsExactly("9", "10", "11");
        assertThat(site.chain()).isEqualTo("9 READY, 10 READY, 11 READY");
    }

    @Test
    @Tag("J12")
    void the_result_says_what_the_symbols_of_rmu_say() throws Exception {
        JournalResult nothing = site.pass();
        assertThat(nothing).isEqualTo(new JournalResult(-1, -1, 0, -1, -1, 0, 0, 0, null, null, null, 0, 0));

        site.drop(41, 42);
        JournalResult two = site.pass();
        assertThat(two.sequence()).isEqualTo(42);
        assertThat(two.current()).isEqualTo(-1);
        assertThat(two.next()).isEqualTo(43);
        assertThat(two.lastReady()).isEqualTo(42);
        assertThat(two.backedUp()).isEqualTo(42);
        assertThat(two.lastOutputFile()).isEqualTo("pool:disk/nightly/ledger-41.aij.1.tar");

        site.drop(43);
        fresh(44);
        JournalResult numbered = site.pass(numbered("43"));
        assertThat(numbered.current()).isEqualTo(44);
        assertThat(numbered.endOfFileBlock()).isEqualTo(1);
        assertThat(numbered.journals()).isEqualTo(1);

        JournalResult idle = site.pass();
        assertThat(idle.sequence()).isEqualTo(-1);
        assertThat(idle.backedUp()).isEqualTo(-1);
        assertThat(idle.hasBackup()).isFalse();
        assertThat(idle.next()).isEqualTo(44);
    }

    @Test
    @Tag("J18")
    void nothing_to_do_is_no_job() throws Exception {
        site.pass();

        assertThat(site.bench.log().jobs()).isEmpty();
        assertThat(site.told).isEmpty();
    }

    @Test
    void a_file_that_was_just_changed_is_not_taken_for_closed() throws Exception {
        fresh(7);
        assertThat(site.pass().count()).isZero();

        site.bench.time.pass(Duration.ofSeconds(5));
        assertThat(site.pass().count()).isEqualTo(1);
    }

    @Test
    @Tag("Q11")
    void a_clock_that_is_set_back_makes_no_file_wait_longer_than_any_other() throws Exception {
        site.drop(7);
        site.bench.time.set(Duration.ofHours(-1));
        assertThat(site.pass().count()).isZero();
        site.bench.time.pass(Duration.ofSeconds(4));
        assertThat(site.pass().count()).isZero();

        Files.writeString(site.folder.resolve("redo_7.arc"), "and more that the engine still wrote");
        Files.setLastModifiedTime(
                site.folder.resolve("redo_7.arc"),
                FileTime.from(site.bench.time.instant().plusSeconds(3000)));
        site.bench.time.pass(Duration.ofSeconds(4));
        assertThat(site.pass().count()).isZero();

        site.bench.time.pass(Duration.ofSeconds(4));
        assertThat(site.pass().count()).isZero();
        site.bench.time.pass(Duration.ofSeconds(1));
        assertThat(site.pass().count()).isEqualTo(1);
    }

    @Test
    void files_of_other_names_are_left_alone() throws Exception {
        site.drop(1);
        Files.writeString(site.folder.resolve("redo_2.arc.tmp"), "half");
        Files.createDirectories(site.folder.resolve("redo_3.arc"));

        site.pass();

        assertThat(site.atSource()).containsExactly("redo_2.arc.tmp", "redo_3.arc");
        assertThat(site.chain()).isEqualTo("1 READY");
    }

    @Test
    void a_folder_that_is_missing_is_no_empty_one() {
        FolderJournals gone = new FolderJournals(
                new io.saddlebag.journal.folder.FolderSettings(
                        "ledger",
                        home.resolve("gone"),
                        io.saddlebag.journal.folder.NamePattern.of("(?<sequence>\\d+)", 10),
                        null,
                        Duration.ZERO),
                site.bench.files,
                new io.saddlebag.journal.folder.Settling(site.bench.time, site.bench.time));

        assertThatThrownBy(gone::look).hasMessageContaining(home.resolve("gone").toString());
    }

    @Test
    void released_journals_can_be_moved_instead_of_deleted() throws Exception {
        Path moved = Files.createDirectories(home.resolve("moved"));
        site.drop(1, 2);
        Workbench.Node node = site.bench.node();

        node.journals(
                        site.source(site.bench.files, moved),
                        node.poolTarget(),
                        JournalOptions.DEFAULT,
                        JournalListener.DEAF)
                .run();

        assertThat(site.atSource()).isEmpty();
        assertThat(moved.resolve("redo_1.arc")).hasContent("entries of journal 1");
        assertThat(moved.resolve("redo_2.arc")).exists();
    }

    // ---- gaps

    @Test
    @Tag("J16")
    @Tag("J25")
    void a_gap_is_an_error_is_recorded_and_asks_for_a_full_backup() throws Exception {
        site.drop(40);
        site.pass();
        site.drop(45);

        assertThatThrownBy(site::pass)
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("SBG-X002 journal gap 41..44 of ledger");

        assertThat(site.chain()).isEqualTo("40 READY, 41 GAP, 42 GAP, 43 GAP, 44 GAP");
        assertThat(site.told).contains("DOFULLBCK, full database backup should be done to ensure future recovery");
        assertThat(site.atSource()).containsExactly("redo_45.arc");
        assertThat(site.bench.log().jobs())
                .anySatisfy(job -> assertThat(job.state()).isEqualTo(JobState.FAILED));
    }

    @Test
    @Tag("J25")
    void after_a_gap_was_recorded_passes_go_on_behind_it() throws Exception {
        a_gap_is_an_error_is_recorded_and_asks_for_a_full_backup();

        site.pass();

        assertThat(site.chain()).isEqualTo("40 READY, 41 GAP, 42 GAP, 43 GAP, 44 GAP, 45 READY");
    }

    @Test
    @Tag("J25")
    void journals_that_turn_up_close_a_gap() throws Exception {
        after_a_gap_was_recorded_passes_go_on_behind_it();
        site.drop(41, 42, 43, 44);

        site.pass();

        assertThat(site.chain()).doesNotContain("GAP");
        assertThat(site.stored()).isEqualTo(site.written);
    }

    @Test
    @Tag("J16")
    void what_comes_before_a_hole_is_backed_up_first_for_the_rest_may_be_on_its_way() throws Exception {
        site.drop(1, 2, 4);
        site.pass();
        assertThat(site.chain()).isEqualTo("1 READY, 2 READY");

        site.drop(3);
        site.pass();
        assertThat(site.chain()).isEqualTo("1 READY, 2 READY, 3 READY, 4 READY");
    }

    @Test
    @Tag("J16")
    void numbers_that_jump_too_far_are_not_taken_for_losses() throws Exception {
        site.drop(1);
        site.pass();
        site.drop(PassPlan.MOST_LOST + 3L);

        assertThatThrownBy(site::pass).hasMessageContaining("don't jump so far");
        assertThat(site.chain()).isEqualTo("1 READY");
    }

    @Test
    @Tag("J16")
    void journaling_that_is_off_is_an_error() throws Exception {
        JournalSource off = new Twin(site.source()) {
            @Override
            public JournalView look() {
                return new JournalView(false, List.of());
            }
        };

        assertThatThrownBy(() -> run(off, JournalOptions.DEFAULT))
                .hasMessageContaining("SBG-X001 journaling of ledger is off");
    }

    // ---- numbers

    @Test
    @Tag("J7")
    void journals_by_number() throws Exception {
        site.drop(51, 52, 53, 54, 55);

        site.pass(numbered("55,53"));
        assertThat(site.chain()).isEqualTo("53 READY, 54 READY, 55 READY");
        site.pass(numbered("51,51"));
        assertThat(site.chain()).isEqualTo("51 READY, 53 READY, 54 READY, 55 READY");
        assertThat(site.atSource()).containsExactly("redo_52.arc");
    }

    @Test
    @Tag("J7")
    void one_number_means_all_up_to_it_that_are_not_backed_up() throws Exception {
        site.drop(51, 52, 53, 54);

        site.pass(numbered("53"));

        assertThat(site.chain()).isEqualTo("51 READY, 52 READY, 53 READY");
    }

    @Test
    @Tag("J7")
    void without_a_number_it_is_the_next_one_that_is_needed() throws Exception {
        site.drop(51, 52);

        site.pass(numbered("next"));

        assertThat(site.chain()).isEqualTo("51 READY");
    }

    @Test
    @Tag("J8")
    void what_isn_t_ready_ends_the_pass_without_wait() throws Exception {
        site.drop(33);

        JournalResult result = site.pass(numbered("33,35"));

        assertThat(result.count()).isEqualTo(1);
        assertThat(site.chain()).isEqualTo("33 READY");
    }

    @Test
    @Tag("J8")
    void with_wait_it_is_looked_for_again_and_again() throws Exception {
        site.drop(33);
        List<Instant> looks = new ArrayList<>();
        site.bench.time.onWait(() -> {
            looks.add(site.bench.time.instant());
            if (looks.size() == 2) {
                dropQuietly(34);
            }
            if (looks.size() == 4) {
                dropQuietly(35);
            }
        });
        Wishes wishes = new Wishes();
        wishes.sequence = SequenceRange.parse("33,35");
        wishes.waiting = Duration.ofSeconds(60);
        Instant begin = site.bench.time.instant();

        JournalResult result = site.pass(wishes.options());

        assertThat(result.count()).isEqualTo(3);
        assertThat(result.sequence()).isEqualTo(35);
        assertThat(site.chain()).isEqualTo("33 READY, 34 READY, 35 READY");
        assertThat(Duration.between(begin, site.bench.time.instant())).isEqualTo(Duration.ofMinutes(4));
    }

    // ---- options

    @Test
    @Tag("J9")
    void options_in_conflict_are_refused_before_anything_is_touched() throws Exception {
        site.drop(1);
        Wishes wishes = new Wishes();
        wishes.quietPoint = true;
        wishes.sequence = SequenceRange.parse("1");

        assertThatThrownBy(() -> site.pass(wishes.options()))
                .hasMessageContaining("SBG-X007 options 'quietPoint' and 'sequence' can't be used together");
        assertThat(site.atSource()).containsExactly("redo_1.arc");
    }

    @Test
    @Tag("J1")
    @Tag("J6")
    void a_folder_has_neither_a_quiet_point_nor_a_threshold() {
        Wishes quiet = new Wishes();
        quiet.quietPoint = true;
        assertThatThrownBy(() -> site.pass(quiet.options())).hasMessageContaining("'ledger', which has no quiet point");

        Wishes threshold = new Wishes();
        threshold.thresholdBlocks = 500L;
        assertThatThrownBy(() -> site.pass(threshold.options()))
                .hasMessageContaining("'threshold'")
                .hasMessageContaining("'fixed-size'");
    }

    @Test
    @Tag("J1")
    void a_layout_that_changes_during_the_operation_ends_it() throws Exception {
        List<JournalLayout> layouts = new ArrayList<>(List.of(JournalLayout.FIXED_SIZE, JournalLayout.EXTENSIBLE));
        JournalSource changing = new Twin(site.source()) {
            @Override
            public JournalLayout layout() {
                return layouts.remove(0);
            }
        };
        Workbench.Node node = site.bench.node();
        JournalBackup backup = node.journals(changing, node.poolTarget(), JournalOptions.DEFAULT, JournalListener.DEAF);
        backup.cycle();

        assertThatThrownBy(backup::cycle)
                .hasMessageContaining("had journals of a fixed size when this operation began")
                .hasMessageContaining("an extensible journal");
    }

    @Test
    @Tag("J11")
    void a_backup_file_is_called_as_asked_and_a_name_is_never_used_twice() throws Exception {
        site.drop(3);
        site.pass(named("aij.aij"));
        site.drop(4);
        JournalResult second = site.pass(named("aij.aij"));

        assertThat(home.resolve("pool/nightly/aij.aij.1.tar")).exists();
        assertThat(second.lastOutputFile()).isEqualTo("pool:disk/nightly/aij-2.aij.1.tar");
        assertThat(site.stored()).isEqualTo(site.written);
    }

    @Test
    @Tag("J11")
    void the_guides_name_is_the_name_of_a_file_in_the_pool() throws Exception {
        site.drop(2);
        site.bench.time.pass(Duration.between(site.bench.time.instant(), Instant.parse("2027-01-30T01:55:00Z")));
        Wishes wishes = new Wishes();
        wishes.names =
                new JournalNames("aij", JournalNames.parse("(\"$\",DAY_OF_MONTH,\"_\",HOUR,MINUTE,\"-\",SEQUENCE)"));

        site.pass(wishes.options());

        assertThat(home.resolve("pool/nightly/aij$30_0155-2.aij.1.tar")).exists();
    }

    // ---- room and failures

    @Test
    @Tag("J17")
    void a_target_without_room_ends_the_pass_and_nothing_is_released() throws Exception {
        site.dropBlocks(1, 4);
        Workbench.Node node = site.bench.node();

        assertThatThrownBy(() -> node.journals(
                                site.source(),
                                new Small(node.poolTarget(), 2047),
                                JournalOptions.DEFAULT,
                                JournalListener.DEAF)
                        .run())
                .hasMessageContaining("SBG-X004 the journals of ledger are 2048 bytes")
                .hasMessageContaining("Free space there")
                .hasMessageContaining("name another target");
        assertThat(site.atSource()).containsExactly("redo_1.arc");
        assertThat(site.bench.catalog().backups(Catalog.Filter.ALL)).isEmpty();

        node.journals(site.source(), new Small(node.poolTarget(), 2048), JournalOptions.DEFAULT, JournalListener.DEAF)
                .run();
        assertThat(site.atSource()).isEmpty();
    }

    @Test
    @Tag("J18")
    void a_journal_that_changes_while_it_is_read_is_not_released() throws Exception {
        site.drop(1, 2);
        site.bench.withinImage =
                () -> Files.writeString(site.folder.resolve("redo_2.arc"), "something longer than before");

        Workbench.Node node = site.bench.node();
        assertThatThrownBy(
                        () -> node.journals(site.source(), node.target(), JournalOptions.DEFAULT, JournalListener.DEAF)
                                .run())
                .isInstanceOf(IOException.class);
        assertThat(site.atSource()).containsExactly("redo_1.arc", "redo_2.arc");
        assertThat(site.chain()).isEmpty();
    }

    @Test
    @Tag("J18")
    @Tag("J13")
    void what_a_failed_release_left_is_partial_and_is_released_by_the_next_pass_without_a_copy() throws Exception {
        site.drop(1, 2);
        List<Journal> released = new ArrayList<>();
        JournalSource failing = new Twin(site.source()) {
            @Override
            public Released release(Journal journal, long upTo) throws IOException {
                if (released.size() == 1) {
                    throw new IOException("injected");
                }
                released.add(journal);
                return super.release(journal, upTo);
            }
        };

        assertThatThrownBy(() -> run(failing, JournalOptions.DEFAULT)).hasMessageContaining("injected");
        assertThat(site.chain()).isEqualTo("1 READY, 2 PARTIAL");
        assertThat(site.atSource()).containsExactly("redo_2.arc");
        assertThat(site.stored()).isEqualTo(site.written);

        site.pass();
        assertThat(site.chain()).isEqualTo("1 READY, 2 READY");
        assertThat(site.atSource()).isEmpty();
        assertThat(site.bench.catalog().backups(Catalog.Filter.ALL)).hasSize(1);
    }

    @Test
    @Tag("J18")
    void another_journal_under_a_number_that_is_backed_up_is_neither_released_nor_lost() throws Exception {
        site.drop(1);
        site.pass();
        Files.writeString(site.folder.resolve("redo_1.arc"), "of another life");
        Files.setLastModifiedTime(site.folder.resolve("redo_1.arc"), FileTime.from(Instant.EPOCH));

        assertThatThrownBy(site::pass)
                .hasMessageContaining("SBG-X003 journal 1 of ledger")
                .hasMessageContaining("is not the one that backup 1 has");
        assertThat(site.atSource()).containsExactly("redo_1.arc");
    }

    @Test
    @Tag("J18")
    void a_catalog_that_was_lost_gets_its_chain_back_from_the_pool() throws Exception {
        site.drop(1, 2);
        site.pass();
        site.bench.loseCatalog();
        Workbench.Node node = site.bench.node();
        node.poolImports.importAll(
                node.pool,
                io.saddlebag.pool.PoolScan.of(node.pool).images(),
                new io.saddlebag.pool.Told(new ArrayList<>()));

        site.drop(3);
        site.pass();

        assertThat(site.chain()).isEqualTo("1 READY, 2 READY, 3 READY");
        assertThat(site.stored()).isEqualTo(site.written);
    }

    // ---- continuous

    @Test
    @Tag("J4")
    void continuous_with_a_number_of_passes() throws Exception {
        site.drop(1);
        List<Long> at = drops(2, 3, 4, 5);
        Wishes wishes = new Wishes();
        wishes.continuous = true;
        wishes.passes = 3L;
        wishes.interval = Duration.ofMinutes(5);
        Instant begin = site.bench.time.instant();

        JournalResult result = site.pass(wishes.options());

        assertThat(result.backedUp()).isEqualTo(3);
        assertThat(site.chain()).isEqualTo("1 READY, 2 READY, 3 READY");
        assertThat(Duration.between(begin, site.bench.time.instant())).isEqualTo(Duration.ofMinutes(10));
        assertThat(at).containsExactly(4L, 5L);
    }

    @Test
    @Tag("J4")
    void continuous_until_a_time_as_in_the_guide() throws Exception {
        drops(1, 2, 3, 4, 5);
        Wishes wishes = new Wishes();
        wishes.continuous = true;
        wishes.passes = 5L;
        wishes.interval = Duration.ofMinutes(5);
        Instant end = site.bench.time.instant().plusSeconds(1100);
        wishes.until = end;

        JournalResult result = site.pass(wishes.options());

        assertThat(result.backedUp()).isEqualTo(3);
        assertThat(site.bench.time.instant()).isEqualTo(end);
    }

    @Test
    @Tag("J4")
    void cycles_without_anything_to_do_are_no_passes() throws Exception {
        List<Integer> waits = new ArrayList<>();
        site.bench.time.onWait(() -> {
            waits.add(1);
            if (waits.size() == 4) {
                dropQuietly(1);
            }
        });
        Wishes wishes = new Wishes();
        wishes.continuous = true;
        wishes.passes = 1L;

        site.pass(wishes.options());

        assertThat(waits).hasSize(4);
        assertThat(site.chain()).isEqualTo("1 READY");
    }

    @Test
    @Tag("J4")
    @Tag("J18")
    void to_tape_with_a_warning_when_continuous() throws Exception {
        site.drop(1, 2);
        Wishes wishes = new Wishes();
        wishes.continuous = true;
        wishes.passes = 1L;
        Workbench.Node node = site.bench.node();

        JournalResult result =
                site.backup(node, node.target(), wishes.options()).run();

        assertThat(result.lastOutputFile()).isEqualTo("nightly-000001");
        assertThat(site.atSource()).isEmpty();
        assertThat(site.chain()).isEqualTo("1 READY, 2 READY");
        assertThat(site.bench.onlyJob().state()).isEqualTo(JobState.COMPLETED_WITH_WARNINGS);
        assertThat(site.bench.onlyJob().cause()).contains("continuous backup to tape isn't recommended");
    }

    @Test
    @Tag("J3")
    void members_are_called_by_incarnation_number_and_name_for_whoever_reads_them_with_tar() throws Exception {
        site.drop(7);
        Wishes wishes = new Wishes();
        wishes.compression = Compression.ZSTD;
        JournalResult result = site.pass(wishes.options());

        List<String> paths = new ArrayList<>();
        site.bench
                .catalog()
                .objects(java.util.Objects.requireNonNull(result.backup()), "", object -> paths.add(object.path()));
        assertThat(paths).containsExactly("/1/7/redo_7.arc");
        Backup backup = site.bench.catalog().find(result.backup()).orElseThrow();
        assertThat(backup.about().name()).isEqualTo("ledger.journal");
        assertThat(backup.about().facts()).containsEntry("journal.source", "ledger");
        assertThat(backup.files().get(0).path()).isEqualTo("nightly/ledger-7.aij.1.tar.zst");
    }

    // ---- words

    private static JournalOptions numbered(String range) {
        Wishes wishes = new Wishes();
        wishes.sequence = SequenceRange.parse(range);
        return wishes.options();
    }

    private static JournalOptions named(String name) {
        Wishes wishes = new Wishes();
        wishes.names = new JournalNames(name, List.of());
        return wishes.options();
    }

    private void run(JournalSource source, JournalOptions options) throws Exception {
        Workbench.Node node = site.bench.node();
        node.journals(source, node.poolTarget(), options, JournalListener.DEAF).run();
    }

    /** One at each wait. */
    private List<Long> drops(long... sequences) {
        List<Long> left = new ArrayList<>();
        for (long each : sequences) {
            left.add(each);
        }
        site.bench.time.onWait(() -> dropQuietly(left.remove(0)));
        return left;
    }

    private void dropQuietly(long sequence) {
        try {
            site.drop(sequence);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void fresh(long sequence) throws IOException {
        site.drop(sequence);
        Files.setLastModifiedTime(
                site.folder.resolve(JournalSite.fileName(sequence)), FileTime.from(site.bench.time.instant()));
    }

    private record Small(ImageTarget target, long bytes) implements ImageTarget {
        @Override
        public String description() {
            return target.description();
        }

        @Override
        public String place() {
            return target.place();
        }

        @Override
        public Kind kind() {
            return target.kind();
        }

        @Override
        public Prompt prompt() {
            return target.prompt();
        }

        @Override
        public OptionalLong usableBytes() {
            return OptionalLong.of(bytes);
        }

        @Override
        public List<ImageLane> open(ImageToStore image, Attendants attendants)
                throws IOException, InterruptedException {
            return target.open(image, attendants);
        }
    }
}

package io.saddlebag.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.backup.ImageCopying;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobKind;
import io.saddlebag.job.JobRequest;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Overlap;
import io.saddlebag.pool.PoolFault;
import io.saddlebag.recovery.Until;
import io.saddlebag.restore.RestoreRequest.Existing;
import io.saddlebag.volume.VolumeFault;
import io.saddlebag.workbench.Trees;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Backup 1 of row 1 is on tape; 2 of row 2 and 3 of row 3 are in a pool. What is in place is row 4. */
final class FailoverTest {
    @TempDir
    Path home;

    private Workbench bench;
    private Workbench.Node node;

    @BeforeEach
    void open() throws Exception {
        bench = new Workbench(home);
        node = bench.node();
        row(1);
        node.backup(node.target());
        row(2);
        node.backup(node.poolTarget());
        row(3);
        node.backup(node.poolTarget());
        row(4);
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    /** What can happen to a file. */
    enum Harm {
        GONE {
            @Override
            void to(Path file) throws IOException {
                Files.delete(file);
            }
        },
        CUT {
            @Override
            void to(Path file) throws IOException {
                byte[] all = Files.readAllBytes(file);
                Files.write(file, java.util.Arrays.copyOf(all, all.length / 2));
            }
        },
        FLIPPED {
            @Override
            void to(Path file) throws IOException {
                byte[] all = Files.readAllBytes(file);
                int at = new String(all, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("row 3");
                all[at] ^= 1;
                Files.write(file, all);
            }
        },
        A_FOLDER {
            @Override
            void to(Path file) throws IOException {
                Files.delete(file);
                Files.createDirectory(file);
            }
        };

        abstract void to(Path file) throws IOException;
    }

    @ParameterizedTest
    @EnumSource(Harm.class)
    @Tag("R5")
    void another_copy_of_the_same_image_is_read_when_the_first_one_cant_be(Harm harm) throws Exception {
        String copy = copied(3);
        harm.to(file(3));

        Job job = database(BackupSelector.of("orders", null), RestoreChoices.DEFAULT);

        assertThat(job.state()).as(String.valueOf(job.cause())).isEqualTo(JobState.COMPLETED_WITH_WARNINGS);
        assertThat(table()).isEqualTo("row 3");
        assertThat(job.cause()).startsWith("backup 3 can't be read from " + place(3) + ": SBG-");
        assertThat(transcript(job))
                .containsSubsequence(
                        "WARNING backup 3 can't be read from " + place(3),
                        "failover to piece handle=" + copy + " tag=BACKUP_3",
                        "restored ");
        assertThat(job.figures())
                .containsEntry("restored-backup", "3")
                .containsEntry("restored-point", backup(3).about().at().toString());
        assertThat(leftovers()).allMatch(name -> name.contains(".saddlebag-before-"));
    }

    @Test
    @Tag("R5")
    void then_the_backup_before_is_restored_and_that_it_is_older_is_said_loudly() throws Exception {
        harm(3, Harm.FLIPPED);

        Job job = database(BackupSelector.of("orders", null), RestoreChoices.DEFAULT);

        assertThat(job.state()).as(String.valueOf(job.cause())).isEqualTo(JobState.COMPLETED_WITH_WARNINGS);
        assertThat(table()).isEqualTo("row 2");
        assertThat(transcript(job))
                .containsSubsequence(
                        "WARNING backup 3 can't be read from",
                        "failover to previous backup",
                        "backup 2 of orders of " + backup(2).about().at() + " is restored instead of backup 3",
                        "WARNING what was restored is OLDER than asked for: backup 2 of orders of "
                                + backup(2).about().at() + ", instead of backup 3 of "
                                + backup(3).about().at());
        assertThat(job.figures())
                .containsEntry("restored-backup", "2")
                .containsEntry("restored-point", backup(2).about().at().toString());
        assertThat(bench.orders.state).isEqualTo(DatabaseState.OPEN);
        assertThat(Trees.content(beside("before"))).containsEntry("table", "row 4");
    }

    @Test
    @Tag("R5")
    void it_goes_from_copy_to_copy_and_from_backup_to_backup_until_one_is_whole() throws Exception {
        copied(3);
        copied(2);
        harm(3, Harm.FLIPPED);
        Harm.CUT.to(copy(3));
        harm(2, Harm.GONE);
        Harm.A_FOLDER.to(copy(2));

        Job job = database(BackupSelector.of("orders", null), RestoreChoices.DEFAULT);

        assertThat(table()).isEqualTo("row 1");
        assertThat(transcript(job).lines().filter(line -> line.contains("failover to ")))
                .extracting(line -> line.substring(line.indexOf("failover to ")))
                .containsExactly(
                        "failover to piece handle=" + copyPlace(3) + " tag=BACKUP_3",
                        "failover to previous backup",
                        "failover to piece handle=" + copyPlace(2) + " tag=BACKUP_2",
                        "failover to previous backup");
    }

    @Test
    @Tag("R5")
    void when_none_is_left_the_database_has_its_old_files_and_each_backup_its_reason() throws Exception {
        harm(3, Harm.FLIPPED);
        harm(2, Harm.GONE);
        Map<String, String> before = Trees.content(bench.data);

        Job job = database(BackupSelector.of("orders", null), RestoreChoices.parse("disk", null, false));

        assertThat(transcript(job))
                .contains("no data file is recreated empty and rolled forward: engine twin of database orders");
        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(job.cause())
                .contains(RestoreFault.NONE_READABLE.id())
                .contains("backup 3: SBG-")
                .contains("backup 2: " + PoolFault.MISSING.id());
        assertThat(Trees.content(bench.data)).isEqualTo(before);
        assertThat(bench.orders.state).isEqualTo(DatabaseState.OPEN);
        assertThat(leftovers()).isEmpty();
    }

    @Test
    @Tag("R5")
    void an_unreadable_volume_is_a_reason_as_well_and_a_copy_in_a_pool_is_taken_before_it() throws Exception {
        bench.readWrap = stored -> new Unreadable();
        Job failed = database(new BackupSelector.ById(new BackupId(1)), RestoreChoices.DEFAULT);
        assertThat(failed.state()).isEqualTo(JobState.FAILED);
        assertThat(failed.cause()).contains(VolumeFault.SECTION_UNREADABLE.id());
        assertThat(table()).isEqualTo("row 4");
        bench.readWrap = stored -> stored;
        copied(1);
        bench.readWrap = stored -> new Unreadable();

        Job job = database(new BackupSelector.ById(new BackupId(1)), RestoreChoices.DEFAULT);

        assertThat(job.cause()).isNull();
        assertThat(table()).isEqualTo("row 1");
    }

    @Test
    @Tag("R5")
    void a_backup_named_by_number_or_point_is_never_answered_with_an_older_one_unless_that_is_asked_for()
            throws Exception {
        harm(3, Harm.GONE);
        BackupSelector point =
                BackupSelector.of("orders", new Until.Time(backup(3).about().at()));
        for (BackupSelector selector : List.of(new BackupSelector.ById(new BackupId(3)), point)) {
            Job job = database(selector, RestoreChoices.DEFAULT);
            assertThat(job.state()).isEqualTo(JobState.FAILED);
            assertThat(job.cause()).contains(PoolFault.MISSING.id());
            assertThat(table()).isEqualTo("row 4");
        }
        Job numbered =
                database(new BackupSelector.ById(new BackupId(3)), RestoreChoices.parse(null, "previous", false));
        assertThat(numbered.state()).isEqualTo(JobState.FAILED);

        Job asked = database(point, RestoreChoices.parse(null, "previous", false));

        assertThat(asked.state()).isEqualTo(JobState.COMPLETED_WITH_WARNINGS);
        assertThat(table()).isEqualTo("row 2");
    }

    @Test
    @Tag("R5")
    void without_failover_the_first_damage_ends_it() throws Exception {
        copied(3);
        harm(3, Harm.GONE);

        Job job = database(BackupSelector.of("orders", null), RestoreChoices.parse(null, "none", false));

        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(table()).isEqualTo("row 4");
        assertThat(transcript(job)).doesNotContain("failover to piece").doesNotContain("failover to previous backup\n");
    }

    @Test
    @Tag("R5")
    void files_come_back_from_the_copy_too_and_those_that_were_whole_count() throws Exception {
        copied(3);
        harm(3, Harm.FLIPPED);
        for (Existing existing : Existing.values()) {
            Path target = Files.createDirectories(home.resolve("look-" + existing));

            Job job = files(existing, target, BackupSelector.of("orders", null));

            assertThat(job.state()).as(existing + ": " + job.cause()).isEqualTo(JobState.COMPLETED_WITH_WARNINGS);
            Map<String, String> there =
                    Trees.content(target.resolve(bench.data.toString().substring(1)));
            assertThat(there).containsEntry("table", "row 3").containsEntry("base/index", "1");
            assertThat(there.keySet()).noneMatch(name -> name.contains(".backup-"));
        }
    }

    @Test
    @Tag("R5")
    void files_of_two_states_are_mixed_only_where_the_older_one_replaces_the_newer() throws Exception {
        harm(3, Harm.FLIPPED);
        for (Existing existing : Existing.values()) {
            Path target = Files.createDirectories(home.resolve("look-" + existing));

            Job job = files(existing, target, BackupSelector.of("orders", null));

            Path table = target.resolve(bench.data.toString().substring(1)).resolve("table");
            if (existing == Existing.REPLACE) {
                assertThat(job.state()).isEqualTo(JobState.COMPLETED_WITH_WARNINGS);
                assertThat(table).hasContent("row 2");
            } else {
                assertThat(job.state()).isEqualTo(JobState.FAILED);
                assertThat(table).doesNotExist();
                assertThat(transcript(job)).contains("no failover to previous backup: some of backup 3 is in place");
            }
        }
    }

    @Test
    @Tag("R5")
    void a_target_that_fails_is_no_reason_to_read_something_else() throws Exception {
        copied(3);
        Path target = Files.createDirectories(home.resolve("look"));
        Path inTheWay = target.resolve(bench.data.toString().substring(1)).resolve("table/full");
        Files.createDirectories(inTheWay);

        Job job = files(Existing.REPLACE, target, BackupSelector.of("orders", null));

        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(job.cause()).contains(RestoreFault.IN_THE_WAY.id());
        assertThat(transcript(job)).doesNotContain("failover");
    }

    private Job files(Existing existing, Path target, BackupSelector selector) throws Exception {
        List<Job> jobs = node.restores.restore(
                new RestoreRequest(List.of(selector), List.of(bench.data.toString()), target, existing, null, null));
        assertThat(jobs).hasSize(1);
        return jobs.get(0);
    }

    private Job database(BackupSelector selector, RestoreChoices choices) throws Exception {
        List<Job> jobs = node.restores.restore(
                new RestoreRequest(List.of(selector), List.of(), null, Existing.REPLACE, "orders", null).with(choices));
        assertThat(jobs).hasSize(1);
        return jobs.get(0);
    }

    /** @return the places of the copy */
    private String copied(int id) throws Exception {
        JobRun job = node.jobs
                .begin(new JobRequest("copy " + id, JobKind.MEDIA, null, List.of(), Map.of()), Overlap.WAIT)
                .orElseThrow();
        String place = new ImageCopying(bench.catalog(), bench.copies(), this::open)
                .copy(new BackupId(id), node.shelf, job)
                .place();
        job.end();
        return place;
    }

    private InputStream open(Backup backup, JobRun job) throws IOException {
        return backup.files().isEmpty()
                ? bench.openVault(io.saddlebag.volume.Attendants.NONE)
                        .read(backup.about().imageId(), backup.sections())
                : node.pool.read(backup.files());
    }

    private void harm(int id, Harm harm) throws IOException {
        if (harm == Harm.FLIPPED && id != 3) {
            throw new IllegalArgumentException("only row 3 is looked for");
        }
        harm.to(file(id));
    }

    private Path file(int id) throws IOException {
        return home.resolve("pool").resolve(backup(id).files().get(0).path());
    }

    private Path copy(int id) throws IOException {
        return home.resolve("shelf")
                .resolve(bench.copies()
                        .of(new BackupId(id))
                        .get(0)
                        .files()
                        .get(0)
                        .path());
    }

    private String copyPlace(int id) throws IOException {
        return bench.copies().of(new BackupId(id)).get(0).place();
    }

    private String place(int id) throws IOException {
        return String.join(" ", backup(id).places());
    }

    private Backup backup(int id) throws IOException {
        return bench.catalog().find(new BackupId(id)).orElseThrow();
    }

    private void row(int number) throws IOException {
        bench.time.pass(Duration.ofHours(1));
        Files.writeString(bench.data.resolve("table"), "row " + number);
    }

    private String table() throws IOException {
        return Files.readString(bench.data.resolve("table"));
    }

    private String transcript(Job job) throws IOException {
        return bench.transcripts.lines(job.name()).collect(java.util.stream.Collectors.joining("\n"));
    }

    private List<String> leftovers() throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> all = Files.list(home)) {
            all.map(path -> path.getFileName().toString())
                    .filter(name -> name.contains(".saddlebag-"))
                    .forEach(names::add);
        }
        return names;
    }

    private Path beside(String kind) throws IOException {
        try (Stream<Path> all = Files.list(home)) {
            return all.filter(path -> path.getFileName().toString().startsWith("data.saddlebag-" + kind))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** A volume whose first block can't be read. */
    private static final class Unreadable extends InputStream {
        @Override
        public int read() throws IOException {
            throw Workbench.failure(VolumeFault.SECTION_UNREADABLE, "block 0 can't be read");
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return read();
        }
    }
}

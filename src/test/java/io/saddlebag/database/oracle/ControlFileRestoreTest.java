package io.saddlebag.database.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.saddlebag.fault.BackupException;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.lease.LeaseState;
import io.saddlebag.restore.BackupSelector;
import io.saddlebag.restore.RestorePlan;
import io.saddlebag.restore.RestoreRequest;
import io.saddlebag.snapshot.Consistency;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The guide's example: the database on drive O with CONTROL01.CTL, the second copy CONTROL02.CTL on drive C. It was backed up in
 * backup mode, went on, and drive O is restored. The drives are folders, the instance is a stand-in.
 */
@Tag("W13")
@Tag("W14")
class ControlFileRestoreTest {
    @TempDir
    Path folder;

    private Workbench bench;
    private Workbench.Node node;
    private OracleTwin twin;

    @BeforeEach
    void backUp() throws Exception {
        bench = new Workbench(Files.createDirectories(folder.resolve("bench")));
        bench.snapshots.consistency = Consistency.ATOMIC;
        twin = new OracleTwin(folder);
        use();
        node = bench.node();
        twin.machine.commit("before the backup");
        Job job = node.backupOnline();
        assertThat(job.state()).as(job.cause()).isEqualTo(JobState.COMPLETED);
        assertThat(job.figures()).containsEntry("outcome", "DATABASE_FULL").containsEntry("freeze-ms", "0");
        twin.machine.commit("after the backup");
        twin.standIn.forgetCalls();
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    private void use(Object... options) throws BackupException {
        bench.database = new OracleAdapter(twin.settings(options), twin, bench.time);
    }

    private RestoreRequest request(Object... objects) {
        return new RestoreRequest(
                List.of(new BackupSelector.Latest("orders")),
                List.of(objects).stream().map(Object::toString).toList(),
                null,
                RestoreRequest.Existing.REPLACE,
                "orcl",
                null);
    }

    private Job restored(RestoreRequest request) throws Exception {
        List<Job> jobs = node.restores.restore(request);
        assertThat(jobs).hasSize(1);
        return jobs.get(0);
    }

    private void requireAsBackedUp(Job job) throws Exception {
        assertThat(job.state()).as(job.cause()).isEqualTo(JobState.COMPLETED);
        assertThat(twin.machine.state()).isEqualTo("OPEN");
        assertThat(twin.machine.rows()).containsExactly("before the backup");
        assertThat(twin.machine.active()).isEmpty();
        assertThat(twin.deeds())
                .containsExactly("shutdown immediate", "startup", "alter database end backup", "alter database open");
        assertThat(Files.readAllLines(twin.machine.alertLog()))
                .anyMatch(line -> line.startsWith("ORA-10873: file 1 needs to be either taken out of backup mode"))
                .last()
                .isEqualTo("Completed: alter database open");
        assertThat(said())
                .contains(
                        "alert log: ORA-10873: file 1 needs to be either taken out of backup mode or media recovered",
                        "stays MOUNTED, since data files [1, 2] are in backup mode (v$backup)",
                        "no data file is in backup mode; last in the alert log: Completed: alter database open",
                        "instance orcl is open (READ WRITE)");
        assertThat(bench.watchdog.list())
                .allSatisfy(lease -> assertThat(lease.state()).isEqualTo(LeaseState.RELEASED));
        assertThat(bench.log().owed()).isEmpty();
    }

    private String said() throws IOException {
        StringBuilder text = new StringBuilder();
        try (var walk = Files.walk(bench.home.resolve("transcripts"))) {
            for (Path file : walk.filter(Files::isRegularFile).toList()) {
                text.append(Files.readString(file));
            }
        }
        return text.toString();
    }

    /** What the guide shows of a restore of drive O alone. */
    @Test
    void without_the_second_control_file_it_would_not_start() throws Exception {
        bench.database.stop(Duration.ofMinutes(1), line -> {});
        Path elsewhere = folder.resolve("elsewhere");
        node.restores.restore(new RestoreRequest(
                List.of(new BackupSelector.Latest("orders")),
                List.of(twin.driveO.toString()),
                elsewhere,
                RestoreRequest.Existing.REPLACE,
                null,
                null));
        OracleTwin.copy(elsewhere.resolve(twin.driveO.toString().substring(1)), twin.driveO);

        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> bench.database.start(Duration.ofMinutes(1), line -> {}))
                .withMessageContaining("ORA-00214: control file '" + twin.control2 + "' version ")
                .withMessageContaining("inconsistent with file '" + twin.control1 + "'");
    }

    @Test
    void the_other_control_file_comes_from_the_same_backup() throws Exception {
        RestorePlan plan = node.restores.plan(request(twin.driveO));
        assertThat(plan.controlFiles().inWords())
                .containsExactly(
                        "control file " + twin.control2 + " is restored from the same backup, to match the others");
        assertThat(twin.deeds()).isEmpty();

        Job job = restored(request(twin.driveO));

        requireAsBackedUp(job);
        assertThat(twin.machine.version(twin.control2)).isEqualTo(twin.machine.version(twin.control1));
    }

    @Test
    void or_the_restored_one_is_copied_over_it_as_chosen() throws Exception {
        use("controlFiles", "copy-restored");
        assertThat(node.restores.plan(request(twin.driveO)).controlFiles().inWords())
                .containsExactly(
                        "control file " + twin.control2 + " is replaced by a copy of the restored " + twin.control1);

        Job job = restored(request(twin.driveO));

        requireAsBackedUp(job);
        assertThat(said()).contains("control file " + twin.control2 + " is a copy of the restored " + twin.control1);
        try (Stream<Path> beside = Files.list(twin.control2.getParent())) {
            assertThat(beside).containsExactly(twin.control2);
        }
    }

    @Test
    void a_restore_of_everything_needs_neither() throws Exception {
        assertThat(node.restores.plan(request()).controlFiles().inWords()).isEmpty();

        requireAsBackedUp(restored(request()));
    }

    @Test
    void a_copy_that_the_backup_has_not_is_made_from_one_that_it_has_and_swapped_in_with_it() throws Exception {
        Path third = addControlFile();

        assertThat(node.restores.plan(request()).controlFiles().inWords())
                .containsExactly("control file " + third + " is replaced by a copy of the restored " + twin.control1);
        requireAsBackedUp(restored(request()));

        assertThat(twin.machine.version(third)).isEqualTo(twin.machine.version(twin.control1));
    }

    private Path addControlFile() throws Exception {
        bench.database.stop(Duration.ofMinutes(1), line -> {});
        Path third = Files.createDirectories(folder.resolve("D")).resolve("CONTROL03.CTL");
        Files.copy(twin.control1, third);
        Properties config = new Properties();
        try (var reader = Files.newBufferedReader(twin.state.resolve("config"))) {
            config.load(reader);
        }
        config.setProperty("control.2", third.toString());
        try (var writer = Files.newBufferedWriter(twin.state.resolve("config"))) {
            config.store(writer, null);
        }
        bench.database.start(Duration.ofMinutes(1), line -> {});
        twin.standIn.forgetCalls();
        return third;
    }

    @Test
    void single_data_files_of_another_time_are_refused_before_anything_is_touched() throws Exception {
        Path users = twin.control1.resolveSibling("USERS01.DBF");

        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> node.restores.restore(request(users)))
                .satisfies(e -> assertThat(e.codeId()).isEqualTo("SBG-V030"))
                .withMessageContaining("would stay, and be of another time");

        assertThat(twin.deeds()).isEmpty();
        assertThat(twin.machine.rows()).hasSize(2);
    }

    @Test
    void parameter_files_alone_concern_no_control_file() throws Exception {
        Path spfile = twin.home().resolve("database/SPFILEORCL.ORA");

        assertThat(node.restores.plan(request(spfile)).controlFiles().inWords()).isEmpty();
        Job job = restored(request(spfile));

        assertThat(job.state()).as(job.cause()).isEqualTo(JobState.COMPLETED);
        assertThat(twin.machine.rows()).hasSize(2);
    }

    @Test
    void while_the_instance_is_up_no_control_file_is_touched() throws Exception {
        use("controlFiles", "copy-restored");
        bench.readWrap = stored -> {
            try {
                if (twin.machine.state().equals("DOWN")) {
                    twin.machine.startup(new java.util.ArrayList<>());
                }
            } catch (IOException | OracleMachine.Refused e) {
                throw new AssertionError(e);
            }
            return stored;
        };

        Job job = restored(request(twin.driveO));

        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(job.cause()).contains("SBG-V032").contains("it is OPEN");
        assertThat(said()).doesNotContain("is a copy of the restored");
    }

    /** A job whose first start fails brings the database back by a second one, as its guard would. */
    @Test
    @Tag("W20")
    void whoever_starts_the_restored_files_takes_them_out_of_backup_mode() throws Exception {
        twin.standIn.expect("startup", "ORA-27102: out of memory");

        Job job = restored(request());

        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(job.cause()).contains("ORA-27102");
        assertThat(twin.machine.state()).isEqualTo("OPEN");
        assertThat(twin.machine.active()).isEmpty();
        assertThat(twin.machine.rows()).containsExactly("before the backup");
    }

    @Test
    @Tag("W12")
    void an_offline_backup_is_restored_with_its_control_files_and_needs_no_more() throws Exception {
        assertThat(node.backup().state()).isEqualTo(JobState.COMPLETED);
        twin.machine.commit("later");
        twin.standIn.forgetCalls();

        Job job = restored(request(twin.driveO));

        assertThat(job.state()).as(job.cause()).isEqualTo(JobState.COMPLETED);
        assertThat(twin.deeds()).containsExactly("shutdown immediate", "startup");
        assertThat(twin.machine.rows()).containsExactly("before the backup", "after the backup");
    }
}

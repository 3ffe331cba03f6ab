package io.saddlebag.database.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.saddlebag.database.BackupMode;
import io.saddlebag.database.DatabaseComponent.Kind;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.DatabaseOptions;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.database.DatabaseWriter;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Command;
import io.saddlebag.host.Waiter;
import io.saddlebag.workbench.SimulatedTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The adapter against the stand-in, within this process. */
@Tag("W4")
class OracleAdapterTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private final Waiter time = new SimulatedTime();
    private final List<String> log = new ArrayList<>();
    private OracleTwin twin;
    private OracleAdapter adapter;

    @BeforeEach
    void make() throws IOException {
        twin = new OracleTwin(folder);
        adapter = twin.adapter(time);
    }

    private DatabaseWriter writer() {
        return adapter.writer().orElseThrow();
    }

    private static void fails(DatabaseFault fault, ThrowingCallable act, String... saying) {
        assertThatExceptionOfType(BackupException.class).isThrownBy(act).satisfies(e -> {
            assertThat(e.code()).as(e.getMessage()).isEqualTo(fault);
            assertThat(e.getMessage()).contains(saying);
        });
    }

    @Test
    @Tag("W1")
    void stops_in_order_and_starts_again() throws Exception {
        twin.machine.commit("row 1");

        adapter.stop(MINUTE, log::add);

        assertThat(adapter.state()).isEqualTo(DatabaseState.STOPPED);
        assertThat(log)
                .contains("Database closed.", "Database dismounted.", "ORACLE instance shut down.")
                .doesNotContain("WHENEVER");
        adapter.stop(MINUTE, log::add);
        assertThat(log).last().isEqualTo("database orcl was down already");
        adapter.start(MINUTE, log::add);
        adapter.start(MINUTE, log::add);
        assertThat(adapter.state()).isEqualTo(DatabaseState.OPEN);
        assertThat(twin.deeds()).containsExactly("shutdown immediate", "startup");
        assertThat(adapter.verifyOpen(MINUTE))
                .isEqualTo("Oracle 19.0.0.0.0 instance orcl is open (READ WRITE), last in its alert log: Completed:"
                        + " ALTER DATABASE OPEN");
    }

    @Test
    void knows_its_files_while_it_is_down() throws Exception {
        adapter.stop(MINUTE, log::add);

        OracleAdapter another = twin.adapter(time);

        assertThat(another.components())
                .extracting(part -> part.kind() + " " + folder.relativize(part.path()))
                .containsExactly(
                        "DATA O/app/Administrator/oradata/ORCL/SYSTEM01.DBF",
                        "DATA O/app/Administrator/oradata/ORCL/USERS01.DBF",
                        "CONTROL O/app/Administrator/oradata/ORCL/CONTROL01.CTL",
                        "CONTROL C/app/administrator/flash_recovery_area/ORCL/CONTROL02.CTL",
                        "JOURNAL O/app/Administrator/oradata/ORCL/REDO01.LOG",
                        "PARAMETERS C/app/Administrator/product/11.2.0/dbhome_1/database/SPFILEORCL.ORA");
        assertThat(another.writer().orElseThrow().recoveryArea())
                .extracting(part -> part.kind())
                .containsExactly(Kind.RECOVERY_AREA);
        assertThat(another.controlFiles()).containsExactly(twin.control1, twin.control2);
    }

    @Test
    void one_that_was_never_seen_up_has_no_known_files() throws Exception {
        twin.machine.crash();

        fails(DatabaseFault.STATE_UNKNOWN, () -> adapter.components(), "its files aren't known", "Start it once");
    }

    @Test
    @Tag("W3")
    void a_database_that_crashed_is_not_stopped_in_order() throws Exception {
        adapter.verifyOpen(MINUTE);
        twin.machine.crash();

        fails(DatabaseFault.STOP_FAILED, () -> adapter.stop(MINUTE, log::add), "not closed in order", "TERMINATED");

        adapter.start(MINUTE, log::add);
        assertThat(adapter.state()).isEqualTo(DatabaseState.OPEN);
    }

    @Test
    @Tag("W12")
    void control_files_of_different_times_are_told_with_what_to_do() throws Exception {
        adapter.stop(MINUTE, log::add);
        Path older = Files.copy(twin.control1, folder.resolve("older"));
        adapter.start(MINUTE, log::add);
        adapter.stop(MINUTE, log::add);
        Files.copy(older, twin.control1, java.nio.file.StandardCopyOption.REPLACE_EXISTING);

        fails(
                DatabaseFault.START_FAILED,
                () -> adapter.start(MINUTE, log::add),
                "started, but stays STARTED",
                "ORA-00214: control file '" + twin.control2 + "' version ",
                " inconsistent with file '" + twin.control1 + "' version ",
                "restore all copies from the same backup");

        // what an administrator mends half way goes on from there
        Files.copy(twin.control2, twin.control1, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        adapter.start(MINUTE, log::add);
        assertThat(twin.deeds()).endsWith("startup", "alter database mount", "alter database open");
    }

    @Test
    @Tag("W4")
    void messages_decide_by_their_numbers_in_any_language() throws Exception {
        twin.machine.japanese();
        BackupMode mode = writer().begin("sbg-1", MINUTE, log::add);
        assertThat(log).contains("データベースが変更されました。");

        fails(
                DatabaseFault.STOP_FAILED,
                () -> adapter.stop(MINUTE, log::add),
                "ORA-01149",
                "alter database end backup");

        mode.close();
        assertThat(twin.machine.active()).isEmpty();
    }

    @Test
    @Tag("W8")
    void without_archive_mode_the_commands_are_told_and_nothing_is_begun() throws Exception {
        twin.machine.archiveMode(false);

        fails(
                DatabaseFault.NOT_IN_ARCHIVE_MODE,
                () -> writer().prepare(log::add),
                "NOARCHIVELOG",
                "shutdown immediate; startup mount; alter database archivelog; alter database open;");
        fails(
                DatabaseFault.NOT_IN_ARCHIVE_MODE,
                () -> writer().begin("sbg-1", MINUTE, log::add),
                "ORA-01123",
                "alter database archivelog");

        assertThat(twin.machine.active()).isEmpty();
        assertThat(folder.resolve("node/orcl.backup-mode")).doesNotExist();
    }

    @Test
    @Tag("W6")
    void backup_mode_begins_and_ends_and_leaves_its_redo_in_the_archive() throws Exception {
        writer().prepare(log::add);
        try (BackupMode mode = writer().begin("sbg-1", MINUTE, log::add)) {
            assertThat(twin.machine.active()).containsExactly(1, 2);
            assertThat(mode.freeze(MINUTE)).isFalse();
            mode.thaw();
            assertThat(mode.end(MINUTE).facts()).containsEntry("sid", "orcl").containsKey("checkpointChange");
        }

        assertThat(twin.machine.active()).isEmpty();
        assertThat(twin.deeds())
                .containsExactly(
                        "alter database begin backup", "alter database end backup", "alter system archive log current");
        assertThat(folder.resolve("node/orcl.backup-mode")).doesNotExist();
    }

    @Test
    @Tag("W20")
    void another_process_ends_what_a_dead_one_began_and_nothing_of_others() throws Exception {
        writer().begin("sbg-1", MINUTE, log::add);
        DatabaseWriter guard = twin.adapter(time).writer().orElseThrow();

        guard.abandon("sbg-2", log::add);
        assertThat(twin.machine.active()).containsExactly(1, 2);
        guard.abandon("sbg-1", log::add);
        assertThat(twin.machine.active()).isEmpty();
        guard.abandon("sbg-1", log::add);

        twin.machine.beginBackup("by hand");
        fails(DatabaseFault.NO_ONLINE_BACKUP, () -> guard.prepare(log::add), "[1, 2] in backup mode already");
        fails(DatabaseFault.BACKUP_MODE_FAILED, () -> guard.begin("sbg-3", MINUTE, log::add), "[1, 2]");
        guard.abandon("sbg-3", log::add);
        assertThat(twin.machine.active()).containsExactly(1, 2);
    }

    @Test
    @Tag("W20")
    @Tag("W13")
    void a_machine_that_went_down_in_backup_mode_comes_up_again() throws Exception {
        writer().begin("sbg-1", MINUTE, log::add);
        twin.machine.commit("row 1");
        twin.machine.crash();
        DatabaseWriter guard = twin.adapter(time).writer().orElseThrow();
        guard.abandon("sbg-1", log::add);
        assertThat(log).last().asString().contains("its next start ends the backup mode");

        adapter.start(MINUTE, log::add);

        assertThat(twin.machine.state()).isEqualTo("OPEN");
        assertThat(twin.machine.active()).isEmpty();
        assertThat(twin.machine.rows()).containsExactly("row 1");
    }

    @Test
    @Tag("W7")
    void a_backup_mode_that_somebody_ended_is_lost() throws Exception {
        BackupMode mode = writer().begin("sbg-1", MINUTE, log::add);
        twin.machine.endBackup("by hand");

        fails(DatabaseFault.BACKUP_MODE_LOST, () -> mode.end(MINUTE), "has data files [] in backup mode, not [1, 2]");

        mode.close();
        assertThat(folder.resolve("node/orcl.backup-mode")).doesNotExist();
    }

    @Test
    @Tag("W13")
    void files_that_were_restored_from_a_snapshot_in_backup_mode_are_taken_out_of_it() throws Exception {
        restoreOfBackupMode();
        writer().expectRestored("7");

        adapter.start(MINUTE, log::add);

        assertThat(twin.deeds()).endsWith("startup", "alter database end backup", "alter database open");
        assertThat(log)
                .anyMatch(line -> line.startsWith("alert log: ORA-10873: file 1 needs to be either taken out"))
                .anyMatch(line -> line.startsWith("alert log: ORA-01110: data file 1: '"))
                .contains("database orcl stays MOUNTED, since data files [1, 2] are in backup mode (v$backup)");
        assertThat(writer().leaveBackupMode(MINUTE))
                .isEqualTo("no data file is in backup mode; last in the alert log: Completed: alter database open");
        assertThat(twin.machine.rows()).containsExactly("before");
        assertThat(folder.resolve("node/orcl.restored")).doesNotExist();
    }

    /** Files copied by hand may be of different times: ending backup mode would hide that. */
    @Test
    @Tag("W13")
    void files_that_somebody_else_put_there_are_left_in_backup_mode() throws Exception {
        restoreOfBackupMode();

        fails(
                DatabaseFault.START_FAILED,
                () -> adapter.start(MINUTE, log::add),
                "started, but stays MOUNTED",
                "ORA-10873",
                "recover database");

        assertThat(twin.machine.active()).containsExactly(1, 2);
        assertThat(twin.deeds()).last().isEqualTo("startup");
    }

    private void restoreOfBackupMode() throws Exception {
        twin.machine.commit("before");
        BackupMode mode = writer().begin("sbg-1", MINUTE, log::add);
        OracleTwin.copy(twin.driveO, folder.resolve("copy-O"));
        OracleTwin.copy(twin.control2.getParent(), folder.resolve("copy-C"));
        mode.end(MINUTE);
        twin.machine.commit("after");
        adapter.stop(MINUTE, log::add);
        OracleTwin.copy(folder.resolve("copy-O"), twin.driveO);
        OracleTwin.copy(folder.resolve("copy-C"), twin.control2.getParent());
        log.clear();
    }

    @Test
    @Tag("W13")
    void an_alert_log_that_doesnt_end_with_open_is_no_success() throws Exception {
        adapter.verifyOpen(MINUTE);
        Files.writeString(
                twin.machine.alertLog(),
                "ORA-01113 signalled during: alter database open...\n",
                java.nio.file.StandardOpenOption.APPEND);

        fails(
                DatabaseFault.NOT_OPEN,
                () -> writer().leaveBackupMode(Duration.ofSeconds(2)),
                "doesn't end with 'Completed: alter database open'");
    }

    /** Opening doesn't depend on it; what it would prove stays unproven. */
    @Test
    @Tag("W13")
    void a_restore_whose_alert_log_nobody_finds_is_opened_and_not_proven() throws Exception {
        twin.machine.untraced();
        restoreOfBackupMode();
        writer().expectRestored("7");

        adapter.start(MINUTE, log::add);

        assertThat(twin.deeds()).endsWith("startup", "alter database end backup", "alter database open");
        assertThat(log)
                .contains("database orcl has an alert log of which the place isn't known")
                .noneMatch(line -> line.startsWith("alert log:"));
        fails(
                DatabaseFault.NOT_OPEN,
                () -> writer().leaveBackupMode(MINUTE),
                "is open, but nobody can tell how it was opened, since it has an alert log of which the place isn't known",
                "HINT: Set option alertLog to its place");
        assertThat(twin.machine.state()).isEqualTo("OPEN");
        assertThat(twin.machine.active()).isEmpty();
        assertThat(twin.machine.rows()).containsExactly("before");
        assertThat(adapter.verifyOpen(MINUTE))
                .endsWith("is open (READ WRITE), and has an alert log of which the place isn't known");
    }

    /** As after a disaster: the state folder of the node that backed it up is gone. */
    @Test
    @Tag("W13")
    void a_node_that_never_saw_it_open_asks_it_where_its_alert_log_is() throws Exception {
        restoreOfBackupMode();
        adapter = new OracleAdapter(
                OracleSettings.read(
                        new DatabaseOptions(
                                "orcl",
                                Map.of("sid", "orcl", "home", twin.home().toString())),
                        folder.resolve("new-node")),
                twin,
                time);
        writer().expectRestored("7");
        adapter.start(MINUTE, log::add);

        assertThat(writer().leaveBackupMode(MINUTE)).endsWith("last in the alert log: Completed: alter database open");
    }

    @Test
    @Tag("W13")
    void an_alert_log_that_cant_be_read_is_named_and_stands_in_the_way_of_no_start() throws Exception {
        // a folder refuses to be read whoever asks
        Path unreadable = Files.createDirectories(folder.resolve("alert"));
        adapter = new OracleAdapter(twin.settings("alertLog", unreadable.toString()), twin, time);
        restoreOfBackupMode();
        writer().expectRestored("7");

        adapter.start(MINUTE, log::add);

        assertThat(adapter.state()).isEqualTo(DatabaseState.OPEN);
        fails(
                DatabaseFault.NOT_OPEN,
                () -> writer().leaveBackupMode(MINUTE),
                "since it has an alert log " + unreadable + " that can't be read: ");

        Path gone = folder.resolve("nowhere/alert_orcl.log");
        adapter = new OracleAdapter(twin.settings("alertLog", gone.toString()), twin, time);
        fails(DatabaseFault.NOT_OPEN, () -> writer().leaveBackupMode(MINUTE), "since it has no alert log " + gone);
        log.clear();
        writer().prepare(log::add);
        assertThat(log).last().asString().contains("has no alert log " + gone, "after a restore nobody could tell");
        twin.machine.crash();
        fails(
                DatabaseFault.STOP_FAILED,
                () -> adapter.stop(MINUTE, log::add),
                "not closed in order: nobody can tell, since it has no alert log " + gone);
    }

    @Test
    @Tag("W4")
    void services_of_windows_are_stopped_and_started_in_order() throws Exception {
        twin.services.put("OracleServiceORCL", 4);
        twin.services.put("OracleOraDb11g_home1TNSListener", 4);
        OracleAdapter windows = new OracleAdapter(
                twin.settings("service", "OracleServiceORCL", "listener", "OracleOraDb11g_home1TNSListener"),
                twin,
                time);

        windows.stop(MINUTE, log::add);
        assertThat(windows.state()).isEqualTo(DatabaseState.STOPPED);
        windows.stop(MINUTE, log::add);
        windows.start(MINUTE, log::add);

        assertThat(twin.deeds().stream().filter(deed -> !deed.startsWith("sc ")))
                .containsExactly(
                        "shutdown immediate",
                        "net stop OracleServiceORCL",
                        "net stop OracleOraDb11g_home1TNSListener",
                        "net start OracleOraDb11g_home1TNSListener",
                        "net start OracleServiceORCL",
                        "startup");
        assertThat(windows.state()).isEqualTo(DatabaseState.OPEN);
    }

    @Test
    void a_service_that_is_down_and_not_configured_cant_be_told_from_a_wrong_sid() throws Exception {
        twin.services.put("OracleServiceORCL", 1);

        assertThat(adapter.state()).isEqualTo(DatabaseState.UNKNOWN);
        fails(DatabaseFault.STATE_UNKNOWN, () -> adapter.stop(MINUTE, log::add), "ORA-12560", "option service");
    }

    @Test
    void what_hangs_is_said() throws Exception {
        OracleAdapter slow = new OracleAdapter(
                twin.settings(),
                (command, line) -> {
                    if (command.input().contains("shutdown")) {
                        throw new BackupException(
                                io.saddlebag.host.ProcessFault.TIMED_OUT, "program sqlplus did not end", "Wait.");
                    }
                    return twin.run(command, line);
                },
                time);

        fails(DatabaseFault.STOP_FAILED, () -> slow.stop(MINUTE, log::add), "program sqlplus did not end");
        assertThat(slow.state()).isEqualTo(DatabaseState.OPEN);
    }

    @Test
    @Tag("X13")
    void scripts_are_read_from_standard_input_and_arguments_hold_nothing_secret() throws Exception {
        List<Command> commands = new ArrayList<>();
        OracleAdapter watched = new OracleAdapter(
                twin.settings("runAs", "oracle:oinstall"),
                (command, line) -> {
                    commands.add(command);
                    return new io.saddlebag.host.Processes.Finished(1, Duration.ZERO);
                },
                time);

        assertThat(watched.state()).isEqualTo(DatabaseState.UNKNOWN);

        assertThat(commands.get(0).arguments())
                .containsExactly(
                        "setpriv",
                        "--reuid=oracle",
                        "--regid=oinstall",
                        "--init-groups",
                        "--",
                        twin.home().resolve("bin/sqlplus").toString(),
                        "-S",
                        "-L",
                        "/ as sysdba");
        assertThat(commands.get(0).environment())
                .containsEntry("ORACLE_SID", "orcl")
                .containsEntry("NLS_LANG", "AMERICAN_AMERICA.AL32UTF8");
        assertThat(commands.get(0).input())
                .startsWith("WHENEVER OSERROR EXIT 9\nWHENEVER SQLERROR EXIT FAILURE\n")
                .endsWith("select 'SBG>'||status from v$instance;\nEXIT 0\n");
    }
}

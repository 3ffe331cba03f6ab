package io.saddlebag.database.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.saddlebag.database.BackupMode;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.DatabaseOptions;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.local.LocalProcesses;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.workbench.SimulatedTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both ways to talk to an instance, what their options may be, and what each message is turned into. */
@Tag("W4")
class OracleConsolesTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private final List<String> log = new ArrayList<>();

    @Test
    void a_driver_on_the_class_path_does_what_sqlplus_does() throws Exception {
        OracleTwin twin = new OracleTwin(folder);
        TwinDriver driver = new TwinDriver();
        DriverManager.registerDriver(driver);
        try {
            OracleAdapter adapter = new OracleAdapter(
                    OracleSettings.read(
                            new DatabaseOptions(
                                    "orcl",
                                    Map.of(
                                            "sid",
                                            "orcl",
                                            "jdbc",
                                            "jdbc:oracle:twin:@" + twin.state,
                                            "start",
                                            List.of("/opt/start-orcl"),
                                            "stop",
                                            List.of("/opt/stop-orcl"))),
                            folder.resolve("node")),
                    twin,
                    new SimulatedTime());

            adapter.writer().orElseThrow().prepare(log::add);
            try (BackupMode mode = adapter.writer().orElseThrow().begin("sbg-1", MINUTE, log::add)) {
                mode.end(MINUTE);
            }
            adapter.stop(MINUTE, log::add);
            assertThat(adapter.state()).isEqualTo(DatabaseState.STOPPED);
            adapter.start(MINUTE, log::add);

            assertThat(adapter.verifyOpen(MINUTE)).contains("READ WRITE");
            assertThat(twin.deeds())
                    .containsExactly(
                            "alter database begin backup",
                            "alter database end backup",
                            "alter system archive log current",
                            "shutdown immediate",
                            "startup");
        } finally {
            deregister(driver);
        }
    }

    private static void deregister(TwinDriver driver) throws SQLException {
        DriverManager.deregisterDriver(driver);
    }

    /** Java needs a second to start, so a few statements only. */
    @Test
    void a_program_gets_its_script_on_standard_input() throws Exception {
        OracleTwin twin = new OracleTwin(folder);
        SqlplusTwin.install(twin.home().resolve("bin/sqlplus"), twin.state);
        OracleConsole console = new SqlPlus(twin.settings(), new OraclePrograms(twin.settings(), new LocalProcesses()));

        console.execute("alter database begin backup", MINUTE, log::add);
        assertThat(console.rows(new OracleConsole.Query(List.of("name"), "v$controlfile"), MINUTE))
                .containsExactly(List.of(twin.control1.toString()), List.of(twin.control2.toString()));
        assertThatExceptionOfType(OracleError.class)
                .isThrownBy(() -> console.shutdown(MINUTE, log::add))
                .satisfies(e -> assertThat(e.has(Ora.STOP_IN_BACKUP)).isTrue());

        assertThat(log).contains("SQL> alter database begin backup;", "Database altered.");
        assertThat(twin.machine.active()).containsExactly(1, 2);
    }

    @Test
    void a_program_that_isnt_there_is_said() throws Exception {
        OracleTwin twin = new OracleTwin(folder);
        OracleAdapter adapter = new OracleAdapter(twin.settings(), new LocalProcesses(), new SystemWaiter());

        assertThat(adapter.state()).isEqualTo(DatabaseState.UNKNOWN);
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> adapter.start(MINUTE, log::add))
                .withMessageContaining(twin.home().resolve("bin/sqlplus") + " did not start");
    }

    @Test
    @Tag("X13")
    void what_looks_like_a_secret_is_not_recorded() throws IOException {
        Path file = folder.resolve("said");
        Transcript transcript = new Transcript(file);

        transcript.add("connect sys/tiger@orcl as sysdba", List.of("identified by tiger", "Password: tiger", "ok"), 0);

        assertThat(file)
                .content()
                .doesNotContain("tiger")
                .isEqualTo(Transcript.HEADER
                        + "\n> connect sys/*** as sysdba\n< identified by ***\n< Password ***\n< ok\n= 0\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sid     | or cl                      | an instance's name",
                "connect | sys/tiger as sysdba        | never a user or a password",
                "connect | /@orcl                     | never a user or a password",
                "jdbc    | jdbc:oracle:thin:sys/t@orcl | a URL without user and password",
                "home    | relative                   | an absolute path",
                "runAs   | oracle                     | a user and a group",
                "service | a b                        | a Windows service",
                "controlFiles | none                  | same-backup or copy-restored",
                "password | tiger                     | one of the options sid, home"
            })
    @Tag("E10")
    void options_that_cant_be_are_refused_with_what_is_valid(String option, String value, String valid) {
        Map<String, Object> options = new TreeMap<>(Map.of("sid", "orcl", "home", "/u01/home"));
        options.put(option, value);

        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> OracleSettings.read(new DatabaseOptions("orcl", options), folder))
                .satisfies(e -> assertThat(e.code()).isEqualTo(DatabaseFault.BAD_CONFIGURATION))
                .withMessageContaining("option " + option + " of database orcl")
                .withMessageContaining(valid);
    }

    @Test
    @Tag("E10")
    void jdbc_needs_programs_that_start_and_stop() {
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> OracleSettings.read(
                        new DatabaseOptions("orcl", Map.of("sid", "orcl", "jdbc", "jdbc:oracle:thin:/@orcl")), folder))
                .withMessageContaining("both start and stop as programs");
    }

    @Test
    void the_defaults_are_those_of_the_documentation() throws IOException {
        OracleSettings settings =
                OracleSettings.read(new DatabaseOptions("orcl", Map.of("sid", "orcl", "home", "/u01/home")), folder);

        assertThat(settings.sqlplus()).isEqualTo(Path.of("/u01/home/bin/sqlplus"));
        assertThat(settings.connect()).isEqualTo("/ as sysdba");
        assertThat(settings.alertLogName()).isEqualTo("alert_orcl.log");
        assertThat(settings.state()).isEqualTo(folder);
    }

    @Test
    void a_message_that_is_wrapped_is_one() {
        assertThat(OraMessage.in(List.of(
                        "ORA-00214: control file 'C:\\CONTROL02.CTL' version",
                        "1925 inconsistent with file",
                        "'O:\\CONTROL01.CTL' version 1921",
                        "",
                        "Help: whatever")))
                .extracting(OraMessage::toString)
                .containsExactly("ORA-00214: control file 'C:\\CONTROL02.CTL' version 1925 inconsistent with file"
                        + " 'O:\\CONTROL01.CTL' version 1921");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ORA-00205 | an intact one over it",
                "ORA-00214 | from the same backup",
                "ORA-00257 | make room",
                "ORA-01017 | group dba",
                "ORA-01031 | group dba",
                "ORA-01033 | wait, and try again",
                "ORA-01034 | start it",
                "ORA-01081 | try again",
                "ORA-01089 | wait, and try again",
                "ORA-01113 | recover database",
                "ORA-01122 | older than the data files",
                "ORA-01123 | alter database archivelog",
                "ORA-01142 | repeat the backup",
                "ORA-01146 | select * from v$backup",
                "ORA-01149 | alter database end backup",
                "ORA-01157 | Restore the file",
                "ORA-10873 | alter database end backup; alter database open",
                "ORA-12514 | listener.ora",
                "ORA-12541 | Start the listener",
                "ORA-12560 | option service",
                "SP2-0750 | SQL*Plus itself failed",
                "ORA-00600 | Read alert_orcl.log"
            })
    @Tag("E10")
    void each_message_has_its_next_action(String code, String hint) {
        OracleError error = new OracleError(OraMessage.in(List.of(code + ": said")), "", null);

        BackupException failed = new OracleFailures("orcl", "alert_orcl.log").start(error, InstanceState.MOUNTED);

        assertThat(failed.what()).contains("database orcl started, but stays MOUNTED: " + code);
        assertThat(failed.hint()).contains(hint);
    }

    @Test
    void an_alert_logs_end_is_read_whatever_was_before() throws IOException {
        Path file = folder.resolve("alert.log");
        Files.writeString(
                file,
                "Completed: ALTER DATABASE OPEN\n" + "x".repeat(AlertLog.TAIL_BYTES) + "\n"
                        + "Starting ORACLE instance (normal)\nCompleted: ALTER DATABASE   MOUNT\n"
                        + "ORA-10873 signalled during: alter database open...\n");

        AlertLog log = AlertLog.read(file);

        assertThat(log.lines()).hasSize(3);
        assertThat(log.lastStep()).isEqualTo(AlertLog.LastStep.OPEN_FAILED);
        assertThat(log.lastStepLine()).isEqualTo("ORA-10873 signalled during: alter database open...");
    }
}

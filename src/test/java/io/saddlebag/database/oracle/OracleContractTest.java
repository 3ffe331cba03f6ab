package io.saddlebag.database.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.saddlebag.database.BackupMode;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.DatabaseOptions;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.database.DatabaseWriter;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Processes;
import io.saddlebag.workbench.SimulatedTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the adapter takes for granted of an instance, scenario by scenario: against the stand-in, and against every transcript in
 * the test resources. A transcript {@code SCENARIO-ANYTHING.txt} from a site, made with option {@code record}, is one more
 * witness. The stand-in's own are made anew with {@code -Dregenerate-transcripts=true}.
 */
class OracleContractTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Path TRANSCRIPTS = Path.of("src/test/resources/io/saddlebag/database/oracle/transcripts");
    private static final String STAND_IN = "stand-in";
    private static final String PLACE = "/u01/twin";

    @TempDir
    Path folder;

    private final List<String> log = new ArrayList<>();

    /** Prepares the stand-in for a scenario; not run before a transcript. */
    private interface Before {
        void happens(OracleTwin twin, OracleAdapter adapter) throws Exception;
    }

    /** What the adapter does, and what has to come of it. */
    private interface Act {
        void happens(OracleAdapter adapter, List<String> log) throws Exception;
    }

    private record Scenario(Before before, Act act) {}

    private static final Map<String, Scenario> SCENARIOS = Map.of(
            "restart", new Scenario((twin, adapter) -> {}, OracleContractTest::restart),
            "online-backup", new Scenario((twin, adapter) -> {}, OracleContractTest::onlineBackup),
            "no-archive-mode",
                    new Scenario((twin, adapter) -> twin.machine.archiveMode(false), OracleContractTest::noArchiveMode),
            "stop-in-backup-mode",
                    new Scenario(
                            (twin, adapter) -> twin.machine.beginBackup("alter database begin backup"),
                            OracleContractTest::stopInBackupMode),
            "leave-backup-mode",
                    new Scenario(OracleContractTest::crashInBackupMode, OracleContractTest::leaveBackupMode),
            "control-files-differ",
                    new Scenario(OracleContractTest::olderControlFile, OracleContractTest::controlFilesDiffer));

    private static void restart(OracleAdapter adapter, List<String> log) throws Exception {
        adapter.stop(MINUTE, log::add);
        assertThat(adapter.state()).isEqualTo(DatabaseState.STOPPED);
        adapter.start(MINUTE, log::add);
        assertThat(adapter.state()).isEqualTo(DatabaseState.OPEN);
        assertThat(adapter.verifyOpen(MINUTE)).contains("is open (READ WRITE)");
        assertThat(adapter.controlFiles()).isNotEmpty();
    }

    private static void onlineBackup(OracleAdapter adapter, List<String> log) throws Exception {
        DatabaseWriter writer = adapter.writer().orElseThrow();
        writer.prepare(log::add);
        try (BackupMode mode = writer.begin("sbg-1", MINUTE, log::add)) {
            assertThat(mode.end(MINUTE).facts()).containsKeys("sid", "checkpointChange", "logSequence");
        }
    }

    private static void noArchiveMode(OracleAdapter adapter, List<String> log) {
        fails(
                DatabaseFault.NOT_IN_ARCHIVE_MODE,
                () -> adapter.writer().orElseThrow().prepare(log::add),
                "database orcl");
    }

    private static void stopInBackupMode(OracleAdapter adapter, List<String> log) {
        fails(DatabaseFault.STOP_FAILED, () -> adapter.stop(MINUTE, log::add), "ORA-01149");
    }

    private static void crashInBackupMode(OracleTwin twin, OracleAdapter adapter) throws Exception {
        twin.machine.beginBackup("alter database begin backup");
        twin.machine.crash();
    }

    private static void leaveBackupMode(OracleAdapter adapter, List<String> log) throws Exception {
        adapter.writer().orElseThrow().expectRestored("7");
        adapter.start(MINUTE, log::add);
        assertThat(log).anyMatch(line -> line.contains("stays MOUNTED")).last().isEqualTo("database orcl is open");
        assertThat(adapter.writer().orElseThrow().leaveBackupMode(MINUTE)).startsWith("no data file is in backup mode");
    }

    private static void olderControlFile(OracleTwin twin, OracleAdapter adapter) throws Exception {
        Path older = Files.copy(twin.control1, twin.driveO.resolve("older"));
        twin.machine.commit("row 1");
        twin.machine.crash();
        Files.copy(older, twin.control1, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private static void controlFilesDiffer(OracleAdapter adapter, List<String> log) {
        fails(DatabaseFault.START_FAILED, () -> adapter.start(MINUTE, log::add), "stays STARTED", "ORA-00214");
    }

    private static void fails(
            DatabaseFault fault, org.assertj.core.api.ThrowableAssert.ThrowingCallable act, String... saying) {
        assertThatExceptionOfType(BackupException.class).isThrownBy(act).satisfies(e -> {
            assertThat(e.code()).as(e.getMessage()).isEqualTo(fault);
            assertThat(e.getMessage()).contains(saying);
        });
    }

    static Stream<String> witnesses() throws IOException {
        List<String> all = new ArrayList<>();
        SCENARIOS.keySet().stream().sorted().forEach(name -> all.add(name + " " + STAND_IN));
        if (Files.exists(TRANSCRIPTS)) {
            try (Stream<Path> files = Files.list(TRANSCRIPTS)) {
                files.map(file -> file.getFileName().toString())
                        .filter(name -> name.endsWith(".txt"))
                        .sorted()
                        .forEach(name -> all.add(scenarioOf(name) + " " + name));
            }
        }
        return all.stream();
    }

    private static String scenarioOf(String file) {
        return SCENARIOS.keySet().stream()
                .filter(file::startsWith)
                .findFirst()
                .orElseThrow(() -> new AssertionError(file + " is of no scenario of " + SCENARIOS.keySet()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("witnesses")
    @Tag("W6")
    @Tag("W8")
    @Tag("W13")
    void the_adapter_understands(String witness) throws Exception {
        String[] words = witness.split(" ");
        Scenario scenario = SCENARIOS.get(words[0]);
        if (!words[1].equals(STAND_IN)) {
            TranscriptReplay replay = TranscriptReplay.of(TRANSCRIPTS.resolve(words[1]));
            scenario.act().happens(adapter(replay, Map.of()), log);
            replay.requireEnd();
            return;
        }
        OracleTwin twin = new OracleTwin(folder.resolve("twin"));
        Path recorded = folder.resolve("recorded");
        scenario.before().happens(twin, twin.adapter(new SimulatedTime()));
        scenario.act().happens(adapter(twin, Map.of("record", recorded.toString())), log);
        String text = Files.readString(recorded).replace(folder.resolve("twin").toString(), PLACE);
        if (Boolean.getBoolean("regenerate-transcripts")) {
            Files.createDirectories(TRANSCRIPTS);
            Files.writeString(TRANSCRIPTS.resolve(words[0] + ".txt"), text);
        }
        // what the adapter says changes with a test that notices
        assertThat(TRANSCRIPTS.resolve(words[0] + ".txt")).hasContent(text);
    }

    private OracleAdapter adapter(Processes processes, Map<String, String> more) throws IOException {
        Path alertLog = Files.writeString(folder.resolve("alert_orcl.log"), "Completed: alter database open\n");
        Map<String, Object> options = new java.util.HashMap<>(more);
        options.put("sid", "orcl");
        options.put("home", "/u01/home");
        // transcripts hold what is said to SQL*Plus, and no files
        options.put("alertLog", alertLog.toString());
        return new OracleAdapter(
                OracleSettings.read(new DatabaseOptions("orcl", options), folder.resolve("state")),
                processes,
                new SimulatedTime());
    }
}

package io.saddlebag.database.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.DatabaseOptions;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Command;
import io.saddlebag.host.local.Eventually;
import io.saddlebag.host.local.LocalProcesses;
import io.saddlebag.host.local.SystemWaiter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("W4")
class ScriptAdapterTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Clock NOON = Clock.fixed(Instant.parse("2026-11-21T12:00:00Z"), ZoneOffset.UTC);

    @TempDir
    Path folder;

    private final List<String> log = Collections.synchronizedList(new ArrayList<>());

    @Test
    void each_line_goes_to_the_caller_and_with_the_time_to_the_log_file() throws Exception {
        ScriptAdapter adapter =
                adapter(Map.of("stop", script("stop", "echo closing\necho closed $SADDLEBAG_DATABASE >&2")));

        adapter.stop(MINUTE, log::add);

        assertThat(log).containsExactly("closing", "closed orders");
        assertThat(folder.resolve("orders.log"))
                .hasContent("2026-11-21T12:00:00.000Z script stop begins: " + folder.resolve("stop") + "\n"
                        + "2026-11-21T12:00:00.000Z stop: closing\n"
                        + "2026-11-21T12:00:00.000Z stop: closed orders\n"
                        + "2026-11-21T12:00:00.000Z script stop ended with exit code 0\n");
    }

    @Test
    void the_exit_code_decides_and_the_last_line_is_told() throws Exception {
        ScriptAdapter adapter = adapter(Map.of(
                "stop", script("stop", "echo ORA-01109: database not open\nexit 7"),
                "start", script("start", "exit 1")));

        failed(
                DatabaseFault.STOP_FAILED,
                () -> adapter.stop(MINUTE, log::add),
                "script stop of database orders failed: exit code 7, last line: ORA-01109: database not open");
        failed(
                DatabaseFault.START_FAILED,
                () -> adapter.start(MINUTE, log::add),
                "script start of database orders failed: exit code 1, last line: (no output)");
    }

    @Test
    void a_script_that_takes_too_long_is_ended_with_all_that_it_started() throws Exception {
        Path child = folder.resolve("child");
        ScriptAdapter adapter = adapter(Map.of(
                "timeout", "1s", "stop", script("stop", "echo begins\nsleep 300 &\necho $! > " + child + "\nwait")));

        failed(DatabaseFault.STOP_FAILED, () -> adapter.stop(MINUTE, log::add), "did not end within PT");

        long pid = Long.parseLong(Files.readString(child).strip());
        Eventually.holds(() -> !isRunning(pid));
        assertThat(log).containsExactly("begins");
        assertThat(folder.resolve("orders.log")).content().contains("script stop failed: program ");
    }

    @Test
    void a_script_may_take_five_minutes_unless_it_says_else() throws Exception {
        assertThat(settings(Map.of()).timeout())
                .isEqualTo(Command.DEFAULT_TIMEOUT)
                .isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    @Tag("W1")
    void with_a_status_script_nothing_is_run_twice_and_the_status_must_follow() throws Exception {
        Path up = folder.resolve("up");
        Map<String, Object> options = new HashMap<>(Map.of(
                "status", script("status", "test -e " + up + " || exit 3"),
                "start", script("start", "touch " + up),
                "stop", script("stop", "rm " + up)));
        ScriptAdapter adapter = adapter(options);

        assertThat(adapter.state()).isEqualTo(DatabaseState.STOPPED);
        adapter.start(MINUTE, log::add);
        adapter.start(MINUTE, log::add);
        assertThat(adapter.state()).isEqualTo(DatabaseState.OPEN);
        assertThat(adapter.verifyOpen(MINUTE)).isEqualTo("the status script of database orders says that it is open");
        adapter.stop(MINUTE, log::add);
        adapter.stop(MINUTE, log::add);
        assertThat(log)
                .containsExactly(
                        "database orders is OPEN already: script start was not run",
                        "database orders is STOPPED already: script stop was not run");
        failed(DatabaseFault.NOT_OPEN, () -> adapter.verifyOpen(MINUTE), "database orders is STOPPED by its status");

        options.put("start", script("start", "true"));
        options.put("timeout", "500ms");
        failed(
                DatabaseFault.START_FAILED,
                () -> adapter(options).start(MINUTE, log::add),
                "script start of database orders ended well, but the status script says STOPPED");
    }

    @Test
    @Tag("W3")
    @Tag("Q11")
    void a_start_waits_for_a_stop_script_whose_process_was_killed_and_that_goes_on_alone() throws Exception {
        Path events = folder.resolve("events");
        List<String> stop = script("stop-slowly", "sleep 1\necho stopped >> " + events);
        ScriptAdapter adapter =
                adapter(Map.of("stop", stop, "start", script("start-late", "echo started >> " + events)));
        ProcessBuilder builder = new ProcessBuilder(stop);
        builder.environment().put("SADDLEBAG_PROCESS_TREE", "of a dead process");
        Process orphan = builder.start();

        adapter.start(MINUTE, log::add);

        assertThat(orphan.isAlive()).isFalse();
        assertThat(Files.readString(events)).isEqualTo("stopped\nstarted\n");
    }

    @Test
    void what_a_status_script_can_not_tell_is_unknown() throws Exception {
        assertThat(adapter(Map.of()).state()).isEqualTo(DatabaseState.UNKNOWN);
        assertThat(adapter(Map.of("status", script("status", "exit 4"))).state())
                .isEqualTo(DatabaseState.UNKNOWN);
        assertThat(adapter(Map.of("status", List.of("/nowhere/status"))).state())
                .isEqualTo(DatabaseState.UNKNOWN);
    }

    @Test
    @Tag("W12")
    void the_verify_script_decides_whether_the_database_is_whole() throws Exception {
        assertThat(adapter(Map.of("verify", script("verify", "echo 12 tables"))).verifyOpen(MINUTE))
                .isEqualTo("the verify script of database orders succeeded: 12 tables");
        failed(
                DatabaseFault.NOT_OPEN,
                () -> adapter(Map.of("verify", script("verify", "exit 2"))).verifyOpen(MINUTE),
                "exit code 2");
    }

    @Test
    @Tag("W12")
    void components_are_the_configured_paths() throws Exception {
        assertThat(adapter(Map.of("paths", List.of("/u01/oradata", "/u02/fra"))).components())
                .extracting(component -> component.path().toString())
                .containsExactly("/u01/oradata", "/u02/fra");
    }

    @Test
    void a_script_that_is_not_there_is_said_before_anything_is_touched() throws Exception {
        ScriptAdapter adapter = adapter(Map.of("stop", List.of("/nowhere/stop")));
        failed(
                DatabaseFault.BAD_CONFIGURATION,
                () -> adapter.stop(MINUTE, log::add),
                "option stop of database orders can't be \"/nowhere/stop\": there is no such file");
        assertThat(folder.resolve("orders.log")).doesNotExist();
        failed(
                DatabaseFault.BAD_CONFIGURATION,
                () -> adapter(Map.of("stop", List.of())),
                "option stop of database orders can't be \"\"");
    }

    @Test
    void the_log_rotates_by_size_and_keeps_so_many_files() throws Exception {
        Path file = folder.resolve("log/x.log");
        ScriptLog small = new ScriptLog(file, 3, 60, NOON);
        for (int line = 1; line <= 9; line++) {
            small.append("line " + line);
        }
        // 32 bytes a line: two fit before the file holds 60
        assertThat(lines(file)).containsExactly("line 9");
        assertThat(lines(folder.resolve("log/x.log.1"))).containsExactly("line 7", "line 8");
        assertThat(lines(folder.resolve("log/x.log.2"))).containsExactly("line 5", "line 6");
        assertThat(folder.resolve("log/x.log.3")).doesNotExist();
        assertThat(ScriptLog.DEFAULT_FILES * ScriptLog.DEFAULT_FILE_BYTES).isEqualTo(5 << 20);
    }

    @Test
    void a_log_of_one_file_begins_anew() throws Exception {
        Path file = folder.resolve("x.log");
        ScriptLog one = new ScriptLog(file, 1, 1, NOON);
        one.append("a");
        one.append("b");
        assertThat(lines(file)).containsExactly("b");
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.readAllLines(file).stream().map(line -> line.substring(25)).toList();
    }

    private static boolean isRunning(long pid) {
        try {
            return Files.exists(Path.of("/proc/" + pid))
                    && !Files.readString(Path.of("/proc/" + pid + "/stat")).contains(") Z");
        } catch (java.nio.file.NoSuchFileException gone) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> script(String name, String lines) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + lines + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return List.of(file.toString());
    }

    private ScriptSettings settings(Map<String, ?> more) throws BackupException {
        Map<String, Object> options = new HashMap<>(Map.of("stop", List.of("true"), "start", List.of("true")));
        options.putAll(more);
        return ScriptSettings.read(new DatabaseOptions("orders", options), folder);
    }

    private ScriptAdapter adapter(Map<String, ?> more) throws BackupException {
        ScriptSettings settings = settings(more);
        return new ScriptAdapter(
                settings, new LocalProcesses(), new SystemWaiter(), new ScriptLog(settings.logFile(), NOON));
    }

    private static void failed(
            DatabaseFault fault, org.assertj.core.api.ThrowableAssert.ThrowingCallable action, String what) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        BackupException.class,
                        failure -> assertThat(failure.codeId()).isEqualTo(fault.id()))
                .hasMessageContaining(what);
    }
}

package io.saddlebag.database.derby;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.database.BackupEnd;
import io.saddlebag.database.BackupMode;
import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.DatabaseOptions;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.database.DatabaseWriter;
import io.saddlebag.database.script.ScriptAdapter;
import io.saddlebag.database.script.ScriptLog;
import io.saddlebag.database.script.ScriptSettings;
import io.saddlebag.host.local.LocalProcesses;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.snapshot.Consistency;
import io.saddlebag.testing.DerbyServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real network server. */
@Tag("W6")
class DerbyAdapterTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final long A_WHILE_MILLIS = 300;

    @TempDir
    Path folder;

    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private DerbyServer server;
    private DatabaseWriter writer;

    @BeforeEach
    void start() throws Exception {
        server = DerbyServer.create(folder.resolve("stock")).archiving();
        server.execute("create table t (n int not null primary key)");
        writer = server.adapter().writer().orElseThrow();
    }

    @AfterEach
    void end() throws Exception {
        server.close();
    }

    @Test
    @Tag("W7")
    void writes_wait_while_it_is_frozen_and_go_on_in_the_same_session_after_it() throws Exception {
        writer.prepare(log::add);
        assertThat(writer.needed()).isEqualTo(Consistency.PER_FILE);
        try (Connection client = server.connect();
                BackupMode mode = writer.begin("sbg-1", MINUTE, log::add)) {
            insert(client, 1);
            assertThat(mode.freeze(MINUTE)).isTrue();
            var write = CompletableFuture.runAsync(() -> insert(client, 2));
            assertThatThrownBy(() -> write.get(A_WHILE_MILLIS, TimeUnit.MILLISECONDS))
                    .isInstanceOf(TimeoutException.class);

            mode.thaw();
            mode.thaw();

            write.get(1, TimeUnit.MINUTES);
            BackupEnd end = mode.end(MINUTE);
            assertThat(end.facts().get("derbyVersion")).startsWith("10.");
        }
        assertThat(server.ask("values syscs_util.syscs_get_database_property('saddlebag.backup')"))
                .isEqualTo("null");
        assertThat(server.adapter().verifyOpen(MINUTE)).startsWith("SYSCS_CHECK_TABLE says ok of");
    }

    @Test
    @Tag("W8")
    void a_database_that_does_not_keep_its_journals_is_refused_with_the_call_that_turns_it_on() throws Exception {
        try (DerbyServer other = DerbyServer.create(folder.resolve("other/stock"))) {
            DatabaseWriter refusing = other.adapter().writer().orElseThrow();
            assertThatThrownBy(() -> refusing.prepare(log::add))
                    .hasMessageContaining("SBG-D007")
                    .hasMessageContaining("SYSCS_BACKUP_DATABASE_AND_ENABLE_LOG_ARCHIVE_MODE('/FOLDER', 0);");
        }
    }

    @Test
    @Tag("W7")
    @Tag("W20")
    void what_a_killed_process_has_frozen_is_let_go_on_by_whoever_knows_the_backup_s_name() throws Exception {
        Process holder = holder("sbg-1");
        try (Connection client = server.connect()) {
            var write = CompletableFuture.runAsync(() -> insert(client, 1));
            holder.destroyForcibly().waitFor();
            writer.abandon("sbg-2", log::add);
            assertThatThrownBy(() -> write.get(A_WHILE_MILLIS, TimeUnit.MILLISECONDS))
                    .as("Derby's freeze outlives who froze it")
                    .isInstanceOf(TimeoutException.class);
            assertThat(log).isEmpty();

            writer.abandon("sbg-1", log::add);
            writer.abandon("sbg-1", log::add);

            write.get(1, TimeUnit.MINUTES);
            assertThat(log).singleElement().asString().contains("for backup sbg-1");
        }
    }

    @Test
    @Tag("W20")
    void a_freeze_that_the_guard_ended_is_known_to_be_lost() throws Exception {
        try (BackupMode mode = writer.begin("sbg-1", MINUTE, log::add)) {
            mode.freeze(MINUTE);
            writer.abandon("sbg-1", log::add);
            assertThatThrownBy(mode::thaw).hasMessageContaining("SBG-D010");
            assertThatThrownBy(() -> mode.end(MINUTE)).hasMessageContaining("SBG-D010");
        }
    }

    @Test
    void a_copy_that_was_never_frozen_is_no_backup() throws Exception {
        try (BackupMode mode = writer.begin("sbg-1", MINUTE, log::add)) {
            assertThatThrownBy(() -> mode.end(MINUTE)).hasMessageContaining("SBG-D010");
        }
        writer.begin("sbg-2", MINUTE, log::add).close();
    }

    @Test
    @Tag("W20")
    void a_database_that_only_its_own_process_can_thaw_is_not_frozen() throws Exception {
        var alone = new DerbyAdapter(
                DerbySettings.read(new DatabaseOptions(
                        "stock", Map.of("data", server.folder().toString()))),
                Optional.empty(),
                new SystemWaiter());
        assertThatThrownBy(() -> alone.writer().orElseThrow().prepare(log::add))
                .hasMessageContaining("SBG-D008")
                .hasMessageContaining("option port is missing")
                .hasMessageContaining("startNetworkServer");
    }

    @Test
    @Tag("W4")
    @Tag("W12")
    void it_is_stopped_and_started_by_its_application_s_programs() throws Exception {
        server.close();
        server.start();
        server.ask("values 1");
        Path start = server.program(folder.resolve("start"), "start");
        Path stop = server.program(folder.resolve("stop"), "shutdown");
        ScriptSettings programs = ScriptSettings.read(
                new DatabaseOptions(
                        "stock", Map.of("start", List.of(start.toString()), "stop", List.of(stop.toString()))),
                folder);
        DerbyAdapter adapter = server.adapter(Optional.of(new ScriptAdapter(
                programs,
                new LocalProcesses(),
                new SystemWaiter(),
                new ScriptLog(programs.logFile(), Clock.systemUTC()))));
        assertThat(adapter.state()).isEqualTo(DatabaseState.OPEN);

        adapter.stop(MINUTE, log::add);

        assertThat(adapter.state()).isEqualTo(DatabaseState.STOPPED);
        adapter.start(MINUTE, log::add);
        assertThat(adapter.state()).isEqualTo(DatabaseState.OPEN);
        assertThat(adapter.verifyOpen(MINUTE)).contains("says ok");
    }

    @Test
    @Tag("W3")
    void without_programs_it_is_not_stopped_and_a_crash_is_no_clean_stop() throws Exception {
        assertThatThrownBy(() -> server.adapter().stop(MINUTE, log::add))
                .hasMessageContaining("SBG-D001")
                .hasMessageContaining("--online");
        server.close();
        assertThat(server.adapter().state()).isEqualTo(DatabaseState.UNKNOWN);
    }

    @Test
    @Tag("W5")
    void journals_that_are_kept_elsewhere_are_a_component_and_locks_are_not_copied() throws Exception {
        Files.writeString(
                server.folder().resolve("service.properties"),
                "\nlogDevice=" + folder.resolve("fast") + "\n",
                java.nio.file.StandardOpenOption.APPEND);

        List<DatabaseComponent> components = writer.components();

        assertThat(components)
                .extracting(DatabaseComponent::path)
                .containsExactly(server.folder(), folder.resolve("fast/log"));
        assertThat(components.get(0).transientNames()).contains("db.lck", "dbex.lck");
    }

    private Process holder(String id) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        FreezeHolder.class.getName(),
                        server.folder().toString(),
                        Integer.toString(server.port()),
                        id)
                .redirectError(folder.resolve("holder.log").toFile())
                .start();
        assertThat(process.inputReader().readLine()).isEqualTo("frozen true");
        return process;
    }

    private static void insert(Connection client, int n) {
        try (Statement statement = client.createStatement()) {
            statement.execute("insert into t values (" + n + ")");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}

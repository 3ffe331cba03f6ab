package io.saddlebag.database.mariadb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.DatabaseComponent.Kind;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Processes;
import io.saddlebag.host.Waiter;
import io.saddlebag.host.local.Eventually;
import io.saddlebag.host.local.LocalProcesses;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.testing.MariadbServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real server. */
@Tag("W4")
class MariadbAdapterTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    /** Of waiting. */
    private static final int LONG_AFTER = 20;

    private final Waiter real = new SystemWaiter();

    @TempDir
    Path folder;

    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private MariadbServer server;
    private MariadbAdapter adapter;

    @BeforeEach
    void install() throws Exception {
        server = MariadbServer.install(folder);
        adapter = server.adapter();
    }

    @AfterEach
    void end() throws Exception {
        server.close();
    }

    @Test
    @Tag("W1")
    @Tag("W12")
    void stops_cleanly_and_starts_again_and_says_so() throws Exception {
        adapter.start(MINUTE, log::add);
        assertThat(adapter.state()).isEqualTo(DatabaseState.OPEN);
        server.execute("create database d", "create table d.t (n int)", "insert into d.t values (7)");

        adapter.stop(MINUTE, log::add);

        assertThat(adapter.state()).isEqualTo(DatabaseState.STOPPED);
        assertThat(log)
                .containsExactly(
                        "database shop accepts connections",
                        "database shop shuts down with innodb_fast_shutdown = 1",
                        "database shop is shut down cleanly, as its redo log says");

        adapter.start(MINUTE, log::add);
        assertThat(server.ask("select n from d.t")).isEqualTo("7");
        assertThat(adapter.verifyOpen(MINUTE)).startsWith("MariaDB 1").endsWith(" tables checked");
    }

    @Test
    @Tag("W1")
    void stopping_a_stopped_server_and_starting_an_open_one_change_nothing() throws Exception {
        adapter.start(MINUTE, log::add);
        long first = server.process().pid();
        adapter.start(MINUTE, log::add);
        assertThat(server.process().pid()).isEqualTo(first);
        assertThat(log).endsWith("database shop was open already");

        adapter.stop(MINUTE, log::add);
        adapter.stop(MINUTE, log::add);
        assertThat(log)
                .endsWith(
                        "database shop was stopped already",
                        "database shop is shut down cleanly, as its redo log says");
    }

    @Test
    @Tag("W1")
    void a_session_with_an_open_transaction_does_not_hold_the_stop_up() throws Exception {
        server.started();
        server.execute("create database d", "create table d.t (n int)");
        try (Connection session = server.connect();
                Statement statement = session.createStatement()) {
            session.setAutoCommit(false);
            statement.execute("insert into d.t values (1)");
            adapter.stop(MINUTE, log::add);
        }
        server.started();
        assertThat(server.ask("select count(*) from d.t")).isEqualTo("0");
    }

    /** The node that was started and the guard of a job that died bring the database back at the same moment. */
    @Test
    @Tag("W1")
    @Tag("Q15")
    void a_server_that_was_started_twice_is_stopped_whoever_gets_its_files() throws Exception {
        server.started();
        Processes processes = new LocalProcesses();
        ServerProgram program = new ServerProgram(server.settings(), processes);
        program.launch(program.variables(), MINUTE, log::add);
        Eventually.holds(this::waitsForFiles);

        adapter.stop(MINUTE, log::add);

        assertThat(adapter.state()).isEqualTo(DatabaseState.STOPPED);
        assertThat(log)
                .contains("database shop still accepts connections, and is told to stop again")
                .last()
                .asString()
                .contains("shut down cleanly");
    }

    private boolean waitsForFiles() {
        try {
            return Files.readString(server.settings().log()).contains("lock aria control file");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @Tag("W3")
    void a_killed_server_is_stopped_but_not_cleanly_whatever_its_pid_file_says() throws Exception {
        server.started();
        server.execute("create database d", "create table d.t (n int)", "insert into d.t values (7)");
        Path pidFile = Path.of(server.ask("select @@pid_file"));
        server.kill();
        assertThat(pidFile).exists();

        assertThat(adapter.state()).isEqualTo(DatabaseState.STOPPED);
        refused(() -> adapter.stop(MINUTE, log::add), DatabaseFault.STOP_FAILED);
        // the number is another process's by now, here this one's
        Files.writeString(pidFile, ProcessHandle.current().pid() + "\n");
        assertThat(adapter.state()).isEqualTo(DatabaseState.STOPPED);

        adapter.start(MINUTE, log::add);
        assertThat(server.ask("select n from d.t")).isEqualTo("7");
    }

    @Test
    @Tag("W3")
    void another_server_at_the_same_place_is_not_taken_for_this_one() throws Exception {
        MariadbServer other = MariadbServer.install(folder.resolve("other"));
        try (other) {
            other.started();
            Path pidFile = server.settings().dataDirectory().resolve("mariadb.pid");
            Files.writeString(pidFile, other.process().pid() + "\n");
            assertThat(adapter.state()).isEqualTo(DatabaseState.STOPPED);

            server.started();
            MariadbAdapter mistaken =
                    MariadbServer.adapter(at(server.settings(), other.settings().port()));
            assertThat(mistaken.state()).isEqualTo(DatabaseState.UNKNOWN);
            refused(() -> mistaken.stop(MINUTE, log::add), DatabaseFault.STATE_UNKNOWN);
            assertThat(adapter.state()).isEqualTo(DatabaseState.OPEN);
            assertThat(other.adapter().state()).isEqualTo(DatabaseState.OPEN);
        }
    }

    @Test
    @Tag("W3")
    void a_shutdown_that_would_leave_files_to_recover_is_made_a_clean_one() throws Exception {
        server.started();
        server.execute("set global innodb_fast_shutdown = 2", "create database d", "create table d.t (n int)");

        adapter.stop(MINUTE, log::add);

        assertThat(log)
                .contains("database shop had innodb_fast_shutdown = 2, which leaves files that need recovery; it shuts"
                        + " down with 1")
                .endsWith("database shop is shut down cleanly, as its redo log says");
    }

    @Test
    @Tag("W3")
    void a_shutdown_without_its_last_checkpoint_is_seen_in_the_redo_log() throws Exception {
        server.started();
        server.execute("create database d", "create table d.t (n int)", "set global innodb_fast_shutdown = 2");
        server.execute("insert into d.t values (1)", "shutdown");
        while (adapter.state() != DatabaseState.STOPPED) {
            Thread.onSpinWait();
        }
        refused(() -> adapter.stop(MINUTE, log::add), DatabaseFault.STOP_FAILED);
    }

    @Test
    @Tag("W3")
    void a_server_that_cannot_start_fails_with_the_end_of_its_log() throws Exception {
        Files.writeString(
                server.settings().defaultsFile(),
                "plugin-load-add=no_such_plugin\nplugin-maturity=stable\ninnodb-data-file-path=ibdata1:1G\n",
                java.nio.file.StandardOpenOption.APPEND);

        refused(() -> adapter.start(MINUTE, log::add), DatabaseFault.START_FAILED);

        assertThat(log).anyMatch(line -> line.startsWith("server log: ") && line.contains("ERROR"));
        assertThat(adapter.state()).isEqualTo(DatabaseState.STOPPED);
    }

    @Test
    void options_that_the_server_does_not_know_are_refused_before_it_is_touched() throws Exception {
        server.started();
        Files.writeString(
                server.settings().defaultsFile(), "no-such-option=1\n", java.nio.file.StandardOpenOption.APPEND);
        assertThatThrownBy(() -> adapter.stop(MINUTE, log::add))
                .hasMessageContaining("SBG-D006")
                .hasMessageContaining("refuses its options");
        assertThat(adapter.state()).isEqualTo(DatabaseState.OPEN);
    }

    @Test
    void files_elsewhere_than_the_configuration_says_are_not_backed_up_wrongly_but_refused() throws Exception {
        server.started();
        Files.writeString(
                server.settings().defaultsFile(),
                "log-bin=" + folder.resolve("elsewhere/journal") + "\n",
                java.nio.file.StandardOpenOption.APPEND);
        Files.createDirectories(folder.resolve("elsewhere"));
        assertThatThrownBy(() -> adapter.stop(MINUTE, log::add))
                .hasMessageContaining("runs with other options than the configured ones: log_bin is");
        assertThat(adapter.state()).isEqualTo(DatabaseState.OPEN);
    }

    @Test
    void components_are_the_data_directory_and_whatever_it_has_outside() throws Exception {
        Path undo = made("undo");
        Path redo = made("redo");
        Path journals = made("journals");
        Path tables = made("tables");
        MariadbServer spread = MariadbServer.install(
                made("spread"),
                "innodb-undo-directory=" + undo,
                "innodb-log-group-home-dir=" + redo,
                "log-bin=" + journals.resolve("bin"));
        try (spread) {
            Files.move(spread.settings().dataDirectory().resolve("ib_logfile0"), redo.resolve("ib_logfile0"));
            spread.started();
            spread.execute("create database d", "create table d.t (n int) data directory='" + tables + "'");
            spread.adapter().stop(MINUTE, log::add);

            Path data = spread.settings().dataDirectory();
            assertThat(byPath(spread.adapter().components()))
                    .containsExactlyInAnyOrderEntriesOf(Map.of(
                            data,
                            Kind.DATA,
                            undo,
                            Kind.DATA,
                            redo,
                            Kind.JOURNAL,
                            journals,
                            Kind.JOURNAL,
                            tables.resolve("d/t.ibd"),
                            Kind.TABLESPACE));
            assertThat(spread.adapter().components().get(0).transientNames())
                    .contains("ibtmp1", "mariadb.sock")
                    .anyMatch(name -> name.endsWith(".pid"));
        }
        assertThat(byPath(adapter.components()))
                .containsOnlyKeys(server.settings().dataDirectory());
    }

    @Test
    void a_damaged_table_is_not_taken_for_an_open_database() throws Exception {
        server.started();
        server.execute("create database d", "create table d.t (n int)", "insert into d.t values (1)");
        adapter.stop(MINUTE, log::add);
        Path table = server.settings().dataDirectory().resolve("d/t.ibd");
        byte[] bytes = Files.readAllBytes(table);
        for (int i = 3 * 16384; i < 4 * 16384; i++) {
            bytes[i] ^= 0x55;
        }
        Files.write(table, bytes);
        adapter.start(MINUTE, log::add);
        refused(() -> adapter.verifyOpen(MINUTE), DatabaseFault.NOT_OPEN);
    }

    @Test
    void the_site_s_own_programs_start_and_stop_it_and_its_state_is_still_checked() throws Exception {
        Path starter = Files.writeString(folder.resolve("start"), "exit 0\n");
        MariadbSettings own = with(server.settings(), List.of("/bin/sh", starter.toString()), List.of("/bin/false"));
        MariadbAdapter byPrograms = MariadbServer.adapter(own);
        refused(() -> byPrograms.start(MINUTE, log::add), DatabaseFault.START_FAILED);
        server.started();
        refused(() -> byPrograms.stop(MINUTE, log::add), DatabaseFault.STOP_FAILED);
        assertThat(adapter.state()).isEqualTo(DatabaseState.OPEN);
    }

    /** What it asks for may take long; meanwhile the server is open, and the program refuses to be run again. */
    @Test
    @Tag("W1")
    void the_site_s_own_stop_program_is_run_once_however_long_the_server_stays() throws Exception {
        server.started();
        Path asked = folder.resolve("asked");
        MariadbSettings own = with(server.settings(), List.of("/bin/false"), List.of("/bin/mkdir", asked.toString()));
        AtomicInteger waits = new AtomicInteger();
        Waiter slow = new Waiter() {
            @Override
            public void await(Duration duration) throws InterruptedException {
                if (waits.incrementAndGet() == LONG_AFTER) {
                    endServer();
                }
                real.await(Duration.ofMillis(1));
            }

            @Override
            public long nanos() {
                return waits.get() * Duration.ofSeconds(1).toNanos();
            }
        };

        new MariadbAdapter(own, new LocalProcesses(), slow, new SecureRandom()).stop(Duration.ofHours(1), log::add);

        assertThat(asked).exists();
        assertThat(waits).hasValueGreaterThanOrEqualTo(LONG_AFTER);
        assertThat(adapter.state()).isEqualTo(DatabaseState.STOPPED);
    }

    private void endServer() {
        try {
            server.execute("shutdown");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path made(String name) throws Exception {
        Path made = Files.createDirectories(folder.resolve(name));
        MariadbServer.own(made);
        return made;
    }

    private static Map<Path, Kind> byPath(List<DatabaseComponent> components) {
        return components.stream().collect(Collectors.toMap(DatabaseComponent::path, DatabaseComponent::kind));
    }

    private static MariadbSettings at(MariadbSettings s, int port) {
        return copy(s, port, s.start(), s.stop());
    }

    private static MariadbSettings with(MariadbSettings s, List<String> start, List<String> stop) {
        return copy(s, s.port(), start, stop);
    }

    private static MariadbSettings copy(MariadbSettings s, int port, List<String> start, List<String> stop) {
        return new MariadbSettings(
                s.name(),
                s.server(),
                s.dataDirectory(),
                s.defaultsFile(),
                s.serverOptions(),
                s.host(),
                port,
                s.socket(),
                s.user(),
                s.passwordFile(),
                s.runAs(),
                s.log(),
                start,
                stop,
                s.parameterFiles(),
                s.check());
    }

    private static void refused(Action action, DatabaseFault fault) {
        assertThatThrownBy(action::run)
                .isInstanceOfSatisfying(
                        BackupException.class,
                        e -> assertThat(e.is(fault)).as(e.getMessage()).isTrue());
    }

    private interface Action {
        void run() throws Exception;
    }
}

package io.saddlebag.database.mariadb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.database.BackupEnd;
import io.saddlebag.database.BackupMode;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.DatabaseWriter;
import io.saddlebag.fault.BackupException;
import io.saddlebag.snapshot.Consistency;
import io.saddlebag.testing.MariadbServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real server. */
@Tag("W6")
class MariadbWriterTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private MariadbServer server;
    private DatabaseWriter writer;

    @BeforeEach
    void start() throws Exception {
        server = MariadbServer.install(folder).started();
        server.execute(
                "create database d", "create table d.t (n int primary key)", "create table d.m (n int) engine=myisam");
        writer = server.adapter().writer().orElseThrow();
    }

    @AfterEach
    void end() throws Exception {
        server.close();
    }

    @Test
    @Tag("W7")
    void commits_wait_while_it_is_frozen_and_go_on_in_the_same_session_after_it() throws Exception {
        writer.prepare(log::add);
        assertThat(writer.needed()).isEqualTo(Consistency.ATOMIC);
        try (Connection client = server.connect();
                BackupMode mode = writer.begin("sbg-1", MINUTE, log::add)) {
            insert(client, "t", 1);
            assertThat(mode.freeze(MINUTE)).isTrue();
            var commit = CompletableFuture.runAsync(() -> insert(client, "t", 2));
            awaitWaiting(1);
            assertThat(server.ask("select count(*) from d.t")).isEqualTo("1");
            assertThat(commit).isNotDone();

            mode.thaw();
            mode.thaw();

            commit.get(1, TimeUnit.MINUTES);
            BackupEnd end = mode.end(MINUTE);
            assertThat(end.facts()).containsKeys("binaryLog", "binaryLogPosition", "gtid", "serverVersion");
            assertThat(end.facts().get("binaryLog")).startsWith("journal.0");
            assertThat(end.journals()).isEmpty();
            // the position is that of the freeze: what came behind it is the commit that waited
            assertThat(server.ask("select count(*) from d.t")).isEqualTo("2");
            assertThat(Long.parseLong(end.facts().get("binaryLogPosition"))).isLessThan(position());
        }
        assertThat(server.ask("select is_used_lock('saddlebag backup sbg-1') is null"))
                .isEqualTo("1");
    }

    @Test
    @Tag("W7")
    void tables_without_transactions_wait_too() throws Exception {
        try (Connection client = server.connect();
                BackupMode mode = writer.begin("sbg-1", MINUTE, log::add)) {
            mode.freeze(MINUTE);
            var write = CompletableFuture.runAsync(() -> insert(client, "m", 1));
            awaitWaiting(1);
            mode.thaw();
            write.get(1, TimeUnit.MINUTES);
        }
    }

    @Test
    @Tag("W8")
    void a_server_without_a_binary_log_is_refused_with_the_lines_that_turn_it_on() throws Exception {
        try (MariadbServer other =
                MariadbServer.install(folder.resolve("other"), "skip-log-bin").started()) {
            DatabaseWriter refusing = other.adapter().writer().orElseThrow();
            assertThatThrownBy(() -> refusing.prepare(log::add))
                    .hasMessageContaining("SBG-D007")
                    .hasMessageContaining("log_bin is OFF")
                    .hasMessageContaining("[mariadbd]: log_bin = binlog; server_id = 1; sync_binlog = 1;");
            assertThat(other.ask("select 1")).isEqualTo("1");
        }
    }

    @Test
    @Tag("W13")
    void a_server_that_acknowledges_what_it_has_not_written_is_refused() throws Exception {
        server.execute("set global innodb_flush_log_at_trx_commit = 0");
        assertThatThrownBy(() -> writer.prepare(log::add))
                .hasMessageContaining("SBG-D008")
                .hasMessageContaining("set global innodb_flush_log_at_trx_commit = 1");
        server.execute("set global innodb_flush_log_at_trx_commit = 2");
        writer.prepare(log::add);
    }

    @Test
    void an_account_that_may_not_is_refused_with_the_grant_it_needs() throws Exception {
        server.execute("create user 'weak'@'%'");
        var s = server.settings();
        var weak = MariadbServer.adapter(new MariadbSettings(
                s.name(),
                s.server(),
                s.dataDirectory(),
                s.defaultsFile(),
                s.serverOptions(),
                s.host(),
                s.port(),
                s.socket(),
                "weak",
                null,
                s.runAs(),
                s.log(),
                s.start(),
                s.stop(),
                s.parameterFiles(),
                s.check()));
        assertThatThrownBy(() -> weak.writer().orElseThrow().prepare(log::add))
                .hasMessageContaining("SBG-D008")
                .hasMessageContaining("grant reload, binlog monitor, shutdown, select on *.* to weak@%");
    }

    @Test
    @Tag("W7")
    @Tag("W20")
    void a_killed_process_freezes_nothing_any_more() throws Exception {
        Process holder = holder("sbg-1");
        try (Connection client = server.connect()) {
            var commit = CompletableFuture.runAsync(() -> insert(client, "t", 1));
            awaitWaiting(1);

            holder.destroyForcibly();

            commit.get(1, TimeUnit.MINUTES);
            assertThat(server.ask("select is_used_lock('saddlebag backup sbg-1') is null"))
                    .isEqualTo("1");
        }
    }

    @Test
    @Tag("W7")
    @Tag("W20")
    void a_process_that_hangs_is_left_by_whoever_knows_the_backup_s_name() throws Exception {
        Process holder = holder("sbg-1");
        try (Connection client = server.connect()) {
            var commit = CompletableFuture.runAsync(() -> insert(client, "t", 1));
            awaitWaiting(1);
            writer.abandon("sbg-2", log::add);
            assertThat(commit).isNotDone();
            assertThat(log).isEmpty();

            writer.abandon("sbg-1", log::add);
            writer.abandon("sbg-1", log::add);

            commit.get(1, TimeUnit.MINUTES);
            assertThat(log).singleElement().asString().contains("in backup mode sbg-1");
        } finally {
            holder.destroyForcibly();
        }
    }

    @Test
    @Tag("W7")
    void the_server_itself_ends_a_freeze_that_nobody_ends() throws Exception {
        try (Connection client = server.connect();
                BackupMode mode = writer.begin("sbg-1", MINUTE, log::add)) {
            mode.freeze(Duration.ofSeconds(1));
            // waits until the server has ended the session
            CompletableFuture.runAsync(() -> insert(client, "t", 1)).get(1, TimeUnit.MINUTES);
            lost(mode::thaw);
            lost(() -> mode.end(MINUTE));
        }
    }

    @Test
    @Tag("W7")
    void a_freeze_that_a_long_statement_keeps_waiting_is_given_up_at_its_limit() throws Exception {
        var statement = CompletableFuture.runAsync(() -> {
            try {
                server.execute("insert into d.m select sleep(5)");
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        });
        awaitSessions("User sleep", 1);
        try (BackupMode mode = writer.begin("sbg-1", MINUTE, log::add)) {
            lost(() -> mode.freeze(Duration.ofSeconds(1)));
            assertThat(statement).isNotDone();
        }
        statement.get(1, TimeUnit.MINUTES);
        try (Connection client = server.connect()) {
            insert(client, "t", 1);
        }
        assertThat(server.ask("select count(*) from d.t")).isEqualTo("1");
    }

    @Test
    void backup_mode_whose_session_was_ended_is_known_to_be_lost() throws Exception {
        try (BackupMode mode = writer.begin("sbg-1", MINUTE, log::add)) {
            writer.abandon("sbg-1", log::add);
            lost(() -> mode.freeze(MINUTE));
        }
    }

    @Test
    @Tag("J24")
    void schemas_that_the_binary_log_leaves_out_are_told() throws Exception {
        assertThat(server.adapter().unprotected()).isEmpty();
        try (MariadbServer other = MariadbServer.install(folder.resolve("other"), "binlog-ignore-db=scratch")
                .started()) {
            assertThat(other.adapter().unprotected())
                    .singleElement()
                    .asString()
                    .contains("all schemas but scratch")
                    .contains("torn");
        }
    }

    @Test
    void a_copy_that_was_never_frozen_is_no_backup() throws Exception {
        try (BackupMode mode = writer.begin("sbg-1", MINUTE, log::add)) {
            lost(() -> mode.end(MINUTE));
        }
    }

    private Process holder(String id) throws Exception {
        var settings = server.settings();
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        FreezeHolder.class.getName(),
                        settings.dataDirectory().toString(),
                        String.valueOf(settings.defaultsFile()),
                        Integer.toString(settings.port()),
                        id)
                .redirectError(folder.resolve("holder.log").toFile())
                .start();
        assertThat(process.inputReader().readLine()).isEqualTo("frozen true");
        return process;
    }

    /** Until so many sessions wait for the backup's lock. */
    private void awaitWaiting(int sessions) throws SQLException {
        awaitSessions("Waiting for backup lock", sessions);
    }

    private void awaitSessions(String state, int sessions) throws SQLException {
        long begin = System.nanoTime();
        while (Integer.parseInt(server.ask(
                        "select count(*) from information_schema.processlist" + " where state like '" + state + "%'"))
                < sessions) {
            assertThat(System.nanoTime() - begin).as("a session waits").isLessThan(MINUTE.toNanos());
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    private long position() throws SQLException {
        try (Connection connection = server.connect()) {
            return Long.parseLong(
                    Queries.rows(connection, "show master status").get(0).get(1));
        }
    }

    private static void insert(Connection client, String table, int n) {
        try (Statement statement = client.createStatement()) {
            statement.execute("insert into d." + table + " values (" + n + ")");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static void lost(Action action) {
        assertThatThrownBy(action::run)
                .isInstanceOfSatisfying(
                        BackupException.class,
                        e -> assertThat(e.is(DatabaseFault.BACKUP_MODE_LOST))
                                .as(e.getMessage())
                                .isTrue());
    }

    private interface Action {
        void run() throws Exception;
    }
}

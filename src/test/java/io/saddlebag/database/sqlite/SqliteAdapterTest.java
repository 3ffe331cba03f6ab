package io.saddlebag.database.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.DatabaseOptions;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.local.SystemWaiter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqliteAdapterTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration MOMENT = Duration.ofMillis(400);

    @TempDir
    Path folder;

    private final List<String> log = new ArrayList<>();
    private Path file;
    private SqliteAdapter adapter;

    @BeforeEach
    void make() throws Exception {
        file = folder.resolve("app.db");
        execute("create table t (n int)", "insert into t values (7)");
        adapter = adapter(Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"wal", "delete"})
    @Tag("W1")
    void an_idle_application_holds_the_stop_up_and_is_named(String journalMode) throws Exception {
        Process application = application(journalMode);
        assertThat(adapter.state()).isEqualTo(DatabaseState.OPEN);

        failed(
                DatabaseFault.STOP_FAILED,
                () -> adapter.stop(MOMENT, log::add),
                "is still in use by processes [" + application.pid() + "]");

        application.getOutputStream().close();
        application.waitFor();
        adapter.stop(MINUTE, log::add);
        assertThat(adapter.state()).isEqualTo(DatabaseState.STOPPED);
    }

    @Test
    @Tag("W1")
    @Tag("Q11")
    void the_write_ahead_log_that_a_killed_application_left_is_merged() throws Exception {
        Process application = application("wal");
        application.destroyForcibly().waitFor();
        assertThat(adapter.components())
                .extracting(DatabaseComponent::kind)
                .containsExactly(DatabaseComponent.Kind.DATA, DatabaseComponent.Kind.JOURNAL);

        adapter.stop(MINUTE, log::add);

        assertThat(adapter.components())
                .containsExactly(new DatabaseComponent("main file", DatabaseComponent.Kind.DATA, file, List.of()));
        Path copy = folder.resolve("copy.db");
        Files.copy(file, copy);
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + copy);
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeQuery("select sum(n) from t").getInt(1)).isEqualTo(15);
        }
    }

    @Test
    @Tag("W1")
    void a_connection_of_this_process_in_a_transaction_holds_the_stop_up() throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute("begin immediate");
            failed(DatabaseFault.STOP_FAILED, () -> adapter.stop(MOMENT, log::add), "is still in use: it is locked");
            statement.execute("commit");
        }
        adapter.stop(MINUTE, log::add);
        assertThat(log).containsExactly("database app is free, its write-ahead log is merged into " + file);
    }

    @Test
    @Tag("W1")
    void the_application_is_stopped_before_the_file_is_locked_and_started_after() throws Exception {
        Application application = new Application();
        SqliteAdapter guarded = adapter(Optional.of(application));
        assertThat(guarded.state()).isEqualTo(DatabaseState.OPEN);
        guarded.stop(MINUTE, log::add);
        assertThat(guarded.state()).isEqualTo(DatabaseState.STOPPED);
        guarded.start(MINUTE, log::add);
        assertThat(log)
                .containsExactly(
                        "application stops",
                        "database app is free, its write-ahead log is merged into " + file,
                        "application starts",
                        "database app can be read: 1 tables and indexes");
    }

    @Test
    @Tag("W12")
    void a_whole_database_is_verified_and_a_damaged_one_refused() throws Exception {
        assertThat(adapter.verifyOpen(MINUTE)).isEqualTo("PRAGMA integrity_check of " + file + " says ok");
        execute("with recursive i(n) as (select 1 union all select n + 1 from i where n < 5000) insert into t select n"
                + " from i");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[4096]), 3 * 4096);
        }
        failed(DatabaseFault.NOT_OPEN, () -> adapter.verifyOpen(MINUTE), "database app in " + file);
    }

    @Test
    @Tag("W4")
    void a_missing_file_is_named_and_not_made() throws Exception {
        Path nowhere = folder.resolve("nowhere.db");
        SqliteAdapter wrong = new SqliteAdapter(
                new SqliteSettings("app", nowhere, SqliteSettings.Check.QUICK), Optional.empty(), new SystemWaiter());
        // nobody works with it; that its file system isn't mounted shows by its folder
        assertThat(wrong.state()).isEqualTo(DatabaseState.STOPPED);
        failed(
                DatabaseFault.BAD_CONFIGURATION,
                () -> wrong.stop(MINUTE, log::add),
                "option file of database app can't be \"" + nowhere + "\": there is no such file");
        failed(DatabaseFault.BAD_CONFIGURATION, () -> wrong.start(MINUTE, log::add), "option file");
        failed(DatabaseFault.BAD_CONFIGURATION, () -> wrong.verifyOpen(MINUTE), "option file");
        assertThat(nowhere).doesNotExist();
    }

    @Test
    @Tag("W4")
    void settings_are_checked() throws Exception {
        assertThat(SqliteSettings.read(new DatabaseOptions("app", Map.of("file", "/a.db", "check", "quick"))))
                .isEqualTo(new SqliteSettings("app", Path.of("/a.db"), SqliteSettings.Check.QUICK));
        failed(
                DatabaseFault.BAD_CONFIGURATION,
                () -> SqliteSettings.read(new DatabaseOptions("app", Map.of("file", "/a.db", "check", "no"))),
                "option check of database app can't be \"no\"");
        failed(
                DatabaseFault.BAD_CONFIGURATION,
                () -> SqliteSettings.read(new DatabaseOptions("app", Map.of("file", "/a.db?mode=memory"))),
                "option file of database app can't be");
    }

    private Process application(String journalMode) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        SqliteHolder.class.getName(),
                        file.toString(),
                        journalMode)
                .redirectError(folder.resolve("application.log").toFile())
                .start();
        assertThat(process.inputReader().readLine()).isEqualTo("open");
        return process;
    }

    private SqliteAdapter adapter(Optional<DatabaseAdapter> application) {
        return new SqliteAdapter(
                new SqliteSettings("app", file, SqliteSettings.Check.FULL), application, new SystemWaiter());
    }

    private void execute(String... statements) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    private static void failed(DatabaseFault fault, ThrowingCallable action, String what) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        BackupException.class,
                        failure -> assertThat(failure.codeId()).isEqualTo(fault.id()))
                .hasMessageContaining(what);
    }

    private static final class Application implements DatabaseAdapter {
        private DatabaseState state = DatabaseState.OPEN;

        @Override
        public String name() {
            return "app";
        }

        @Override
        public String engine() {
            return "script";
        }

        @Override
        public DatabaseState state() {
            return state;
        }

        @Override
        public void stop(Duration timeout, Consumer<String> log) {
            log.accept("application stops");
            state = DatabaseState.STOPPED;
        }

        @Override
        public void start(Duration timeout, Consumer<String> log) {
            log.accept("application starts");
            state = DatabaseState.OPEN;
        }

        @Override
        public List<DatabaseComponent> components() {
            return List.of();
        }

        @Override
        public String verifyOpen(Duration timeout) {
            return "";
        }
    }
}

package io.saddlebag.database.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.database.BackedUpJournals;
import io.saddlebag.database.BackupMode;
import io.saddlebag.database.DatabaseOptions;
import io.saddlebag.host.local.SystemWaiter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Continuous operation of a real SQLite file. Nothing here opens the file but SQLite, so that one process may do all of it. */
@Tag("J22")
class SqliteWriterTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int PAGES = 40;

    @TempDir
    Path folder;

    private final List<String> warnings = new ArrayList<>();
    private Path file;
    private Path log;
    private Connection application;

    @BeforeEach
    void open() throws SQLException {
        file = folder.resolve("ledger.db");
        log = folder.resolve("ledger.db-wal");
        application = DriverManager.getConnection("jdbc:sqlite:" + file + "?busy_timeout=100");
        execute("PRAGMA journal_mode = WAL");
        execute("create table t (n integer primary key, told text)");
        write();
    }

    @AfterEach
    void close() throws SQLException {
        application.close();
    }

    private BackupMode begin(Map<String, String> more) throws Exception {
        return begin(more, BackedUpJournals.NONE);
    }

    private BackupMode begin(Map<String, String> more, BackedUpJournals journals) throws Exception {
        Map<String, Object> options = new HashMap<>(more);
        options.put("file", file.toString());
        return new SqliteAdapter(
                        SqliteSettings.read(new DatabaseOptions("ledger", options)),
                        Optional.empty(),
                        new SystemWaiter(),
                        new ThreadPins(),
                        null,
                        journals)
                .writer()
                .orElseThrow()
                .begin("sbg-1", MINUTE, line -> {});
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = application.createStatement()) {
            statement.execute(sql);
        }
    }

    private String checkpoint() throws SQLException {
        try (Statement statement = application.createStatement();
                ResultSet answer = statement.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
            return "busy " + answer.getInt(1);
        }
    }

    private void write() throws SQLException {
        execute("insert into t (told) with recursive n(i) as (select 1 union all select i + 1 from n where i < " + PAGES
                + ") select hex(randomblob(2000)) from n");
    }

    @Test
    void the_file_stands_still_whatever_is_checkpointed_and_the_delta_is_merged_at_the_end() throws Exception {
        try (BackupMode mode = begin(Map.of())) {
            long pinned = Files.getLastModifiedTime(file).toMillis();
            long size = Files.size(file);
            write();
            assertThat(checkpoint()).isEqualTo("busy 1");
            execute("drop table t");
            execute("create table t (n integer primary key, told text)");
            assertThat(Files.size(file)).isEqualTo(size);
            assertThat(Files.getLastModifiedTime(file).toMillis()).isEqualTo(pinned);
            // who holds the pin may have merged it by the time that its end is known
            long delta = Files.size(log);
            assertThat(Long.parseLong(mode.end(MINUTE).facts().get("deltaBytes")))
                    .isEqualTo(delta)
                    .isPositive();
        }
        assertThat(Files.size(log)).isZero();
        assertThat(checkpoint()).isEqualTo("busy 0");
    }

    /** No clock is asked: what is backed up when the log is seen to be empty is in the file, but for a log that was begun since. */
    @Test
    @Tag("Q11")
    @Tag("R11")
    void it_says_behind_which_journal_the_next_change_is() throws Exception {
        try (BackupMode mode = begin(Map.of(), () -> Optional.of(new BackedUpJournals.Newest(7, "wal-old", 500)))) {
            assertThat(mode.facts()).containsEntry(SqliteReplay.BEHIND, "7 500 wal-old");
            assertThat(mode.end(MINUTE).facts()).containsEntry(SqliteReplay.BEHIND, "7 500 wal-old");
        }
        try (BackupMode mode = begin(Map.of(), () -> Optional.of(new BackedUpJournals.Newest(0, "", 0)))) {
            assertThat(mode.facts()).containsEntry(SqliteReplay.BEHIND, "1 0");
        }
        try (BackupMode mode = begin(Map.of())) {
            assertThat(mode.facts()).containsEntry(SqliteReplay.BEHIND, SqliteReplay.NOTHING);
        }
        try (BackupMode mode = begin(Map.of(), this::backedUpMeanwhile)) {
            assertThat(mode.facts().get(SqliteReplay.BEHIND)).startsWith("8 0 wal-");
        }
    }

    private Optional<BackedUpJournals.Newest> backedUpMeanwhile() throws IOException {
        try {
            write();
        } catch (SQLException e) {
            throw new IOException(e);
        }
        String name = LogAtPin.facts(file).get(SqliteReplay.LOG);
        return Optional.of(new BackedUpJournals.Newest(8, String.valueOf(name), 500));
    }

    @Test
    void giving_up_the_write_ahead_log_is_refused_while_it_holds() throws Exception {
        try (BackupMode mode = begin(Map.of())) {
            assertThatThrownBy(() -> execute("PRAGMA journal_mode = DELETE")).hasMessageContaining("locked");
            mode.end(MINUTE);
        }
        execute("PRAGMA journal_mode = DELETE");
    }

    @Test
    void a_delta_is_warned_of_once_and_the_backup_given_up_at_its_limit() throws Exception {
        try (BackupMode mode = begin(Map.of("deltaWarning", "100KiB", "deltaLimit", "400KiB"))) {
            mode.watch(warnings::add);
            assertThat(warnings).isEmpty();
            write();
            mode.watch(warnings::add);
            mode.watch(warnings::add);
            assertThat(warnings).singleElement().asString().contains("at 400 KiB the backup is given up");
            write();
            write();
            assertThatThrownBy(() -> mode.watch(warnings::add))
                    .hasMessageContaining("SBG-D010")
                    .hasMessageContaining("more than 400 KiB");
            assertThat(checkpoint()).as("nobody keeps it from being merged").isEqualTo("busy 0");
        }
    }

    @Test
    void a_file_that_was_replaced_meanwhile_is_no_backup() throws Exception {
        try (BackupMode mode = begin(Map.of())) {
            Files.move(file, folder.resolve("old.db"));
            Files.createFile(file);
            assertThatThrownBy(() -> mode.end(MINUTE)).hasMessageContaining("SBG-D010");
        }
    }

    @Test
    void a_limit_that_is_no_size_is_refused() {
        assertThatThrownBy(() -> begin(Map.of("deltaLimit", "much")))
                .hasMessageContaining("SBG-D006")
                .hasMessageContaining("512MiB");
    }

    @Test
    void a_file_whose_log_is_not_empty_is_pinned_while_others_write() throws Exception {
        Thread writer = new Thread(() -> {
            try {
                for (int i = 0; i < PAGES; i++) {
                    execute("insert into t (told) values ('" + i + "')");
                }
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        });
        writer.start();
        try (BackupMode mode = begin(Map.of())) {
            assertThat(mode.freeze(MINUTE)).isFalse();
            mode.end(MINUTE);
        }
        writer.join();
    }

    /** What others are frozen with: what was committed by then is in the file, and nothing else comes in until the thaw (W23). */
    @Test
    @Tag("W23")
    void frozen_with_others_the_file_is_pinned_as_it_is_then_and_writers_wait() throws Exception {
        try (BackupMode mode = begin(Map.of())) {
            execute("insert into t (told) values ('before')");
            assertThat(mode.freezeWithOthers(MINUTE)).isTrue();
            assertThatThrownBy(() -> execute("insert into t (told) values ('within')"))
                    .hasMessageContaining("locked");
            mode.thaw();
            execute("insert into t (told) values ('after')");
            Path copy = folder.resolve("copy.db");
            // by another process
            assertThat(new ProcessBuilder("cp", file.toString(), copy.toString())
                            .start()
                            .waitFor())
                    .isZero();
            mode.end(MINUTE);

            try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + copy);
                    Statement statement = connection.createStatement();
                    ResultSet told = statement.executeQuery(
                            "select group_concat(told, ' ') from t where told in ('before', 'within', 'after')")) {
                assertThat(told.getString(1)).isEqualTo("before");
            }
        }
    }

    @Test
    @Tag("W23")
    @Tag("W7")
    void a_reader_that_keeps_it_from_being_frozen_with_others_fails_that_in_time_and_nobody_waits() throws Exception {
        try (BackupMode mode = begin(Map.of());
                Connection reader = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement reading = reader.createStatement()) {
            reading.execute("begin");
            reading.executeQuery("select count(*) from t").close();
            execute("insert into t (told) values ('later than the reader')");

            assertThatThrownBy(() -> mode.freezeWithOthers(Duration.ofMillis(300)))
                    .hasMessageContaining("SBG-D010")
                    .hasMessageContaining("keep its write-ahead log from being merged");

            execute("insert into t (told) values ('nobody waits')");
        }
    }

    /** The program in a thread. */
    private static final class ThreadPins implements Pins {
        @Override
        public Pin start(Path file, String id, Duration timeout) throws IOException {
            PipedOutputStream requests = new PipedOutputStream();
            PipedOutputStream answers = new PipedOutputStream();
            BufferedReader asked = reader(new PipedInputStream(requests));
            BufferedReader answered = reader(new PipedInputStream(answers));
            Thread thread = new Thread(
                    () -> {
                        try (PrintStream out = new PrintStream(answers, true, StandardCharsets.UTF_8)) {
                            int unused = PinProgram.run(
                                    List.of(file.toString(), Long.toString(timeout.toMillis()), id),
                                    asked,
                                    out,
                                    new SystemWaiter());
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    },
                    "pin");
            thread.start();
            return new Pin() {
                @Override
                public @Nullable String answer() throws IOException {
                    return answered.readLine();
                }

                @Override
                public void ask(String line) throws IOException {
                    requests.write((line + "\n").getBytes(StandardCharsets.UTF_8));
                    requests.flush();
                }

                @Override
                public void end() {
                    try {
                        requests.close();
                        thread.join(MINUTE.toMillis());
                    } catch (IOException | InterruptedException e) {
                        throw new AssertionError(e);
                    }
                }
            };
        }

        private static BufferedReader reader(PipedInputStream in) {
            return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        }

        @Override
        public void end(String id) {
            throw new UnsupportedOperationException();
        }
    }
}

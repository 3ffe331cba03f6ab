package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.app.CommandLineInProcess;
import io.saddlebag.app.CommandLineInProcess.Said;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SQLite's write-ahead log, backed up from the command line while its application writes. */
@Tag("J2")
class SqliteJournalsIT {
    @TempDir
    Path folder;

    @Test
    @Tag("J4")
    @Tag("J12")
    @Tag("J20")
    void an_application_that_writes_all_the_time_is_backed_up_without_a_gap() throws Exception {
        Path file = folder.resolve("app.db");
        Path home = Files.createDirectories(folder.resolve("home"));
        Files.createDirectories(home.resolve("config"));
        Files.writeString(home.resolve("config/saddlebag.yaml"), """
                pools:
                  disk: { folder: pool }
                databases:
                  app: { engine: sqlite, file: %s }
                journals:
                  log: { source: sqlite, database: app }
                """.formatted(file));
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file + "?busy_timeout=20000");
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("PRAGMA wal_autocheckpoint = 0");
            statement.execute("create table ledger (n integer primary key, told text)");
            CommandLineInProcess.run(home, "journal", "backup", "log", "--pool", "disk")
                    .ok();
            CommandLineInProcess.run(home, "backup", "app", "--online", "--pool", "disk", "--provider", "none")
                    .ok();
            Thread writer = new Thread(() -> write(statement));
            writer.start();

            Said continuous = CommandLineInProcess.run(
                    home, "journal", "backup", "log", "--pool", "disk", "--continuous", "5", "--interval", "1");
            writer.interrupt();
            writer.join();

            continuous.ok();
            CommandLineInProcess.run(home, "journal", "backup", "log", "--pool", "disk")
                    .ok();
            Path back = folder.resolve("back");
            CommandLineInProcess.run(home, "restore", "app", "--to", back.toString())
                    .ok();
            Path restored = back.resolve(file.toString().substring(1));
            CommandLineInProcess.run(home, "journal", "apply", "log", restored.toString(), "--first", "2")
                    .ok();
            assertThat(rows(restored)).isEqualTo(rows(file)).startsWith("ok ");
            assertThat(continuous.err()).contains("QUIETPT, waiting for database quiet point");
        }
        String list =
                CommandLineInProcess.run(home, "journal", "list", "log").ok().out();
        assertThat(list).doesNotContain("gap").contains("wal-");
        CommandLineInProcess.run(home, "verify", "1").ok();
        assertThat(home.resolve("var/journals/log.cut")).exists();
    }

    private static String rows(Path database) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(
                        "select (select integrity_check from pragma_integrity_check) || ' ' || count(*) || ' ' || sum(n)"
                                + " || ' ' || sum(length(told)) from ledger")) {
            return answer.getString(1);
        }
    }

    private static void write(Statement statement) {
        try {
            for (int n = 1; !Thread.currentThread().isInterrupted(); n++) {
                statement.execute("insert into ledger values (" + n + ", hex(randomblob(100)))");
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}

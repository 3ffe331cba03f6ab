package io.saddlebag.database.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Headers that the real engine wrote. */
@Tag("R6")
final class FileHeaderTest {
    @TempDir
    Path folder;

    private void run(Path file, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    @Test
    void each_transaction_changes_what_the_header_says_and_reading_does_not() throws Exception {
        Path file = folder.resolve("app.db");
        run(file, "create table t (n int)", "insert into t values (1)");
        Optional<String> then = FileHeader.read(file);

        run(file, "select count(*) from t");
        assertThat(FileHeader.read(file)).isPresent().isEqualTo(then);

        run(file, "update t set n = 2");
        assertThat(FileHeader.read(file)).isPresent().isNotEqualTo(then);
    }

    @Test
    void with_a_write_ahead_log_it_says_nothing() throws Exception {
        Path file = folder.resolve("app.db");
        run(file, "pragma journal_mode = wal", "create table t (n int)");

        assertThat(FileHeader.read(file)).isEmpty();
    }

    @Test
    void neither_does_what_has_a_journal_beside_it_or_is_no_database() throws Exception {
        Path file = folder.resolve("app.db");
        run(file, "create table t (n int)");
        assertThat(FileHeader.read(file)).isPresent();
        Files.writeString(folder.resolve("app.db-journal"), "hot");
        assertThat(FileHeader.read(file)).isEmpty();

        Path other = Files.writeString(folder.resolve("letter"), "x".repeat(200));
        assertThat(FileHeader.read(other)).isEmpty();
        assertThat(FileHeader.read(Files.writeString(folder.resolve("short"), "SQLite")))
                .isEmpty();
        assertThat(FileHeader.read(folder.resolve("nothing"))).isEmpty();
    }
}

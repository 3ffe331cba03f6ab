package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** An SQLite whose application ends after each row: what it leaves is merged, and all of it is in a log that was backed up. */
final class RecoveredSqlite implements RecoveredDatabase {
    private final Path file;
    private final Path home;

    RecoveredSqlite(Path folder) throws Exception {
        file = Files.createDirectories(folder.resolve("data")).resolve("app.db");
        home = folder.resolve("home");
        Files.createDirectories(home.resolve("config"));
        Files.writeString(home.resolve("config/saddlebag.yaml"), """
                pools:
                  disk: { folder: pool }
                databases:
                  orders: { engine: sqlite, file: %s }
                journals:
                  log: { source: sqlite, database: orders }
                """.formatted(file));
        write(1);
        try (Connection application = connect()) {
            done("backup", "orders", "--online", "--pool", "disk", "--provider", "none");
            assertThat(application.isClosed()).isFalse();
        }
        write(2);
        write(3);
    }

    private Connection connect() throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file + "?busy_timeout=20000");
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("PRAGMA wal_autocheckpoint = 0");
            statement.execute("create table if not exists ledger (n integer primary key)");
        }
        return connection;
    }

    @Override
    public Path home() {
        return home;
    }

    @Override
    public Path place() {
        return file;
    }

    @Override
    public String journals() {
        return "log";
    }

    @Override
    public String[] recovery() {
        return new String[] {"recover", "orders", "--until-sequence", "2", "--incarnation", "1", "--backed-up-only"};
    }

    @Override
    public void write(int row) throws Exception {
        try (Connection application = connect();
                Statement statement = application.createStatement()) {
            statement.execute("insert into ledger values (" + row + ")");
            done("journal", "backup", "log", "--pool", "disk");
        }
    }

    @Override
    public String rows() throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement();
                ResultSet answer =
                        statement.executeQuery("select group_concat(n, ' ') from (select n from ledger order by n)"
                                + " where (select integrity_check from pragma_integrity_check) = 'ok'")) {
            return answer.getString(1);
        }
    }

    @Override
    public boolean answers() {
        return Files.exists(file);
    }

    @Override
    public void close() {
        // nothing of it runs
    }
}

package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/** An SQLite database with a write-ahead log. */
final class SqliteSource implements OnlineSource {
    private final Ground ground;
    private final String provider;
    private final Path home;
    private final Path file;

    private SqliteSource(Ground ground, String provider, Path home, Path file) {
        this.ground = ground;
        this.provider = provider;
        this.home = home;
        this.file = file;
    }

    static SqliteSource on(Path folder, String provider) throws Exception {
        return on(folder, provider, new Limits(Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(20)));
    }

    static SqliteSource on(Path folder, String provider, Limits limits) throws Exception {
        return on(folder, provider, limits, Ground.of(folder, provider));
    }

    static SqliteSource on(Path folder, String provider, Limits limits, Ground ground) throws Exception {
        Path file =
                Files.createDirectories(ground.path().resolve("application")).resolve("ledger.db");
        Path home = OnlineSource.home(
                folder, "  ledger: { engine: sqlite, file: " + file + ", " + limits.options() + " }\n");
        try (Connection connection = connect(file);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
        }
        return new SqliteSource(ground, provider, home, file);
    }

    @Override
    public String database() {
        return "ledger";
    }

    @Override
    public List<String> providers() {
        return provider.equals("btrfs") ? List.of("btrfs", "reflink", "none") : List.of(provider);
    }

    @Override
    public Connection connect() throws SQLException {
        return connect(file);
    }

    private static Connection connect(Path file) throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file + "?busy_timeout=60000&synchronous=FULL");
    }

    @Override
    public PairedWrites.Manner manner() {
        return new PairedWrites.Manner("begin immediate", 1);
    }

    @Override
    public String session() {
        return "select 'one file has no sessions'";
    }

    @Override
    public String step(String provider) {
        return "begin";
    }

    @Override
    public Path place() {
        return file.getParent();
    }

    @Override
    public Copy open(Path restored) throws Exception {
        Path copy = restored.resolve(file.getFileName());
        try (Connection connection = connect(copy);
                Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery("PRAGMA integrity_check")) {
            answer.next();
            assertThat(answer.getString(1)).isEqualTo("ok");
        }
        return new Copy() {
            @Override
            public Connection connect() throws SQLException {
                return SqliteSource.connect(copy);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public String held() throws IOException {
        StringBuilder held = new StringBuilder();
        for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
            try {
                String line = Files.readString(
                        Path.of("/proc", Long.toString(process.pid()), "cmdline"), StandardCharsets.ISO_8859_1);
                if (line.contains("SqlitePin") && line.contains(file.toString())) {
                    held.append("pinned by ").append(process.pid()).append("; ");
                }
            } catch (IOException gone) {
                // ended while it was looked at
            }
        }
        return held.toString();
    }

    @Override
    public Path home() {
        return home;
    }

    @Override
    public void close() throws IOException {
        ground.close();
    }
}

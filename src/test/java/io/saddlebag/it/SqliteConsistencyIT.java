package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.host.local.LoopFileSystem;
import io.saddlebag.posix.linux.LinuxPosix;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Online backups of an SQLite database in a row, each equal to the instant at which it was pinned. */
class SqliteConsistencyIT implements ConsistencyRounds.Engine {
    @TempDir
    Path folder;

    private LoopFileSystem ground;
    private Path file;

    @BeforeEach
    void prepare() throws Exception {
        Program.needRoot();
        ground = LoopFileSystem.create(
                new LinuxPosix(), folder.resolve("ground.img"), LoopFileSystem.Kind.BTRFS, ByteCount.mebibytes(512));
        file = Files.createDirectories(ground.path().resolve("application")).resolve("ledger.db");
        Path config = Files.createDirectories(folder.resolve("home/config"));
        Files.writeString(config.resolve("saddlebag.yaml"), """
                pools:
                  disk: { folder: pool }
                families:
                  nightly: { writeWindow: 7d, retention: 14d }
                databases:
                  ledger: { engine: sqlite, file: %s }
                """.formatted(file));
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
        }
    }

    @AfterEach
    void unmount() throws IOException {
        if (ground != null) {
            ground.close();
        }
    }

    @Test
    @Tag("W6")
    @Tag("W7")
    @Tag("W13")
    void each_backup_under_load_is_of_one_instant() throws Exception {
        new ConsistencyRounds(this, folder).run(folder.resolve("home"), ConsistencyRounds.FEW);
    }

    @Test
    @Tag("long")
    @Tag("W6")
    @Tag("W7")
    @Tag("W13")
    void each_of_200_backups_under_load_is_of_one_instant() throws Exception {
        new ConsistencyRounds(this, folder).run(folder.resolve("home"), ConsistencyRounds.MANY);
    }

    @Override
    public String database() {
        return "ledger";
    }

    @Override
    public List<String> providers() {
        return List.of("btrfs", "reflink", "none");
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
    public ConsistencyRounds.Copy open(Path restored) throws Exception {
        Path copy = restored.resolve(file.getFileName());
        try (Connection connection = connect(copy);
                Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery("PRAGMA integrity_check")) {
            answer.next();
            assertThat(answer.getString(1)).isEqualTo("ok");
        }
        return new ConsistencyRounds.Copy() {
            @Override
            public Connection connect() throws SQLException {
                return SqliteConsistencyIT.connect(copy);
            }

            @Override
            public void close() {}
        };
    }
}

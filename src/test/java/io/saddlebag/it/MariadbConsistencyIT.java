package io.saddlebag.it;

import io.saddlebag.host.local.LoopFileSystem;
import io.saddlebag.posix.linux.LinuxPosix;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.testing.MariadbServer;
import io.saddlebag.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Online backups of a MariaDB server in a row, each equal to an instant within its freeze. */
class MariadbConsistencyIT implements ConsistencyRounds.Engine {
    private static final String SCHEMA = "shop";

    @TempDir
    Path folder;

    private LoopFileSystem ground;
    private MariadbServer server;

    @BeforeEach
    void prepare() throws Exception {
        Program.needRoot();
        ground = LoopFileSystem.create(
                new LinuxPosix(), folder.resolve("ground.img"), LoopFileSystem.Kind.BTRFS, ByteCount.mebibytes(1536));
        server = MariadbServer.install(
                ground.path().resolve("database"),
                "innodb-flush-log-at-trx-commit=2",
                "sync-binlog=0",
                // each image has all of them
                "max-binlog-size=1M",
                "expire-logs-days=0.0001");
        server.started();
        server.execute("create database " + SCHEMA);
        Path config = Files.createDirectories(folder.resolve("home/config"));
        Files.writeString(config.resolve("saddlebag.yaml"), """
                pools:
                  disk: { folder: pool }
                families:
                  nightly: { writeWindow: 7d, retention: 14d }
                databases:
                  shop:
                    engine: mariadb
                    data: %s
                    defaultsFile: %s
                    port: %d
                    runAs: mysql
                """.formatted(
                        server.settings().dataDirectory(),
                        server.settings().defaultsFile(),
                        server.settings().port()));
    }

    @AfterEach
    void end() throws IOException {
        if (server != null) {
            server.close();
        }
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
        return "shop";
    }

    @Override
    public List<String> providers() {
        return List.of("btrfs");
    }

    @Override
    public Connection connect() throws SQLException {
        return connect(server);
    }

    private static Connection connect(MariadbServer to) throws SQLException {
        var settings = to.settings();
        return DriverManager.getConnection(
                "jdbc:mariadb://" + settings.host() + ":" + settings.port() + "/" + SCHEMA, settings.user(), "");
    }

    @Override
    public String session() {
        return "select connection_id()";
    }

    @Override
    public String step(String provider) {
        return "snapshot";
    }

    @Override
    public Path place() {
        return server.settings().dataDirectory();
    }

    @Override
    public ConsistencyRounds.Copy open(Path data) throws Exception {
        MariadbServer copy = server.copiedTo(data);
        copy.started();
        copy.adapter().verifyOpen(Duration.ofMinutes(1));
        return new ConsistencyRounds.Copy() {
            @Override
            public Connection connect() throws SQLException {
                return MariadbConsistencyIT.connect(copy);
            }

            @Override
            public void close() throws IOException {
                copy.close();
            }
        };
    }
}

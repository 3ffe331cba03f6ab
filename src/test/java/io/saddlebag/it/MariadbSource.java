package io.saddlebag.it;

import io.saddlebag.testing.MariadbServer;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** A MariaDB server with a binary log. */
final class MariadbSource implements OnlineSource {
    private static final String SCHEMA = "shop";

    private final Ground ground;
    private final String provider;
    private final MariadbServer server;
    private final Path home;

    private MariadbSource(Ground ground, String provider, MariadbServer server, Path home) {
        this.ground = ground;
        this.provider = provider;
        this.server = server;
        this.home = home;
    }

    static MariadbSource on(Path folder, String provider) throws Exception {
        Ground ground = Ground.of(folder, provider);
        MariadbServer server = MariadbServer.install(
                ground.path().resolve("database"),
                "innodb-flush-log-at-trx-commit=2",
                "sync-binlog=0",
                // each image has all of them
                "max-binlog-size=1M",
                "expire-logs-days=0.0001");
        server.started();
        server.execute("create database " + SCHEMA, "install soname 'metadata_lock_info'");
        var settings = server.settings();
        Path home = OnlineSource.home(
                folder,
                "  shop: { engine: mariadb, data: " + settings.dataDirectory() + ", defaultsFile: "
                        + settings.defaultsFile() + ", port: " + settings.port()
                        + ", runAs: mysql, freeze: 5s, backupModeLease: 20s, backupModeTimeout: 40s }\n");
        return new MariadbSource(ground, provider, server, home);
    }

    @Override
    public String database() {
        return "shop";
    }

    @Override
    public List<String> providers() {
        return List.of(provider);
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
    public Copy open(Path data) throws Exception {
        MariadbServer copy = server.copiedTo(data);
        copy.started();
        copy.adapter().verifyOpen(Duration.ofMinutes(1));
        return new Copy() {
            @Override
            public Connection connect() throws SQLException {
                return MariadbSource.connect(copy);
            }

            @Override
            public void close() throws IOException {
                copy.close();
            }
        };
    }

    @Override
    public String held() throws SQLException {
        String waiting = server.ask("select count(*) from information_schema.processlist where state like"
                + " 'Waiting for backup lock%' or info like 'backup stage%'");
        String locks = server.ask(
                "select count(*) from information_schema.metadata_lock_info where lock_type like" + " '%backup%'");
        return waiting.equals("0") && locks.equals("0") ? "" : waiting + " sessions wait, " + locks + " locks";
    }

    @Override
    public Path home() {
        return home;
    }

    @Override
    public void close() throws IOException {
        server.close();
        ground.close();
    }
}

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
    /** {@code ER_NO_SUCH_THREAD}. */
    private static final int NO_SUCH_THREAD = 1094;

    private final Ground ground;
    private final String provider;
    private final MariadbServer server;
    private final Path home;
    private final KeptConnection watch;

    private MariadbSource(Ground ground, String provider, MariadbServer server, Path home) {
        this.ground = ground;
        this.provider = provider;
        this.server = server;
        this.home = home;
        this.watch = new KeptConnection(server::connect);
    }

    static MariadbSource on(Path folder, String provider) throws Exception {
        return on(folder, provider, Limits.WIDE);
    }

    static MariadbSource on(Path folder, String provider, Limits limits) throws Exception {
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
                        + ", runAs: mysql, " + limits.options() + " }\n");
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
    public boolean holdsWrites() {
        return true;
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
        String waiting = waiting();
        String locks = watch.ask(
                "select count(*) from information_schema.metadata_lock_info where lock_type like" + " '%backup%'");
        return waiting.equals("0") && locks.equals("0") ? "" : waiting + " sessions wait, " + locks + " locks";
    }

    private String waiting() throws SQLException {
        return watch.ask("select count(*) from information_schema.processlist where state like"
                + " 'Waiting for backup lock%' or info like 'backup stage%'");
    }

    @Override
    public int endSessions() throws SQLException {
        int ended = 0;
        for (String session : watch.column("select thread_id from information_schema.metadata_lock_info"
                + " where lock_type = 'User lock' and table_schema like 'saddlebag backup%'")) {
            try {
                server.execute("kill connection " + session);
                ended++;
            } catch (SQLException refused) {
                // it may have ended by itself in between
                if (refused.getErrorCode() != NO_SUCH_THREAD) {
                    throw refused;
                }
            }
        }
        return ended;
    }

    @Override
    public Path home() {
        return home;
    }

    @Override
    public void close() throws IOException {
        watch.close();
        server.close();
        ground.close();
    }
}

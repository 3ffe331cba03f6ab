package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.testing.DerbyServer;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A Derby database of a network server that keeps its journals. */
final class DerbySource implements OnlineSource {
    private static final String OVER = "08006";

    private final Ground ground;
    private final String provider;
    private final DerbyServer server;
    private final Path home;
    private final KeptConnection watch;

    private DerbySource(Ground ground, String provider, DerbyServer server, Path home) {
        this.ground = ground;
        this.provider = provider;
        this.server = server;
        this.home = home;
        this.watch = new KeptConnection(server::connect);
    }

    static DerbySource on(Path folder, String provider) throws Exception {
        return on(folder, provider, Limits.WIDE);
    }

    static DerbySource on(Path folder, String provider, Limits limits) throws Exception {
        Ground ground = Ground.of(folder, provider);
        DerbyServer server =
                DerbyServer.create(ground.path().resolve("stock/database")).archiving();
        Path home = OnlineSource.home(
                folder,
                "  stock: { engine: derby, data: " + server.folder() + ", port: " + server.port() + ", "
                        + limits.options() + " }\n");
        return new DerbySource(ground, provider, server, home);
    }

    @Override
    public String database() {
        return "stock";
    }

    @Override
    public List<String> providers() {
        return provider.equals("btrfs") ? List.of("btrfs", "reflink") : List.of(provider);
    }

    @Override
    public Connection connect() throws SQLException {
        return server.connect();
    }

    @Override
    public PairedWrites.Manner manner() {
        return PairedWrites.Manner.JDBC;
    }

    @Override
    public String session() {
        return "values 'sessions have no names'";
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
        return server.folder();
    }

    @Override
    public Copy open(Path copy) throws Exception {
        String url = "jdbc:derby:" + copy;
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            for (String table : tables(statement)) {
                statement.executeQuery("values syscs_util.syscs_check_table(" + table + ")");
            }
        }
        return new Copy() {
            @Override
            public Connection connect() throws SQLException {
                return DriverManager.getConnection(url);
            }

            @Override
            public void close() throws IOException {
                try {
                    DriverManager.getConnection(url + ";shutdown=true").close();
                } catch (SQLException ended) {
                    assertThat(ended.getSQLState()).isEqualTo(OVER);
                }
            }
        };
    }

    private static List<String> tables(Statement statement) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (ResultSet answer = statement.executeQuery("select s.schemaname, t.tablename from sys.systables t join"
                + " sys.sysschemas s on s.schemaid = t.schemaid where t.tabletype in ('T', 'S')")) {
            while (answer.next()) {
                tables.add("'" + answer.getString(1) + "', '" + answer.getString(2) + "'");
            }
        }
        return tables;
    }

    /** A write of its own shows whether it is frozen: that of the clients waits then. */
    @Override
    public String held() throws SQLException {
        String holder = watch.ask("values syscs_util.syscs_get_database_property('saddlebag.backup')");
        return holder.isEmpty() ? "" : "marked by " + holder;
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

package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.database.postgresql.PostgresqlSettings;
import io.saddlebag.testing.FreePort;
import io.saddlebag.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A PostgreSQL server in archive mode. */
final class PostgresSource implements OnlineSource {
    private final OnlineSite site;
    private final String provider;
    private final KeptConnection watch;

    private PostgresSource(OnlineSite site, String provider) {
        this.site = site;
        this.provider = provider;
        this.watch = new KeptConnection(site.server()::connect);
    }

    static PostgresSource on(Path folder, String provider) throws Exception {
        return on(folder, provider, Limits.WIDE);
    }

    static PostgresSource on(Path folder, String provider, Limits limits) throws Exception {
        OnlineSite site = OnlineSite.on(folder, provider, limits.lines());
        site.server().execute("create extension amcheck");
        return new PostgresSource(site, provider);
    }

    @Override
    public String database() {
        return "orders";
    }

    @Override
    public List<String> providers() {
        return provider.equals("btrfs") ? List.of("btrfs", "reflink", "none") : List.of(provider);
    }

    @Override
    public Connection connect() throws SQLException {
        return site.server().connect();
    }

    @Override
    public String session() {
        return "select pg_backend_pid()::text";
    }

    @Override
    public String step(String provider) {
        return provider.equals("none") ? "write image" : "end backup";
    }

    @Override
    public Path place() {
        return site.server().settings().dataDirectory();
    }

    @Override
    public Copy open(Path data) throws Exception {
        PostgresqlSettings original = site.server().settings();
        PostgresServer.makeReachable(data);
        int port = FreePort.next();
        List<String> options = new ArrayList<>(List.of("-c", "port=" + port, "-c", "archive_mode=off"));
        PostgresServer copy = PostgresServer.on(new PostgresqlSettings(
                "copy",
                original.binDirectory(),
                data,
                original.host(),
                port,
                original.user(),
                null,
                original.runAs(),
                data.resolve(PostgresqlSettings.DEFAULT_LOG),
                options,
                original.maintenanceDatabase(),
                List.of()));
        copy.started();
        // every index against its table; every page of a table against its checksum and for what it says
        assertThat(copy.ask("select count(bt_index_check(c.oid, true)) || ' indexes' from pg_index i join pg_class c"
                        + " on c.oid = i.indexrelid join pg_am a on a.oid = c.relam"
                        + " where a.amname = 'btree' and c.relpersistence = 'p'"))
                .isNotEqualTo("0 indexes");
        assertThat(copy.ask("select count(*) from pg_class c, lateral verify_heapam(c.oid) damage"
                        + " where c.relkind = 'r' and c.relpersistence = 'p'"))
                .isEqualTo("0");
        return new Copy() {
            @Override
            public Connection connect() throws SQLException {
                return copy.connect();
            }

            @Override
            public void close() throws IOException {
                copy.close();
            }
        };
    }

    @Override
    public String held() throws SQLException {
        String modes = watch.ask(OnlineSite.BACKUP_MODES);
        return modes.equals("0 sessions, 0 slots") ? "" : modes;
    }

    @Override
    public int endSessions() throws SQLException {
        return watch.column("select pg_terminate_backend(pid) from pg_stat_activity"
                        + " where application_name like 'saddlebag backup%'")
                .size();
    }

    @Override
    public Path home() {
        return site.home();
    }

    @Override
    public void close() throws IOException {
        watch.close();
        site.close();
    }
}

package io.saddlebag.rollforward;

import io.saddlebag.backup.OnlineBackup;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.mariadb.MariadbAdapter;
import io.saddlebag.database.mariadb.MariadbSettings;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.Processes;
import io.saddlebag.host.Waiter;
import io.saddlebag.host.local.LocalProcesses;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.incarnation.Incarnation;
import io.saddlebag.incarnation.IncarnationLog;
import io.saddlebag.journal.FollowedIncarnation;
import io.saddlebag.journal.JournalChain;
import io.saddlebag.journal.JournalSource;
import io.saddlebag.journal.mariadb.BinlogJournals;
import io.saddlebag.recovery.JournalOffset;
import io.saddlebag.recovery.RecoveryTarget;
import io.saddlebag.snapshot.Consistency;
import io.saddlebag.testing.MariadbServer;
import io.saddlebag.workbench.SimulatedTime;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/** A MariaDB with binary logs. */
final class SweptMariadb implements SweptServer {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final MariadbSettings settings;
    private final MariadbServer server;

    private SweptMariadb(MariadbSettings settings) {
        this.settings = settings;
        this.server = MariadbServer.of(settings);
    }

    /** It is open. */
    static SweptMariadb make(Path folder) throws Exception {
        Path run = Files.createDirectories(folder.resolve("run"));
        MariadbServer server = MariadbServer.install(
                folder,
                "socket=" + run.resolve("s"),
                // nothing here depends on what survives the loss of power
                "innodb-flush-log-at-trx-commit=1",
                "sync-binlog=1");
        MariadbServer.own(folder);
        MariadbSettings own = server.settings();
        SweptMariadb made = new SweptMariadb(new MariadbSettings(
                "orders",
                own.server(),
                own.dataDirectory(),
                own.defaultsFile(),
                own.serverOptions(),
                own.host(),
                own.port(),
                null,
                own.user(),
                null,
                own.runAs(),
                own.log(),
                List.of(),
                List.of(),
                List.of(),
                MariadbSettings.Check.OPEN));
        made.real().start(LIMIT, line -> {});
        made.server.execute("create database shop", "create table shop.ledger (n int primary key)");
        return made;
    }

    private DatabaseAdapter real() {
        return adapter(new LocalProcesses(), new SystemWaiter());
    }

    @Override
    public Path place() {
        return settings.dataDirectory();
    }

    @Override
    public DatabaseAdapter adapter(Processes processes, Waiter waiter) {
        return new MariadbAdapter(settings, processes, waiter, new SecureRandom());
    }

    @Override
    public SweptServer on(Path place) {
        return new SweptMariadb(new MariadbSettings(
                settings.name(),
                settings.server(),
                place,
                settings.defaultsFile(),
                settings.serverOptions(),
                settings.host(),
                settings.port(),
                null,
                settings.user(),
                null,
                settings.runAs(),
                place.resolve(MariadbSettings.DEFAULT_LOG),
                List.of(),
                List.of(),
                List.of(),
                MariadbSettings.Check.OPEN));
    }

    @Override
    public JournalSource source(HostFiles files, JournalChain chain, IncarnationLog log, SimulatedTime time)
            throws IOException {
        return new BinlogJournals(
                JOURNALS,
                new FollowedIncarnation(begun(log), () -> begun(log)),
                real().journals().orElseThrow(),
                files);
    }

    private static long begun(IncarnationLog log) throws IOException {
        return log.list("orders").stream().mapToLong(Incarnation::number).max().orElse(1);
    }

    /** Its pages are not written while they are copied: nothing is left to be written. */
    @Override
    public void backup(Workbench bench) throws Exception {
        stop();
        real().start(LIMIT, line -> {});
        server.execute("set global innodb_max_dirty_pages_pct_lwm = 0", "set global innodb_max_dirty_pages_pct = 0");
        ServerSite.await(
                "all pages are written",
                () -> server.ask("select variable_value from information_schema.global_status where variable_name ="
                                + " 'innodb_buffer_pool_pages_dirty'")
                        .equals("0"));
        bench.snapshots.consistency = Consistency.ATOMIC;
        Workbench.Node node = bench.node();
        SweptNode.require(new OnlineBackup(node.backups)
                .run(node.onlineOrder(node.snapshots(), node.poolTarget()))
                .orElseThrow());
    }

    @Override
    public void insert(int row) throws SQLException {
        server.execute("insert into shop.ledger values (" + row + ")");
    }

    /** The pass ends it. */
    @Override
    public void closeJournal() {}

    @Override
    public RecoveryTarget here() throws SQLException {
        try (Connection connection = server.connect();
                Statement running = connection.createStatement();
                ResultSet answer = running.executeQuery("show master status")) {
            answer.next();
            String file = answer.getString(1);
            return new RecoveryTarget.Position(
                    new JournalOffset(Long.parseLong(file.substring(file.lastIndexOf('.') + 1)), answer.getLong(2))
                            .position());
        }
    }

    @Override
    public String rows() throws SQLException {
        return server.ask("select coalesce(group_concat(n order by n separator ' '), '') from shop.ledger");
    }

    @Override
    public boolean isOpen() {
        try {
            return server.ask("select 1").equals("1");
        } catch (SQLException notYet) {
            return false;
        }
    }

    @Override
    public long incarnation() {
        return 0;
    }

    @Override
    public void stop() throws Exception {
        real().stop(LIMIT, line -> {});
    }

    @Override
    public void close() throws IOException {
        Path data = settings.dataDirectory();
        ServerSite.endAll(each -> ServerSite.worksBelow(each, data.getParent()));
    }
}

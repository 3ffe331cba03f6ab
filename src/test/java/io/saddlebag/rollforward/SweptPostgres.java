package io.saddlebag.rollforward;

import io.saddlebag.backup.OnlineBackup;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.postgresql.PostgresqlAdapter;
import io.saddlebag.database.postgresql.PostgresqlSettings;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.Processes;
import io.saddlebag.host.Waiter;
import io.saddlebag.host.local.LocalProcesses;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.incarnation.IncarnationLog;
import io.saddlebag.job.Job;
import io.saddlebag.journal.JournalChain;
import io.saddlebag.journal.JournalSource;
import io.saddlebag.journal.folder.FolderJournals;
import io.saddlebag.journal.folder.FolderSettings;
import io.saddlebag.journal.folder.Settling;
import io.saddlebag.journal.postgresql.HistoryNaming;
import io.saddlebag.journal.postgresql.SegmentNaming;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.recovery.LogPosition;
import io.saddlebag.recovery.RecoveryTarget;
import io.saddlebag.snapshot.none.NoSnapshots;
import io.saddlebag.testing.PostgresServer;
import io.saddlebag.workbench.SimulatedTime;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** A PostgreSQL that archives small segments into a folder. */
final class SweptPostgres implements SweptServer {
    private static final ByteCount SEGMENT = ByteCount.mebibytes(1);
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final PostgresServer server;
    private final Path archive;

    private SweptPostgres(PostgresServer server, Path archive) {
        this.server = server;
        this.archive = archive;
    }

    /** Stopped. */
    static SweptPostgres make(Path folder) throws Exception {
        Path archive = Files.createDirectories(folder.resolve("archive"));
        PostgresServer server = PostgresServer.initdb(
                PostgresServer.unpackedHome().resolve("bin"), "orders", folder.resolve("data"), SEGMENT);
        PostgresServer.ownedByServer(folder);
        Files.writeString(
                server.settings().dataDirectory().resolve("postgresql.conf"),
                "archive_mode = on\narchive_command = 'test ! -f " + archive + "/%f && cp \"%p\" " + archive
                        + "/.%f.part && mv " + archive + "/.%f.part " + archive + "/%f'\n"
                        // nothing here depends on what survives the loss of power
                        + "fsync = off\nautovacuum = off\n",
                StandardOpenOption.APPEND);
        SweptPostgres made = new SweptPostgres(server, archive);
        server.started();
        server.execute("create table ledger (n int primary key)");
        return made;
    }

    @Override
    public Path place() {
        return server.settings().dataDirectory();
    }

    @Override
    public DatabaseAdapter adapter(Processes processes, Waiter waiter) {
        return new PostgresqlAdapter(server.settings(), processes, waiter);
    }

    @Override
    public SweptServer on(Path place) {
        PostgresqlSettings own = server.settings();
        return new SweptPostgres(
                PostgresServer.on(new PostgresqlSettings(
                        own.name(),
                        own.binDirectory(),
                        place,
                        own.host(),
                        own.port(),
                        own.user(),
                        null,
                        own.runAs(),
                        place.resolve(PostgresqlSettings.DEFAULT_LOG),
                        List.of(),
                        own.maintenanceDatabase(),
                        List.of())),
                archive);
    }

    @Override
    public JournalSource source(HostFiles files, JournalChain chain, IncarnationLog log, SimulatedTime time) {
        Settling settling = new Settling(time, time);
        FolderJournals histories = new FolderJournals(
                new FolderSettings(JOURNALS + ".history", archive, new HistoryNaming(), null, Duration.ZERO),
                files,
                settling);
        return new FolderJournals(
                new FolderSettings(JOURNALS, archive, new SegmentNaming(SEGMENT.bytes()), null, Duration.ZERO),
                files,
                settling,
                List.of(histories));
    }

    @Override
    public void backup(Workbench bench) throws Exception {
        Workbench.Node node = bench.node();
        Job job = new OnlineBackup(node.backups)
                .run(node.onlineOrder(new NoSnapshots(bench.time), node.poolTarget()))
                .orElseThrow();
        SweptNode.require(job);
    }

    @Override
    public void insert(int row) throws SQLException {
        server.execute("insert into ledger values (" + row + ")");
    }

    @Override
    public void closeJournal() throws Exception {
        server.ask("select pg_switch_wal()");
        ServerSite.await(
                "all segments are archived",
                () -> server.ask("select count(*) from pg_ls_archive_statusdir() where name like '%.ready'")
                        .equals("0"));
    }

    @Override
    public RecoveryTarget here() throws SQLException {
        return new RecoveryTarget.Position(LogPosition.parse(server.ask("select pg_current_wal_insert_lsn()")));
    }

    @Override
    public String rows() throws SQLException {
        return server.ask("select coalesce(string_agg(n::text, ' ' order by n), '') from ledger");
    }

    @Override
    public boolean isOpen() {
        try {
            return server.ask("select pg_is_in_recovery()").equals("f");
        } catch (SQLException notYet) {
            return false;
        }
    }

    @Override
    public long incarnation() throws SQLException {
        return Long.parseLong(server.ask("select substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8)"), 16);
    }

    @Override
    public void stop() throws Exception {
        adapter(new LocalProcesses(), new SystemWaiter()).stop(LIMIT, line -> {});
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}

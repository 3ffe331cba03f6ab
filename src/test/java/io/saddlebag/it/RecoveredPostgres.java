package io.saddlebag.it;

import io.saddlebag.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;

/** A PostgreSQL that archives its segments into a folder. */
final class RecoveredPostgres implements RecoveredDatabase {
    private final OnlineSite site;
    private final String target;

    RecoveredPostgres(Path folder) throws Exception {
        Path archive = Files.createDirectories(folder.resolve("archive"));
        site = OnlineSite.on(
                folder, "none", "journals:\n  wal: { source: postgresql, folder: " + archive + ", settled: 0s }\n");
        PostgresServer.ownedByServer(archive);
        PostgresServer.makeReachable(archive.resolve("any"));
        PostgresServer server = site.server();
        server.execute("alter system set archive_command = 'test ! -f " + archive + "/%f && cp \"%p\" " + archive
                + "/.%f.part && sync " + archive + "/.%f.part && mv " + archive + "/.%f.part " + archive + "/%f'");
        server.ask("select pg_reload_conf()");
        server.execute("create table ledger (n int primary key)");
        server.execute("insert into ledger values (1)");
        done(site.backupCommand());
        server.execute("insert into ledger values (2)");
        target = server.ask("select pg_current_wal_insert_lsn()");
        write(3);
    }

    @Override
    public Path home() {
        return site.home();
    }

    @Override
    public Path place() {
        return site.server().settings().dataDirectory();
    }

    @Override
    public String journals() {
        return "wal";
    }

    @Override
    public String[] recovery() {
        return new String[] {"recover", "orders", "--until-lsn", target, "--incarnation", "1"};
    }

    @Override
    public void write(int row) throws Exception {
        site.server().execute("insert into ledger values (" + row + ")");
        site.server().ask("select pg_switch_wal()");
        Until.holds(
                "all segments are archived",
                Site.PATIENT,
                () -> site.server()
                        .ask("select count(*) from pg_ls_archive_statusdir() where name like '%.ready'")
                        .equals("0"));
        done("journal", "backup", "wal", "--pool", "disk", "--compression", "zstd");
    }

    @Override
    public String rows() throws SQLException {
        return site.server().ask("select coalesce(string_agg(n::text, ' ' order by n), '') from ledger");
    }

    @Override
    public boolean answers() {
        try {
            return site.server().ask("select pg_is_in_recovery()").equals("f");
        } catch (SQLException notYet) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        site.close();
    }
}

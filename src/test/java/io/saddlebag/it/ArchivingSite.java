package io.saddlebag.it;

import io.saddlebag.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;

/** A PostgreSQL with the programs of a distribution, whose journals are archived into a folder and backed up from there. */
final class ArchivingSite implements AutoCloseable {
    private final OnlineSite site;
    private final Path archive;

    ArchivingSite(Path folder) throws Exception {
        archive = Files.createDirectories(folder.resolve("archive"));
        site = OnlineSite.installed(
                folder, "journals:\n  wal: { source: postgresql, folder: " + archive + ", settled: 0s }\n");
        PostgresServer.ownedByServer(archive);
        PostgresServer.makeReachable(archive.resolve("any"));
        server().execute("alter system set archive_command = 'test ! -f " + archive + "/%f && cp \"%p\" " + archive
                + "/.%f.part && sync " + archive + "/.%f.part && mv " + archive + "/.%f.part " + archive + "/%f'");
        server().ask("select pg_reload_conf()");
    }

    OnlineSite site() {
        return site;
    }

    PostgresServer server() {
        return site.server();
    }

    Path archive() {
        return archive;
    }

    Connection connect(String database) throws Exception {
        var settings = server().settings();
        return DriverManager.getConnection(
                "jdbc:postgresql://" + settings.host() + ":" + settings.port() + "/" + database, settings.user(), "");
    }

    void in(String database, String... statements) throws Exception {
        try (Connection connection = connect(database);
                Statement running = connection.createStatement()) {
            for (String each : statements) {
                running.execute(each);
            }
        }
    }

    String ask(String database, String query) throws Exception {
        try (Connection connection = connect(database);
                Statement running = connection.createStatement();
                ResultSet answer = running.executeQuery(query)) {
            return answer.next() ? String.valueOf(answer.getString(1)) : "nothing";
        }
    }

    String now() throws Exception {
        return server().ask(
                        "select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')");
    }

    /** All that was written is archived and backed up. */
    void saved() throws Exception {
        server().ask("select pg_switch_wal()");
        Until.holds(
                "all segments are archived",
                Site.PATIENT,
                () -> server().ask("select count(*) from pg_ls_archive_statusdir() where name like '%.ready'")
                        .equals("0"));
        site.done("journal", "backup", "wal", "--pool", "disk", "--compression", "zstd");
    }

    @Override
    public void close() throws IOException {
        site.close();
    }
}

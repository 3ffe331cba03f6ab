package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.testing.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real server hands over its log with {@code saddlebag piece put} and recovers with {@code piece get}, as docs/pieces.md says. */
class PieceArchiveIT {
    @TempDir
    Path folder;

    @Test
    @Tag("M26")
    void a_server_archives_into_pieces_and_comes_back_from_them() throws Exception {
        Path home = Files.createDirectories(folder.resolve("librarian"));
        Files.createDirectories(home.resolve("config"));
        Files.writeString(home.resolve("config/saddlebag.yaml"), "pools:\n  disk: { folder: pool }\n");
        ServersCommand saddlebag = ServersCommand.in(folder, home);
        PostgresServer.ownedByServer(home);
        try (OnlineSite site = OnlineSite.on(folder, "none", "")) {
            PostgresServer server = site.server();
            server.execute("alter system set archive_command = '"
                    + saddlebag.of("piece put \"wal/%f\" --from \"%p\" --pool disk --accept-same") + "'");
            server.ask("select pg_reload_conf()");
            server.execute("create table ledger (n int primary key)");
            site.done(site.backupCommand());
            server.execute("insert into ledger values (1), (2), (3)");
            server.ask("select pg_switch_wal()");
            Until.holds(
                    "all segments are archived",
                    Site.PATIENT.multipliedBy(2),
                    () -> server.ask("select count(*) from pg_ls_archive_statusdir() where name like '%.ready'")
                            .equals("0"));

            Path data = restored(site);
            Files.writeString(
                    data.resolve("postgresql.conf"),
                    "restore_command = '"
                            + saddlebag.of("piece get \"wal/%f\" --to \"%p\" --absent 75")
                            + ServersCommand.STOPS_UNLESS_ABSENT + "'\narchive_mode = off\n",
                    StandardOpenOption.APPEND);
            Files.writeString(data.resolve("recovery.signal"), "");
            PostgresServer.ownedByServer(data);
            server.started();

            Until.holds(
                    "the end of recovery",
                    Site.PATIENT.multipliedBy(2),
                    () -> server.ask("select pg_is_in_recovery()").equals("f"));
            assertThat(server.ask("select string_agg(n::text, ' ' order by n) from ledger"))
                    .isEqualTo("1 2 3");
        }
    }

    /** The data directory of the backup, in the place of the one that is lost. */
    private Path restored(OnlineSite site) throws Exception {
        PostgresServer server = site.server();
        Path data = server.settings().dataDirectory();
        server.close();
        try (Stream<Path> all = Files.walk(data)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
        Path back = folder.resolve("back");
        site.done("restore", "orders", "--to", back.toString());
        Files.move(back.resolve(data.toString().substring(1)), data);
        return data;
    }
}

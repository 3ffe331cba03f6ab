package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A recovery by hand, in which a real server runs {@code saddlebag wal fetch} itself, as its own user. */
class WalFetchIT {
    @TempDir
    Path folder;

    @Test
    @Tag("J25")
    @Tag("R12")
    void the_server_stops_when_storage_fails_and_goes_on_when_it_is_mended() throws Exception {
        Path archive = Files.createDirectories(folder.resolve("archive"));
        String journals = "journals:\n  wal: { source: postgresql, folder: " + archive + ", settled: 0s }\n";
        try (OnlineSite site = OnlineSite.on(folder, "none", journals)) {
            PostgresServer server = site.server();
            Path data = prepared(site, archive);
            Files.writeString(
                    data.resolve("postgresql.conf"),
                    "restore_command = '" + command(site) + "'\nrecovery_target_timeline = 1\narchive_mode = off\n",
                    StandardOpenOption.APPEND);
            Files.writeString(data.resolve("recovery.signal"), "");
            PostgresServer.ownedByServer(data);
            PostgresServer.ownedByServer(site.home());
            Path pool = site.home().resolve("pool");
            Path away = site.home().resolve("away");
            Files.move(pool, away);

            tried(server);
            Until.holds("the server has stopped", Site.PATIENT, () -> RehearsalPostgresIT.postmastersBelow(data) == 0);
            assertThat(Files.readString(server.settings().logFile())).contains("exit code 130");
            assertThat(data.resolve("recovery.signal")).exists();

            Files.move(away, pool);
            tried(server);
            Until.holds(
                    "the end of recovery",
                    Site.PATIENT.multipliedBy(2),
                    () -> server.ask("select pg_is_in_recovery()").equals("f"));
            assertThat(server.ask("select string_agg(n::text, ' ' order by n) from ledger"))
                    .isEqualTo("1 2 3");
        }
    }

    /** A restored data directory, and journals that go on from it. */
    private Path prepared(OnlineSite site, Path archive) throws Exception {
        PostgresServer server = site.server();
        PostgresServer.ownedByServer(archive);
        PostgresServer.makeReachable(archive.resolve("any"));
        server.execute("alter system set archive_command = 'test ! -f " + archive + "/%f && cp \"%p\" " + archive
                + "/.%f.part && sync " + archive + "/.%f.part && mv " + archive + "/.%f.part " + archive + "/%f'");
        server.ask("select pg_reload_conf()");
        server.execute("create table ledger (n int primary key)");
        site.done(site.backupCommand());
        server.execute("insert into ledger values (1), (2), (3)");
        server.ask("select pg_switch_wal()");
        Until.holds(
                "all segments are archived",
                Site.PATIENT,
                () -> server.ask("select count(*) from pg_ls_archive_statusdir() where name like '%.ready'")
                        .equals("0"));
        site.done("journal", "backup", "wal", "--pool", "disk", "--compression", "zstd");
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

    /** As in docs/journals.md. */
    private String command(OnlineSite site) throws IOException {
        return ServersCommand.in(folder, site.home()).of("wal fetch wal %f \"%p\" --absent 75")
                + ServersCommand.STOPS_UNLESS_ABSENT;
    }

    private static void tried(PostgresServer server) throws InterruptedException {
        try {
            server.started();
        } catch (IOException stopped) {
            // what has become of it is looked at
        }
    }
}

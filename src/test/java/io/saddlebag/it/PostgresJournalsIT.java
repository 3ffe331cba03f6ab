package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real PostgreSQL whose archived journals are backed up, and that is destroyed. */
class PostgresJournalsIT {
    @TempDir
    Path folder;

    @Test
    @Tag("J3")
    @Tag("J18")
    @Tag("R12")
    void a_destroyed_server_comes_back_to_the_last_commit_that_was_archived() throws Exception {
        Path archive = Files.createDirectories(folder.resolve("archive"));
        String journals = "journals:\n  wal: { source: postgresql, folder: " + archive + ", settled: 0s }\n";
        try (OnlineSite site = OnlineSite.on(folder, "none", journals)) {
            PostgresServer server = site.server();
            PostgresServer.ownedByServer(archive);
            PostgresServer.makeReachable(archive.resolve("any"));
            archiveInto(server, archive);
            server.execute("create table ledger (n int primary key)");
            site.done(site.backupCommand());
            for (int n = 1; n <= 60; n++) {
                server.execute("insert into ledger values (" + n + ")");
                if (n % 20 == 0) {
                    server.ask("select pg_switch_wal()");
                }
            }
            awaitArchived(server);
            site.done("journal", "backup", "wal", "--pool", "disk", "--compression", "zstd");
            assertThat(segments(archive)).isEmpty();
            server.execute("insert into ledger values (61)");

            Path data = server.settings().dataDirectory();
            server.kill();
            Files.delete(data.resolve("postmaster.pid"));
            remove(data);
            Path back = folder.resolve("back");
            site.done("restore", "orders", "--to", back.toString());
            Files.move(back.resolve(data.toString().substring(1)), data);
            Path fetched = fetchAll(site, data);
            Files.writeString(
                    data.resolve("postgresql.conf"),
                    "restore_command = 'cp " + fetched + "/%f \"%p\"'\nrecovery_target_timeline = 'latest'\n"
                            + "archive_mode = off\n",
                    StandardOpenOption.APPEND);
            Files.writeString(data.resolve("recovery.signal"), "");
            PostgresServer.ownedByServer(data);
            PostgresServer.ownedByServer(fetched);
            server.started();
            Until.holds(
                    "the end of recovery",
                    Site.PATIENT,
                    () -> server.ask("select pg_is_in_recovery()").equals("f"));

            assertThat(server.ask("select count(*) || ' to ' || max(n) from ledger"))
                    .isEqualTo("60 to 60");
        }
    }

    private static void archiveInto(PostgresServer server, Path archive) throws Exception {
        server.execute("alter system set archive_command = 'test ! -f " + archive + "/%f && cp \"%p\" " + archive
                + "/.%f.part && sync " + archive + "/.%f.part && mv " + archive + "/.%f.part " + archive + "/%f'");
        server.ask("select pg_reload_conf()");
    }

    private static void awaitArchived(PostgresServer server) throws Exception {
        server.ask("select pg_switch_wal()");
        Until.holds(
                "all segments are archived",
                Site.PATIENT,
                () -> server.ask("select count(*) from pg_ls_archive_statusdir() where name like '%.ready'")
                        .equals("0"));
    }

    /** As restore_command would, one by one, each by its name; the server's own user can't start this test's Java. */
    private Path fetchAll(OnlineSite site, Path data) throws Exception {
        Path fetched = Files.createDirectories(folder.resolve("fetched"));
        PostgresServer.makeReachable(fetched.resolve("any"));
        for (var piece : site.done("journal", "list", "wal", "--json").json()) {
            String name = piece.path("name").asText();
            site.done("wal", "fetch", "wal", name, fetched.resolve(name).toString());
        }
        assertThat(data).exists();
        return fetched;
    }

    private static List<String> segments(Path archive) throws IOException {
        try (Stream<Path> all = Files.list(archive)) {
            return all.map(each -> each.getFileName().toString())
                    .filter(name -> name.length() == 24)
                    .toList();
        }
    }

    private static void remove(Path tree) throws IOException {
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}

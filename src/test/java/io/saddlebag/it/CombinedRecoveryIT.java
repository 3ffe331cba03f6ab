package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.app.CommandLineInProcess.Said;
import io.saddlebag.backup.BackupRun;
import io.saddlebag.backup.SuppliedImage;
import io.saddlebag.image.Compression;
import io.saddlebag.image.Encryption;
import io.saddlebag.image.ImageSource;
import io.saddlebag.job.Overlap;
import io.saddlebag.testing.PostgresServer;
import io.saddlebag.workbench.Workbench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real PostgreSQL that is recovered from incremental backups and its journals. The backups are as the server sent them, and read into
 * the node's catalog from its pool.
 */
class CombinedRecoveryIT {
    @TempDir
    Path folder;

    private int taken;
    private @Nullable SentBackup parent;

    @Test
    @Tag("R5")
    @Tag("R7")
    @Tag("R8")
    @Tag("R12")
    @Tag("R14")
    void incremental_backups_are_preferred_to_journals_and_gone_around_when_they_are_damaged() throws Exception {
        Path archive = Files.createDirectories(folder.resolve("archive"));
        try (OnlineSite site = OnlineSite.on(
                        folder,
                        "none",
                        "journals:\n  wal: { source: postgresql, folder: " + archive + ", settled: 0s }\n");
                Workbench bench = new Workbench(site.home())) {
            PostgresServer.ownedByServer(archive);
            PostgresServer.makeReachable(archive.resolve("any"));
            PostgresServer server = site.server();
            server.execute("alter system set archive_command = 'test ! -f " + archive + "/%f && cp \"%p\" " + archive
                    + "/.%f.part && mv " + archive + "/.%f.part " + archive + "/%f'");
            server.execute("alter system set summarize_wal = on");
            server.ask("select pg_reload_conf()");
            server.execute("create table ledger (n int primary key)");

            insert(server, 1);
            backUp(site, bench);
            insert(server, 2);
            saved(site);
            insert(server, 3);
            backUp(site, bench);
            insert(server, 4);
            String between = server.ask(
                    "select to_char(clock_timestamp() at time zone 'UTC'," + " 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')");
            insert(server, 5);
            saved(site);
            backUp(site, bench);
            insert(server, 6);
            saved(site);
            site.done("catalog", "import", "disk");
            JsonNode listed = site.run("lsbu", "orders", "--json").ok().json();
            assertThat(listed).hasSize(3);
            assertThat(listed.get(2).path("level").asText()).isEqualTo("10");
            assertThat(listed.get(2).path("parentImageId").asText()).isEqualTo("sent-2");
            String first = listed.get(0).path("id").asText();
            String second = listed.get(1).path("id").asText();
            String third = listed.get(2).path("id").asText();

            JsonNode rehearsed =
                    OnlineSite.only(site.done("rehearse", "orders", "--json").json());
            assertThat(rehearsed.path("figures").path("proof").asText()).isEqualTo("checked");
            assertThat(rehearsed.path("figures").path("backup-id").asText()).isEqualTo(third);
            assertThat(site.run("recover", "orders", "--dry-run").ok().out())
                    .contains("put together from backups " + first + ", " + second + ", " + third);
            assertThat(recovered(site, 0, "recover", "orders"))
                    .contains("it is put together from backups " + first + ", " + second + ", " + third
                            + ": incremental backups are preferred to journals");
            assertThat(rows(site)).isEqualTo("1 2 3 4 5 6");

            assertThat(recovered(site, 0, "recover", "orders", "--until-time", between, "--incarnation", "1"))
                    .contains("it is put together from backups " + first + ", " + second + ":");
            assertThat(rows(site)).isEqualTo("1 2 3 4");

            try (Stream<Path> all = Files.walk(site.home().resolve("pool"))) {
                for (Path each : all.filter(
                                path -> path.getFileName().toString().startsWith("sent-3."))
                        .toList()) {
                    Files.delete(each);
                }
            }
            assertThat(recovered(site, 3, "recover", "orders", "--incarnation", "1"))
                    .contains(
                            "failover to previous backup",
                            "is rolled forward, by more journals, instead of backup " + third);
            assertThat(rows(site)).isEqualTo("1 2 3 4 5 6");
        }
    }

    /** @return the transcripts of its jobs */
    private static String recovered(OnlineSite site, int code, String... command) throws Exception {
        Said said = site.run(command);
        StringBuilder told = new StringBuilder();
        for (JsonNode job : site.run("lsjob", "--json").json()) {
            if (job.path("task").asText().startsWith("restore") || said.code() != code) {
                told.append(site.run("catxcr", job.path("name").asText()).out()).append('\n');
            }
        }
        assertThat(said.code()).as(said + "\n" + told).isEqualTo(code);
        return told.toString();
    }

    private static void insert(PostgresServer server, int row) throws Exception {
        server.execute("insert into ledger values (" + row + ")");
    }

    private static String rows(OnlineSite site) throws Exception {
        return site.server().ask("select coalesce(string_agg(n::text, ' ' order by n), '') from ledger");
    }

    private static void saved(OnlineSite site) throws Exception {
        site.server().ask("select pg_switch_wal()");
        Until.holds(
                "all segments are archived",
                Site.PATIENT,
                () -> site.server()
                        .ask("select count(*) from pg_ls_archive_statusdir() where name like '%.ready'")
                        .equals("0"));
        site.done("journal", "backup", "wal", "--pool", "disk");
    }

    private void backUp(OnlineSite site, Workbench bench) throws Exception {
        PostgresServer server = site.server();
        Path data = server.settings().dataDirectory();
        SentBackup before = parent;
        SentBackup sent = SentBackup.take(
                server.settings().port(),
                data,
                before == null ? null : before.manifest(),
                folder.resolve("sent" + taken));
        Map<String, String> facts = new TreeMap<>(Map.of(
                "roots", data.toString(),
                "method", "stream",
                "outcome", "DATABASE_FULL",
                "level", before == null ? "0" : "10",
                "timeline", sent.end().get(1),
                "startLsn", sent.start().get(0),
                "stopLsn", sent.end().get(0),
                "stopTime", Instant.now().toString()));
        if (before != null) {
            facts.put("parent", "sent-" + taken);
        }
        Workbench.Node node = bench.node();
        BackupRun run = node.backups
                .begin("stream orders", null, Overlap.WAIT, Map.of())
                .orElseThrow();
        run.store(
                run.supplied(new SuppliedImage(
                        "sent-" + ++taken,
                        "orders",
                        "orders",
                        Instant.now(),
                        facts,
                        Compression.NONE,
                        Encryption.NONE,
                        () -> ImageSource.of(sent.members()))),
                node.poolTarget());
        assertThat(run.end(null).cause()).isNull();
        parent = sent;
    }
}

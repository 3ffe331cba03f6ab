package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.app.CommandLineInProcess.Said;
import io.saddlebag.testing.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Incremental backups of a PostgreSQL that is written to meanwhile, from the command that makes them to each way back. */
class StreamedChainIT {
    private static final int CLIENTS = 3;
    private static final int CHURN = 20_000;

    @TempDir
    Path folder;

    @Test
    @Tag("R7")
    @Tag("R12")
    @Tag("R14")
    @Tag("W12")
    void a_chain_made_under_load_is_recovered_rehearsed_and_restored() throws Exception {
        Path archive = Files.createDirectories(folder.resolve("archive"));
        try (OnlineSite site = OnlineSite.on(
                folder, "stream", "journals:\n  wal: { source: postgresql, folder: " + archive + ", settled: 0s }\n")) {
            PostgresServer server = site.server();
            PostgresServer.ownedByServer(archive);
            PostgresServer.makeReachable(archive.resolve("any"));
            server.execute("alter system set archive_command = 'test ! -f " + archive + "/%f && cp \"%p\" " + archive
                    + "/.%f.part && mv " + archive + "/.%f.part " + archive + "/%f'");
            server.execute("alter system set summarize_wal = on");
            server.ask("select pg_reload_conf()");
            Path space = tablespace(server);
            Ledger.prepare(server, CHURN);
            server.execute("alter table churn set tablespace one");
            server.execute("create extension amcheck");
            server.execute("vacuum freeze");
            List<Instant> began = new ArrayList<>();
            List<Instant> ended = new ArrayList<>();
            try (Ledger ledger = Ledger.start(server, CLIENTS, 1)) {
                for (String level : List.of("0", "10", "10")) {
                    ledger.awaitRows(20);
                    List<String> command = new ArrayList<>(List.of(site.backupCommand()));
                    command.addAll(List.of("--level", level));
                    JsonNode job = OnlineSite.only(
                            site.done(command.toArray(String[]::new)).json());
                    began.add(OnlineSite.time(job, "write image", "started"));
                    ended.add(OnlineSite.time(job, "write image", "ended"));
                    assertThat(job.path("figures").path("level").asText()).isEqualTo(level);
                }
                ledger.awaitRows(20);
                ledger.stop();
                Instant over = Instant.now();
                saved(site);

                String told = recovered(site);
                assertThat(told)
                        .contains(
                                "it is put together from backups 1, 2, 3: incremental backups are preferred to journals");
                ledger.requirePrefix(server, over, over, "recovered");
                requireSound(server, space);

                assertThat(OnlineSite.only(site.done("rehearse", "orders", "--json")
                                        .json())
                                .path("figures")
                                .path("proof")
                                .asText())
                        .isEqualTo("checked");
                for (int number : List.of(3, 2, 1)) {
                    site.done("restore", Integer.toString(number), "--database", "orders");
                    ledger.requirePrefix(server, began.get(number - 1), ended.get(number - 1), "backup " + number);
                    requireSound(server, space);
                }
            }
        }
    }

    private static String recovered(OnlineSite site) throws Exception {
        Said said = site.done("recover", "orders");
        StringBuilder told = new StringBuilder(said.out());
        for (JsonNode job : site.run("lsjob", "--json").json()) {
            told.append(site.run("catxcr", job.path("name").asText()).out());
        }
        return told.toString();
    }

    private static void requireSound(PostgresServer server, Path space) throws Exception {
        assertThat(server.ask("select pg_tablespace_location(oid) from pg_tablespace where spcname = 'one'"))
                .isEqualTo(space.toString());
        assertThat(server.ask("select count(*) from pg_class c, lateral verify_heapam(c.oid) damage"
                        + " where c.relkind = 'r' and c.relpersistence = 'p'"))
                .isEqualTo("0");
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

    private static Path tablespace(PostgresServer server) throws Exception {
        Path place = Files.createDirectories(
                server.settings().dataDirectory().getParent().resolve("spaces/one"));
        PostgresServer.ownedByServer(place);
        PostgresServer.makeReachable(place);
        server.execute("create tablespace one location '" + place + "'");
        return place;
    }
}

package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.app.CommandLineInProcess;
import io.saddlebag.app.CommandLineInProcess.Said;
import io.saddlebag.testing.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies that a real PostgreSQL sends of itself: what they consist of, what becomes of them, and what fails. */
class StreamedPostgresIT {
    private static final int CLIENTS = 3;
    private static final int CHURN = 2000;
    /** Some tens of megabytes, which take long to pack well. */
    private static final int MANY = 60_000;

    @TempDir
    Path folder;

    @Test
    @Tag("R1")
    @Tag("R12")
    @Tag("R14")
    @Tag("W6")
    @Tag("W13")
    void a_copy_with_a_tablespace_has_what_one_of_the_files_has_and_comes_back_the_same_way() throws Exception {
        try (OnlineSite site = OnlineSite.on(folder, "stream")) {
            PostgresServer server = site.server();
            Path space = tablespace(server);
            Ledger.prepare(server, CHURN);
            server.execute("alter table churn set tablespace one");
            server.execute("create extension amcheck");
            try (Ledger ledger = Ledger.start(server, CLIENTS, 1)) {
                ledger.awaitRows(20);
                JsonNode job = OnlineSite.only(site.done(site.backupCommand()).json());
                ledger.awaitRows(20);
                ledger.stop();
                site.requireNotInBackupMode();
                Instant before = OnlineSite.time(job, "write image", "started");
                Instant after = OnlineSite.time(job, "write image", "ended");
                assertThat(job.path("figures").path("method").asText()).isEqualTo("stream");
                Map<String, String> facts = facts(site);
                assertThat(facts)
                        .containsEntry("method", "stream")
                        .containsEntry("outcome", "DATABASE_FULL")
                        .containsEntry("level", "0")
                        .containsEntry("timeline", "1")
                        .containsEntry(
                                "systemIdentifier", server.ask("select system_identifier from pg_control_system()"));
                assertThat(facts.get("startLsn")).matches("[0-9A-F]+/[0-9A-F]+");
                assertThat(facts.get("stopLsn")).matches("[0-9A-F]+/[0-9A-F]+");
                assertThat(Instant.parse(facts.get("stopTime"))).isBetween(before, after);

                assertThat(OnlineSite.only(site.done("rehearse", "orders", "--json")
                                        .json())
                                .path("figures")
                                .path("proof")
                                .asText())
                        .isEqualTo("checked");
                site.done("verify", "1");

                site.done("restore", "orders", "--database", "orders");
                ledger.requirePrefix(server, before, after, "streamed");
                assertThat(server.ask("select pg_tablespace_location(oid) from pg_tablespace where spcname = 'one'"))
                        .isEqualTo(space.toString());
                assertThat(server.ask("select count(*) from pg_class c, lateral verify_heapam(c.oid) damage"
                                + " where c.relkind = 'r' and c.relpersistence = 'p'"))
                        .isEqualTo("0");
            }
        }
    }

    @Test
    @Tag("R12")
    void it_has_the_objects_of_a_copy_of_the_files_with_their_owners_and_modes() throws Exception {
        try (OnlineSite site = OnlineSite.on(folder, "stream")) {
            PostgresServer server = site.server();
            tablespace(server);
            Ledger.prepare(server, 10);
            server.execute("alter table churn set tablespace one");
            Path data = server.settings().dataDirectory();
            Files.writeString(data.resolve("rights.conf"), "# of the operator");
            Files.setPosixFilePermissions(data.resolve("rights.conf"), PosixFilePermissions.fromString("rw-r-----"));
            PostgresServer.ownedByServer(data.resolve("rights.conf"));
            site.done("backup", "orders", "--online", "--pool", "disk", "--provider", "none");
            site.done(site.backupCommand());

            Map<String, String> files = CommandLineInProcess.objects(site.home(), 1);
            Map<String, String> sent = CommandLineInProcess.objects(site.home(), 2);

            String journals = data + "/pg_wal/";
            assertThat(sent.remove(data + "/backup_manifest")).startsWith("f 600 ");
            assertThat(sent.keySet()).anyMatch(path -> path.startsWith(journals));
            // caches, which the server makes anew
            files.keySet().removeIf(path -> path.startsWith(journals) || path.endsWith("/pg_internal.init"));
            sent.keySet().removeIf(path -> path.startsWith(journals));
            assertThat(lacks(sent, files)).as("not sent").isEmpty();
            assertThat(lacks(files, sent)).as("sent, and not in the files").isEmpty();
        }
    }

    private static List<String> lacks(Map<String, String> one, Map<String, String> other) {
        return other.entrySet().stream()
                .filter(each -> !each.getValue().equals(one.get(each.getKey())))
                .map(Object::toString)
                .toList();
    }

    @Test
    @Tag("R12")
    @Tag("W20")
    void a_connection_that_is_ended_in_the_middle_fails_the_job_and_leaves_nothing() throws Exception {
        try (OnlineSite site = OnlineSite.on(folder, "stream")) {
            PostgresServer server = site.server();
            Ledger.prepare(server, MANY);
            CompletableFuture<Said> backup = slowly(site);
            awaitSending(server);

            server.ask("select count(pg_terminate_backend(pid)) from pg_stat_progress_basebackup");
            Said failed = backup.get(Site.PATIENT.toSeconds(), TimeUnit.SECONDS);

            assertThat(failed.code()).as(failed.toString()).isEqualTo(1);
            assertThat(failed.out()).contains("SBG-D010");
            requireNothing(site);
        }
    }

    @Test
    @Tag("R12")
    @Tag("S7")
    void a_cancelled_job_ends_the_sending_and_leaves_nothing() throws Exception {
        try (OnlineSite site = OnlineSite.on(folder, "stream")) {
            Ledger.prepare(site.server(), MANY);
            CompletableFuture<Said> backup = slowly(site);
            awaitSending(site.server());

            site.done("canceljob", "root/1");
            Said cancelled = backup.get(Site.PATIENT.toSeconds(), TimeUnit.SECONDS);

            assertThat(cancelled.code()).as(cancelled.toString()).isNotZero();
            requireNothing(site);
        }
    }

    @Test
    @Tag("D2")
    @Tag("R12")
    void what_changed_since_a_copy_is_sent_and_its_parent_is_recorded() throws Exception {
        try (OnlineSite site = OnlineSite.on(folder, "stream")) {
            PostgresServer server = site.server();
            Ledger.prepare(server, MANY);
            // its marks on rows would be changes else
            server.execute("vacuum freeze");

            assertThat(transcript(site, level(site, "10")))
                    .contains("everything is backed up instead of level 10: there is no complete backup of orders");
            assertThat(transcript(site, level(site, "10")))
                    .contains("everything is backed up instead of level 10: the server doesn't keep account")
                    .contains("alter system set summarize_wal = 'on'");
            server.execute("alter system set summarize_wal = on");
            server.execute("select pg_reload_conf()");
            Until.holds(
                    "summaries",
                    Site.PATIENT,
                    () -> server.ask("show summarize_wal").equals("on"));
            server.execute("update churn set told = 'short' where id = 1");

            String told = transcript(site, level(site, "10"));

            assertThat(told)
                    .contains("level 10: what changed since backup 2")
                    .doesNotContain("everything is backed up");
            JsonNode backups = site.done("lsbu", "orders", "--json").json();
            assertThat(backups).hasSize(3);
            JsonNode full = backups.get(1);
            JsonNode increment = backups.get(2);
            assertThat(full.path("level").asText()).isEqualTo("0");
            assertThat(increment.path("level").asText()).isEqualTo("10");
            assertThat(increment.path("method").asText()).isEqualTo("stream");
            assertThat(increment.path("parentImageId").asText())
                    .isEqualTo(full.path("imageId").asText());
            assertThat(increment.path("dataBytes").asLong())
                    .isLessThan(full.path("dataBytes").asLong() / 2);
            assertThat(facts(site))
                    .containsEntry("method", "stream")
                    .containsEntry("level", "10")
                    .containsEntry("parent", full.path("imageId").asText());
            Map<String, String> objects = CommandLineInProcess.objects(site.home(), 3);
            assertThat(objects.keySet())
                    .contains(server.settings().dataDirectory() + "/backup_manifest")
                    .anyMatch(path -> path.contains("/base/5/INCREMENTAL."));
            site.done("verify", "3");

            for (int i = 0; i < 3; i++) {
                server.execute("select pg_switch_wal()");
                server.execute("checkpoint");
            }
            try (Stream<Path> summaries =
                    Files.list(server.settings().dataDirectory().resolve("pg_wal/summaries"))) {
                for (Path each : summaries.toList()) {
                    Files.delete(each);
                }
            }
            assertThat(transcript(site, level(site, "10")))
                    .contains("everything is backed up instead of level 10: its server refuses:");
            site.requireNotInBackupMode();
        }
    }

    private static JsonNode level(OnlineSite site, String level) {
        List<String> command = new ArrayList<>(List.of(site.backupCommand()));
        command.addAll(List.of("--level", level));
        return OnlineSite.only(site.done(command.toArray(String[]::new)).json());
    }

    private static String transcript(OnlineSite site, JsonNode job) {
        return site.done("catxcr", job.path("name").asText()).out();
    }

    private static void requireNothing(OnlineSite site) throws Exception {
        site.requireNotInBackupMode();
        assertThat(site.catalogued()).containsEntry("count", "0");
        try (Stream<Path> left = Files.walk(site.home().resolve("pool"))) {
            assertThat(left.filter(each -> each.getFileName().toString().contains("image-")))
                    .isEmpty();
        }
        site.done(site.backupCommand());
    }

    /** So packed that the connection waits for it. */
    private static CompletableFuture<Said> slowly(OnlineSite site) {
        List<String> command = new ArrayList<>(List.of(site.backupCommand()));
        command.addAll(List.of("--compression", "zstd=19"));
        return CompletableFuture.supplyAsync(() -> site.run(command.toArray(String[]::new)));
    }

    private static void awaitSending(PostgresServer server) throws Exception {
        Until.holds(
                "files are sent",
                Site.PATIENT,
                () -> server.ask("select count(*) from pg_stat_progress_basebackup where backup_streamed > 1000000")
                        .equals("1"));
    }

    /** What the catalog has of the newest backup. */
    private static Map<String, String> facts(OnlineSite site) throws Exception {
        List<Map<String, String>> all = CommandLineInProcess.facts(site.home());
        return all.get(all.size() - 1);
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

package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.app.CommandLineInProcess.Said;
import io.saddlebag.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Restore tests of a real PostgreSQL beside the original, which runs on. */
class RehearsalPostgresIT {
    @TempDir
    Path folder;

    @Test
    @Tag("R14")
    @Tag("W24")
    void an_online_backup_is_proven_beside_the_running_original_whose_archive_gets_nothing() throws Exception {
        try (OnlineSite site = OnlineSite.on(folder, "none")) {
            PostgresServer original = site.server();
            Path archive = archive(original);
            original.execute("create table orders (n int primary key, told text)");
            original.execute("insert into orders select n, repeat('x', 3000) from generate_series(1, 2000) n");
            site.done(site.backupCommand());
            awaitArchived(original);
            List<String> archived = names(archive);
            long process = original.postmaster();
            String timeline = timeline(original);

            JsonNode job =
                    OnlineSite.only(site.done("rehearse", "orders", "--json").json());

            assertThat(job.path("figures").path("proof").asText()).isEqualTo("checked");
            assertThat(archived).isNotEmpty();
            assertThat(names(archive)).isEqualTo(archived);
            assertThat(original.postmaster()).isEqualTo(process);
            assertThat(timeline(original)).isEqualTo(timeline);
            assertThat(original.ask("select count(*) from orders")).isEqualTo("2000");
            assertThat(names(site.home().resolve("var/rehearsal"))).isEmpty();
            assertThat(postmastersBelow(folder)).isEqualTo(1);
            JsonNode known = OnlineSite.only(
                    site.run("rehearse", "--list", "--json").ok().json());
            assertThat(known.path("lastProven").path("proof").asText()).isEqualTo("checked");
            assertThat(known.path("lastProven").path("backup").asLong()).isEqualTo(1);
            assertThat(known.path("lastProvenAgeSeconds").asLong()).isBetween(0L, 3600L);
            assertThat(known.path("lastProven").path("report").toString())
                    .contains("tables read to the end", "amcheck found nothing wrong");
            assertThat(site.run("rehearse", "--list").ok().out()).contains("orders", "checked", "ok");
        }
    }

    /** As a site has it that ships its journals: the copy must not obey what the original was told. */
    @Test
    @Tag("R14")
    @Tag("W24")
    void a_standby_with_slots_and_a_peer_in_its_configuration_is_started_without_them() throws Exception {
        try (OnlineSite site = OnlineSite.on(folder, "none")) {
            PostgresServer original = site.server();
            original.execute("select pg_create_physical_replication_slot('keeps', true)");
            Files.writeString(
                    original.settings().dataDirectory().resolve("postgresql.conf"),
                    "primary_conninfo = 'host=127.0.0.1 port="
                            + original.settings().port() + "'\n" + "external_pid_file = '" + folder.resolve("pid")
                            + "'\n",
                    StandardOpenOption.APPEND);
            site.done("backup", "orders", "--pool", "disk", "--family", "nightly", "--provider", "none");

            JsonNode job =
                    OnlineSite.only(site.done("rehearse", "orders", "--json").json());

            assertThat(job.path("figures").path("proof").asText()).isEqualTo("checked");
            assertThat(original.ask("select count(*) from pg_stat_replication")).isEqualTo("0");
            assertThat(folder.resolve("pid")).doesNotExist();
        }
    }

    @Test
    @Tag("R14")
    void a_damaged_page_fails_the_rehearsal_loudly_and_the_last_proof_stays() throws Exception {
        try (OnlineSite site = OnlineSite.on(folder, "none")) {
            PostgresServer original = site.server();
            original.execute("create table orders (n int, told text)");
            original.execute("insert into orders select n, repeat('x', 300) from generate_series(1, 2000) n");
            site.done(site.backupCommand());
            site.done("rehearse", "orders");
            String file = original.ask("select pg_relation_filepath('orders')");
            original.close();
            try (var table =
                    Files.newByteChannel(original.settings().dataDirectory().resolve(file), StandardOpenOption.WRITE)) {
                table.position(8192 * 3 + 4000);
                table.write(
                        java.nio.ByteBuffer.wrap("scribbled over".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
            }
            original.started();
            site.done(site.backupCommand());

            Said failed = site.run("rehearse", "orders").ends(1);

            assertThat(failed.out()).contains("SBG-Z003", "proof: started");
            JsonNode known = OnlineSite.only(
                    site.run("rehearse", "--list", "--json").ok().json());
            assertThat(known.path("lastProven").path("backup").asLong()).isEqualTo(1);
            assertThat(known.path("lastTried").path("backup").asLong()).isEqualTo(2);
            assertThat(known.path("lastTried").path("proof").asText()).isEqualTo("started");
            assertThat(known.path("lastTried").path("failure").asText()).contains("SBG-Z003");
            assertThat(names(site.home().resolve("var/rehearsal"))).isEmpty();
            assertThat(postmastersBelow(folder)).isEqualTo(1);
        }
    }

    @Test
    @Tag("R14")
    void a_damaged_page_in_another_database_of_the_cluster_fails_the_rehearsal_too() throws Exception {
        try (OnlineSite site = OnlineSite.on(folder, "none")) {
            PostgresServer original = site.server();
            original.execute("create database \"a b+c\"");
            String file;
            try (var connection = java.sql.DriverManager.getConnection(
                            "jdbc:postgresql://127.0.0.1:" + original.settings().port() + "/a%20b%2Bc",
                            "postgres",
                            "");
                    var running = connection.createStatement()) {
                running.execute(
                        "create table orders as select n, repeat('x', 300) told from generate_series(1, 2000) n");
                try (var answer = running.executeQuery("select pg_relation_filepath('orders')")) {
                    answer.next();
                    file = answer.getString(1);
                }
            }
            original.execute("checkpoint");
            try (var table =
                    Files.newByteChannel(original.settings().dataDirectory().resolve(file), StandardOpenOption.WRITE)) {
                table.position(8192 * 3 + 4000);
                table.write(
                        java.nio.ByteBuffer.wrap("scribbled over".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
            }
            site.done(site.backupCommand());

            assertThat(site.run("rehearse", "orders").ends(1).out()).contains("SBG-Z003", "proof: started");
        }
    }

    @Test
    @Tag("R14")
    void a_damaged_image_is_not_even_started() throws Exception {
        try (OnlineSite site = OnlineSite.on(folder, "none")) {
            site.done(site.backupCommand());
            Path image = image(site.home().resolve("pool"));
            byte[] bytes = Files.readAllBytes(image);
            bytes[bytes.length / 2] ^= 1;
            Files.write(image, bytes);

            Said failed = site.run("rehearse", "orders").ends(1);

            assertThat(failed.out()).contains("SBG-W003", "proof: nothing");
            assertThat(failed.out()).doesNotContain("start the copy");
        }
    }

    @Test
    @Tag("W24")
    void a_scratch_folder_within_anything_protected_is_refused_and_nothing_is_done() throws Exception {
        try (OnlineSite site = OnlineSite.on(folder, "none")) {
            site.done(site.backupCommand());
            Path data = site.server().settings().dataDirectory();
            Path link = Files.createSymbolicLink(folder.resolve("link"), data);
            for (Path place : List.of(
                    data,
                    data.resolve("base"),
                    link.resolve("scratch"),
                    site.home().resolve("pool/scratch"),
                    site.home().resolve("config"))) {
                List<String> before = names(data);
                Said refused = site.run("rehearse", "orders", "--scratch", place.toString())
                        .ends(1);

                assertThat(refused.err()).contains("SBG-W001", "the scratch folder");
                assertThat(names(data)).isEqualTo(before);
            }
            assertThat(site.run("lsjob").out()).doesNotContain("rehearse");
        }
    }

    @Test
    @Tag("R14")
    @Tag("W21")
    void a_rehearsal_whose_process_is_killed_is_cleared_away_with_its_running_copy() throws Exception {
        try (OnlineSite site = OnlineSite.on(folder, "none")) {
            site.server().execute("create table orders (n int primary key, told text)");
            site.server()
                    .execute("insert into orders select n, repeat(md5(n::text), 40) from generate_series(1, 200000) n");
            site.done(site.backupCommand());
            Process rehearsal = site.program(folder.resolve("rehearse.log"), "rehearse", "orders");
            Until.holds("a second server", Site.PATIENT, () -> postmastersBelow(folder) == 2);
            rehearsal.destroyForcibly().waitFor();
            assertThat(names(site.home().resolve("var/rehearsal"))).hasSize(1);

            // what works recovers first
            site.run("rehearse", "orders", "--backup", "99").ends(1);

            assertThat(postmastersBelow(folder)).isEqualTo(1);
            assertThat(names(site.home().resolve("var/rehearsal"))).isEmpty();
            JsonNode known = OnlineSite.only(
                    site.run("rehearse", "--list", "--json").ok().json());
            assertThat(known.path("lastTried").path("failure").asText()).isEqualTo("its process died");
            assertThat(site.server().ask("select count(*) from orders")).isEqualTo("200000");
            site.done("rehearse", "orders");
        }
    }

    private static Path archive(PostgresServer server) throws IOException, SQLException {
        Path archive = Files.createDirectories(server.settings().dataDirectory().resolveSibling("archive"));
        PostgresServer.ownedByServer(archive);
        server.execute("alter system set archive_command = 'cp %p " + archive + "/%f'");
        server.execute("select pg_reload_conf()");
        return archive;
    }

    private static void awaitArchived(PostgresServer server) throws Exception {
        server.execute("select pg_switch_wal()");
        Path status = server.settings().dataDirectory().resolve("pg_wal/archive_status");
        Until.holds(
                "everything is archived",
                Site.PATIENT,
                () -> names(status).stream().noneMatch(name -> name.endsWith(".ready"))
                        && server.ask("select last_archived_wal is not null from pg_stat_archiver")
                                .equals("t"));
    }

    private static String timeline(PostgresServer server) throws SQLException {
        return server.ask("select timeline_id from pg_control_checkpoint()");
    }

    static List<String> names(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    private static Path image(Path pool) throws IOException {
        try (Stream<Path> all = Files.walk(pool)) {
            return all.filter(Files::isRegularFile)
                    .max(java.util.Comparator.comparingLong(
                            each -> each.toFile().length()))
                    .orElseThrow();
        }
    }

    /** Servers, each counted once, that work in a folder below. */
    static int postmastersBelow(Path folder) throws IOException {
        int found = 0;
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : processes
                    .filter(each -> each.getFileName().toString().matches("\\d+"))
                    .toList()) {
                try {
                    String line = Files.readString(process.resolve("cmdline"));
                    if (line.contains("bin/postgres\0-D")
                            && Files.readSymbolicLink(process.resolve("cwd")).startsWith(folder.toRealPath())) {
                        found++;
                    }
                } catch (IOException gone) {
                    // it has ended
                }
            }
        }
        return found;
    }
}

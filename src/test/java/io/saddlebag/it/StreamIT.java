package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.saddlebag.host.local.LoopFileSystem;
import io.saddlebag.posix.linux.LinuxPosix;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The log of a real PostgreSQL, received while it is written, by a program of its own that can be killed. */
@Timeout(600)
class StreamIT {
    private static final String PARTIAL = ".partial";

    @TempDir
    Path folder;

    private Path received;
    private OnlineSite site;

    @BeforeEach
    void start() throws Exception {
        received = Files.createDirectories(folder.resolve("received"));
        site = OnlineSite.on(
                folder,
                "none",
                "journals:\n  wal: { source: postgresql, folder: " + received
                        + ", stream: { database: orders, slot: keeper } }\n");
        server().execute("create table ledger (n bigserial primary key, v text)");
        server().execute("alter system set wal_keep_size = '2GB'");
        server().ask("select pg_reload_conf()");
    }

    @AfterEach
    void stop() throws Exception {
        site.close();
    }

    private PostgresServer server() {
        return site.server();
    }

    private Process stream(String... more) throws IOException {
        List<String> command = new java.util.ArrayList<>(List.of("journal", "stream", "wal"));
        command.addAll(List.of(more));
        return site.program(folder.resolve("stream.log"), command.toArray(String[]::new));
    }

    private void insert(int rows) throws SQLException {
        server().execute("insert into ledger (v) select repeat(md5(g::text), 20) from generate_series(1, " + rows
                + ") g");
    }

    /** So far the server says that the copy is durable. */
    private void awaitDurable() throws Exception {
        String at = server().ask("select pg_current_wal_flush_lsn()::text");
        Until.holds(
                "all to " + at + " is durable",
                Site.PATIENT,
                () -> server().ask(
                                "select count(*) from pg_replication_slots where slot_name = 'keeper' and restart_lsn >= '"
                                        + at + "'")
                        .equals("1"));
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> all = Files.list(received)) {
            return all.filter(each -> each.getFileName().toString().matches("[0-9A-F]{24}(\\.partial)?"))
                    .sorted()
                    .toList();
        }
    }

    /** Whole segments are the server's own, byte for byte; of the one under way, what was flushed. */
    private void requireServersBytes(String flushed) throws Exception {
        Path log = server().settings().dataDirectory().resolve("pg_wal");
        List<Path> all = segments();
        assertThat(all).isNotEmpty();
        for (Path each : all) {
            String name = each.getFileName().toString();
            if (name.endsWith(PARTIAL)) {
                long length = Long.parseLong(
                        server().ask("select file_offset from pg_walfile_name_offset('" + flushed + "'::pg_lsn)"));
                byte[] here = Files.readAllBytes(each);
                byte[] there = Files.readAllBytes(log.resolve(name.replace(PARTIAL, "")));
                assertThat(here).hasSize(16 << 20);
                assertThat(java.util.Arrays.mismatch(
                                java.util.Arrays.copyOf(here, (int) length),
                                java.util.Arrays.copyOf(there, (int) length)))
                        .as(name)
                        .isEqualTo(-1);
            } else {
                assertThat(Files.mismatch(each, log.resolve(name))).as(name).isEqualTo(-1);
            }
        }
    }

    private static void end(Process process) throws Exception {
        process.destroyForcibly();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    @Tag("J19")
    @Tag("J18")
    @Tag("Q11")
    void killed_at_random_instants_it_has_the_servers_own_bytes() throws Exception {
        Random random = new Random(20_261_121);
        int rounds = Integer.getInteger("stream.kills", 6);
        Process process = stream();
        insert(100);
        awaitDurable();
        for (int round = 0; round < rounds; round++) {
            insert(2_000 + random.nextInt(30_000));
            Until.passed(random.nextInt(300));
            end(process);
            insert(random.nextInt(5_000));
            process = stream();
            Until.passed(random.nextInt(2_500));
        }
        insert(10);
        awaitDurable();
        String flushed = server().ask("select pg_current_wal_flush_lsn()::text");
        awaitDurable();
        end(process);

        requireServersBytes(flushed);
        assertThat(segments()).hasSizeGreaterThan(3);
    }

    @Test
    @Tag("J19")
    void whole_segments_are_backed_up_and_the_unfinished_one_is_fetched_for_a_recovery() throws Exception {
        Process process = stream("--pool", "disk", "--interval", "1");
        insert(100);
        awaitDurable();
        insert(40_000);
        server().ask("select pg_switch_wal()");
        server().execute("insert into ledger (v) values ('the last one')");
        awaitDurable();
        Until.holds(
                "whole segments left the folder", Site.PATIENT, () -> segments().size() == 1);
        server().kill();
        end(process);

        String last = segments().get(0).getFileName().toString().replace(PARTIAL, "");
        Path fetched = folder.resolve(last);
        site.done("wal", "fetch", "wal", last, fetched.toString());
        assertThat(Files.size(fetched)).isEqualTo(16 << 20);
        assertThat(Files.readString(fetched, java.nio.charset.StandardCharsets.ISO_8859_1))
                .contains("the last one");
        String before = site.done("journal", "list", "wal", "--json")
                .json()
                .get(0)
                .path("name")
                .asText();
        site.done("wal", "fetch", "wal", before, folder.resolve(before).toString());
        assertThat(site.run(
                                "wal",
                                "fetch",
                                "wal",
                                "00000001000000FF00000001",
                                folder.resolve("none").toString())
                        .code())
                .isEqualTo(1);
    }

    private String rows(String like) throws SQLException {
        return server().ask("select count(*) from ledger where v like '" + like + "'");
    }

    @Test
    @Tag("J19")
    @Tag("R7")
    @Tag("R9")
    @Tag("R11")
    @Tag("R12")
    void what_was_received_before_the_server_was_lost_is_recovered_and_so_is_what_follows_that() throws Exception {
        Process process = stream("--pool", "disk", "--interval", "1");
        insert(10);
        awaitDurable();
        site.done(site.backupCommand());
        insert(20_000);
        server().ask("select pg_switch_wal()");
        insert(100);
        server().execute("insert into ledger (v) values ('the last one')");
        awaitDurable();
        RecoveryIT.destroy(site);
        end(process);

        String partial = segments().get(segments().size() - 1).getFileName().toString();
        assertThat(partial).endsWith(PARTIAL);
        assertThat(site.run("recover", "orders", "--dry-run").ok().out())
                .contains("to " + partial.replace(PARTIAL, ""), "isn't whole: it was received to 0/");
        assertThat(site.run("recover", "orders", "--until-lsn", "1/0").ends(1).err())
                .contains("SBG-V052", "which ends at 0/");
        site.done("recover", "orders");
        assertThat(rows("%")).isEqualTo("20111");
        assertThat(rows("the last one")).isEqualTo("1");
        String job = site.run("lsjob", "--json").json().toString();
        assertThat(job).contains("received-to");

        // the new timeline goes off within the segment of which only the beginning ever came
        process = stream("--pool", "disk", "--interval", "1");
        insert(50);
        awaitDurable();
        site.done("recover", "orders", "--dry-run");
        server().execute("insert into ledger (v) values ('behind it')");
        awaitDurable();
        RecoveryIT.destroy(site);
        end(process);

        site.done("recover", "orders");
        assertThat(rows("the last one")).isEqualTo("1");
        assertThat(rows("behind it")).isEqualTo("1");
        assertThat(rows("%")).isEqualTo("20162");
    }

    @Test
    @Tag("J19")
    void commits_wait_for_the_copy_and_none_of_them_is_lost_with_the_server() throws Exception {
        Process process = stream("--synchronous");
        insert(10);
        awaitDurable();
        server().execute("alter system set synchronous_standby_names = 'keeper'");
        server().ask("select pg_reload_conf()");
        Until.holds(
                "synchronous",
                Site.PATIENT,
                () -> server().ask("select coalesce(max(sync_state), '') from pg_stat_replication")
                        .equals("sync"));
        try (Connection connection = server().connect();
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < 50; i++) {
                statement.execute("insert into ledger (v) values ('commit-" + i + "-is-here')");
            }
        }
        server().kill();
        end(process);

        StringBuilder all = new StringBuilder();
        for (Path each : segments()) {
            all.append(Files.readString(each, java.nio.charset.StandardCharsets.ISO_8859_1));
        }
        for (int i = 0; i < 50; i++) {
            assertThat(all).contains("commit-" + i + "-is-here");
        }
    }

    @Test
    @Tag("J19")
    void it_says_when_commits_do_not_wait() throws Exception {
        Process process = stream("--synchronous");

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();

        assertThat(process.exitValue()).isNotZero();
        assertThat(Files.readString(folder.resolve("stream.log"))).contains("SBG-X021");
    }

    @Test
    @Tag("J19")
    @Tag("R9")
    void it_follows_a_primary_that_was_recovered_to_its_new_timeline() throws Exception {
        Process process = stream();
        insert(20_000);
        awaitDurable();
        server().close();
        Path data = server().settings().dataDirectory();
        Path signal = data.resolve("recovery.signal");
        Files.writeString(signal, "");
        Files.writeString(
                data.resolve("postgresql.conf"),
                "restore_command = 'false'\nrecovery_target_timeline = 'latest'\n",
                StandardOpenOption.APPEND);
        PostgresServer.ownedByServer(signal);
        server().started();
        Until.holds(
                "the end of recovery",
                Site.PATIENT,
                () -> server().ask("select pg_is_in_recovery()").equals("f"));
        insert(20_000);
        awaitDurable();
        String flushed = server().ask("select pg_current_wal_flush_lsn()::text");
        awaitDurable();
        end(process);

        assertThat(received.resolve("00000002.history"))
                .hasSameBinaryContentAs(data.resolve("pg_wal/00000002.history"));
        assertThat(segments())
                .extracting(each -> each.getFileName().toString().substring(0, 8))
                .contains("00000001", "00000002");
        for (Path each : segments()) {
            if (each.getFileName().toString().startsWith("00000002")
                    && !each.toString().endsWith(PARTIAL)) {
                assertThat(Files.mismatch(each, data.resolve("pg_wal").resolve(each.getFileName())))
                        .isEqualTo(-1);
            }
        }
        assertThat(flushed).isNotEmpty();
        assertThat(Files.readString(folder.resolve("stream.log")))
                .contains("STREAMTLI")
                .contains("STREAMLOST");
    }

    @Test
    @Tag("J25")
    @Tag("J19")
    void a_slot_that_the_server_gave_up_is_a_gap_in_the_chain_and_receiving_goes_on_behind_it() throws Exception {
        Process process = stream();
        insert(100);
        awaitDurable();
        end(process);
        server().execute("alter system set wal_keep_size = 0");
        server().execute("alter system set max_slot_wal_keep_size = '32MB'");
        server().execute("alter system set max_wal_size = '32MB'");
        server().execute("alter system set min_wal_size = '32MB'");
        server().ask("select pg_reload_conf()");
        for (int i = 0; i < 8; i++) {
            insert(10_000);
            server().ask("select pg_switch_wal()");
            server().execute("checkpoint");
        }
        Until.holds("the slot is lost", Site.PATIENT, () -> {
            server().execute("checkpoint");
            return server().ask("select wal_status from pg_replication_slots where slot_name = 'keeper'")
                    .equals("lost");
        });

        Process failing = stream();
        assertThat(failing.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(failing.exitValue()).isNotZero();
        assertThat(Files.readString(folder.resolve("stream.log")))
                .contains("SBG-X002")
                .contains("journal gap")
                .contains("DOFULLBCK");
        assertThat(site.done("journal", "list", "wal", "--json")
                        .json()
                        .get(0)
                        .path("state")
                        .asText())
                .isEqualTo("gap");

        Process again = stream();
        insert(100);
        awaitDurable();
        end(again);
    }

    @Test
    @Tag("J19")
    @Tag("E3")
    void a_route_receives_and_backs_up() throws Exception {
        Path routes = Files.createDirectories(site.home().resolve("routes"));
        Files.writeString(routes.resolve("stream-wal.yaml"), """
                - routeConfiguration:
                    onException:
                      - onException:
                          exception: [java.lang.Exception]
                          steps:
                            - log: "${exception.message}"
                - route:
                    id: stream-wal
                    from:
                      uri: "journal:wal"
                      parameters:
                        mode: stream
                        pool: disk
                        interval: 1
                      steps:
                        - log: "received to ${header.CamelSaddlebagJournalSequence}"
                """);
        Process service = site.program(folder.resolve("run.log"), "run");
        try {
            Until.holds(
                    "the slot",
                    Site.PATIENT,
                    () -> server().ask("select count(*) from pg_replication_slots")
                            .equals("1"));
        } catch (AssertionError e) {
            throw new AssertionError(Files.readString(folder.resolve("run.log")), e);
        }
        insert(40_000);
        server().ask("select pg_switch_wal()");
        insert(1);
        awaitDurable();
        Until.holds(
                "whole segments are in the chain",
                Site.PATIENT,
                () -> site.run("journal", "list", "wal", "--json").json().size() > 1
                        && segments().size() == 1);
        service.destroy();
        assertThat(service.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    @Tag("J27")
    void a_target_that_hangs_is_told_from_the_data_path_and_so_is_its_recovery() throws Exception {
        assumeTrue(
                "root".equals(System.getProperty("user.name")) && Files.exists(Path.of("/dev/loop-control")),
                "needs root and loop devices for a disk that can hang");
        LinuxPosix posix = new LinuxPosix();
        try (LoopFileSystem disk = LoopFileSystem.create(
                posix, folder.resolve("disk.img"), LoopFileSystem.Kind.XFS, ByteCount.mebibytes(400))) {
            received = Files.createDirectory(disk.path().resolve("received"));
            Path config = site.home().resolve("config/saddlebag.yaml");
            Files.writeString(
                    config,
                    Files.readString(config)
                            .replace(folder.resolve("received").toString(), received.toString())
                            .replace("slot: keeper", "slot: keeper, stalledAfter: 3s"));
            Path log = folder.resolve("stream.log");
            Process process = stream();
            insert(100);
            awaitDurable();
            posix.freeze(disk.path());
            try {
                Until.holds(
                        "the stall is told",
                        Site.PATIENT,
                        () -> Files.readString(log).contains("STREAMSTALL, wal: what database orders wrote"));
            } finally {
                posix.thaw(disk.path());
            }
            Until.holds(
                    "the end of it is told",
                    Site.PATIENT,
                    () -> Files.readString(log).contains("STREAMSTALL, wal: the copy goes on"));
            assertThat(process.isAlive()).isTrue();
            end(process);
        }
    }
}

package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.app.CommandLineInProcess;
import io.saddlebag.app.CommandLineInProcess.Said;
import io.saddlebag.host.local.LoopFileSystem;
import io.saddlebag.posix.linux.LinuxPosix;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.testing.MariadbServer;
import io.saddlebag.testing.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Backups of a real MariaDB on Btrfs and their restore, by the command line. */
class MariadbIT {
    private static final ByteCount GROUND = ByteCount.mebibytes(1536);

    @TempDir
    Path folder;

    private LoopFileSystem ground;
    private MariadbServer server;
    private Path home;

    @BeforeEach
    void prepare() throws Exception {
        Program.needRoot();
        ground = LoopFileSystem.create(
                new LinuxPosix(), folder.resolve("ground.img"), LoopFileSystem.Kind.BTRFS, GROUND);
        server = MariadbServer.install(
                ground.path().resolve("database"),
                // the worst that is accepted
                "innodb-flush-log-at-trx-commit=2",
                "sync-binlog=0");
        server.started();
        home = folder.resolve("home");
        Files.createDirectories(home.resolve("config"));
        Files.writeString(home.resolve("config/saddlebag.yaml"), """
                pools:
                  disk: { folder: pool }
                families:
                  nightly: { writeWindow: 7d, retention: 14d }
                databases:
                  shop:
                    engine: mariadb
                    data: %s
                    defaultsFile: %s
                    port: %d
                    runAs: mysql
                    check: tables
                """.formatted(
                        server.settings().dataDirectory(),
                        server.settings().defaultsFile(),
                        server.settings().port()));
    }

    @AfterEach
    void end() throws Exception {
        if (server != null) {
            server.close();
        }
        if (ground != null) {
            ground.close();
        }
    }

    @Test
    @Tag("W1")
    @Tag("W2")
    @Tag("W4")
    @Tag("W12")
    void an_offline_backup_is_restored_as_the_server_was_stopped() throws Exception {
        MariadbLedger.prepare(server);
        server.execute("insert into shop.ledger0 values (1, repeat(md5(1), 8))");

        JsonNode job = job(done("backup", "shop", "--pool", "disk", "--family", "nightly", "--json"));

        assertThat(job.path("figures").path("downtime-ms").asLong(-1))
                .as(job.toString())
                .isPositive();
        server.execute("insert into shop.ledger0 values (2, repeat(md5(2), 8))", "drop table shop.churn");
        done("restore", "shop", "--database", "shop", "--json");
        assertThat(server.ask("select max(n) from shop.ledger0")).isEqualTo("1");
        assertThat(server.ask("select count(*) from shop.churn")).isEqualTo("500");
        server.execute("insert into shop.ledger0 values (2, repeat(md5(2), 8))");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    @Tag("W6")
    @Tag("W7")
    @Tag("W9")
    @Tag("W13")
    void an_online_backup_holds_all_that_was_committed_before_the_freeze_and_nothing_later(long seed) throws Exception {
        MariadbLedger.prepare(server);
        roundTrip(seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    @Tag("long")
    @Tag("W7")
    @Tag("W13")
    void backup_after_backup_of_restored_servers(long seed) throws Exception {
        MariadbLedger.prepare(server);
        for (int round = 0; round < 3; round++) {
            roundTrip(seed * 100 + round);
        }
    }

    private void roundTrip(long seed) throws Exception {
        JsonNode job;
        try (MariadbLedger ledger = MariadbLedger.start(server, seed)) {
            ledger.awaitRows(20);
            job = job(done("backup", "shop", "--online", "--pool", "disk", "--family", "nightly", "--json"));
            ledger.awaitRows(20);
            ledger.stop();
            JsonNode figures = job.path("figures");
            assertThat(figures.path("outcome").asText()).isEqualTo("DATABASE_FULL");
            assertThat(figures.path("freeze-ms").asLong(-1)).as(job.toString()).isBetween(0L, 10_000L);
            System.out.println(
                    "seed " + seed + ": frozen for " + figures.path("freeze-ms").asText() + " ms");
            assertThat(server.ask("select count(*) from information_schema.processlist"
                            + " where state like 'Waiting for backup lock%'"))
                    .isEqualTo("0");

            done("restore", "shop", "--database", "shop", "--json");

            Instant before = OnlineSite.time(job, "snapshot", "started");
            Instant after = OnlineSite.time(job, "snapshot", "ended");
            ledger.requirePrefix(server, before, after, "seed " + seed);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"backup-shop", "backup-shop-online"})
    @Tag("W4")
    @Tag("W17")
    void the_shipped_route_files_run(String file) throws Exception {
        MariadbLedger.prepare(server);
        Path routes = Files.createDirectories(home.resolve("routes"));
        Path asked = Files.createDirectories(home.resolve("asked"));
        Files.writeString(home.resolve("config/saddlebag.yaml"), """
                libraries:
                  vault:
                    folder: vault
                    create: { slots: 4, drives: 1, mailSlots: 1, cartridges: 2, capacity: 256MiB }
                """, java.nio.file.StandardOpenOption.APPEND);
        Files.createDirectories(routes.resolve("templates"));
        for (String shipped : List.of("errors.yaml", "templates/online-backup.yaml", "templates/offline-backup.yaml")) {
            Files.copy(Path.of("routes", shipped), routes.resolve(shipped));
        }
        // as shipped, but for the trigger and the family
        String route = Files.readString(Path.of("routes", file + ".yaml"))
                .replaceFirst("quartz:[^\"]*", "file:" + asked + "?delete=true&readLock=changed&readLockMinAge=2s")
                .replace("value: weekly", "value: nightly");
        Files.writeString(routes.resolve(file + ".yaml"), route);
        Process service = OnlineSite.program(home, folder.resolve("run.log"), "run");
        try {
            Files.writeString(asked.resolve("please"), "now");
            Until.holds(
                    "a backup",
                    Site.PATIENT.multipliedBy(2),
                    () -> CommandLineInProcess.run(home, "lsbu", "shop", "--json")
                                    .json()
                                    .size()
                            == 1);
        } catch (AssertionError e) {
            throw new AssertionError(Files.readString(folder.resolve("run.log")), e);
        } finally {
            service.destroy();
            service.waitFor();
        }
        server.execute("drop table shop.churn");
        done("restore", "shop", "--database", "shop");
        assertThat(server.ask("select count(*) from shop.churn")).isEqualTo("500");
    }

    @Test
    @Tag("W8")
    void without_a_binary_log_an_online_backup_is_refused_and_leaves_nothing() throws Exception {
        server.adapter().stop(Site.PATIENT, line -> {});
        Files.writeString(server.settings().defaultsFile(), "skip-log-bin\n", java.nio.file.StandardOpenOption.APPEND);
        server.started();

        Said said = CommandLineInProcess.run(
                home, "backup", "shop", "--online", "--pool", "disk", "--family", "nightly", "--json");

        assertThat(said.code()).isNotZero();
        assertThat(said.out() + said.err()).contains("SBG-D007").contains("log_bin = binlog");
        assertThat(server.ask("select 1")).isEqualTo("1");
    }

    private static JsonNode job(Said said) {
        return OnlineSite.only(said.json());
    }

    /** Ended well; else the transcripts are told. */
    private Said done(String... command) {
        Said said = CommandLineInProcess.run(home, command);
        if (said.code() != 0) {
            StringBuilder told = new StringBuilder();
            for (JsonNode job :
                    CommandLineInProcess.run(home, "lsjob", "--json").json()) {
                told.append(CommandLineInProcess.run(
                                        home, "catxcr", job.path("name").asText())
                                .out())
                        .append('\n');
            }
            throw new AssertionError(said + "\n" + told);
        }
        return said;
    }
}

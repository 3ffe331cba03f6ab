package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.app.CommandLineInProcess.Said;
import io.saddlebag.testing.PostgresServer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong in online backups of a real PostgreSQL: the source is unharmed, and whatever failed says so. */
class OnlineFailuresIT {
    private static final int CLIENTS = 2;
    private static final int ROWS = 60_000;
    private static final int KILLS = Integer.getInteger("saddlebag.kills", 3);

    @TempDir
    Path folder;

    @Test
    @Tag("W8")
    void without_archive_mode_it_is_refused_with_the_commands_that_turn_it_on() throws Exception {
        try (OnlineSite site = OnlineSite.on(folder, "none")) {
            site.server().execute("alter system set archive_mode = off");
            site.server().close();
            site.server().started();

            Said refused = site.backUp().ends(1);

            assertThat(refused.out())
                    .contains("SBG-D007")
                    .contains("archive_mode is off")
                    .contains("alter system set archive_mode = 'on';")
                    .contains("pg_ctl restart -D " + site.server().settings().dataDirectory());
            assertThat(site.catalogued()).containsEntry("count", "0");
            assertThat(refused.out()).doesNotContain("begin backup of");
        }
    }

    @Test
    @Tag("W6")
    @Tag("W7")
    void a_snapshot_that_fails_leaves_the_source_alone() throws Exception {
        try (OnlineSite site = OnlineSite.on(folder, "reflink")) {
            Ledger.prepare(site.server(), 100);
            try (Ledger ledger = Ledger.start(site.server(), CLIENTS, 1)) {
                // a plain file where the folder of the snapshots would be
                Path place = site.server().settings().dataDirectory().resolveSibling(".saddlebag-snapshots");
                Files.writeString(place, "in the way");

                Said failed = site.backUp().ends(1);

                assertThat(failed.out()).contains("SBG-S002");
                Files.delete(place);
                ledger.awaitRows(5);
                ledger.stop();
            }
            site.requireNotInBackupMode();
            assertThat(site.catalogued()).containsEntry("count", "0");
            site.done(site.backupCommand());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "stream"})
    @Tag("W6")
    @Tag("W20")
    void a_server_killed_in_backup_mode_fails_the_job_and_nothing_else(String provider) throws Exception {
        try (OnlineSite site = OnlineSite.on(folder, provider)) {
            Ledger.prepare(site.server(), ROWS);
            CompletableFuture<Said> backup = CompletableFuture.supplyAsync(site::backUp);
            awaitBackupMode(site);
            site.server().kill();

            Said failed = backup.get(Site.PATIENT.toSeconds(), TimeUnit.SECONDS);

            assertThat(failed.code()).as(failed.toString()).isEqualTo(1);
            assertThat(failed.out()).contains("SBG-D010");
            assertThat(site.catalogued()).containsEntry("count", "0");
            site.server().started();
            assertThat(site.backupModes()).isEqualTo("0 sessions, 0 slots");
            site.done(site.backupCommand());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "btrfs", "stream"})
    @Tag("W7")
    @Tag("W20")
    @Tag("W21")
    void a_killed_backup_leaves_a_source_that_writes_on_out_of_backup_mode(String provider) throws Exception {
        killed(provider, KILLS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "btrfs", "reflink", "freeze", "stream"})
    @Tag("long")
    @Tag("Q11")
    void thirty_killed_backups_leave_a_source_that_writes_on_out_of_backup_mode(String provider) throws Exception {
        killed(provider, 30);
    }

    /** Half of the kills as soon as the server is in backup mode, and a drawn time later; the others anywhere in the job. */
    private void killed(String provider, int kills) throws Exception {
        try (OnlineSite site = OnlineSite.on(folder, provider)) {
            Ledger.prepare(site.server(), ROWS);
            long begin = System.nanoTime();
            assertThat(start(site).waitFor()).isZero();
            long wholeMillis = (System.nanoTime() - begin) / 1_000_000;
            for (int seed = 1; seed <= kills; seed++) {
                Random random = new Random(seed);
                try (Ledger ledger = Ledger.start(site.server(), CLIENTS, seed)) {
                    Process process = start(site);
                    if (seed % 2 == 1) {
                        awaitBackupMode(site);
                        pause(random.nextInt(60));
                    } else {
                        pause(random.nextInt((int) wholeMillis));
                    }
                    process.destroyForcibly().waitFor();
                    site.requireNotInBackupMode();
                    ledger.awaitRows(5);
                    ledger.stop();
                }
            }
            try (Ledger ledger = Ledger.start(site.server(), CLIENTS, kills + 1)) {
                JsonNode job = OnlineSite.only(site.done(site.backupCommand()).json());
                ledger.stop();
                assertThat(site.leftOvers()).isEmpty();
                site.done("restore", "orders", "--database", "orders");
                ledger.requirePrefix(
                        site.server(),
                        OnlineSite.time(job, "prepare", "started"),
                        Instant.parse(job.path("ended").asText()),
                        provider);
            }
        }
    }

    @Test
    @Tag("W20")
    void a_backup_that_hangs_in_backup_mode_loses_it_to_its_guard() throws Exception {
        try (OnlineSite site = OnlineSite.on(folder, "none", "    backupModeLease: 4s\n")) {
            Ledger.prepare(site.server(), ROWS);
            Process process = start(site);
            OnlineSite.awaitStep(site.home(), "write image");
            signal(process, "STOP");
            try {
                site.requireNotInBackupMode();
            } finally {
                signal(process, "CONT");
            }
            assertThat(process.waitFor(Site.PATIENT.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            assertThat(process.exitValue()).as(Files.readString(log())).isEqualTo(1);
            assertThat(site.catalogued()).containsEntry("count", "0");
        }
    }

    @Test
    @Tag("R9")
    @Tag("W13")
    void a_target_left_in_the_configuration_does_not_stand_in_the_way_of_a_restore() throws Exception {
        try (OnlineSite site = OnlineSite.on(folder, "none")) {
            Ledger.prepare(site.server(), 100);
            Files.writeString(
                    site.server().settings().dataDirectory().resolve("postgresql.auto.conf"),
                    "recovery_target_time = '2020-01-01 00:00:00'\n",
                    StandardOpenOption.APPEND);
            site.done(site.backupCommand());
            site.done("restore", "orders", "--database", "orders");
            assertThat(site.server().ask("select count(*) from churn")).isEqualTo("100");
            site.done(site.backupCommand());
            site.done("restore", "orders", "--database", "orders");
            assertThat(site.server().ask("select timeline_id from pg_control_checkpoint()"))
                    .isEqualTo("3");
        }
    }

    @Test
    @Tag("R14")
    @Tag("W13")
    void a_restore_that_asks_for_proof_reads_everything_and_fails_for_what_is_broken() throws Exception {
        try (OnlineSite site = OnlineSite.on(folder, "none", "    check: tables\n")) {
            PostgresServer server = site.server();
            Ledger.prepare(server, 2000);
            site.done(site.backupCommand());
            JsonNode job = OnlineSite.only(site.done("restore", "orders", "--database", "orders", "--json")
                    .json());
            assertThat(site.run("catxcr", job.path("name").asText()).ok().out())
                    .contains("tables read to the end")
                    .doesNotContain("were not read");

            String file = server.ask("select pg_relation_filepath('churn')");
            // else the crash recovery behind close() would write the whole page again
            server.execute("checkpoint");
            server.close();
            try (var table =
                    Files.newByteChannel(server.settings().dataDirectory().resolve(file), StandardOpenOption.WRITE)) {
                table.position(8192 * 3 + 4000);
                table.write(ByteBuffer.wrap("scribbled over".getBytes(StandardCharsets.UTF_8)));
            }
            server.started();
            site.done(site.backupCommand());

            Said failed = site.run("restore", "orders", "--database", "orders").ends(1);

            assertThat(failed.out()).contains("SBG-D004", "invalid page in block 3");
            assertThat(server.ask("select count(*) from pg_class where relname = 'churn'"))
                    .isEqualTo("1");
        }
    }

    private Path log() {
        return folder.resolve("program.log");
    }

    private Process start(OnlineSite site) throws Exception {
        return site.program(log(), site.backupCommand());
    }

    private static boolean inBackupMode(OnlineSite site) throws Exception {
        return site.server()
                .ask("select count(*) from pg_stat_activity where application_name like 'saddlebag backup%'"
                        + " and ((state = 'idle' and (query like '%backup_start%' or query = 'select 1'))"
                        + " or pid in (select pid from pg_stat_progress_basebackup where phase like 'streaming%'))")
                .equals("1");
    }

    private static void awaitBackupMode(OnlineSite site) throws Exception {
        Until.holds("backup mode", Site.PATIENT, () -> inBackupMode(site));
    }

    private static void pause(long millis) throws Exception {
        long end = System.nanoTime() + Duration.ofMillis(millis).toNanos();
        Until.holds("a pause", Site.PATIENT, () -> System.nanoTime() >= end);
    }

    private static void signal(Process process, String signal) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }
}

package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Online backups of a real PostgreSQL that is written to all the time, and their restore. */
class OnlinePostgresIT {
    private static final int CLIENTS = 3;
    private static final int CHURN = 2000;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"btrfs", "reflink", "freeze", "none", "stream"})
    @Tag("W6")
    @Tag("W7")
    @Tag("W9")
    @Tag("W13")
    @Tag("R12")
    void a_restored_copy_holds_all_that_was_committed_before_and_nothing_that_came_later(String provider)
            throws Exception {
        try (OnlineSite site = OnlineSite.on(folder, provider)) {
            Ledger.prepare(site.server(), CHURN);
            roundTrip(site, 1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"online-backup", "streamed-backup"})
    @Tag("W6")
    @Tag("W17")
    @Tag("R12")
    void the_shipped_template_runs_when_a_file_is_dropped(String template) throws Exception {
        try (OnlineSite site = OnlineSite.on(folder, "btrfs")) {
            Ledger.prepare(site.server(), CHURN);
            Path routes = Files.createDirectories(site.home().resolve("routes"));
            Path asked = Files.createDirectories(site.home().resolve("asked"));
            Files.writeString(site.home().resolve("config/saddlebag.yaml"), """
                    libraries:
                      vault:
                        folder: vault
                        create: { slots: 4, drives: 1, mailSlots: 1, cartridges: 2, capacity: 256MiB }
                    """, StandardOpenOption.APPEND);
            Files.createDirectories(routes.resolve("templates"));
            for (String shipped : List.of("errors.yaml", "templates/" + template + ".yaml")) {
                Files.copy(Path.of("routes", shipped), routes.resolve(shipped));
            }
            Files.writeString(routes.resolve("backup-when-asked.yaml"), """
                    - templatedRoute:
                        routeTemplateRef: %s
                        routeId: backup-when-asked
                        parameters:
                          - { name: database, value: orders }
                          - { name: trigger, value: "file:%s?delete=true&readLock=changed&readLockMinAge=2s" }
                          - { name: library, value: vault }
                          - { name: family, value: nightly }
                    """.formatted(template, asked));
            Process service = site.program(folder.resolve("run.log"), "run");
            try (Ledger ledger = Ledger.start(site.server(), CLIENTS, 1)) {
                Files.writeString(asked.resolve("please"), "now");
                Until.holds(
                        "a backup",
                        Site.PATIENT,
                        () -> site.catalogued().get("count").equals("1"));
                ledger.stop();
            } catch (AssertionError e) {
                throw new AssertionError(Files.readString(folder.resolve("run.log")), e);
            } finally {
                service.destroy();
                service.waitFor();
            }
            assertThat(site.catalogued()).containsEntry("outcome", "database-full");
            site.done("restore", "orders", "--database", "orders");
            assertThat(Long.parseLong(site.server().ask("select count(*) from ledger")))
                    .isNotNegative();
        }
    }

    @Test
    @Tag("W9")
    void a_snapshot_of_one_instant_alone_recovers_as_after_a_crash() throws Exception {
        try (OnlineSite site = OnlineSite.on(folder, "btrfs")) {
            Ledger.prepare(site.server(), CHURN);
            try (Ledger ledger = Ledger.start(site.server(), CLIENTS, 1)) {
                ledger.awaitRows(20);
                JsonNode job = OnlineSite.only(site.done(
                                "backup",
                                "orders",
                                "--crash-consistent",
                                "--pool",
                                "disk",
                                "--provider",
                                "btrfs",
                                "--json")
                        .json());
                ledger.awaitRows(5);
                ledger.stop();
                assertThat(site.catalogued()).containsEntry("outcome", "crash-consistent");
                site.done("restore", "orders", "--database", "orders");
                ledger.requirePrefix(
                        site.server(),
                        OnlineSite.time(job, "snapshot", "started"),
                        OnlineSite.time(job, "snapshot", "ended"),
                        "crash consistent");
            }
        }
    }

    private static void roundTrip(OnlineSite site, long seed) throws Exception {
        JsonNode job;
        try (Ledger ledger = Ledger.start(site.server(), CLIENTS, seed)) {
            ledger.awaitRows(20);
            job = OnlineSite.only(site.done(site.backupCommand()).json());
            ledger.awaitRows(20);
            ledger.stop();
            site.requireNotInBackupMode();
            assertThat(site.leftOvers()).isEmpty();
            assertThat(job.path("figures").path("outcome").asText()).isEqualTo("DATABASE_FULL");
            assertThat(job.path("figures").path("freeze-ms").asLong(-1)).isBetween(0L, 10_000L);
            assertThat(site.catalogued()).containsEntry("outcome", "database-full");

            site.done("restore", "orders", "--database", "orders", "--json");

            // the copy is as the database was at the end of backup mode
            String end = List.of("none", "stream")
                            .contains(job.path("figures")
                                    .path("snapshot-provider")
                                    .asText("stream"))
                    ? "write image"
                    : "end backup";
            Instant before = OnlineSite.time(job, end, "started");
            Instant after = OnlineSite.time(job, end, "ended");
            ledger.requirePrefix(site.server(), before, after, "seed " + seed);
        }
        assertThat(site.server().ask("select timeline_id from pg_control_checkpoint()"))
                .isEqualTo(Long.toString(seed + 1));
    }
}

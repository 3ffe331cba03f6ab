package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
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
    @ValueSource(strings = {"btrfs", "reflink", "freeze", "none"})
    @Tag("W6")
    @Tag("W7")
    @Tag("W9")
    @Tag("W13")
    void a_restored_copy_holds_all_that_was_committed_before_and_nothing_that_came_later(String provider)
            throws Exception {
        try (OnlineSite site = OnlineSite.on(folder, provider)) {
            Ledger.prepare(site.server(), CHURN);
            roundTrip(site, 1);
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
            String end = job.path("figures").path("snapshot-provider").asText().equals("none")
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

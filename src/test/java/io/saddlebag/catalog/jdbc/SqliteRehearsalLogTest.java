package io.saddlebag.catalog.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Rehearsal;
import io.saddlebag.catalog.Rehearsal.Proof;
import io.saddlebag.catalog.RehearsalLog;
import io.saddlebag.store.jdbc.JdbcStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteRehearsalLogTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    Path folder;

    private static Rehearsal rehearsal(String job, String database, Proof proof, @Nullable String failure) {
        return new Rehearsal(
                database, new BackupId(7), job, NOON, NOON.plusSeconds(60), proof, List.of("a", "b"), failure);
    }

    @Test
    @Tag("R14")
    void what_was_proven_is_there_when_the_store_is_opened_again() throws IOException {
        Rehearsal good = rehearsal("1", "orders", Proof.CHECKED, null);
        Rehearsal bad = rehearsal("2", "orders", Proof.STARTED, "table t is damaged\nlook at it");
        Rehearsal half = rehearsal("3", "orders", Proof.RESTORED, null);
        try (JdbcStore store = JdbcStore.openSqlite(folder.resolve("catalog.db"), JdbcCatalog.FAULTS)) {
            RehearsalLog log = new JdbcRehearsalLog(store);
            log.add(good);
            log.add(bad);
            log.add(half);
            log.add(rehearsal("4", "ledger", Proof.NOTHING, "its process died"));
        }
        try (JdbcStore store = JdbcStore.openSqlite(folder.resolve("catalog.db"), JdbcCatalog.FAULTS)) {
            RehearsalLog log = new JdbcRehearsalLog(store);

            assertThat(log.list("orders", 10)).containsExactly(half, bad, good);
            assertThat(log.list(null, 1)).extracting(Rehearsal::database).containsExactly("ledger");
            assertThat(log.lastProven("orders")).contains(good);
            assertThat(log.lastProven("ledger")).isEmpty();
        }
    }

    @Test
    @Tag("R14")
    void the_first_result_of_a_job_counts() throws IOException {
        try (JdbcStore store = JdbcStore.openSqlite(folder.resolve("catalog.db"), JdbcCatalog.FAULTS)) {
            RehearsalLog log = new JdbcRehearsalLog(store);
            Rehearsal first = rehearsal("1", "orders", Proof.CHECKED, null);
            log.add(first);

            log.add(rehearsal("1", "orders", Proof.NOTHING, "its process died"));

            assertThat(log.list("orders", 10)).containsExactly(first);
        }
    }
}

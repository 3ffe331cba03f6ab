package io.saddlebag.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.DatabaseOptions;
import io.saddlebag.database.sqlite.SqliteAdapter;
import io.saddlebag.database.sqlite.SqliteSettings;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.image.Compression;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Overlap;
import io.saddlebag.snapshot.SnapshotProvider;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal that is there only while a transaction runs, and the choice of a provider, which is made before the stop. */
@Tag("W1")
@Tag("W5")
class VanishingJournalTest {
    @TempDir
    Path folder;

    @Test
    void a_transaction_that_ends_while_the_snapshot_is_planned_costs_no_backup() throws Exception {
        Path file = folder.resolve("ledger.db");
        Path journal = folder.resolve("ledger.db-journal");
        try (Workbench bench = new Workbench(Files.createDirectories(folder.resolve("bench")));
                Connection application = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = application.createStatement()) {
            statement.execute("create table t (n integer)");
            bench.database = new SqliteAdapter(
                    SqliteSettings.read(new DatabaseOptions("orders", Map.of("file", file.toString()))),
                    Optional.empty(),
                    new SystemWaiter());
            statement.execute("begin immediate");
            statement.execute("insert into t values (1)");
            assertThat(bench.database.components())
                    .extracting(DatabaseComponent::path)
                    .containsExactly(file, journal);
            Workbench.Node node = bench.node();

            Job job = new OfflineBackup(node.backups)
                    .run(new OfflineBackup.Order(
                            "orders",
                            null,
                            Overlap.SKIP,
                            node.orders(),
                            node.stop(),
                            paths -> chosen(paths, bench, application, journal),
                            new SourceOptions(Compression.NONE),
                            node.target()))
                    .orElseThrow();

            assertThat(job.state()).as(job.cause()).isEqualTo(JobState.COMPLETED);
        }
    }

    /** As each provider looks at paths, when the transaction has ended, and the application with it. */
    private static SnapshotProvider chosen(List<Path> paths, Workbench bench, Connection application, Path journal)
            throws IOException {
        try {
            if (!application.isClosed()) {
                commit(application);
                application.close();
            }
        } catch (SQLException e) {
            throw new IOException(e);
        }
        assertThat(journal).doesNotExist();
        for (Path path : paths) {
            assertThat(path.toRealPath()).exists();
        }
        return bench.snapshots;
    }

    private static void commit(Connection application) throws SQLException {
        try (Statement statement = application.createStatement()) {
            statement.execute("commit");
        }
    }
}

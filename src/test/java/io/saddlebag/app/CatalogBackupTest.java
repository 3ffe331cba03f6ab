package io.saddlebag.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.catalog.jdbc.JdbcCatalog;
import io.saddlebag.job.Job;
import io.saddlebag.job.jdbc.JdbcJobLog;
import io.saddlebag.store.jdbc.JdbcStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The catalog is backed up while it is written to, and what is restored is a catalog. */
@Tag("D1")
@Tag("C1")
class CatalogBackupTest {
    /** Of each row that is written meanwhile: the log moves into the file again and again. */
    private static final int ROW_BYTES = 256 << 10;
    /** Rows before the backup begins. */
    private static final int ROWS = 20;
    /** The rows are written over from there. */
    private static final int KEPT = 40;

    @TempDir
    Path folder;

    private Path home;
    private Path target;

    @BeforeEach
    void home() throws Exception {
        home = Files.createDirectory(folder.resolve("home"));
        target = folder.resolve("target");
        Files.createDirectories(home.resolve("config/datasets"));
        Files.createDirectories(home.resolve("routes"));
        Files.writeString(home.resolve("config/saddlebag.yaml"), """
                node: here
                libraries:
                  vault:
                    folder: ../vault
                    create: { slots: 4, drives: 2, cartridges: 3, capacity: 256MiB }
                """);
        Files.writeString(home.resolve("config/datasets/own.ds"), "include catalog\n");
        Files.writeString(home.resolve("config/datasets/above.ds"), "include path " + home + "\n");
    }

    private CommandLineInProcess.Said backUp(String dataset) {
        return CommandLineInProcess.run(
                home, "backup", "--dataset", dataset, "--library", "vault", "--provider", "none");
    }

    @Test
    void what_is_restored_is_whole_and_has_all_that_was_acknowledged_before() throws Exception {
        backUp("own").ok();
        Path leftover = Files.createDirectories(state().resolve(CatalogCopies.PLACE + "/of-a-dead-process.1"));
        Files.writeString(leftover.resolve("catalog.sqlite"), "half");
        try (JdbcStore store = JdbcStore.openSqlite(state().resolve("catalog.sqlite"), JdbcCatalog.FAULTS);
                Writer writer = new Writer(store)) {
            writer.started.await();
            for (String dataset : List.of("own", "above")) {
                List<Job> acknowledged = new JdbcJobLog(store).jobs();
                long rows = writer.written.get();

                backUp(dataset).ok();

                assertThat(writer.running)
                        .as("the catalog was written to meanwhile")
                        .isNotDone();
                assertThat(writer.written.get()).isGreaterThan(rows);
                CommandLineInProcess.run(
                                home,
                                "restore",
                                dataset,
                                "--to",
                                target.resolve(dataset).toString())
                        .ok();
                assertWhole(target.resolve(dataset), acknowledged, rows);
            }
        }
        assertThat(state().resolve(CatalogCopies.PLACE)).isEmptyDirectory();
    }

    private void assertWhole(Path to, List<Job> acknowledged, long rows) throws IOException {
        Path restored = to.resolve(state().toString().substring(1));
        try (Stream<Path> all = Files.list(restored)) {
            assertThat(all.map(path -> path.getFileName().toString()))
                    .contains("catalog.sqlite", "transcripts")
                    .doesNotContain("catalog.sqlite-wal", "catalog.sqlite-shm", CatalogCopies.PLACE);
        }
        try (JdbcStore store = JdbcStore.openSqlite(restored.resolve("catalog.sqlite"), JdbcCatalog.FAULTS)) {
            String verdict = store.read("checking", connection -> {
                try (Statement statement = connection.createStatement();
                        ResultSet result = statement.executeQuery("pragma integrity_check")) {
                    return result.getString(1);
                }
            });
            assertThat(verdict).isEqualTo("ok");
            long newest = store.read("looking", connection -> {
                try (Statement statement = connection.createStatement();
                        ResultSet result = statement.executeQuery("select max(turn) from written_meanwhile")) {
                    return result.getLong(1);
                }
            });
            assertThat(newest).isGreaterThanOrEqualTo(rows);
            assertThat(new JdbcJobLog(store).jobs())
                    .extracting(Job::name)
                    .containsAll(acknowledged.stream().map(Job::name).toList());
        }
    }

    private Path state() {
        return home.resolve("var");
    }

    /** Another process of the node, which writes without end. */
    private static final class Writer implements AutoCloseable {
        private final AtomicLong written = new AtomicLong();
        private final CountDownLatch started = new CountDownLatch(ROWS);
        private final AtomicBoolean ended = new AtomicBoolean();
        private final ExecutorService thread = Executors.newSingleThreadExecutor();
        private final Future<?> running;

        Writer(JdbcStore store) throws IOException {
            store.change("making a table", connection -> {
                try (Statement statement = connection.createStatement()) {
                    statement.execute(
                            "create table written_meanwhile (row integer primary key, turn integer, content blob)");
                }
            });
            running = thread.submit(() -> {
                while (!ended.get()) {
                    long turn = written.get() + 1;
                    store.change("writing", connection -> {
                        try (PreparedStatement insert = connection.prepareStatement(
                                "insert or replace into written_meanwhile values (?, ?, randomblob(" + ROW_BYTES
                                        + "))")) {
                            insert.setLong(1, turn % KEPT);
                            insert.setLong(2, turn);
                            insert.execute();
                        }
                    });
                    written.set(turn);
                    started.countDown();
                }
                return null;
            });
        }

        @Override
        public void close() throws IOException {
            ended.set(true);
            thread.shutdown();
            try {
                running.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while the writer ends", e);
            } catch (ExecutionException e) {
                throw new IOException("the writer failed", e);
            }
        }
    }
}

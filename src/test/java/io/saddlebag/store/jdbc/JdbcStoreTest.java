package io.saddlebag.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.CatalogFault;
import io.saddlebag.catalog.jdbc.JdbcCatalog;
import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class JdbcStoreTest {
    private static final int THREADS = 8;

    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("catalog.db");
    }

    private JdbcStore open() throws IOException {
        return JdbcStore.openSqlite(file(), JdbcCatalog.FAULTS);
    }

    private void sql(String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private void assertRefused(CatalogFault fault, String what) {
        assertThatThrownBy(this::open).isInstanceOfSatisfying(BackupException.class, e -> {
            assertThat(e.code()).isEqualTo(fault);
            assertThat(e.what()).contains(what);
        });
    }

    @Test
    @Tag("C2")
    @Tag("M28")
    void sections_of_an_older_schema_are_of_the_only_lane() throws Exception {
        Flyway.configure()
                .loggers(QuietFlywayLog.class.getName())
                .dataSource("jdbc:sqlite:" + file(), null, null)
                .locations("classpath:db/migration")
                .target("4")
                .placeholders(Map.of("clustered", "without rowid", "bytes", "blob", "bytewise", ""))
                .load()
                .migrate();
        sql(
                "insert into backup (id, image_id, name, job, host, taken_at, consistency, layers, facts, state, completed_at)"
                        + " values (1, 'i', 'orders', '1', 'h', '2026-01-01T12:00:00Z', 'ATOMIC', '[\"tar\"]', '{}',"
                        + " 'COMPLETE', '2026-01-01T12:00:00Z')",
                "insert into section values (1, 1, 'VOL000001', 1, 1, 6, 17, 4096, 3, 9000)",
                "insert into section values (1, 2, 'VOL000002', 1, 2, 6, 17, 4096, 1, 10)");
        try (JdbcStore store = open()) {
            Backup backup = new JdbcCatalog(store).find(new BackupId(1)).orElseThrow();
            assertThat(backup.lanes()).isEqualTo(1);
            assertThat(backup.lane(1)).isEqualTo(backup.sections());
            assertThat(backup.sections()).extracting(s -> s.volume().value()).containsExactly("VOL000001", "VOL000002");
        }
    }

    @Test
    @Tag("C2")
    void the_known_schema_is_that_of_the_newest_migration() throws IOException {
        Path migrations = Path.of("src/main/resources/db/migration");
        try (var files = Files.list(migrations)) {
            assertThat(files.map(f -> f.getFileName().toString().replaceAll("V(\\d+)__.*", "$1"))
                            .mapToInt(Integer::parseInt)
                            .max())
                    .hasValue(Migrations.KNOWN);
        }
    }

    @Test
    @Tag("C2")
    void a_store_of_a_newer_version_is_refused_and_left_alone() throws Exception {
        open().close();
        sql(
                "insert into flyway_schema_history select 99, '99', 'x', type, 'V99__x.sql', 1, installed_by, installed_on, 1,"
                        + " success from flyway_schema_history where version = '1'");
        byte[] before = Files.readAllBytes(file());

        assertRefused(
                CatalogFault.NEWER_SCHEMA, "has schema 99, and this version knows schemas up to " + Migrations.KNOWN);

        assertThat(Files.readAllBytes(file())).isEqualTo(before);
    }

    @Test
    @Tag("C2")
    void another_program_s_database_is_refused_and_left_alone() throws Exception {
        sql("create table customers (id integer)");
        byte[] before = Files.readAllBytes(file());

        assertRefused(CatalogFault.CORRUPT, "is not a catalog: it has table 'customers'");

        assertThat(Files.readAllBytes(file())).isEqualTo(before);
    }

    @Test
    @Tag("C2")
    void a_file_that_is_no_database_is_called_corrupt_with_the_way_out() throws Exception {
        Files.write(
                file(),
                "not a database, but long enough to be looked at ".repeat(100).getBytes(StandardCharsets.UTF_8));
        byte[] before = Files.readAllBytes(file());

        assertThatThrownBy(this::open).isInstanceOfSatisfying(BackupException.class, e -> {
            assertThat(e.code()).isEqualTo(CatalogFault.CORRUPT);
            assertThat(e.hint()).contains("saddlebag catalog import");
        });
        assertThat(Files.readAllBytes(file())).isEqualTo(before);
    }

    @Test
    @Tag("Q11")
    void damage_found_while_it_is_open_is_called_corrupt() throws Exception {
        open().close();
        byte[] bytes = Files.readAllBytes(file());
        java.util.Arrays.fill(bytes, 4096, bytes.length, (byte) 0x5A);
        // the log would mend it
        Files.write(file(), bytes);

        assertThatThrownBy(() -> {
                    try (JdbcStore store = open()) {
                        new JdbcCatalog(store).backups(io.saddlebag.catalog.Catalog.Filter.ALL);
                    }
                })
                .isInstanceOfSatisfying(
                        BackupException.class, e -> assertThat(e.code()).isEqualTo(CatalogFault.CORRUPT));
    }

    @Test
    @Tag("C2")
    void a_missing_folder_is_named() {
        assertThatThrownBy(() -> JdbcStore.openSqlite(folder.resolve("none/catalog.db"), JdbcCatalog.FAULTS))
                .isInstanceOfSatisfying(BackupException.class, e -> {
                    assertThat(e.code()).isEqualTo(CatalogFault.UNAVAILABLE);
                    assertThat(e.what()).contains(folder.resolve("none").toString());
                });
    }

    @Test
    @Tag("C2")
    @Tag("Q11")
    void many_that_open_a_new_store_at_once_all_get_it() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            CountDownLatch together = new CountDownLatch(THREADS);
            List<Future<Long>> given = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                given.add(threads.submit(() -> {
                    together.countDown();
                    together.await();
                    try (JdbcStore store = open()) {
                        return store.write("a test", connection -> Sql.next(connection, "test"));
                    }
                }));
            }
            List<Long> numbers = new ArrayList<>();
            for (Future<Long> number : given) {
                numbers.add(number.get());
            }
            assertThat(numbers).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    @Tag("C2")
    void what_failed_left_nothing() throws Exception {
        try (JdbcStore store = open()) {
            assertThatThrownBy(() -> store.change("a test", connection -> {
                        Sql.next(connection, "test");
                        throw new IOException("in the middle");
                    }))
                    .hasMessage("in the middle");

            long next = store.write("a test", connection -> Sql.next(connection, "test"));
            assertThat(next).isEqualTo(1);
        }
    }

    @Test
    @Tag("C2")
    void reading_can_t_change_anything() throws Exception {
        try (JdbcStore store = open()) {
            assertThatThrownBy(() -> store.read("a test", connection -> Sql.next(connection, "test")))
                    .isInstanceOf(BackupException.class)
                    .hasMessageContaining("a test failed in " + file());
        }
    }

    @Test
    @Tag("C2")
    void readers_don_t_wait_for_a_writer_nor_see_what_isn_t_committed() throws Exception {
        try (JdbcStore store = open();
                JdbcStore other = open()) {
            store.change("a test", connection -> {
                Sql.next(connection, "test");
                List<Long> seen = other.read(
                        "a test",
                        reading -> Sql.list(reading, "select last from number_sequence", row -> row.getLong(1)));
                assertThat(seen).isEmpty();
            });
        }
    }

    @Test
    @Tag("C2")
    void each_commit_is_synced_and_foreign_keys_hold() throws Exception {
        try (JdbcStore store = open()) {
            List<String> settings = store.write("a test", connection -> {
                List<String> found = new ArrayList<>();
                for (String setting : List.of("synchronous", "journal_mode", "foreign_keys")) {
                    found.addAll(Sql.list(connection, "pragma " + setting, row -> row.getString(1)));
                }
                return found;
            });
            assertThat(settings).containsExactly("2", "wal", "1");
        }
    }

    @Test
    @Tag("C2")
    void opening_writing_and_closing_says_nothing_in_the_host_s_log() throws Exception {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Level before = root.getLevel();
        ListAppender<ILoggingEvent> heard = new ListAppender<>();
        heard.start();
        root.addAppender(heard);
        root.setLevel(Level.INFO);
        try (JdbcStore store = open()) {
            store.write("a test", connection -> Sql.next(connection, "test"));
            store.read("a test", connection -> Sql.list(connection, "select 1", row -> row.getInt(1)));
        } finally {
            root.setLevel(before);
            root.detachAppender(heard);
        }

        assertThat(heard.list).extracting(ILoggingEvent::getFormattedMessage).isEmpty();
    }
}

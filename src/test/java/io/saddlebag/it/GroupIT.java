package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.app.CommandLineInProcess;
import io.saddlebag.app.CommandLineInProcess.Said;
import io.saddlebag.host.local.LoopFileSystem;
import io.saddlebag.posix.linux.LinuxPosix;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.testing.DerbyServer;
import io.saddlebag.testing.PostgresServer;
import io.saddlebag.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real PostgreSQL, an SQLite file and a file tree at one recovery point. */
class GroupIT {
    private static final int BACKUPS = 2;

    /** SQLSTATE of a key that is there already: the answer to its insert was lost. */
    private static final String DUPLICATE = "23505";

    @TempDir
    Path folder;

    /** One writer gives each number to PostgreSQL first and to SQLite when that has committed. */
    @Test
    @Tag("W23")
    @Tag("W16")
    void no_number_comes_back_in_the_second_database_that_the_first_one_lacks() throws Exception {
        Path file = Files.createDirectories(folder.resolve("application")).resolve("ledger.db");
        Path documents = Files.createDirectories(folder.resolve("documents"));
        sqlite(file, "create table ledger (n integer primary key)");
        String extra = """
                  ledger: { engine: sqlite, file: %s }
                groups:
                  shopfront:
                    databases: [orders, ledger]
                    files: { documents: [%s] }
                """.formatted(file, documents).indent(0);
        try (OnlineSite site = OnlineSite.on(folder, "none", extra)) {
            PostgresServer orders = site.server();
            orders.execute("create table ledger (n integer primary key)");
            AtomicBoolean ends = new AtomicBoolean();
            Thread writer = new Thread(
                    () -> write(
                            n -> orders.execute("insert into ledger values (" + n + ") on conflict do nothing"),
                            file,
                            ends),
                    "writer");
            writer.start();
            try {
                for (int i = 0; i < BACKUPS; i++) {
                    long before = newest(file);
                    Until.holds("numbers", Site.PATIENT, () -> newest(file) > before + 5);
                    Files.writeString(documents.resolve("letter"), "letter " + i);
                    site.done("group", "backup", "shopfront", "--pool", "disk", "--provider", "none");
                }
                long after = newest(file);
                Until.holds("later numbers", Site.PATIENT, () -> newest(file) > after + 5);
            } finally {
                ends.set(true);
                writer.join();
            }
            Files.writeString(documents.resolve("letter"), "later");
            long last = newest(file);
            JsonNode points = site.run("group", "ls", "--json").ok().json();
            assertThat(points).hasSize(BACKUPS);

            long previous = 0;
            for (int i = 0; i < BACKUPS; i++) {
                site.done(
                        "group",
                        "restore",
                        "shopfront",
                        "--point",
                        points.get(i).path("point").asText());

                long first = Long.parseLong(orders.ask("select coalesce(max(n), 0) from ledger"));
                long second = newest(file);
                assertThat(second)
                        .as("point " + i)
                        .isBetween(first - 1, first)
                        .isGreaterThan(previous)
                        .isLessThan(last);
                assertThat(documents.resolve("letter")).hasContent("letter " + i);
                previous = second;
            }
        }
    }

    /** As a site has it with its databases on volumes of their own: neither snapshot provider can take both. */
    @Test
    @Tag("W23")
    @Tag("W5")
    void databases_on_two_file_systems_come_back_from_one_snapshot_set() throws Exception {
        Program.needRoot();
        try (LoopFileSystem btrfs = mounted("one.img", LoopFileSystem.Kind.BTRFS);
                LoopFileSystem xfs = mounted("two.img", LoopFileSystem.Kind.XFS);
                DerbyServer stock = DerbyServer.create(xfs.path().resolve("stock/database"))) {
            Path file =
                    Files.createDirectories(btrfs.path().resolve("application")).resolve("ledger.db");
            Path documents = Files.createDirectories(xfs.path().resolve("documents"));
            sqlite(file, "create table ledger (n integer primary key)");
            stock.execute("create table ledger (n bigint not null primary key)");
            Path home = OnlineSource.home(folder, """
                      stock: { engine: derby, data: %s, port: %d, start: [%s], stop: [%s] }
                      ledger: { engine: sqlite, file: %s }
                    groups:
                      shopfront:
                        databases: [stock, ledger]
                        files: { documents: [%s] }
                    """.formatted(
                            stock.folder(),
                            stock.port(),
                            stock.program(folder.resolve("start"), "start"),
                            stock.program(folder.resolve("stop"), "shutdown"),
                            file,
                            documents));
            AtomicBoolean ends = new AtomicBoolean();
            Thread writer = new Thread(() -> write(n -> intoDerby(stock, n), file, ends), "writer");
            writer.start();
            try {
                for (int i = 0; i < BACKUPS; i++) {
                    long before = newest(file);
                    Until.holds("numbers", Site.PATIENT, () -> newest(file) > before + 5);
                    Files.writeString(documents.resolve("letter"), "letter " + i);
                    JsonNode job = OnlineSite.only(done(
                            home, "group", "backup", "shopfront", "--pool", "disk", "--provider", "set", "--json"));
                    assertThat(job.path("figures").path("snapshot-provider").asText())
                            .isEqualTo("set");
                }
                long after = newest(file);
                Until.holds("later numbers", Site.PATIENT, () -> newest(file) > after + 5);
            } finally {
                ends.set(true);
                writer.join();
            }
            Files.writeString(documents.resolve("letter"), "later");
            long last = newest(file);
            JsonNode points =
                    CommandLineInProcess.run(home, "group", "ls", "--json").ok().json();
            assertThat(points).hasSize(BACKUPS);

            long previous = 0;
            for (int i = 0; i < BACKUPS; i++) {
                JsonNode restored = done(
                        home,
                        "group",
                        "restore",
                        "shopfront",
                        "--point",
                        points.get(i).path("point").asText(),
                        "--json");
                assertThat(restored).hasSize(3);

                long first = Long.parseLong(stock.ask("select coalesce(max(n), 0) from ledger"));
                assertThat(stock.ask("select count(*) from ledger")).isEqualTo(Long.toString(first));
                long second = newest(file);
                assertThat(second)
                        .as("point " + i)
                        .isBetween(first - 1, first)
                        .isGreaterThan(previous)
                        .isLessThan(last);
                assertThat(documents.resolve("letter")).hasContent("letter " + i);
                previous = second;
            }
        }
    }

    private LoopFileSystem mounted(String image, LoopFileSystem.Kind kind) throws IOException {
        return LoopFileSystem.create(new LinuxPosix(), folder.resolve(image), kind, ByteCount.mebibytes(512));
    }

    private static JsonNode done(Path home, String... command) {
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
        return said.json();
    }

    private static void intoDerby(DerbyServer stock, long n) throws SQLException {
        try {
            stock.execute("insert into ledger values (" + n + ")");
        } catch (SQLException refused) {
            if (!DUPLICATE.equals(refused.getSQLState())) {
                throw refused;
            }
        }
    }

    private interface First {
        void insert(long n) throws SQLException;
    }

    private static void write(First first, Path second, AtomicBoolean ends) {
        for (long n = 1; !ends.get(); n++) {
            boolean written = false;
            while (!written && !ends.get()) {
                try {
                    first.insert(n);
                    written = true;
                } catch (SQLException down) {
                    LockSupport.parkNanos(20_000_000);
                }
            }
            while (written) {
                try {
                    sqlite(second, "insert or ignore into ledger values (" + n + ")");
                    break;
                } catch (SQLException busy) {
                    LockSupport.parkNanos(5_000_000);
                }
            }
        }
    }

    private static void sqlite(Path file, String statement) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file + "?busy_timeout=20000");
                Statement running = connection.createStatement()) {
            running.execute(statement);
        }
    }

    private static long newest(Path file) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file + "?busy_timeout=20000");
                Statement running = connection.createStatement();
                ResultSet row = running.executeQuery("select coalesce(max(n), 0) from ledger")) {
            return row.getLong(1);
        }
    }
}

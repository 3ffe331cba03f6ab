package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.app.CommandLineInProcess;
import io.saddlebag.app.CommandLineInProcess.Said;
import io.saddlebag.testing.MariadbServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped template of continuous journals, in the running program, on real engines under load. */
@Tag("J4")
class JournalRoutesIT {
    private static final Duration PATIENT = Duration.ofMinutes(3);
    private static final int BACKUP_FILES = 3;

    @TempDir
    Path folder;

    private Path home;
    private @Nullable Process service;
    private @Nullable MariadbServer server;

    @AfterEach
    void stop() throws Exception {
        stopService();
        if (server != null) {
            server.close();
        }
    }

    private void site(String databases, String journals, String interval) throws IOException {
        home = Files.createDirectories(folder.resolve("home"));
        Files.createDirectories(home.resolve("config"));
        Files.createDirectories(home.resolve("routes/templates"));
        Files.writeString(home.resolve("config/saddlebag.yaml"), """
                pools:
                  disk: { folder: pool, reserve: 1MiB }
                databases:
                %sjournals:
                  log: %s
                """.formatted(databases.indent(2), journals));
        Files.copy(
                Path.of("routes/templates/continuous-journals.yaml"),
                home.resolve("routes/templates/continuous-journals.yaml"));
        Files.copy(Path.of("routes/errors.yaml"), home.resolve("routes/errors.yaml"));
        Files.writeString(home.resolve("routes/journals-of-log.yaml"), """
                - templatedRoute:
                    routeTemplateRef: continuous-journals
                    routeId: journals-of-log
                    parameters:
                      - { name: journals, value: log }
                      - { name: pool, value: disk }
                      - { name: interval, value: "%s" }
                """.formatted(interval));
    }

    private void startService() throws Exception {
        service = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dsaddlebag.log=INFO",
                        "-Dlogback.configurationFile=config/logback.xml",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.saddlebag.app.Main",
                        "run",
                        "--home",
                        home.toString()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
    }

    private Path log() {
        return folder.resolve("run.log");
    }

    private void stopService() throws Exception {
        Process running = service;
        service = null;
        if (running != null) {
            running.destroy();
            assertThat(running.waitFor(PATIENT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }

    private Said run(String... command) {
        return CommandLineInProcess.run(home, command);
    }

    private int backupFiles() {
        TreeSet<Long> found = new TreeSet<>();
        for (JsonNode piece : run("journal", "list", "log", "--json").ok().json()) {
            found.add(piece.path("backup").asLong());
        }
        return found.size();
    }

    /** Further backup files by the route, while the application writes. */
    private void awaitBackupFiles(int more, Work application) throws Exception {
        int before = backupFiles();
        try {
            Until.holds(more + " backup files", PATIENT, () -> {
                assertThat(service != null && service.isAlive())
                        .as("the program runs")
                        .isTrue();
                application.step();
                return backupFiles() >= before + more;
            });
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + Files.readString(log()), e);
        }
    }

    private interface Work {
        void step() throws Exception;
    }

    @Test
    @Tag("J2")
    @Tag("J20")
    void sqlite_s_log_is_backed_up_by_the_route_and_applied() throws Exception {
        Path file = folder.resolve("app.db");
        site("app: { engine: sqlite, file: " + file + " }\n", "{ source: sqlite, database: app }", "1");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file + "?busy_timeout=60000");
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("PRAGMA wal_autocheckpoint = 0");
            statement.execute("create table ledger (n integer primary key autoincrement, told text)");
            run("journal", "backup", "log", "--pool", "disk").ok();
            run("backup", "app", "--online", "--pool", "disk", "--provider", "none")
                    .ok();
            Work writes = () -> {
                for (int i = 0; i < 20; i++) {
                    statement.execute("insert into ledger (told) values (hex(randomblob(100)))");
                }
            };

            startService();
            awaitBackupFiles(BACKUP_FILES, writes);
            stopService();
            startService();
            awaitBackupFiles(1, writes);
            stopService();
            writes.step();
            run("journal", "backup", "log", "--pool", "disk").ok();

            Path back = folder.resolve("back");
            run("restore", "app", "--to", back.toString()).ok();
            Path restored = back.resolve(file.toString().substring(1));
            run("journal", "apply", "log", restored.toString(), "--first", "2").ok();
            assertThat(rows(restored)).isEqualTo(rows(file)).startsWith("ok ");
        }
        assertThat(run("journal", "list", "log").ok().out()).doesNotContain("gap", "partial");
        assertThat(Files.readString(log())).contains("journals up to").contains("of log are in pool:disk/");
    }

    private static String rows(Path database) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(
                        "select (select integrity_check from pragma_integrity_check) || ' ' || count(*) || ' ' || sum(n)"
                                + " || ' ' || sum(length(told)) from ledger")) {
            return answer.getString(1);
        }
    }

    @Test
    @Tag("J3")
    @Tag("J6")
    @Tag("J20")
    void mariadb_s_binary_logs_are_backed_up_by_the_route_and_applied() throws Exception {
        MariadbServer started =
                MariadbServer.install(folder.resolve("database"), "max-binlog-size=4096", "sync-binlog=1");
        server = started;
        started.started();
        started.execute("create database shop", "create table shop.ledger (n int primary key, told text)");
        var settings = started.settings();
        site(
                """
                shop:
                  engine: mariadb
                  data: %s
                  defaultsFile: %s
                  port: %d
                  runAs: mysql
                """.formatted(settings.dataDirectory(), settings.defaultsFile(), settings.port()),
                "{ source: mariadb, database: shop }",
                "1");
        run("journal", "backup", "log", "--pool", "disk").ok();
        // stands for a restored backup: the tables as they were when the next log began
        long first = last() + 1;
        int[] n = {0};
        try (Connection connection = started.connect();
                Statement statement = connection.createStatement()) {
            Work writes = () -> {
                for (int i = 0; i < 10; i++) {
                    statement.execute("insert into shop.ledger values (" + ++n[0] + ", repeat('x', 189))");
                }
            };

            startService();
            awaitBackupFiles(BACKUP_FILES, writes);
            service.destroyForcibly().waitFor();
            startService();
            awaitBackupFiles(1, writes);
            stopService();
            writes.step();
        }
        run("journal", "backup", "log", "--pool", "disk").ok();
        String whole = started.ask("select concat(count(*), ' to ', max(n)) from shop.ledger");
        assertThat(whole).isEqualTo(n[0] + " to " + n[0]);
        assertThat(run("journal", "list", "log").ok().out()).doesNotContain("gap", "partial");
        long last = last();

        started.execute("drop table shop.ledger", "create table shop.ledger (n int primary key, told text)");
        run(
                        "journal",
                        "apply",
                        "log",
                        folder.resolve("replay").toString(),
                        "--first",
                        Long.toString(first),
                        "--last",
                        Long.toString(last))
                .ok();

        assertThat(started.ask("select concat(count(*), ' to ', max(n)) from shop.ledger"))
                .isEqualTo(whole);
        assertThat(Files.readString(log())).contains("of log are in pool:disk/");
    }

    private long last() {
        long last = 0;
        for (JsonNode piece : run("journal", "list", "log", "--json").ok().json()) {
            last = Math.max(last, piece.path("sequence").asLong());
        }
        return last;
    }
}

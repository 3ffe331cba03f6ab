package io.saddlebag.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.saddlebag.app.CommandLineInProcess;
import io.saddlebag.testing.MariadbServer;
import io.saddlebag.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Continuous backup from the command line whose pass hangs, with what it needs, while the engine's clients go on. */
@Tag("J27")
class StalledJournalsIT {
    private static final Duration PATIENT = Duration.ofMinutes(3);

    @TempDir
    Path folder;

    private Path home;
    private Path log;
    private @Nullable Process passes;

    @BeforeEach
    void begin() throws Exception {
        home = Files.createDirectories(folder.resolve("home"));
        Files.createDirectories(home.resolve("config"));
        log = folder.resolve("passes.log");
    }

    @AfterEach
    void end() throws Exception {
        Process running = passes;
        if (running != null) {
            List<ProcessHandle> begun = running.descendants().toList();
            running.destroyForcibly();
            begun.forEach(ProcessHandle::destroyForcibly);
            running.waitFor(Site.PATIENT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private Process start() throws Exception {
        return start("backup", "log", "--continuous");
    }

    private Process start(String... passing) throws Exception {
        List<String> all = new ArrayList<>(List.of("journal"));
        all.addAll(List.of(passing));
        all.addAll(List.of("--pool", "disk", "--interval", "1", "--stalled-after", "3s"));
        Process started = OnlineSite.program(home, log, all.toArray(String[]::new));
        passes = started;
        return started;
    }

    /** What was told last, since it is told once; empty for nothing. */
    private String stall() throws Exception {
        return Files.readAllLines(log).stream()
                .filter(line -> line.startsWith("JNLSTALL, "))
                .reduce("", (older, newer) -> newer);
    }

    private boolean isWell() throws Exception {
        return stall().isEmpty() || stall().contains("becomes backups again");
    }

    private boolean isStalled() throws Exception {
        return stall().matches("JNLSTALL, what was written to the journals of log \\d+ s ago is not backed up; .*");
    }

    private void await(String what, Until.Condition condition) throws Exception {
        try {
            Until.holds(what, PATIENT, () -> {
                assertThat(passes != null && passes.isAlive())
                        .as("the passes go on")
                        .isTrue();
                return condition.holds();
            });
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + Files.readString(log), e);
        }
    }

    /** Java's own reading of a command line ends with a page of it. */
    private static boolean holds(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"), ISO_8859_1)
                    .contains("SqliteHold");
        } catch (IOException ended) {
            return false;
        }
    }

    /** The log is cut, and its holder has said so: writers go on. */
    private boolean isBackedUp() {
        String list =
                CommandLineInProcess.run(home, "journal", "list", "log").ok().out();
        return list.contains("ready") && !list.contains("partial");
    }

    private long told(String message) throws Exception {
        return Files.readAllLines(log).stream()
                .filter(line -> line.startsWith(message + ", "))
                .count();
    }

    private static void closeSegment(PostgresServer server) throws Exception {
        server.execute("insert into ledger default values");
        server.ask("select pg_switch_wal()");
    }

    private void assertNoGap() {
        assertThat(CommandLineInProcess.run(home, "journal", "list", "log").ok().out())
                .contains("ready")
                .doesNotContain("gap");
    }

    @Test
    @Tag("J2")
    void sqlite_goes_on_while_the_process_that_holds_its_log_hangs() throws Exception {
        Path file = folder.resolve("app.db");
        Path wal = folder.resolve("app.db-wal");
        Files.writeString(home.resolve("config/saddlebag.yaml"), """
                pools:
                  disk: { folder: pool, reserve: 1MiB }
                databases:
                  app: { engine: sqlite, file: %s }
                journals:
                  log: { source: sqlite, database: app }
                """.formatted(file));
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file + "?busy_timeout=60000");
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("create table ledger (n integer primary key autoincrement)");
            statement.execute("insert into ledger default values");
            Process running = start();
            // then no pass asks the holder for anything, until something is written
            await("all is backed up", () -> isBackedUp() && Files.size(wal) == 0 && isWell());
            long holder = running.descendants()
                    .filter(StalledJournalsIT::holds)
                    .findFirst()
                    .orElseThrow()
                    .pid();

            try (StoppedProcess hung = StoppedProcess.of(holder)) {
                statement.execute("insert into ledger default values");
                await("the stall is told", this::isStalled);
                assertThat(hung.standsStill()).isTrue();
                statement.execute("insert into ledger default values");
            }

            await("it is told that it has ended", () -> Files.size(wal) == 0 && isWell());
        }
        assertNoGap();
    }

    @Test
    @Tag("J3")
    void mariadb_goes_on_while_the_pool_hangs() throws Exception {
        assumeTrue(ObjectStore.isHere(), "the object store's program isn't here; Maven fetches it");
        try (MariadbServer server = MariadbServer.install(folder.resolve("database"), "sync-binlog=1");
                ObjectStore store = ObjectStore.in(Files.createDirectory(folder.resolve("store")))) {
            server.started();
            server.execute("create database shop", "create table shop.ledger (n int primary key auto_increment)");
            var settings = server.settings();
            Files.writeString(home.resolve("config/saddlebag.yaml"), """
                    pools:
                      disk:
                        put: "aws2-s3://BUCKET?keyName={family}/{file}&OPTIONS"
                        request: "aws2-s3://BUCKET?operation=getObject&keyName={family}/{file}&OPTIONS"
                        spool: var/spool
                    databases:
                      shop:
                        engine: mariadb
                        data: %s
                        defaultsFile: %s
                        port: %d
                        runAs: mysql
                    journals:
                      log: { source: mariadb, database: shop }
                    """.formatted(
                            settings.dataDirectory(), settings.defaultsFile(), settings.port())
                    .replace("BUCKET", ObjectStore.BUCKET)
                    .replace("OPTIONS", store.options()));
            start();
            await("a pass has gone through", () -> Files.readString(log).contains("AIJBCKEND") && isWell());

            try (StoppedProcess hung = StoppedProcess.of(store.pid())) {
                server.execute("insert into shop.ledger values ()");
                await("the stall is told", this::isStalled);
                assertThat(hung.standsStill()).isTrue();
                server.execute("insert into shop.ledger values ()");
            }

            await("it is told that it has ended", this::isWell);
        }
        assertNoGap();
    }

    /** As it is done while it is received: the receiver goes on, and so does the server. */
    @Test
    @Tag("J4")
    @Tag("J19")
    void postgresql_is_received_while_the_pool_hangs_and_while_passes_fail() throws Exception {
        assumeTrue(ObjectStore.isHere(), "the object store's program isn't here; Maven fetches it");
        Path received = Files.createDirectory(folder.resolve("received"));
        try (ObjectStore store = ObjectStore.in(Files.createDirectory(folder.resolve("store")));
                OnlineSite site = OnlineSite.on(folder, "none", """
                        journals:
                          log:
                            source: postgresql
                            folder: %s
                            stream: { database: orders, slot: keeper }
                        """.formatted(received))) {
            PostgresServer server = site.server();
            Path config = home.resolve("config/saddlebag.yaml");
            Files.writeString(config, Files.readString(config).replace("disk: { folder: pool }", """
                            disk:
                                put: "aws2-s3://BUCKET?keyName={family}/{file}&OPTIONS"
                                request: "aws2-s3://BUCKET?operation=getObject&keyName={family}/{file}&OPTIONS"
                                spool: var/spool
                            """.strip()
                    .replace("BUCKET", ObjectStore.BUCKET)
                    .replace("OPTIONS", store.options())));
            server.execute("create table ledger (n bigserial primary key)");
            start("stream", "log");
            await(
                    "it receives",
                    () -> server.ask("select count(*) from pg_replication_slots where active")
                            .equals("1"));
            closeSegment(server);
            await("a pass has gone through", () -> told("AIJBCKEND") > 0 && isWell());

            try (StoppedProcess hung = StoppedProcess.of(store.pid())) {
                closeSegment(server);
                await(
                        "the stall is told",
                        () -> stall().matches(
                                        "JNLSTALL, journals of log have been closed for \\d+ s and are not backed up; .*"));
                assertThat(hung.standsStill()).isTrue();
                closeSegment(server);
            }
            await("it is told that it has ended", () -> isBackedUp() && isWell());

            long failures = told("JNLFAIL");
            long recoveries = told("JNLAGAIN");
            Path spool = home.resolve("var/spool");
            Path away = folder.resolve("away");
            Files.move(spool, away);
            Files.writeString(spool, "not a folder");
            closeSegment(server);
            await("two failures are told, and passes go on", () -> told("JNLFAIL") > failures + 1);
            Files.delete(spool);
            Files.move(away, spool);
            await("it is told that passes go through", () -> told("JNLAGAIN") > recoveries && isWell());
        }
        assertNoGap();
    }
}

package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.app.CommandLineInProcess;
import io.saddlebag.app.CommandLineInProcess.Said;
import io.saddlebag.testing.MariadbServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The binary logs of a real MariaDB server, backed up from the command line. */
@Tag("J3")
class MariadbJournalsIT {
    @TempDir
    Path folder;

    private MariadbServer server;
    private Path home;

    @BeforeEach
    void start() throws Exception {
        server = MariadbServer.install(folder.resolve("database"), "max-binlog-size=4096", "sync-binlog=1");
        server.started();
        server.execute("create database shop", "create table shop.ledger (n int primary key, told text)");
        home = Files.createDirectories(folder.resolve("home"));
        Files.createDirectories(home.resolve("config"));
        var settings = server.settings();
        Files.writeString(home.resolve("config/saddlebag.yaml"), """
                pools:
                  disk: { folder: pool }
                databases:
                  shop:
                    engine: mariadb
                    data: %s
                    defaultsFile: %s
                    port: %d
                    runAs: mysql
                journals:
                  binlogs: { source: mariadb, database: shop }
                """.formatted(
                        settings.dataDirectory(), settings.defaultsFile(), settings.port()));
    }

    @AfterEach
    void stop() throws IOException {
        if (server != null) {
            server.close();
        }
    }

    private Said run(String... command) {
        return CommandLineInProcess.run(home, command);
    }

    private void insert(int from, int to) throws Exception {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            for (int n = from; n <= to; n++) {
                statement.execute(
                        "insert into shop.ledger values (" + n + ", concat('two\r\nlines', repeat('x', 189)))");
            }
        }
    }

    private List<String> logs() throws IOException {
        try (Stream<Path> all = Files.list(server.settings().dataDirectory())) {
            return all.map(each -> each.getFileName().toString())
                    .filter(each -> each.matches("journal\\.\\d+"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    @Tag("J1")
    @Tag("J7")
    @Tag("J12")
    @Tag("J16")
    @Tag("J18")
    void logs_are_closed_backed_up_and_purged_and_come_back_byte_for_byte() throws Exception {
        insert(1, 60);
        List<String> before = logs();
        assertThat(before).hasSizeGreaterThan(3);
        Path kept = Files.createDirectories(folder.resolve("kept"));
        for (String each : before.subList(0, before.size() - 1)) {
            Files.copy(server.settings().dataDirectory().resolve(each), kept.resolve(each));
        }

        Said second = run("journal", "backup", "binlogs", "--pool", "disk", "--sequence", "2,2")
                .ok();
        assertThat(second.out()).contains("backed up to journal 2");
        assertThat(logs()).isEqualTo(before);

        Said full = run("journal", "backup", "binlogs", "--pool", "disk").ok();

        assertThat(full.err()).contains("QUIETPT, waiting for database quiet point");
        assertThat(logs()).hasSize(1).doesNotContainAnyElementsOf(before);
        assertThat(server.ask("select count(*) from shop.ledger")).isEqualTo("60");
        assertThat(run("journal", "backup", "binlogs", "--pool", "disk").ok().out())
                .contains("no journal is ready");
        run("verify", "2").ok();
        run("restore", "binlogs.journal", "--to", folder.resolve("back").toString())
                .ok();
        try (Stream<Path> originals = Files.list(kept)) {
            for (Path each : originals.toList()) {
                long number = Long.parseLong(each.toString().replaceAll(".*\\.", ""));
                if (number != 2) {
                    assertThat(folder.resolve("back/1/" + number + "/" + each.getFileName()))
                            .hasSameBinaryContentAs(each);
                }
            }
        }
        insert(61, 120);
        String lost = logs().get(0);
        String next = logs().get(1);
        // a log goes once the engine has no more need of it for its own recovery
        Until.holds("the log is deleted", Site.PATIENT, () -> {
            server.execute("purge binary logs to '" + next + "'");
            return !logs().contains(lost);
        });
        assertThat(run("journal", "backup", "binlogs", "--pool", "disk").ends(1).err())
                .contains("SBG-X002 journal gap " + (before.size() + 1));
        run("journal", "backup", "binlogs", "--pool", "disk").ok();
        assertThat(run("journal", "list", "binlogs").ok().out()).contains("gap").contains("ready");
    }

    @Test
    @Tag("J18")
    void a_server_that_was_killed_leaves_logs_that_are_backed_up() throws Exception {
        insert(1, 3);
        server.kill();
        server.started();
        insert(4, 6);

        run("journal", "backup", "binlogs", "--pool", "disk").ok();

        assertThat(logs()).hasSize(1);
        assertThat(run("journal", "list", "binlogs").ok().out()).doesNotContain("gap", "partial");
        assertThat(server.ask("select count(*) from shop.ledger")).isEqualTo("6");
    }

    @Test
    @Tag("J20")
    @Tag("R7")
    void a_server_comes_back_to_a_second_and_to_a_position() throws Exception {
        run("journal", "backup", "binlogs", "--pool", "disk").ok();
        // stands for a restored backup: the tables as they were when log 2 began
        String begin = logs().get(0);
        insert(1, 20);
        awaitNextSecond();
        String noon = server.ask("select date_format(utc_timestamp() - interval 1 second, '%Y-%m-%dT%TZ')");
        insert(21, 30);
        server.execute("delete from shop.ledger where n <= 10");
        String position = server.ask("select variable_value from information_schema.global_status where"
                + " variable_name = 'binlog_snapshot_position'");
        String mistaken = logs().get(logs().size() - 1);
        server.execute("drop table shop.ledger");
        run("journal", "backup", "binlogs", "--pool", "disk").ok();
        int first = Integer.parseInt(begin.replaceAll(".*\\.", ""));
        int last = Integer.parseInt(mistaken.replaceAll(".*\\.", ""));

        forget();
        apply(first, "--until-time", noon);
        assertThat(server.ask("select concat(count(*), ' to ', max(n)) from shop.ledger"))
                .isEqualTo("20 to 20");
        forget();
        apply(first, "--last", Integer.toString(last), "--until-position", position);
        assertThat(server.ask("select concat(count(*), ' from ', min(n), ' to ', max(n), ', ',"
                        + " min(length(told)), ' bytes') from shop.ledger"))
                .isEqualTo("20 from 11 to 30, 199 bytes");
        assertThat(run("journal", "apply", "binlogs", folder.resolve("none").toString(), "--first", "9000")
                        .ends(1)
                        .err())
                .contains("SBG-X002");
    }

    private void forget() throws Exception {
        server.execute("drop table if exists shop.ledger", "create table shop.ledger (n int primary key, told text)");
    }

    private void apply(int first, String... more) throws IOException {
        Path area = Files.createTempDirectory(folder, "replay");
        List<String> command = new ArrayList<>(
                List.of("journal", "apply", "binlogs", area.toString(), "--first", Integer.toString(first)));
        command.addAll(List.of(more));
        run(command.toArray(String[]::new)).ok();
    }

    private void awaitNextSecond() throws Exception {
        String now = server.ask("select utc_timestamp()");
        Until.holds(
                "the next second",
                Site.PATIENT,
                () -> !server.ask("select utc_timestamp()").equals(now));
        String next = server.ask("select utc_timestamp()");
        Until.holds(
                "the second after",
                Site.PATIENT,
                () -> !server.ask("select utc_timestamp()").equals(next));
    }

    @Test
    @Tag("J6")
    void a_quiet_point_waits_for_writers_names_them_and_gives_up() throws Exception {
        server.execute("create table shop.plain (n int) engine = MyISAM", "insert into shop.plain values (1)");
        Thread writer = new Thread(() -> {
            try {
                server.execute("update shop.plain set n = n + sleep(20)");
            } catch (SQLException ended) {
                // the server is stopped before it has slept enough
            }
        });
        writer.start();
        Until.holds(
                "the statement runs",
                Site.PATIENT,
                () -> server.ask("select count(*) from information_schema.processlist where info like 'update%'")
                        .equals("1"));
        List<String> before = logs();

        Said refused = run("journal", "backup", "binlogs", "--pool", "disk", "--lock-timeout", "3")
                .ends(1);

        assertThat(refused.err())
                .contains("SBG-X005")
                .contains("QUIETPTBUSY, held up by session")
                .contains("of root");
        assertThat(logs()).isEqualTo(before);
        server.execute("insert into shop.ledger values (1, 'goes on')");
        run("journal", "backup", "binlogs", "--pool", "disk", "--no-quiet-point")
                .ok();
        writer.join();
        run("journal", "backup", "binlogs", "--pool", "disk", "--lock-timeout", "60")
                .ok();
        assertThat(logs()).doesNotContainAnyElementsOf(before);
        assertThat(run("journal", "list", "binlogs").ok().out()).doesNotContain("gap");
    }
}

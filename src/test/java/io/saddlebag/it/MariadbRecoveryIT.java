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
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real MariaDB server that is recovered by its backed-up binary logs. A table says which rows each state has. */
@Tag("R7")
class MariadbRecoveryIT {
    @TempDir
    Path folder;

    private Ground ground;
    private MariadbServer server;
    private Path home;

    @BeforeEach
    void start() throws Exception {
        ground = Ground.of(folder, "btrfs");
        server = MariadbServer.install(ground.path().resolve("database"), "sync-binlog=1");
        server.started();
        server.execute("create database shop", "create table shop.ledger (n int primary key)");
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
    void stop() throws Exception {
        if (server != null) {
            server.close();
        }
        if (ground != null) {
            ground.close();
        }
    }

    private Said run(String... command) {
        return CommandLineInProcess.run(home, command);
    }

    private Said ended(int code, String... command) {
        Said said = run(command);
        if (said.code() != code) {
            StringBuilder told = new StringBuilder();
            run("lsjob", "--json")
                    .json()
                    .forEach(job -> told.append(
                                    run("catxcr", job.path("name").asText()).out())
                            .append('\n'));
            throw new AssertionError(said + "\n" + told);
        }
        return said;
    }

    private void online() {
        ended(0, "backup", "shop", "--online", "--pool", "disk", "--provider", "btrfs");
    }

    private void pass() {
        ended(0, "journal", "backup", "binlogs", "--pool", "disk");
    }

    private void insert(int from, int to) throws SQLException {
        for (int n = from; n <= to; n++) {
            server.execute("insert into shop.ledger values (" + n + ")");
        }
    }

    private String rows() throws SQLException {
        return server.ask("select coalesce(group_concat(n order by n separator ' '), '') from shop.ledger");
    }

    private void awaitNextSecond() throws Exception {
        String now = server.ask("select utc_timestamp()");
        Until.holds(
                "the next second",
                Site.PATIENT,
                () -> !server.ask("select utc_timestamp()").equals(now));
    }

    private void removeData() throws IOException {
        server.kill();
        try (Stream<Path> all = Files.walk(server.settings().dataDirectory())) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    private List<String> beside() throws IOException {
        try (Stream<Path> all = Files.list(server.settings().dataDirectory().getParent())) {
            return all.map(each -> each.getFileName().toString())
                    .filter(each -> !each.contains("saddlebag-before"))
                    .filter(each -> !each.equals(".saddlebag-snapshots"))
                    .sorted()
                    .toList();
        }
    }

    /** Its tables are gone at a moment that nobody chose; its binary logs are not. */
    @Test
    @Tag("R8")
    @Tag("J20")
    void a_disaster_under_load_loses_no_row_that_was_committed() throws Exception {
        List<String> besideBefore = beside();
        insert(1, 3);
        online();
        pass();
        AtomicInteger durable = new AtomicInteger(3);
        Thread writer = new Thread(() -> {
            try (Connection connection = server.connect();
                    Statement statement = connection.createStatement()) {
                for (int n = 4; n < 1_000_000; n++) {
                    statement.execute("insert into shop.ledger values (" + n + ")");
                    durable.set(n);
                }
            } catch (SQLException killed) {
                // as it is to be
            }
        });
        writer.start();
        Until.holds("some are written", Site.PATIENT, () -> durable.get() > 40);
        pass();
        int saved = durable.get();
        Until.holds("more are written", Site.PATIENT, () -> durable.get() > saved + 40);
        server.kill();
        writer.join();
        Path data = server.settings().dataDirectory();
        Files.delete(data.resolve("ibdata1"));
        Files.delete(data.resolve("shop/ledger.ibd"));

        Said said = ended(3, "recover", "shop");

        assertThat(said.out()).contains("make a full backup now");
        int last = Integer.parseInt(server.ask("select max(n) from shop.ledger"));
        // one that was being committed may be there or not
        assertThat(last).isBetween(durable.get(), durable.get() + 1);
        assertThat(server.ask("select count(*) from shop.ledger")).isEqualTo(Integer.toString(last));
        assertThat(beside()).isEqualTo(besideBefore);
        assertThat(server.ask("select count(*) from mysql.user where user like 'saddlebag%'"))
                .isEqualTo("0");
        assertThat(server.ask("select @@gtid_binlog_state")).endsWith("-" + (last + 2));
    }

    @Test
    @Tag("R8")
    @Tag("R9")
    @Tag("R10")
    @Tag("R11")
    void to_a_time_a_place_and_before_a_transaction_twice_back_over_incarnations() throws Exception {
        insert(1, 1);
        online();
        insert(11, 11);
        awaitNextSecond();
        awaitNextSecond();
        String noon = server.ask("select date_format(utc_timestamp() - interval 1 second, '%Y-%m-%dT%TZ')");
        insert(12, 12);
        String gtid = server.ask("select @@gtid_binlog_pos");
        String log = server.ask("select variable_value from information_schema.global_status where variable_name ="
                + " 'binlog_snapshot_file'");
        String position = server.ask("select variable_value from information_schema.global_status where variable_name"
                + " = 'binlog_snapshot_position'");
        insert(13, 13);
        pass();

        ended(0, "recover", "shop", "--until-time", noon);
        assertThat(rows()).isEqualTo("1 11");
        insert(21, 21);
        insert(22, 22);
        pass();
        assertThat(run("journal", "list", "binlogs").ok().out()).containsPattern("2 +1 +ready");
        JsonNode limit =
                run("recoverability", "limits", "shop", "--json").ok().json().get(0);
        assertThat(limit.path("warnings")).isEmpty();
        assertThat(limit.path("backup").asInt()).isEqualTo(1);
        assertThat(limit.path("lastJournal").asText()).startsWith("2/");

        // from the first incarnation's backup through the reset to the end
        ended(0, "recover", "shop");
        assertThat(rows()).isEqualTo("1 11 21 22");

        ended(0, "recover", "shop", "--until-log", log + ":" + position, "--incarnation", "1");
        assertThat(rows()).isEqualTo("1 11 12");
        ended(0, "recover", "shop", "--before-transaction", gtid, "--incarnation", "1");
        assertThat(rows()).isEqualTo("1 11");
        ended(0, "recover", "shop", "--incarnation", "1", "--backed-up-only");
        assertThat(rows()).isEqualTo("1 11 12 13");
        assertThat(run("incarnation", "list", "shop").ok().out()).contains("orphan");
        assertThat(run("recover", "shop", "--before-transaction", "0-7-9999")
                        .ends(1)
                        .out())
                .contains("SBG-D011", "isn't in the journals");
        assertThat(rows()).isEqualTo("1 11 12 13");
        removeData();
        assertThat(run("recover", "shop").ends(1).err()).contains("SBG-V055", "--backed-up-only");
        ended(0, "recover", "shop", "--incarnation", "2", "--backed-up-only");
        assertThat(rows()).isEqualTo("1 11 21 22");

        online();
        insert(31, 31);
        pass();
        JsonNode after =
                run("recoverability", "limits", "shop", "--json").ok().json().get(0);
        assertThat(after.path("warnings")).isEmpty();
        assertThat(after.path("lastJournal").asText()).startsWith("7/");
        ended(0, "recover", "shop", "--backup", after.path("backup").asText(), "--backed-up-only");
        assertThat(rows()).isEqualTo("1 11 21 22 31");
    }

    @Test
    @Tag("J25")
    void a_lost_log_leaves_the_database_as_it_was() throws Exception {
        online();
        insert(1, 1);
        pass();
        insert(2, 2);
        server.execute("flush binary logs");
        insert(3, 3);
        String first = lastLog();
        Until.holds("the log is deleted", Site.PATIENT, () -> {
            server.execute("purge binary logs to '" + first + "'");
            return server.ask("show binary logs").equals(first);
        });
        run("journal", "backup", "binlogs", "--pool", "disk").ends(1);
        pass();

        Said refused = run("recover", "shop").ends(1);

        assertThat(refused.err()).contains("SBG-V051", "are lost", "--until-sequence");
        assertThat(rows()).isEqualTo("1 2 3");
    }

    private String lastLog() throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                var answer = statement.executeQuery("show master status")) {
            answer.next();
            return answer.getString(1);
        }
    }
}

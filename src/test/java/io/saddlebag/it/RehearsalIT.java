package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.app.CommandLineInProcess;
import io.saddlebag.app.CommandLineInProcess.Said;
import io.saddlebag.testing.DerbyServer;
import io.saddlebag.testing.MariadbServer;
import io.saddlebag.testing.PostgresServer;
import io.saddlebag.testing.Program;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Restore tests of a real MariaDB and of SQLite. */
class RehearsalIT {
    private static final String POOL = """
            pools:
              disk: { folder: pool }
            families:
              nightly: { writeWindow: 7d, retention: 14d }
            databases:
            """;

    @TempDir
    Path folder;

    @Test
    @Tag("R14")
    @Tag("W24")
    void a_mariadb_is_proven_beside_the_running_original_whose_binary_logs_are_left_alone() throws Exception {
        Program.needRoot();
        Path logs = Files.createDirectories(folder.resolve("logs"));
        MariadbServer.own(logs);
        PostgresServer.makeReachable(logs);
        try (MariadbServer original =
                MariadbServer.install(folder.resolve("database"), "log-bin=" + logs.resolve("journal"))) {
            original.started();
            Path home = home("""
                      shop:
                        engine: mariadb
                        data: %s
                        defaultsFile: %s
                        port: %d
                        runAs: mysql
                    """.formatted(
                            original.settings().dataDirectory(),
                            original.settings().defaultsFile(),
                            original.settings().port()));
            original.execute(
                    "create database shop",
                    "create table shop.orders (n int primary key, told text)",
                    "insert into shop.orders with recursive s(n) as (select 1 union all select n + 1 from s where n < 900)"
                            + " select n, repeat('x', 300) from s");
            done(home, "backup", "shop", "--pool", "disk", "--family", "nightly", "--provider", "none");
            original.execute("insert into shop.orders values (5000, 'later')");
            long process = original.process().pid();
            String position = original.ask("show master status");
            List<String> journals = RehearsalPostgresIT.names(logs);
            String index = Files.readString(logs.resolve("journal.index"));

            JsonNode job =
                    OnlineSite.only(done(home, "rehearse", "shop", "--json").json());

            assertThat(job.path("figures").path("proof").asText()).isEqualTo("checked");
            assertThat(original.process().pid()).isEqualTo(process);
            assertThat(original.ask("show master status")).isEqualTo(position);
            assertThat(RehearsalPostgresIT.names(logs)).isEqualTo(journals);
            assertThat(Files.readString(logs.resolve("journal.index"))).isEqualTo(index);
            assertThat(original.ask("select count(*) from shop.orders")).isEqualTo("901");
            assertThat(RehearsalPostgresIT.names(home.resolve("var/rehearsal"))).isEmpty();
            assertThat(CommandLineInProcess.run(home, "rehearse", "--list", "--json")
                            .ok()
                            .out())
                    .contains("tables checked (CHECK TABLE)");
        }
    }

    @Test
    @Tag("R14")
    @Tag("W24")
    void an_sqlite_file_is_opened_from_the_copy_and_a_damaged_one_fails_the_rehearsal() throws Exception {
        Path file = Files.createDirectories(folder.resolve("application")).resolve("ledger.db");
        Path home = home("  ledger: { engine: sqlite, file: " + file + " }\n");
        fill(file);
        done(home, "backup", "ledger", "--pool", "disk", "--family", "nightly", "--provider", "none");
        byte[] before = Files.readAllBytes(file);

        JsonNode job =
                OnlineSite.only(done(home, "rehearse", "ledger", "--json").json());

        assertThat(job.path("figures").path("proof").asText()).isEqualTo("checked");
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
        assertThat(RehearsalPostgresIT.names(home.resolve("var/rehearsal"))).isEmpty();

        scribble(file);
        done(home, "backup", "ledger", "--pool", "disk", "--family", "nightly", "--provider", "none");

        Said failed = CommandLineInProcess.run(home, "rehearse", "ledger").ends(1);

        assertThat(failed.out()).contains("SBG-Z003");
        JsonNode known = OnlineSite.only(CommandLineInProcess.run(home, "rehearse", "--list", "--json")
                .ok()
                .json());
        assertThat(known.path("lastProven").path("backup").asLong()).isEqualTo(1);
        assertThat(known.path("lastTried").path("backup").asLong()).isEqualTo(2);
        assertThat(RehearsalPostgresIT.names(home.resolve("var/rehearsal"))).isEmpty();
    }

    @Test
    @Tag("R14")
    @Tag("W24")
    void a_derby_database_is_proven_beside_its_running_server() throws Exception {
        try (DerbyServer original = DerbyServer.create(folder.resolve("stock/database"))) {
            original.execute("create table orders (n int not null primary key, told varchar(3000))");
            try (Connection connection = original.connect();
                    Statement statement = connection.createStatement()) {
                for (int n = 1; n <= 300; n++) {
                    statement.execute("insert into orders values (" + n + ", '" + "x".repeat(3000) + "')");
                }
            }
            Path home = home("""
                      stock: { engine: derby, data: %s, port: %d, lib: %s, start: [%s], stop: [%s] }
                    """.formatted(
                            original.folder(),
                            original.port(),
                            engine(),
                            original.program(folder.resolve("start"), "start"),
                            original.program(folder.resolve("stop"), "shutdown")));
            done(home, "backup", "stock", "--pool", "disk", "--family", "nightly", "--provider", "none");
            original.execute("insert into orders values (5000, 'later')");

            JsonNode job =
                    OnlineSite.only(done(home, "rehearse", "stock", "--json").json());

            assertThat(job.path("figures").path("proof").asText()).isEqualTo("checked");
            assertThat(CommandLineInProcess.run(home, "rehearse", "--list", "--json")
                            .ok()
                            .out())
                    .containsPattern("SYSCS_CHECK_TABLE says ok of [0-9]+ tables");
            assertThat(original.ask("select count(*) from orders")).isEqualTo("301");
            assertThat(RehearsalPostgresIT.names(home.resolve("var/rehearsal"))).isEmpty();

            // stopped and damaged, as by a failing disk: the largest file is that table's
            original.execute("call syscs_util.syscs_checkpoint_database()");
            original.kill();
            scribblePages(largest(original.folder().resolve("seg0")));
            original.start();
            original.ask("values 1");
            done(home, "backup", "stock", "--pool", "disk", "--family", "nightly", "--provider", "none");

            Said failed = CommandLineInProcess.run(home, "rehearse", "stock").ends(1);

            assertThat(failed.out()).contains("SBG-Z003", "proof: started", "tables were found good");
            JsonNode known = OnlineSite.only(CommandLineInProcess.run(home, "rehearse", "--list", "--json")
                    .ok()
                    .json());
            assertThat(known.path("lastProven").path("backup").asLong()).isEqualTo(1);
            assertThat(known.path("lastTried").path("backup").asLong()).isEqualTo(2);
            assertThat(RehearsalPostgresIT.names(home.resolve("var/rehearsal"))).isEmpty();
        }
    }

    /** The jars as a distribution has them, in one folder. */
    private Path engine() throws Exception {
        Path lib = Files.createDirectory(folder.resolve("lib"));
        for (String each : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
            Path jar = Path.of(each);
            if (jar.getFileName().toString().matches("derby(shared|tools)?-[0-9.]+jar")) {
                Files.copy(jar, lib.resolve(jar.getFileName()));
            }
        }
        assertThat(RehearsalPostgresIT.names(lib)).hasSize(3);
        return lib;
    }

    private static Path largest(Path place) throws Exception {
        try (Stream<Path> all = Files.list(place)) {
            return all.max(java.util.Comparator.comparingLong(
                            each -> each.toFile().length()))
                    .orElseThrow();
        }
    }

    /** Not its first pages, of which the engine needs some to open it. */
    private static void scribblePages(Path file) throws Exception {
        try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
            for (long page = channel.size() / 2 / 4096; page < channel.size() / 4096; page++) {
                channel.position(page * 4096 + 100);
                channel.write(java.nio.ByteBuffer.wrap("scribbled over".getBytes(StandardCharsets.UTF_8)));
            }
        }
    }

    @Test
    @Tag("R14")
    void an_engine_that_knows_no_copies_is_proven_as_far_as_its_files_come_back() throws Exception {
        Path data = Files.createDirectories(folder.resolve("ledger"));
        Files.writeString(data.resolve("table"), "row 1\n");
        Path home = home("""
                  ledger:
                    engine: script
                    paths: [%s]
                    stop: ["true"]
                    start: ["true"]
                """.formatted(data));
        done(home, "backup", "ledger", "--pool", "disk", "--family", "nightly", "--provider", "none");

        Said said = CommandLineInProcess.run(home, "rehearse", "ledger").ends(3);

        assertThat(said.out()).contains("proof: restored", "can't be started beside its original");
        assertThat(CommandLineInProcess.run(home, "rehearse", "--list").ok().out())
                .contains("never", "restored", "ok");
    }

    private Path home(String databases) throws Exception {
        Path home = folder.resolve("home");
        Files.createDirectories(home.resolve("config"));
        Files.writeString(home.resolve("config/saddlebag.yaml"), POOL + databases);
        return home;
    }

    private static Said done(Path home, String... command) {
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
        return said;
    }

    private static void fill(Path file) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute("create table ledger (n integer primary key, told text)");
            statement.execute(
                    "insert into ledger with recursive n(i) as (select 1 union all select i + 1 from n where i"
                            + " < 2000) select i, hex(randomblob(50)) from n");
            statement.execute("create index by_text on ledger (told)");
        }
    }

    /** In the middle of the file, as a failing disk does. */
    private static void scribble(Path file) throws Exception {
        try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
            channel.position(channel.size() / 2 / 4096 * 4096);
            channel.write(java.nio.ByteBuffer.wrap("scribbled over".getBytes(StandardCharsets.UTF_8)));
        }
    }
}

package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.app.CommandLineInProcess;
import io.saddlebag.testing.MariadbServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A real MariaDB. Each of its binary logs gets a second name where nobody purges it, as soon as it is begun. */
final class JournalingMariadb implements JournalingEngine {
    private static final String ROWS =
            "select concat(count(*), ' rows, ', coalesce(sum(crc32(concat(n, told))), 0)) from shop.ledger";

    private final MariadbServer server;
    private final Path kept;
    private final Path beginning;
    private final long firstLog;
    private long next = 1;
    private volatile Duration ahead = Duration.ZERO;

    private JournalingMariadb(MariadbServer server, Path kept, Path beginning, long firstLog) {
        this.server = server;
        this.kept = kept;
        this.beginning = beginning;
        this.firstLog = firstLog;
    }

    static JournalingMariadb in(Path folder) throws Exception {
        MariadbServer server = MariadbServer.install(folder.resolve("database"), "sync-binlog=1");
        server.started();
        server.execute(
                "create database shop", "create table shop.ledger (n bigint primary key, told text, key (told(8)))");
        server.adapter().stop(Site.PATIENT, line -> {});
        Path data = server.settings().dataDirectory();
        Path beginning = folder.resolve("beginning");
        copy(data, beginning);
        long first = number(logs(data).get(logs(data).size() - 1)) + 1;
        server.started();
        return new JournalingMariadb(server, Files.createDirectory(folder.resolve("kept")), beginning, first);
    }

    private static void copy(Path from, Path to) throws IOException, InterruptedException {
        Process copying = new ProcessBuilder("cp", "-a", from.toString(), to.toString())
                .inheritIO()
                .start();
        assertThat(copying.waitFor()).isZero();
    }

    private static List<Path> logs(Path data) throws IOException {
        try (Stream<Path> all = Files.list(data)) {
            return all.filter(each -> each.getFileName().toString().matches("journal\\.\\d+"))
                    .sorted()
                    .toList();
        }
    }

    private static long number(Path log) {
        return Long.parseLong(log.toString().replaceAll(".*\\.", ""));
    }

    @Override
    public String journals() {
        return "binlogs";
    }

    @Override
    public String configuration() {
        var settings = server.settings();
        return """
                databases:
                  shop:
                    engine: mariadb
                    data: %s
                    defaultsFile: %s
                    port: %d
                    runAs: mysql
                journals:
                  binlogs: { source: mariadb, database: shop }
                """.formatted(settings.dataDirectory(), settings.defaultsFile(), settings.port());
    }

    @Override
    public synchronized void work(Random random) throws Exception {
        keep();
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            if (!ahead.isZero()) {
                // of the events that this session writes
                statement.execute("set timestamp = " + Instant.now().plus(ahead).getEpochSecond());
            }
            for (int many = 1 + random.nextInt(30); many > 0; many--) {
                statement.execute("insert into shop.ledger values (" + next++ + ", repeat(hex(" + random.nextInt()
                        + "), " + (1 + random.nextInt(200)) + "))");
                if (random.nextInt(8) == 0) {
                    statement.execute("delete from shop.ledger where n % 11 = " + random.nextInt(11));
                }
                if (random.nextInt(12) == 0) {
                    statement.execute("flush binary logs");
                    keep();
                }
            }
        } catch (SQLException down) {
            // it was ended in the middle, which is what this is for
        }
        keep();
    }

    private void keep() throws IOException {
        try {
            for (Path each : logs(server.settings().dataDirectory())) {
                Path name = kept.resolve(each.getFileName());
                if (!Files.exists(name)) {
                    link(name, each);
                }
            }
        } catch (UncheckedIOException changing) {
            // the folder is looked at again before a log that is new now can be let go of
        }
    }

    private static void link(Path name, Path log) throws IOException {
        try {
            Files.createLink(name, log);
        } catch (FileAlreadyExistsException | NoSuchFileException raced) {
            // kept by the other thread, or purged after that
        }
    }

    @Override
    public void crash(Random random) throws Exception {
        keep();
        server.kill();
        server.started();
        keep();
    }

    @Override
    public void skipTime(Random random) {
        ahead = Duration.ofHours(random.nextInt(3) - 1);
    }

    @Override
    public void settle() throws Exception {
        ahead = Duration.ZERO;
        Until.holds("the server is open", Site.PATIENT, () -> {
            try {
                return server.ask("select 1").equals("1");
            } catch (SQLException notYet) {
                return false;
            }
        });
        server.execute("insert into shop.ledger values (" + next++ + ", 'the end')");
        keep();
    }

    /** The server deletes from its first log on; the current one holds nothing. */
    @Override
    public boolean released() throws Exception {
        keep();
        return logs(server.settings().dataDirectory()).size() == 1;
    }

    @Override
    public Map<String, String> history(Iterable<ChainEntry> chain) throws Exception {
        keep();
        long current = number(logs(server.settings().dataDirectory()).get(0));
        Map<String, String> history = new TreeMap<>();
        for (Path each : logs(kept)) {
            if (number(each) < current) {
                history.put("1/" + number(each) + "/0", Sha256.of(each));
            }
        }
        return history;
    }

    @Override
    public void requireRecovered(Path home, Path scratch, Iterable<ChainEntry> chain) throws Exception {
        String expected = server.ask(ROWS);
        Path data = scratch.resolve("data");
        copy(beginning, data);
        MariadbServer copied = server.copiedTo(data);
        Path config = home.resolve("config/saddlebag.yaml");
        String before = Files.readString(config);
        var of = server.settings();
        var to = copied.settings();
        try (MariadbServer copy = copied.started()) {
            Files.writeString(
                    config,
                    before.replace(of.dataDirectory().toString(), data.toString())
                            .replace(
                                    of.defaultsFile().toString(),
                                    to.defaultsFile().toString())
                            .replace("port: " + of.port(), "port: " + to.port()));
            CommandLineInProcess.run(
                            home,
                            "journal",
                            "apply",
                            "binlogs",
                            Files.createDirectory(scratch.resolve("replay")).toString(),
                            "--first",
                            Long.toString(firstLog))
                    .ok();
            assertThat(copy.ask(ROWS)).isEqualTo(expected);
        } finally {
            Files.writeString(config, before);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}

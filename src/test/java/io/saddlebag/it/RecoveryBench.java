package io.saddlebag.it;

import io.saddlebag.database.postgresql.PostgresqlSettings;
import io.saddlebag.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Q6, run by {@code scripts/bench/recovery}: one PostgreSQL, backed up with its journals by several programs, is destroyed and recovered
 * to its last journal by each of them in turns. Seconds from the command until the server takes writes and the last row that was committed
 * has been seen. A run that comes back with anything else ends the bench.
 */
public final class RecoveryBench {
    /** Ways with such a name. */
    private static final Pattern ONLY = Pattern.compile(System.getProperty("ways", ""));
    /** Of backups and journals alike: {@code none} or {@code zstd}. */
    private static final String COMPRESSION = System.getProperty("compression", "none");

    private static final Duration PATIENT = Duration.ofMinutes(10);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);
    private static final int END_OF_LOG = 40;
    private static final DateTimeFormatter LOGGED = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS");
    private static final int LOGGED_CHARS = 23;

    private final Path folder;
    private final int rounds;
    private final int scale;
    private final int segments;
    private final int sliceSeconds;
    private final BenchFigures figures = new BenchFigures();
    private final PostgresServer server;
    private final PostgresqlSettings settings;
    private final Path sockets;
    private final Path archiver;
    private final Path home;
    private final Path plain;
    private long lastRow;

    private RecoveryBench(Path folder, Path bin, int rounds, boolean small) throws Exception {
        this.folder = folder;
        this.rounds = rounds;
        this.scale = small ? 3 : 34;
        this.segments = small ? 8 : 60;
        this.sliceSeconds = small ? 2 : 10;
        this.sockets = Files.createDirectories(folder.resolve("database/sockets"));
        // pgBackRest makes no backup unless its name is in the command
        this.archiver = folder.resolve("to-pgbackrest-and-others.sh");
        this.plain = folder.resolve("plain");
        PostgresServer.ownedByServer(sockets);
        this.settings = PostgresServer.initdb(bin, "orders", folder.resolve("database/data"))
                .settings();
        Files.writeString(
                settings.dataDirectory().resolve("postgresql.conf"),
                "archive_mode = on\narchive_command = 'sh " + archiver + " \"%p\" \"%f\"'\nmax_wal_size = 8GB\n"
                        + "checkpoint_timeout = 1h\nshared_buffers = 256MB\nmax_connections = 50\nlog_timezone = UTC\n"
                        + "unix_socket_directories = '" + sockets + "'\n",
                StandardOpenOption.APPEND);
        for (String each : List.of("archived", "cp")) {
            PostgresServer.ownedByServer(Files.createDirectory(folder.resolve(each)));
        }
        PostgresServer.makeReachable(folder.resolve("any"));
        this.home = home();
        this.server = PostgresServer.on(settings);
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createDirectories(Path.of(arguments[0])).toRealPath();
        RecoveryBench bench =
                new RecoveryBench(folder, Path.of(arguments[1]), Integer.parseInt(arguments[2]), arguments.length > 3);
        try {
            bench.measure();
        } finally {
            bench.server.close();
        }
        bench.figures.print("%.2f");
        System.exit(0);
    }

    private Path home() throws IOException {
        Path made = folder.resolve("home");
        Files.createDirectories(made.resolve("config"));
        var runAs = settings.runAs();
        Files.writeString(made.resolve("config/saddlebag.yaml"), """
                pools:
                  disk: { folder: %s }
                databases:
                  orders:
                    engine: postgresql
                    bin: %s
                    data: %s
                    port: %d
                    journals: wal
                %sjournals:
                  wal: { source: postgresql, folder: %s, settled: 0s }
                """.formatted(
                        folder.resolve("pool"),
                        settings.binDirectory(),
                        settings.dataDirectory(),
                        settings.port(),
                        runAs == null ? "" : "    runAs: \"" + runAs.user() + ":" + runAs.group() + "\"\n",
                        folder.resolve("archived")));
        return made;
    }

    // ---- ways

    /**
     * One way to recover.
     *
     * @param before what isn't measured: what an operator has ready
     * @param commands one after the other, up to the server's start; the last one may go on until long after
     */
    private record Way(String name, List<List<String>> before, List<List<String>> commands) {}

    private List<Way> ways() throws IOException {
        List<Way> all = new ArrayList<>();
        all.add(new Way(
                "saddlebag recover",
                List.of(),
                // what each round's server begins when it opens is of no interest to the next one
                List.of(BenchPrograms.saddlebag(home, "recover", "orders", "--incarnation", "1"))));
        if (BenchPgBackRest.isInstalled()) {
            all.add(pgBackRest("pgBackRest", "n"));
            all.add(pgBackRest("pgBackRest, archive-get asynchronous", "y"));
        } else {
            System.err.println("left out: " + BenchPgBackRest.PROGRAM + " isn't installed");
        }
        Path data = settings.dataDirectory();
        all.add(new Way(
                "cp and sync",
                List.of(),
                List.of(
                        List.of("cp", "-a", plain.toString(), data.toString()),
                        List.of("sync", "-f", data.toString()),
                        start())));
        return all.stream().filter(way -> ONLY.matcher(way.name()).find()).toList();
    }

    private Way pgBackRest(String name, String async) throws IOException {
        BenchPgBackRest program = pgBackRest(async);
        List<List<String>> empty = new ArrayList<>();
        // it refuses to make the folder
        empty.add(withPrefix(List.of("mkdir", "-m", "0700"), settings.dataDirectory()));
        empty.add(List.of(
                "chown", "--reference=" + sockets, settings.dataDirectory().toString()));
        // segments that it fetched ahead the last time
        empty.add(List.of(
                "rm",
                "-rf",
                folder.resolve("pgbackrest-" + async + "/spool/archive").toString()));
        return new Way(name, empty, List.of(program.asServer("restore"), start()));
    }

    private BenchPgBackRest pgBackRest(String async) throws IOException {
        return BenchPgBackRest.in(
                folder.resolve("pgbackrest-" + async),
                folder.resolve("repository"),
                settings,
                sockets,
                "compress-type=" + (COMPRESSION.equals("zstd") ? "zst" : COMPRESSION),
                "archive-async=" + async,
                "start-fast=y");
    }

    private static List<String> withPrefix(List<String> prefix, Path place) {
        List<String> all = new ArrayList<>(prefix);
        all.add(place.toString());
        return all;
    }

    /** Doesn't wait. */
    private List<String> start() {
        List<String> all = new ArrayList<>(PostgresServer.asServer());
        // it has to be able to come back to where it began
        all.addAll(List.of("env", "-C", "/", bin("pg_ctl"), "start", "-W", "-D"));
        all.addAll(List.of(
                settings.dataDirectory().toString(), "-l", settings.logFile().toString()));
        return all;
    }

    private String bin(String program) {
        return settings.binDirectory().resolve(program).toString();
    }

    // ---- what is recovered

    private void prepare() throws Exception {
        archiveTo("exit 1\n");
        server.started();
        boolean peer = BenchPgBackRest.isInstalled();
        BenchPgBackRest program = peer ? pgBackRest("n") : null;
        if (program != null) {
            BenchPrograms.run(program.asServer("stanza-create"));
        }
        archiveTo("set -e\n"
                + (program == null ? "" : String.join(" ", program.command("archive-push")) + " \"$1\"\n")
                + copied("archived") + copied("cp"));
        BenchPrograms.run(pgbench("-i", "-q", "-s", Integer.toString(scale)));
        server.execute("create table tick (n bigserial, v text)");
        server.execute("checkpoint");
        archived();
        BenchPrograms.run(BenchPrograms.saddlebag(
                home,
                "backup",
                "orders",
                "--online",
                "--provider",
                "none",
                "--pool",
                "disk",
                "--compression",
                COMPRESSION));
        if (program != null) {
            BenchPrograms.run(program.asServer("--type=full", "backup"));
        }
        copyPlainly();
        load();
        BenchPrograms.run(BenchPrograms.saddlebag(
                home, "journal", "backup", "wal", "--pool", "disk", "--compression", COMPRESSION));
        System.err.println("databases have "
                + server.ask("select (sum(pg_database_size(oid)) / 1048576)::bigint::text from pg_database") + " MiB");
        // those that are recovered leave nothing for the next ones
        archiveTo("exit 0\n");
    }

    private void archiveTo(String script) throws IOException {
        Files.writeString(archiver, script);
    }

    private String copied(String into) {
        String place = folder.resolve(into).toString();
        return "cp \"$1\" \"" + place + "/.$2\"\nmv \"" + place + "/.$2\" \"" + place + "/$2\"\n";
    }

    private List<String> pgbench(String... options) {
        List<String> all = new ArrayList<>(
                List.of(bin("pgbench"), "-h", "127.0.0.1", "-p", Integer.toString(settings.port()), "-U", "postgres"));
        all.addAll(List.of(options));
        all.add("postgres");
        return all;
    }

    /** As of a stopped server, without its journals; told to fetch those. */
    private void copyPlainly() throws Exception {
        List<String> stop = new ArrayList<>(PostgresServer.asServer());
        stop.addAll(List.of(
                "env",
                "-C",
                "/",
                bin("pg_ctl"),
                "stop",
                "-w",
                "-m",
                "fast",
                "-D",
                settings.dataDirectory().toString()));
        BenchPrograms.run(stop);
        BenchPrograms.run(List.of("cp", "-a", settings.dataDirectory().toString(), plain.toString()));
        try (Stream<Path> journals = Files.list(plain.resolve("pg_wal"))) {
            for (Path each : journals.filter(Files::isRegularFile).toList()) {
                Files.delete(each);
            }
        }
        Files.writeString(
                plain.resolve("postgresql.auto.conf"),
                "restore_command = 'cp \"" + folder.resolve("cp") + "/%f\" \"%p\"'\n",
                StandardOpenOption.APPEND);
        PostgresServer.ownedByServer(Files.createFile(plain.resolve("recovery.signal")));
        server.started();
    }

    private void load() throws Exception {
        String begin = server.ask("select pg_current_wal_lsn()::text");
        String made = "select ((pg_current_wal_lsn() - '" + begin + "') / 16777216)::int::text";
        while (Integer.parseInt(server.ask(made)) < segments) {
            BenchPrograms.run(pgbench("-n", "-c", "8", "-T", Integer.toString(sliceSeconds)));
        }
        lastRow = Long.parseLong(server.ask("insert into tick (v) values ('last') returning n::text"));
        server.ask("select pg_switch_wal()::text");
        archived();
        System.err.println("segments since the backups: " + server.ask(made));
    }

    private void archived() throws Exception {
        String ready = "select count(*)::text from pg_ls_archive_statusdir() where name like '%.ready'";
        BenchPrograms.until("all is archived", () -> server.ask(ready).equals("0"));
    }

    // ---- what is measured

    private void measure() throws Exception {
        prepare();
        for (int round = 0; round < rounds; round++) {
            for (Way way : ways()) {
                destroy();
                for (List<String> each : way.before()) {
                    BenchPrograms.run(each);
                }
                // what was written before costs nobody's flush
                BenchPrograms.run(List.of("sync"));
                recover(way);
            }
        }
    }

    private void destroy() throws Exception {
        server.close();
        Path data = settings.dataDirectory();
        try (Stream<Path> all = Files.list(data.getParent())) {
            for (Path each : all.filter(place -> place.getFileName().toString().startsWith("data"))
                    .toList()) {
                BenchPrograms.run(withPrefix(List.of("rm", "-rf"), each));
            }
        }
    }

    private void recover(Way way) throws Exception {
        Path said = folder.resolve("recover.log");
        Files.deleteIfExists(said);
        Instant began = Instant.now();
        long beganNanos = System.nanoTime();
        try {
            Process process = null;
            for (List<String> each : way.commands()) {
                if (process != null) {
                    ended(process);
                }
                process = new ProcessBuilder(each)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(said.toFile()))
                        .start();
            }
            awaitWrites(process, beganNanos);
            double writes = seconds(beganNanos);
            ended(process);
            double whole = seconds(beganNanos);
            figures.add("whole, " + way.name(), whole);
            split(way, began, writes);
            if (way.commands().size() == 1) {
                figures.add("the command's end behind that, " + way.name(), whole - writes);
            }
            System.err.printf("%s: %.2f s%n", way.name(), whole);
        } catch (IOException | SQLException e) {
            throw new IOException(way.name() + ": " + e.getMessage() + "\n" + text(said) + "\n" + endOfServerLog(), e);
        }
    }

    private static double seconds(long sinceNanos) {
        return (System.nanoTime() - sinceNanos) / 1e9;
    }

    private static void ended(@Nullable Process process) throws IOException, InterruptedException {
        if (process != null && process.waitFor() != 0) {
            throw new IOException("a command ended with " + process.exitValue());
        }
    }

    /** Until a row can be written; then the last one that was committed before has to be there. */
    private void awaitWrites(@Nullable Process process, long beganNanos) throws Exception {
        while (!takesWrites()) {
            if (process != null && !process.isAlive() && process.exitValue() != 0) {
                throw new IOException("the command ended with " + process.exitValue());
            }
            if (System.nanoTime() - beganNanos > PATIENT.toNanos()) {
                throw new IOException("the server takes no writes within " + PATIENT);
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }

    private boolean takesWrites() throws IOException, SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            if (!text(statement, "select pg_is_in_recovery()::text").equals("false")) {
                return false;
            }
            String last = text(statement, "select max(n)::text from tick");
            if (!last.equals(Long.toString(lastRow))) {
                throw new IOException("the last row that came back is " + last + ", and not " + lastRow);
            }
            statement.execute("insert into tick (v) values ('recovered')");
            return true;
        } catch (SQLException refused) {
            // down, or not there yet; nothing else is asked of it
            if (String.valueOf(refused.getSQLState()).startsWith("08") || "57P03".equals(refused.getSQLState())) {
                return false;
            }
            throw refused;
        }
    }

    private static String text(Statement statement, String question) throws SQLException {
        try (ResultSet answer = statement.executeQuery(question)) {
            answer.next();
            return String.valueOf(answer.getString(1));
        }
    }

    /** By the server's log, which is alike for all. */
    private void split(Way way, Instant began, double writes) throws IOException {
        List<String> log = Files.readAllLines(settings.logFile());
        Instant started = last(log, "starting PostgreSQL");
        Instant redo = last(log, "redo starts at");
        Instant done = last(log, "redo done at");
        figures.add("files back, until the server starts, " + way.name(), between(began, started));
        figures.add("the server until it replays, " + way.name(), between(started, redo));
        figures.add("replay, " + way.name(), between(redo, done));
        figures.add("from replayed to writes, " + way.name(), writes - between(began, done));
    }

    private static double between(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() / 1e3;
    }

    private static Instant last(List<String> log, String what) throws IOException {
        return log.stream()
                .filter(line -> line.contains(what) && line.length() > LOGGED_CHARS)
                .reduce((before, after) -> after)
                .map(line -> LocalDateTime.parse(line.substring(0, LOGGED_CHARS), LOGGED)
                        .toInstant(ZoneOffset.UTC))
                .orElseThrow(() -> new IOException("the server's log has no '" + what + "'"));
    }

    private static String text(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file) : "";
    }

    private String endOfServerLog() throws IOException {
        if (!Files.exists(settings.logFile())) {
            return "";
        }
        List<String> lines = Files.readAllLines(settings.logFile());
        return String.join("\n", lines.subList(Math.max(0, lines.size() - END_OF_LOG), lines.size()));
    }
}

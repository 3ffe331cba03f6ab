package io.saddlebag.it;

import io.saddlebag.database.postgresql.PostgresqlSettings;
import io.saddlebag.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Q6, run by {@code scripts/bench/journals}: journals of one PostgreSQL taken away in several ways, in turns. How many segments a second,
 * how long until a switched segment and a commit are durable, what is left of the database's throughput, and how fast segments
 * come back for a recovery.
 */
public final class JournalsBench {
    private static final int SCALE = 10;
    private static final Pattern TPS = Pattern.compile("tps = ([0-9.]+)");
    private static final Pattern SEGMENT = Pattern.compile("[0-9A-F]{24}");
    /** Ways with such a name. */
    private static final Pattern ONLY = Pattern.compile(System.getProperty("ways", ""));

    private static final Duration PATIENT = Duration.ofMinutes(5);
    /** Of each way in a round. */
    private static final int BEGINNINGS = 2;

    private final Path folder;
    private final int rounds;
    private final int segments;
    private final int commits;
    private final int seconds;
    private final BenchFigures figures = new BenchFigures();
    private final PostgresServer server;
    private final Path home;
    private final Path sockets;
    private int number;

    private JournalsBench(Path folder, Path bin, int rounds, boolean small) throws Exception {
        this.folder = folder;
        this.rounds = rounds;
        this.segments = small ? 4 : 30;
        this.commits = small ? 30 : 1000;
        this.seconds = small ? 3 : 15;
        Path data = folder.resolve("database/data");
        this.sockets = Files.createDirectories(folder.resolve("database/sockets"));
        PostgresServer.ownedByServer(sockets);
        PostgresqlSettings settings = PostgresServer.initdb(bin, "orders", data).settings();
        Files.writeString(
                data.resolve("postgresql.conf"),
                "archive_mode = on\narchive_command = 'true'\nmax_wal_size = 8GB\nshared_buffers = 256MB\n"
                        + "max_connections = 50\nunix_socket_directories = '" + sockets
                        + "'\nbasic_archive.archive_directory = '"
                        + folder.resolve("archived") + "'\n",
                StandardOpenOption.APPEND);
        this.server = PostgresServer.on(settings).started();
        this.home = home(settings);
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createDirectories(Path.of(arguments[0])).toRealPath();
        JournalsBench bench =
                new JournalsBench(folder, Path.of(arguments[1]), Integer.parseInt(arguments[2]), arguments.length > 3);
        try {
            bench.measure();
        } finally {
            bench.server.close();
        }
        bench.figures.print("%.1f");
        System.exit(0);
    }

    private Path home(PostgresqlSettings settings) throws IOException {
        Path made = Files.createDirectories(folder.resolve("home"));
        Files.createDirectories(made.resolve("config"));
        for (String each : List.of("received", "archived", "cp", "receivewal", "fetched")) {
            Path place = Files.createDirectory(folder.resolve(each));
            PostgresServer.ownedByServer(place);
            PostgresServer.makeReachable(place.resolve("any"));
        }
        StringBuilder config = new StringBuilder("""
                pools:
                  disk: { folder: pool }
                databases:
                  orders: { engine: postgresql, bin: %s, data: %s, port: %d }
                journals:
                  wal: { source: postgresql, folder: %s, stream: { database: orders, slot: saddlebag } }
                """.formatted(
                settings.binDirectory(), settings.dataDirectory(), settings.port(), folder.resolve("received")));
        for (int i = 1; i <= rounds * BEGINNINGS; i++) {
            config.append("  archived%d: { source: postgresql, folder: %s, settled: 0s }%n"
                    .formatted(i, folder.resolve("archived")));
        }
        Files.writeString(made.resolve("config/saddlebag.yaml"), config);
        return made;
    }

    private String port() {
        return Integer.toString(server.settings().port());
    }

    // ---- ways

    /** One way of taking journals away. */
    private interface Way {
        String name();

        /** From here on. */
        void begin() throws Exception;

        /** What runs before anything is archived. */
        default void prepare() throws Exception {
            // most ways have nothing of their own running
        }

        /** Whether work on a backlog has begun: with the first segment, which isn't counted. */
        default boolean hasBegun(String first) throws Exception {
            return has(first);
        }

        /** Where a whole segment is once it is durable. */
        boolean has(String segment) throws Exception;

        void end() throws Exception;

        /** Brings one back; false for a way that has no such thing. */
        default boolean fetch(String segment, Path to) throws Exception {
            return false;
        }

        /** What it is called among the server's receivers; empty for an archive. */
        default String receiver() {
            return "";
        }
    }

    private final class Archive implements Way {
        private final String name;
        private final String command;
        private final Path into;
        private final List<String> fetch;

        Archive(String name, String command, Path into, List<String> fetch) {
            this.name = name;
            this.command = command;
            this.into = into;
            this.fetch = fetch;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void begin() throws Exception {
            archive(command);
        }

        @Override
        public boolean has(String segment) throws IOException {
            try (Stream<Path> all = Files.walk(into)) {
                return all.anyMatch(each -> each.getFileName().toString().startsWith(segment)
                        && !each.getFileName().toString().contains(".tmp")
                        && !each.getFileName().toString().contains(".part"));
            } catch (java.io.UncheckedIOException changing) {
                return false;
            }
        }

        @Override
        public void end() throws Exception {
            archive("true");
        }

        @Override
        public boolean fetch(String segment, Path to) throws Exception {
            List<String> all = new ArrayList<>();
            fetch.forEach(each -> all.add(each.replace("%f", segment).replace("%p", to.toString())));
            BenchPrograms.run(all);
            return true;
        }
    }

    private final class Receiver implements Way {
        private final String name;
        private final String slot;
        private final Path into;
        private final List<String> command;
        private Process process;

        Receiver(String name, String slot, Path into, List<String> command) {
            this.name = name;
            this.slot = slot;
            this.into = into;
            this.command = command;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public String receiver() {
            return slot;
        }

        @Override
        public void begin() throws Exception {
            server.ask("select coalesce((select slot_name from pg_replication_slots where slot_name = '" + slot
                    + "')::text, (pg_create_physical_replication_slot('" + slot + "', true)).slot_name::text)");
            start();
            BenchPrograms.until(
                    "connected",
                    () -> server.ask("select count(*) from pg_stat_replication where application_name = '" + slot + "'")
                            .equals("1"));
        }

        private void start() throws IOException {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve(slot + ".log").toFile()))
                    .start();
        }

        @Override
        public boolean has(String segment) {
            return Files.exists(into.resolve(segment));
        }

        @Override
        public void end() throws Exception {
            process.destroy();
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                throw new IOException(name + " doesn't end");
            }
            // its walsender may take a moment to notice
            BenchPrograms.until("dropped", () -> {
                try {
                    server.ask("select pg_drop_replication_slot('" + slot + "')::text");
                    return true;
                } catch (java.sql.SQLException busy) {
                    return false;
                }
            });
            clear(into);
        }
    }

    /** What the server's own module archives becomes a backup file as it is, and is there no more once that is durable. */
    private final class Adopted implements Way {
        private static final String MODULE = "basic_archive";

        private final Path into = folder.resolve("archived");
        /** What other ways take meanwhile would be a gap: each time is a chain of its own. */
        private int begun;

        private Process process;

        @Override
        public String name() {
            return "saddlebag, archived and renamed";
        }

        @Override
        public void prepare() throws Exception {
            process = new ProcessBuilder(saddlebag(
                            "journal",
                            "backup",
                            "archived" + ++begun,
                            "--continuous",
                            "--interval",
                            "none",
                            "--rename",
                            "--pool",
                            "disk"))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("adopted.log").toFile()))
                    .start();
        }

        @Override
        public void begin() throws Exception {
            if (process == null) {
                prepare();
            }
            server.execute("alter system set archive_command = ''");
            server.execute("alter system set archive_library = '" + MODULE + "'");
            server.ask("select pg_reload_conf()");
        }

        /** Several become durable at once, so the first one's end tells no beginning: the server's having copied it does. */
        @Override
        public boolean hasBegun(String first) {
            return !Files.exists(status(first));
        }

        @Override
        public boolean has(String segment) {
            return !Files.exists(status(segment)) && !Files.exists(into.resolve(segment));
        }

        private Path status(String segment) {
            return server.settings().dataDirectory().resolve("pg_wal/archive_status/" + segment + ".ready");
        }

        @Override
        public void end() throws Exception {
            server.execute("alter system set archive_library = ''");
            archive("true");
            process.destroy();
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                throw new IOException(name() + " doesn't end");
            }
            process = null;
        }
    }

    private List<Way> ways() throws Exception {
        List<Way> all = new ArrayList<>();
        Path cp = folder.resolve("cp");
        all.add(new Archive(
                "cp and sync",
                "cp \"%p\" " + cp + "/.%f.part && sync " + cp + "/.%f.part && mv " + cp + "/.%f.part " + cp + "/%f",
                cp,
                List.of("cp", cp + "/%f", "%p")));
        pgbackrest("pgBackRest sync", "n").ifPresent(all::add);
        pgbackrest("pgBackRest async", "y").ifPresent(all::add);
        Path receivewal = folder.resolve("receivewal");
        if (Files.isExecutable(bin("pg_receivewal"))) {
            all.add(new Receiver(
                    "pg_receivewal",
                    "receivewal",
                    receivewal,
                    List.of(
                            bin("pg_receivewal").toString(),
                            "-D",
                            receivewal.toString(),
                            "--synchronous",
                            "-S",
                            "receivewal",
                            "-d",
                            "host=127.0.0.1 port=" + port() + " user=postgres application_name=receivewal")));
        }
        if (Files.exists(bin("../lib/" + Adopted.MODULE + ".so"))) {
            all.add(new Adopted());
        }
        Path received = folder.resolve("received");
        all.add(new Receiver("saddlebag stream", "saddlebag", received, saddlebag("journal", "stream", "wal")));
        return all;
    }

    private Path bin(String program) {
        return server.settings().binDirectory().resolve(program);
    }

    private List<String> saddlebag(String... command) {
        return BenchPrograms.saddlebag(home, command);
    }

    private java.util.Optional<Way> pgbackrest(String name, String async) throws Exception {
        if (!BenchPgBackRest.isInstalled()) {
            System.err.println(name + ": left out: " + BenchPgBackRest.PROGRAM + " isn't installed");
            return java.util.Optional.empty();
        }
        Path place = folder.resolve("pgbackrest-" + async);
        BenchPgBackRest program = BenchPgBackRest.in(
                place,
                place.resolve("repo"),
                server.settings(),
                sockets,
                "compress-type=none",
                "archive-async=" + async);
        try {
            BenchPrograms.run(program.asServer("stanza-create"));
        } catch (IOException refused) {
            System.err.println(name + ": left out: " + refused.getMessage());
            return java.util.Optional.empty();
        }
        return java.util.Optional.of(new Archive(
                name,
                String.join(" ", program.command("archive-push")) + " \"%p\"",
                place.resolve("repo"),
                program.asServer("archive-get", "%f", "%p")));
    }

    // ---- what is measured

    private void measure() throws Exception {
        BenchPrograms.run(List.of(
                bin("pgbench").toString(),
                "-i",
                "-q",
                "-s",
                Integer.toString(SCALE),
                "-h",
                "127.0.0.1",
                "-p",
                port(),
                "-U",
                "postgres",
                "postgres"));
        server.execute("create table filler (v text)");
        server.execute("create table tick (n bigserial, v text)");
        List<Way> ways =
                ways().stream().filter(way -> ONLY.matcher(way.name()).find()).toList();
        for (int round = 0; round < rounds; round++) {
            add("transactions a second, nothing", load());
            for (Way way : ways) {
                drain(way);
                way.begin();
                settle(way);
                switches(way);
                if (!way.receiver().isEmpty()) {
                    commits(way);
                }
                add("transactions a second, " + way.name(), load());
                settle(way);
                way.end();
            }
            fetching();
        }
    }

    /** Segments that are there when it begins. */
    private void drain(Way way) throws Exception {
        boolean receives = !way.receiver().isEmpty();
        if (receives) {
            way.begin();
            settle(way);
            stopKeeping(way);
        } else {
            archive("false");
            // up by the time that the backlog is there
            way.prepare();
        }
        String first = current();
        for (int i = 0; i < segments; i++) {
            fill();
        }
        String last = current();
        server.ask("select pg_switch_wal()");
        if (receives) {
            ((Receiver) way).start();
        } else {
            way.begin();
        }
        // the start of a program, or the server's next try, is no property of what it does then
        BenchPrograms.until(first + " is under way with " + way.name(), () -> way.hasBegun(first));
        long began = System.nanoTime();
        BenchPrograms.until(last + " is durable with " + way.name(), () -> way.has(last));
        add("segments a second, " + way.name(), (between(first, last) - 1) / ((System.nanoTime() - began) / 1e9));
        way.end();
    }

    private static void stopKeeping(Way way) throws Exception {
        Receiver receiver = (Receiver) way;
        receiver.process.destroy();
        int unused = receiver.process.waitFor();
    }

    private static long between(String first, String last) {
        return number(last) - number(first) + 1;
    }

    private static long number(String segment) {
        return Long.parseLong(segment.substring(8, 16), 16) * 256 + Long.parseLong(segment.substring(16), 16);
    }

    private void fill() throws Exception {
        server.execute("insert into filler select repeat(md5(g::text), 60) from generate_series(1, 7500) g");
        server.execute("truncate filler");
    }

    private String current() throws Exception {
        return server.ask("select pg_walfile_name(pg_current_wal_insert_lsn())");
    }

    /** All that is there is taken away. */
    private void settle(Way way) throws Exception {
        server.execute("insert into tick (v) values ('settle')");
        String last = current();
        server.ask("select pg_switch_wal()");
        BenchPrograms.until(last + " is durable with " + way.name(), () -> way.has(last));
    }

    private void switches(Way way) throws Exception {
        for (int i = 0; i < Math.max(5, segments / 2); i++) {
            server.execute("insert into tick (v) values ('x')");
            String last = current();
            try (Connection connection = server.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("select pg_switch_wal()");
                long begin = System.nanoTime();
                BenchPrograms.until(last + " is durable with " + way.name(), () -> way.has(last));
                add("switch to durable, ms, " + way.name(), (System.nanoTime() - begin) / 1e6);
            }
        }
    }

    /** From the commit's return to the server's knowing that it is durable in the copy, with what asking costs. */
    private void commits(Way way) throws Exception {
        List<Double> took = new ArrayList<>();
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < commits; i++) {
                statement.executeUpdate("insert into tick (v) values ('" + i + "')");
                long begin = System.nanoTime();
                String at = text(statement, "select pg_current_wal_flush_lsn()::text");
                String question = "select coalesce(max(flush_lsn), '0/0') >= '" + at
                        + "' from pg_stat_replication where application_name = '" + way.receiver() + "'";
                while (!text(statement, question).equals("t")) {
                    if (System.nanoTime() - begin > PATIENT.toNanos()) {
                        throw new IOException("a commit isn't durable with " + way.name());
                    }
                }
                took.add((System.nanoTime() - begin) / 1e6);
            }
        }
        Collections.sort(took);
        add("commit to durable, median ms, " + way.name(), took.get(took.size() / 2));
        add("commit to durable, p99 ms, " + way.name(), took.get((int) (took.size() * 0.99)));
    }

    private static String text(Statement statement, String question) throws Exception {
        try (ResultSet answer = statement.executeQuery(question)) {
            answer.next();
            return answer.getString(1);
        }
    }

    /** Transactions a second. */
    private double load() throws Exception {
        Path said = folder.resolve("pgbench.log");
        Process load = new ProcessBuilder(
                        bin("pgbench").toString(),
                        "-n",
                        "-c",
                        "8",
                        "-T",
                        Integer.toString(seconds),
                        "-h",
                        "127.0.0.1",
                        "-p",
                        port(),
                        "-U",
                        "postgres",
                        "postgres")
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        int unused = load.waitFor();
        Matcher tps = TPS.matcher(Files.readString(said));
        if (!tps.find()) {
            throw new IOException("pgbench said " + Files.readString(said));
        }
        return Double.parseDouble(tps.group(1));
    }

    /** As restore_command would, one by one. Saddlebag's come from a pool, with the start of a Java each. */
    private void fetching() throws Exception {
        Path fetched = folder.resolve("fetched");
        for (Way way : ways()) {
            if (way instanceof Archive archive) {
                List<String> names = names(archive.into);
                for (String each : names.subList(0, Math.min(5, names.size()))) {
                    Path to = fetched.resolve("f" + number++);
                    long begin = System.nanoTime();
                    if (way.fetch(each, to)) {
                        add("one segment fetched, ms, " + way.name(), (System.nanoTime() - begin) / 1e6);
                    }
                }
            }
        }
        saddlebagFetches(fetched);
    }

    private void saddlebagFetches(Path fetched) throws Exception {
        Path received = folder.resolve("received");
        Way stream = ways().get(ways().size() - 1);
        stream.begin();
        fill();
        settle(stream);
        ((Receiver) stream).process.destroy();
        int unused = ((Receiver) stream).process.waitFor();
        List<String> names = names(received);
        BenchPrograms.run(saddlebag("journal", "backup", "wal", "--pool", "disk", "--compression", "zstd"));
        for (String each : names.subList(0, Math.min(3, names.size()))) {
            Path to = fetched.resolve("f" + number++);
            long begin = System.nanoTime();
            BenchPrograms.run(saddlebag("wal", "fetch", "wal", each, to.toString()));
            add("one segment fetched, ms, saddlebag wal fetch", (System.nanoTime() - begin) / 1e6);
        }
        stream.end();
    }

    private static List<String> names(Path place) throws IOException {
        try (Stream<Path> all = Files.walk(place)) {
            return all.map(each -> each.getFileName().toString())
                    .filter(each -> each.length() >= 24
                            && SEGMENT.matcher(each.substring(0, 24)).matches())
                    .filter(each -> !each.endsWith(".partial") && !each.contains(".tmp"))
                    .map(each -> each.substring(0, 24))
                    .distinct()
                    .sorted()
                    .toList();
        }
    }

    private void archive(String command) throws Exception {
        server.execute("alter system set archive_command = '" + command.replace("'", "''") + "'");
        server.ask("select pg_reload_conf()");
    }

    private static void clear(Path place) throws IOException {
        try (Stream<Path> all = Files.list(place)) {
            for (Path each : all.toList()) {
                Files.delete(each);
            }
        }
    }

    private void add(String name, double value) {
        figures.add(name, value);
    }
}

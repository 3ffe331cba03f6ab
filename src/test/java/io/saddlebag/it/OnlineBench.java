package io.saddlebag.it;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Q7, run by {@code scripts/bench/online}: what online backups cost those who write meanwhile. PostgreSQL under pgbench beside a
 * plain copy in backup mode and pg_basebackup, in turns; how long writes wait for each engine; downtime of an offline backup.
 */
public final class OnlineBench {
    private static final int LOAD_SECONDS = 12;
    private static final int SCALE = 10;
    private static final Pattern TPS = Pattern.compile("tps = ([0-9.]+)");

    private final Path folder;
    private final int rounds;
    private final Map<String, List<Double>> figures = new LinkedHashMap<>();

    private OnlineBench(Path folder, int rounds) {
        this.folder = folder;
        this.rounds = rounds;
    }

    public static void main(String[] arguments) throws Exception {
        OnlineBench bench = new OnlineBench(
                Files.createDirectories(Path.of(arguments[0])).toRealPath(), Integer.parseInt(arguments[1]));
        boolean whole = bench.ran("postgresql", bench::postgresql);
        for (String engine : List.of("mariadb", "sqlite", "derby")) {
            whole &= bench.ran(engine, () -> bench.freeze(engine));
        }
        bench.print();
        System.exit(whole ? 0 : 1);
    }

    /** What was measured before is worth something all the same. */
    private boolean ran(String engine, Work work) throws InterruptedException {
        try {
            work.run();
            return true;
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception | AssertionError e) {
            System.err.println(engine + " ended with " + e);
            return false;
        }
    }

    /** What is done while the load runs. */
    private interface Work {
        void run() throws Exception;
    }

    private void postgresql() throws Exception {
        Path below = Files.createDirectory(folder.resolve("postgresql"));
        try (OnlineSite site = OnlineSite.on(below, "btrfs");
                NodeProcess node = NodeProcess.start(site.home(), below.resolve("node.log"))) {
            run(List.of(
                    "pgbench",
                    "-i",
                    "-q",
                    "-s",
                    Integer.toString(SCALE),
                    "-h",
                    "127.0.0.1",
                    "-p",
                    port(site),
                    "-U",
                    "postgres",
                    "postgres"));
            node.done(site.backupCommand());
            for (int round = 0; round < rounds; round++) {
                underLoad(site, "nothing", () -> {});
                underLoad(site, "saddlebag --online", () -> saddlebag(node, site.backupCommand()));
                underLoad(site, "saddlebag --online, not compressed", () -> saddlebag(node, uncompressed(site)));
                underLoad(site, "cp in backup mode", () -> copy(site, below));
                underLoad(site, "pg_basebackup", () -> baseBackup(site, below));
                underLoad(site, "BASE_BACKUP by its protocol", () -> streamed(site, below));
                JsonNode offline = OnlineSite.only(node.done(
                                "backup",
                                "orders",
                                "--pool",
                                "disk",
                                "--family",
                                "nightly",
                                "--provider",
                                "btrfs",
                                "--json")
                        .json());
                add(
                        "offline: downtime, ms",
                        offline.path("figures").path("downtime-ms").asDouble());
                ConsistencyRounds.deleteImages(site.home().resolve("pool"));
            }
        }
    }

    private static String port(OnlineSite site) {
        return Integer.toString(site.server().settings().port());
    }

    private void underLoad(OnlineSite site, String name, Work work) throws Exception {
        Path said = folder.resolve("pgbench.log");
        Process load = new ProcessBuilder(
                        "pgbench",
                        "-n",
                        "-c",
                        "4",
                        "-T",
                        Integer.toString(LOAD_SECONDS),
                        "-h",
                        "127.0.0.1",
                        "-p",
                        port(site),
                        "-U",
                        "postgres",
                        "postgres")
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        long begin = System.nanoTime();
        try {
            work.run();
            add("postgresql, " + name + ": seconds", (System.nanoTime() - begin) / 1e9);
        } catch (IOException notHere) {
            System.err.println(name + ": left out: " + notHere.getMessage());
            load.destroy();
        }
        int unused = load.waitFor();
        Matcher tps = TPS.matcher(Files.readString(said));
        if (tps.find()) {
            add("postgresql, " + name + ": transactions a second", Double.parseDouble(tps.group(1)));
        }
    }

    private static String[] uncompressed(OnlineSite site) {
        List<String> command = new ArrayList<>(List.of(site.backupCommand()));
        command.add("--compression=none");
        return command.toArray(String[]::new);
    }

    private void saddlebag(NodeProcess node, String... command) throws IOException {
        JsonNode job = OnlineSite.only(node.done(command).json());
        add(
                "postgresql, saddlebag --online: freeze, ms",
                job.path("figures").path("freeze-ms").asDouble());
    }

    private static void copy(OnlineSite site, Path below) throws Exception {
        Path target = below.resolve("copy");
        try (Connection session = site.server().connect();
                Statement statement = session.createStatement()) {
            statement.execute("select pg_backup_start('bench', true)");
            run(List.of("cp", "-a", site.server().settings().dataDirectory().toString(), target.toString()));
            statement.execute("select pg_backup_stop(false)");
        }
        run(List.of("sync", "-f", target.toString()));
        run(List.of("rm", "-rf", target.toString()));
    }

    /** Refused by a server of a newer version than the program's. */
    private static void baseBackup(OnlineSite site, Path below) throws Exception {
        Path target = below.resolve("base");
        run(List.of(
                "pg_basebackup",
                "-D",
                target.toString(),
                "-c",
                "fast",
                "-h",
                "127.0.0.1",
                "-p",
                port(site),
                "-U",
                "postgres"));
        run(List.of("rm", "-rf", target.toString()));
    }

    private static void streamed(OnlineSite site, Path below) throws Exception {
        Path target = below.resolve("base.tar");
        BaseBackupStream.read(site.server().settings().port(), target);
        run(List.of("sync", "-f", target.toString()));
        Files.delete(target);
    }

    private void freeze(String engine) throws Exception {
        Path below = Files.createDirectory(folder.resolve(engine));
        try (OnlineSource source = switch (engine) {
                    case "mariadb" -> MariadbSource.on(below, "btrfs");
                    case "derby" -> DerbySource.on(below, "btrfs");
                    default -> SqliteSource.on(below, "btrfs");
                };
                NodeProcess node = NodeProcess.start(source.home(), below.resolve("node.log"))) {
            PairedWrites.prepare(source::connect);
            try (PairedWrites writes = PairedWrites.start(source::connect, 3, source.manner(), 1)) {
                for (int round = 0; round < rounds * 4; round++) {
                    java.time.Instant begin = java.time.Instant.now();
                    JsonNode job = OnlineSite.only(node.done(
                                    "backup",
                                    source.database(),
                                    "--online",
                                    "--pool",
                                    "disk",
                                    "--family",
                                    "nightly",
                                    "--provider",
                                    "btrfs",
                                    "--json")
                            .json());
                    add(
                            engine + ": freeze, ms",
                            job.path("figures").path("freeze-ms").asDouble());
                    Duration longest = writes.longestWait(begin, java.time.Instant.now());
                    add(engine + ": longest commit during a backup, ms", longest.toNanos() / 1e6);
                    ConsistencyRounds.deleteImages(source.home().resolve("pool"));
                }
                writes.stop();
            }
        }
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (process.waitFor() != 0) {
            throw new IOException(command.get(0) + " ended with " + process.exitValue());
        }
    }

    private void add(String name, double value) {
        figures.computeIfAbsent(name, unused -> new ArrayList<>()).add(value);
    }

    private void print() {
        System.out.println("| figure | runs | median | least | most |");
        System.out.println("|---|---|---|---|---|");
        figures.forEach((name, values) -> {
            List<Double> sorted = new ArrayList<>(values);
            Collections.sort(sorted);
            System.out.printf(
                    java.util.Locale.ROOT,
                    "| %s | %d | %.1f | %.1f | %.1f |%n",
                    name,
                    sorted.size(),
                    sorted.get(sorted.size() / 2),
                    sorted.get(0),
                    sorted.get(sorted.size() - 1));
        });
    }
}

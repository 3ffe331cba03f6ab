package io.saddlebag.it;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.app.CommandLineInProcess;
import io.saddlebag.app.CommandLineInProcess.Said;
import io.saddlebag.host.local.LoopFileSystem;
import io.saddlebag.posix.linux.LinuxPosix;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** A running PostgreSQL in archive mode on a file system of a kind, and the home folder of a node that backs it up online. */
final class OnlineSite implements AutoCloseable {
    static final String[] NONE = {};
    /** What is in backup mode, as the server sees it: sessions of ours, and slots. */
    static final String BACKUP_MODES =
            "select (select count(*) from pg_stat_activity where application_name like 'saddlebag backup%')"
                    + " || ' sessions, ' || (select count(*) from pg_replication_slots) || ' slots'";

    private static final ByteCount OUTER = ByteCount.mebibytes(1536);
    private static final ByteCount INNER = ByteCount.mebibytes(640);

    private final Path home;
    private final Deque<LoopFileSystem> ground = new ArrayDeque<>();
    private final String provider;
    private final PostgresServer server;

    private OnlineSite(Path folder, String provider, String extra, Path bin) throws Exception {
        this.provider = provider;
        Path below = ground(folder);
        server = PostgresServer.initdb(bin, "orders", below.resolve("database/data"));
        Files.writeString(
                server.settings().dataDirectory().resolve("postgresql.conf"),
                "archive_mode = on\narchive_command = 'true'\n",
                StandardOpenOption.APPEND);
        server.started();
        home = home(folder, extra);
    }

    /** @param provider the snapshot provider that its file system is for */
    static OnlineSite on(Path folder, String provider) throws Exception {
        return on(folder, provider, "");
    }

    /** @param extra options of the database, a line each */
    static OnlineSite on(Path folder, String provider, String extra) throws Exception {
        return new OnlineSite(
                folder, provider, extra, PostgresServer.unpackedHome().resolve("bin"));
    }

    /** With all programs that a distribution installs, of which the test artifact has only what a server needs. */
    static OnlineSite installed(Path folder, String extra) throws Exception {
        return new OnlineSite(folder, "none", extra, installed());
    }

    private static Path installed() throws IOException {
        Path versions = Path.of("/usr/lib/postgresql");
        if (Files.isDirectory(versions)) {
            try (java.util.stream.Stream<Path> all = Files.list(versions)) {
                for (Path each : all.map(version -> version.resolve("bin")).toList()) {
                    if (Files.isExecutable(each.resolve("pg_dump")) && Files.isExecutable(each.resolve("initdb"))) {
                        return each;
                    }
                }
            }
        }
        Assumptions.abort("needs a PostgreSQL with its client programs in /usr/lib/postgresql");
        throw new IllegalStateException("aborted");
    }

    private Path ground(Path folder) throws IOException {
        if (provider.equals("none") || provider.equals("stream")) {
            return folder;
        }
        Assumptions.assumeTrue(
                "root".equals(System.getProperty("user.name")) && Files.exists(Path.of("/dev/loop-control")),
                "needs root and loop devices for a file system of its own");
        var posix = new LinuxPosix();
        LoopFileSystem outer = LoopFileSystem.create(
                posix,
                folder.resolve("ground.img"),
                provider.equals("btrfs") ? LoopFileSystem.Kind.BTRFS : LoopFileSystem.Kind.XFS,
                OUTER);
        ground.push(outer);
        if (!provider.equals("freeze")) {
            return outer.path();
        }
        LoopFileSystem inner =
                LoopFileSystem.create(posix, outer.path().resolve("disk"), LoopFileSystem.Kind.XFS, INNER);
        ground.push(inner);
        return inner.path();
    }

    private Path home(Path folder, String extra) throws IOException {
        Path made = folder.resolve("home");
        Files.createDirectories(made.resolve("config"));
        var settings = server.settings();
        var runAs = settings.runAs();
        Files.writeString(made.resolve("config/saddlebag.yaml"), """
                pools:
                  disk: { folder: pool }
                families:
                  nightly: { writeWindow: 7d, retention: 14d }
                databases:
                  orders:
                    engine: postgresql
                    bin: %s
                    data: %s
                    port: %d
                %s%s""".formatted(
                        settings.binDirectory(),
                        settings.dataDirectory(),
                        settings.port(),
                        runAs == null ? "" : "    runAs: \"" + runAs.user() + ":" + runAs.group() + "\"\n",
                        extra));
        return made;
    }

    PostgresServer server() {
        return server;
    }

    Path home() {
        return home;
    }

    String[] backupCommand() {
        return new String[] {
            "backup", "orders", "--online", "--pool", "disk", "--family", "nightly", "--provider", provider, "--json"
        };
    }

    Said backUp() {
        return run(backupCommand());
    }

    Said run(String... command) {
        return CommandLineInProcess.run(home, command);
    }

    /** As {@link #run}, ended well; else the transcripts are told. */
    Said done(String... command) {
        Said said = run(command);
        if (said.code() != 0) {
            StringBuilder told = new StringBuilder();
            for (JsonNode job : run("lsjob", "--json").json()) {
                told.append(run("catxcr", job.path("name").asText()).out()).append('\n');
            }
            throw new AssertionError(said + "\n" + told);
        }
        return said;
    }

    /** Waits until the only job that runs is in a step whose name begins so. */
    static void awaitStep(Path home, String step) throws Exception {
        Until.holds("step " + step, Site.PATIENT, () -> {
            for (JsonNode job :
                    CommandLineInProcess.run(home, "lsjob", "--json").ok().json()) {
                for (JsonNode each : job.path("steps")) {
                    if (each.path("name").asText().startsWith(step)) {
                        return true;
                    }
                }
            }
            return false;
        });
    }

    /** The program in a process of its own. */
    Process program(Path log, String... command) throws IOException {
        return program(home, log, command);
    }

    /** The program in a process of its own. */
    static Process program(Path home, Path log, String... command) throws IOException {
        List<String> all = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "io.saddlebag.app.Main"));
        all.addAll(List.of(command));
        all.addAll(List.of("--home", home.toString()));
        return new ProcessBuilder(all)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** The end of a step whose name begins so, or its begin. */
    static Instant time(JsonNode job, String step, String which) {
        for (JsonNode each : job.path("steps")) {
            if (each.path("name").asText().startsWith(step)) {
                return Instant.parse(each.path(which).asText());
            }
        }
        throw new AssertionError("no step " + step + " in " + job);
    }

    static JsonNode only(JsonNode answer) {
        return answer.isArray() ? answer.get(0) : answer;
    }

    String backupModes() throws SQLException {
        return server.ask(BACKUP_MODES);
    }

    void requireNotInBackupMode() throws Exception {
        Until.holds(
                "the server has left backup mode",
                Site.PATIENT,
                () -> backupModes().equals("0 sessions, 0 slots"));
    }

    /** Nothing is left of any snapshot, and no lease owes anything. */
    List<String> leftOvers() throws IOException {
        List<String> left = new ArrayList<>();
        Path beside = server.settings().dataDirectory().resolveSibling(".saddlebag-snapshots");
        for (Path place : List.of(beside, home.resolve("state/views"))) {
            if (Files.isDirectory(place)) {
                try (var there = Files.list(place)) {
                    there.forEach(each -> left.add(each.toString()));
                }
            }
        }
        return left;
    }

    Map<String, String> catalogued() {
        JsonNode backups = run("lsbu", "orders", "--json").ok().json();
        return Map.of(
                "count",
                Integer.toString(backups.size()),
                "outcome",
                backups.size() == 0
                        ? ""
                        : backups.get(backups.size() - 1).path("outcome").asText());
    }

    @Override
    public void close() throws IOException {
        server.close();
        while (!ground.isEmpty()) {
            ground.pop().close();
        }
    }
}

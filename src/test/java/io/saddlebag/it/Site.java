package io.saddlebag.it;

import io.saddlebag.app.CommandLineInProcess;
import io.saddlebag.app.CommandLineInProcess.Said;
import io.saddlebag.host.local.LoopFileSystem;
import io.saddlebag.posix.linux.LinuxPosix;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A running PostgreSQL and home folders of nodes that back it up. */
final class Site implements AutoCloseable {
    static final Duration LEASE = Duration.ofSeconds(10);
    static final Duration PATIENT = Duration.ofSeconds(60);
    private static final ByteCount GROUND = ByteCount.mebibytes(1024);
    static final String FINGERPRINT =
            "select count(*) || ' rows, ' || coalesce(sum(hashtextextended(orders::text, 0)), 0) from orders";

    private final Path folder;
    private final @Nullable LoopFileSystem ground;
    private final PostgresServer server;

    private Site(Path folder, @Nullable LoopFileSystem ground, PostgresServer server) {
        this.folder = folder;
        this.ground = ground;
        this.server = server;
    }

    /** On a Btrfs when this is root on a kernel with loop devices; else no snapshots can be taken. */
    static Site in(Path folder) throws Exception {
        boolean mounts = "root".equals(System.getProperty("user.name")) && Files.exists(Path.of("/dev/loop-control"));
        LoopFileSystem ground = mounts
                ? LoopFileSystem.create(
                        new LinuxPosix(), folder.resolve("ground.img"), LoopFileSystem.Kind.BTRFS, GROUND)
                : null;
        Path data = (ground == null ? folder : ground.path()).resolve("database/data");
        return new Site(folder, ground, PostgresServer.initdb(data).started());
    }

    PostgresServer server() {
        return server;
    }

    String provider() {
        return ground == null ? "none" : "btrfs";
    }

    Path dataDirectory() {
        return server.settings().dataDirectory();
    }

    /** Rows that don't compress. */
    void fill(int rows) throws SQLException {
        server.execute("create table orders (id bigint primary key, customer text, amount bigint)");
        server.execute("insert into orders select n, md5(n::text) || md5('b' || n), n * 7919 % 1000000"
                + " from generate_series(1, " + rows + ") n");
    }

    /** What all rows come to. */
    String rows() throws SQLException {
        return server.ask(FINGERPRINT);
    }

    boolean answers() {
        try {
            return !server.ask("select 1").isEmpty();
        } catch (SQLException notYet) {
            return false;
        }
    }

    /** A home folder with one virtual library {@code vault}. */
    Path home(String name, int cartridges, String capacity) throws IOException {
        return home(name, """
                libraries:
                  vault:
                    folder: vault
                    patience: 1s
                    create: { slots: %d, drives: 2, mailSlots: 2, cartridges: %d, capacity: %s }
                """.formatted(cartridges + 2, cartridges, capacity));
    }

    Path home(String name, String libraries) throws IOException {
        Path home = folder.resolve(name);
        Files.createDirectories(home.resolve("config"));
        var settings = server.settings();
        var runAs = settings.runAs();
        Files.writeString(
                home.resolve("config/saddlebag.yaml"),
                libraries
                        + """
                families:
                  nightly: { writeWindow: 7d, retention: 14d }
                databases:
                  orders:
                    engine: postgresql
                    lease: %ds
                    bin: %s
                    data: %s
                    port: %d
                %s""".formatted(
                                LEASE.toSeconds(),
                                settings.binDirectory(),
                                settings.dataDirectory(),
                                settings.port(),
                                runAs == null ? "" : "    runAs: \"" + runAs.user() + ":" + runAs.group() + "\"\n"));
        return home;
    }

    String[] backupCommand() {
        return new String[] {"backup", "orders", "--library", "vault", "--family", "nightly", "--provider", provider()};
    }

    Said backUp(Path home) {
        return CommandLineInProcess.run(home, backupCommand());
    }

    /** The assembled program in a process of its own. */
    static Process start(Path home, Path log, String... command) throws IOException {
        List<String> all = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                library() + "/*",
                "io.saddlebag.app.Main"));
        all.addAll(List.of(command));
        all.addAll(List.of("--home", home.toString()));
        return new ProcessBuilder(all)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    static int runToEnd(Path home, Path log, String... command) throws IOException, InterruptedException {
        Process process = start(home, log, command);
        if (!process.waitFor(PATIENT.toSeconds() * 3, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(String.join(" ", command) + " didn't end:\n" + Files.readString(log));
        }
        return process.exitValue();
    }

    static Path library() {
        return Path.of(System.getProperty("saddlebag.assembled", "target/saddlebag"), "lib")
                .toAbsolutePath();
    }

    @Override
    public void close() throws IOException {
        server.close();
        if (ground != null) {
            ground.close();
        }
    }
}

package io.saddlebag.testing;

import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.derby.DerbyAdapter;
import io.saddlebag.database.derby.DerbySettings;
import io.saddlebag.host.local.SystemWaiter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A real Derby network server in a process of its own, with one database. */
public final class DerbyServer implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Path folder;
    private final int port;
    private @Nullable Process process;

    private DerbyServer(Path folder, int port) {
        this.folder = folder;
        this.port = port;
    }

    /** Starts a server, and makes an empty database in that folder, which must not exist. */
    public static DerbyServer create(Path folder) throws Exception {
        Files.createDirectories(folder.toAbsolutePath().getParent());
        DerbyServer server = new DerbyServer(folder.toAbsolutePath(), FreePort.next());
        server.start();
        server.connect(";create=true").close();
        return server;
    }

    public void start() throws Exception {
        process = new ProcessBuilder(command("start"))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolveSibling("server.log").toFile())
                .start();
        long begin = System.nanoTime();
        while (!answers()) {
            if (System.nanoTime() - begin > LIMIT.toNanos()) {
                throw new AssertionError(Files.readString(folder.resolveSibling("server.log")));
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    private boolean answers() {
        try (var socket = new java.net.Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Of Java, with the server's own program. */
    public List<String> command(String what) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dderby.stream.error.file=" + folder.resolveSibling("derby.log"),
                "-Dderby.storage.logSwitchInterval=100000",
                "-cp",
                System.getProperty("java.class.path"),
                "org.apache.derby.drda.NetworkServerControl",
                what,
                "-h",
                "127.0.0.1",
                "-p",
                Integer.toString(port));
    }

    /** A program that starts the server and leaves it, or one that has it shut down. */
    public Path program(Path place, String what) throws IOException {
        String line = String.join("' '", command(what));
        return Files.writeString(
                Files.createFile(
                        place, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x"))),
                "#!/bin/sh\n"
                        + (what.equals("start")
                                ? "setsid '" + line + "' > /dev/null 2>&1 &\n"
                                : "exec '" + line + "'\n"));
    }

    /** Its journals are kept from now on. */
    public DerbyServer archiving() throws SQLException {
        execute("call syscs_util.syscs_backup_database_and_enable_log_archive_mode('"
                + folder.resolveSibling("first-backup") + "', 0)");
        return this;
    }

    public Path folder() {
        return folder;
    }

    public int port() {
        return port;
    }

    public DerbySettings settings() {
        return new DerbySettings(
                "stock", folder, DerbySettings.DEFAULT_HOST, port, null, null, DerbySettings.Check.TABLES);
    }

    public DerbyAdapter adapter() {
        return adapter(Optional.empty());
    }

    public DerbyAdapter adapter(Optional<DatabaseAdapter> application) {
        return new DerbyAdapter(settings(), application, new SystemWaiter());
    }

    public Connection connect() throws SQLException {
        return connect("");
    }

    private Connection connect(String attributes) throws SQLException {
        return DriverManager.getConnection("jdbc:derby://127.0.0.1:" + port + "/" + folder + attributes);
    }

    public void execute(String... statements) throws SQLException {
        try (Connection connection = connect();
                Statement running = connection.createStatement()) {
            for (String each : statements) {
                running.execute(each);
            }
        }
    }

    /** The first column of the first row as text. */
    public String ask(String query) throws SQLException {
        try (Connection connection = connect();
                Statement running = connection.createStatement();
                ResultSet answer = running.executeQuery(query)) {
            answer.next();
            return String.valueOf(answer.getString(1));
        }
    }

    /** Ends the server as a crash does, whoever started it. */
    @Override
    public void close() throws IOException {
        kill();
    }

    /** It can be started again. */
    public void kill() throws IOException {
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
        }
        List<Path> ended = new ArrayList<>();
        String mine = Integer.toString(port);
        for (ProcessHandle each : ProcessHandle.allProcesses().toList()) {
            Path shown = Path.of("/proc", Long.toString(each.pid()));
            try {
                String line = Files.readString(shown.resolve("cmdline"));
                if (line.contains("NetworkServerControl") && line.contains("\0" + mine + "\0")) {
                    each.destroyForcibly();
                    ended.add(shown);
                }
            } catch (IOException gone) {
                // ended while it was looked at
            }
        }
        awaitEnd(ended);
        try {
            if (running != null && !running.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException("the server doesn't end");
            }
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
    }

    /** Until they have closed their files, so that what they were on can be unmounted; nobody may collect them after that. */
    private static void awaitEnd(List<Path> processes) throws IOException {
        long begin = System.nanoTime();
        while (!processes.stream().allMatch(DerbyServer::isOver)) {
            if (System.nanoTime() - begin > LIMIT.toNanos()) {
                throw new IOException("the server doesn't end");
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    /** Its first thread may be over while others still have the files open. */
    private static boolean isOver(Path process) {
        try (Stream<Path> threads = Files.list(process.resolve("task"))) {
            // after the program's name: the state
            return threads.count() <= 1
                    && Files.readString(process.resolve("stat"))
                            .replaceFirst("(?s).*\\) ", "")
                            .matches("(?s)[ZX].*");
        } catch (IOException | UncheckedIOException gone) {
            return true;
        }
    }
}

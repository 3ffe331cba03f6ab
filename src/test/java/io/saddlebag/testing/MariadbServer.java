package io.saddlebag.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.saddlebag.database.mariadb.MariadbAdapter;
import io.saddlebag.database.mariadb.MariadbSettings;
import io.saddlebag.host.Command;
import io.saddlebag.host.local.LocalProcesses;
import io.saddlebag.host.local.SystemWaiter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A real MariaDB server of this machine's package with its own data directory, port and binary log, durable as in
 * production. As root everything of the server runs as {@code mysql}. Tests are skipped where the package isn't there.
 */
public final class MariadbServer implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));
    private static final Path INSTALL = Path.of("/usr/bin/mariadb-install-db");

    private final MariadbSettings settings;

    private MariadbServer(MariadbSettings settings) {
        this.settings = settings;
    }

    /** Makes a data directory in a folder, and beside it a file of options, and leaves the server stopped. */
    public static MariadbServer install(Path folder, String... options) throws IOException, InterruptedException {
        assumeTrue(
                Files.isExecutable(MariadbSettings.DEFAULT_SERVER) && Files.isExecutable(INSTALL),
                "needs MariaDB's server (Debian: mariadb-server)");
        Path data = folder.resolve("data").toAbsolutePath();
        Files.createDirectories(data);
        PostgresServer.makeReachable(data);
        Path defaults = data.resolveSibling("server.cnf");
        // a server that starts removes temporary tables of whoever shares its folder for them
        Path temporary = Files.createDirectories(data.resolveSibling("tmp"));
        int port = FreePort.next();
        List<String> lines = new ArrayList<>(List.of(
                "[mariadbd]",
                "port=" + port,
                "bind-address=127.0.0.1",
                "socket=" + data.resolve("mariadb.sock"),
                "tmpdir=" + temporary,
                "server-id=7",
                "log-bin=journal",
                "innodb-log-file-size=8M",
                "innodb-buffer-pool-size=8M",
                "performance-schema=OFF"));
        lines.addAll(List.of(options));
        Files.write(defaults, lines);
        own(data);
        own(temporary);
        Command command = Command.of(
                        INSTALL.toString(),
                        "--no-defaults",
                        "--datadir=" + data,
                        "--tmpdir=" + temporary,
                        "--auth-root-authentication-method=normal",
                        "--skip-test-db",
                        "--innodb-log-file-size=8M",
                        ROOT ? "--user=mysql" : "--skip-name-resolve")
                .in(Path.of("/"))
                .within(LIMIT);
        // once the script ended well and had made no tables
        boolean made = makesTables(command, data);
        if (!made && !makesTables(command, data)) {
            throw new IOException(INSTALL + " tells success twice, and " + data + " has no tables");
        }
        return new MariadbServer(new MariadbSettings(
                "shop",
                MariadbSettings.DEFAULT_SERVER,
                data,
                defaults,
                List.of(),
                MariadbSettings.DEFAULT_HOST,
                port,
                null,
                MariadbSettings.DEFAULT_USER,
                null,
                ROOT ? "mysql" : null,
                data.resolve(MariadbSettings.DEFAULT_LOG),
                List.of(),
                List.of(),
                List.of(),
                MariadbSettings.Check.TABLES));
    }

    /** One that is installed, by other settings. */
    public static MariadbServer of(MariadbSettings settings) {
        return new MariadbServer(settings);
    }

    private static boolean makesTables(Command command, Path data) throws IOException, InterruptedException {
        List<String> said = new ArrayList<>();
        if (!new LocalProcesses().run(command, said::add).ok()) {
            throw new IOException(String.join("\n", said));
        }
        boolean made = Files.exists(data.resolve("mysql/db.frm"));
        if (!made) {
            System.err.println("no tables in " + data + ", after\n" + String.join("\n", said));
        }
        return made;
    }

    /** A server on a copy of this one's data directory, with the same options but for its port and socket. */
    public MariadbServer copiedTo(Path data) throws IOException {
        PostgresServer.makeReachable(data);
        int port = FreePort.next();
        Path defaults = data.resolveSibling("copy.cnf");
        Files.write(
                defaults,
                Files.readAllLines(settings.defaultsFile()).stream()
                        .map(line -> line.startsWith("port=")
                                ? "port=" + port
                                : line.startsWith("socket=") ? "socket=" + data.resolve("mariadb.sock") : line)
                        .toList());
        return new MariadbServer(new MariadbSettings(
                settings.name(),
                settings.server(),
                data,
                defaults,
                settings.serverOptions(),
                settings.host(),
                port,
                null,
                settings.user(),
                null,
                settings.runAs(),
                data.resolve(MariadbSettings.DEFAULT_LOG),
                List.of(),
                List.of(),
                List.of(),
                settings.check()));
    }

    /** Gives a folder with what is in it to the server's user. */
    public static void own(Path place) throws IOException {
        if (!ROOT) {
            return;
        }
        Object user = Files.getAttribute(Path.of("/var/lib/mysql"), "unix:uid");
        Object group = Files.getAttribute(Path.of("/var/lib/mysql"), "unix:gid");
        try (Stream<Path> all = Files.walk(place)) {
            for (Path each : (Iterable<Path>) all::iterator) {
                Files.setAttribute(each, "unix:uid", user, LinkOption.NOFOLLOW_LINKS);
                Files.setAttribute(each, "unix:gid", group, LinkOption.NOFOLLOW_LINKS);
            }
        }
    }

    public MariadbSettings settings() {
        return settings;
    }

    public MariadbAdapter adapter() {
        return adapter(settings);
    }

    public static MariadbAdapter adapter(MariadbSettings settings) {
        return new MariadbAdapter(settings, new LocalProcesses(), new SystemWaiter(), new SecureRandom());
    }

    /** Starts the server and waits until it is open. */
    public MariadbServer started() throws IOException, InterruptedException {
        adapter().start(LIMIT, line -> {});
        return this;
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mariadb://" + settings.host() + ":" + settings.port() + "/", settings.user(), "");
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
            if (!answer.next()) {
                throw new SQLException("no row from " + query);
            }
            return answer.getString(1);
        }
    }

    /** The server's process, by where it works; fails when there is none. */
    public ProcessHandle process() throws IOException {
        Path data = settings.dataDirectory().toRealPath();
        return ProcessHandle.allProcesses()
                .filter(each -> worksIn(each, data))
                .findFirst()
                .orElseThrow(() -> new IOException("no server in " + data));
    }

    private static boolean worksIn(ProcessHandle process, Path data) {
        try {
            Path about = Path.of("/proc/" + process.pid());
            return Files.readString(about.resolve("comm")).startsWith("mariadbd")
                    && Files.readSymbolicLink(about.resolve("cwd")).equals(data);
        } catch (IOException gone) {
            return false;
        }
    }

    /** Ends the server as a crash does: at once and without a checkpoint. */
    public void kill() throws IOException {
        ProcessHandle server = process();
        server.destroyForcibly();
        long begin = System.nanoTime();
        while (holdsFiles(server)) {
            if (System.nanoTime() - begin > LIMIT.toNanos()) {
                throw new IOException("the killed server " + server.pid() + " doesn't end");
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    /** Until its last thread has ended, be it collected or not. */
    private static boolean holdsFiles(ProcessHandle process) {
        Path about = Path.of("/proc/" + process.pid());
        try (Stream<Path> threads = Files.list(about.resolve("task"))) {
            String stat = Files.readString(about.resolve("stat"));
            return !stat.startsWith(") Z", stat.lastIndexOf(')')) || threads.count() > 1;
        } catch (IOException gone) {
            return false;
        }
    }

    /** Ends the server if it runs; leaves the files. */
    @Override
    public void close() throws IOException {
        try {
            kill();
        } catch (IOException notRunning) {
            // nothing to end
        }
    }
}

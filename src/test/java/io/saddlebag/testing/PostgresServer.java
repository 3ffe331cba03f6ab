package io.saddlebag.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.saddlebag.database.postgresql.PostgresqlAdapter;
import io.saddlebag.database.postgresql.PostgresqlSettings;
import io.saddlebag.database.postgresql.RunAs;
import io.saddlebag.host.Command;
import io.saddlebag.host.local.LocalProcesses;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.quantity.ByteCount;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/**
 * A real PostgreSQL server with its own data directory, durable as in production (fsync is on). The programs come from a
 * test artifact and are unpacked once a build folder. As root everything of the server runs as {@code nobody}.
 *
 * <pre>{@code
 * try (PostgresServer server = PostgresServer.initdb(folder.resolve("orders"))) {
 *     server.adapter().start(Duration.ofMinutes(1), line -> {});
 *     server.execute("create table t (n int)");
 * }
 * }</pre>
 */
public final class PostgresServer implements AutoCloseable {
    private static final String ARCHIVE = "/postgres-linux-x86_64.txz";
    /** Uid and gid of nobody and nogroup. */
    private static final int UNPRIVILEGED = 65_534;

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

    private final PostgresqlSettings settings;

    private PostgresServer(PostgresqlSettings settings) {
        this.settings = settings;
    }

    /** Where {@code bin}, {@code lib} and {@code share} are; unpacks them first, once, whoever else asks meanwhile. */
    public static synchronized Path unpackedHome() throws IOException {
        assumeTrue(
                System.getProperty("os.name").equals("Linux")
                        && System.getProperty("os.arch").equals("amd64"),
                "the test artifact holds PostgreSQL for Linux on amd64 only");
        Path target = Path.of("target").toAbsolutePath();
        Files.createDirectories(target);
        Path home = target.resolve("postgresql");
        try (FileChannel lockFile = FileChannel.open(
                target.resolve("postgresql.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            // held until the channel is closed
            lockFile.lock();
            if (!Files.exists(home)) {
                Path unfinished = Files.createTempDirectory(target, "postgresql-unpacking");
                unpack(unfinished);
                Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rwxr-xr-x"));
                Files.move(unfinished, home);
            }
        }
        return home;
    }

    /** Makes a data directory, with a free port of its own in its configuration, and leaves the server stopped. */
    public static PostgresServer initdb(Path dataDirectory) throws IOException, InterruptedException {
        return initdb("orders", dataDirectory);
    }

    /** As {@link #initdb(Path)}, with a configured name. */
    public static PostgresServer initdb(String name, Path dataDirectory) throws IOException, InterruptedException {
        return initdb(unpackedHome().resolve("bin"), name, dataDirectory);
    }

    /** As {@link #initdb(Path)}, with other programs. */
    public static PostgresServer initdb(Path bin, String name, Path dataDirectory)
            throws IOException, InterruptedException {
        return initdb(bin, name, dataDirectory, ByteCount.mebibytes(16));
    }

    /** As {@link #initdb(Path)}, with journals of another size. */
    public static PostgresServer initdb(Path bin, String name, Path dataDirectory, ByteCount segment)
            throws IOException, InterruptedException {
        Path data = dataDirectory.toAbsolutePath();
        Files.createDirectories(data);
        ownedByServer(data);
        makeReachable(data);
        int port = FreePort.next();
        run(List.of(
                bin.resolve("initdb").toString(),
                "-D",
                data.toString(),
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "--wal-segsize=" + (segment.bytes() >> 20),
                "--no-sync"));
        Files.writeString(
                data.resolve("postgresql.conf"),
                "\nport = " + port + "\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\n"
                        + "max_connections = 20\nshared_buffers = 8MB\nlog_line_prefix = '%m [%p] '\n",
                StandardOpenOption.APPEND);
        return new PostgresServer(new PostgresqlSettings(
                name,
                bin,
                data,
                PostgresqlSettings.DEFAULT_HOST,
                port,
                PostgresqlSettings.DEFAULT_USER,
                null,
                runAs(),
                data.resolve(PostgresqlSettings.DEFAULT_LOG),
                List.of(),
                PostgresqlSettings.DEFAULT_DATABASE,
                List.of()));
    }

    /** A server on a data directory that is there already, such as a restored one. */
    public static PostgresServer on(PostgresqlSettings settings) {
        return new PostgresServer(settings);
    }

    public static @Nullable RunAs runAs() {
        return ROOT ? new RunAs(Integer.toString(UNPRIVILEGED), Integer.toString(UNPRIVILEGED)) : null;
    }

    /** Gives a file or folder, with what is in it, to the server's user. Needed after a restore as root. */
    public static void ownedByServer(Path place) throws IOException {
        if (!ROOT) {
            return;
        }
        try (Stream<Path> all = Files.walk(place)) {
            for (Path each : (Iterable<Path>) all::iterator) {
                Files.setAttribute(each, "unix:uid", UNPRIVILEGED, LinkOption.NOFOLLOW_LINKS);
                Files.setAttribute(each, "unix:gid", UNPRIVILEGED, LinkOption.NOFOLLOW_LINKS);
            }
        }
    }

    /** Lets the server's user walk down to a place; test folders are closed to others. */
    public static void makeReachable(Path place) throws IOException {
        if (!ROOT) {
            return;
        }
        for (Path up = place.getParent(); up != null && up.getNameCount() > 1; up = up.getParent()) {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(up);
            if (permissions.add(PosixFilePermission.OTHERS_EXECUTE)) {
                Files.setPosixFilePermissions(up, permissions);
            }
        }
    }

    public PostgresqlSettings settings() {
        return settings;
    }

    public PostgresqlAdapter adapter() {
        return new PostgresqlAdapter(settings, new LocalProcesses(), new SystemWaiter());
    }

    /** Starts the server and waits until it is open. */
    public PostgresServer started() throws IOException, InterruptedException {
        adapter().start(LIMIT, line -> {});
        return this;
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://" + settings.host() + ":" + settings.port() + "/" + settings.maintenanceDatabase(),
                settings.user(),
                "");
    }

    public void execute(String statement) throws SQLException {
        try (Connection connection = connect();
                Statement running = connection.createStatement()) {
            running.execute(statement);
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

    /** The postmaster's process by its lock file. */
    public long postmaster() throws IOException {
        return Long.parseLong(Files.readAllLines(settings.dataDirectory().resolve("postmaster.pid"))
                .get(0)
                .strip());
    }

    /** Ends the postmaster as a crash does: at once and without a checkpoint. */
    public void kill() throws IOException {
        ProcessHandle.of(postmaster()).ifPresent(ProcessHandle::destroyForcibly);
    }

    /** Stops the server if it runs, however it can be stopped; leaves the files. */
    @Override
    public void close() throws IOException {
        if (!Files.exists(settings.dataDirectory().resolve("postmaster.pid"))) {
            return;
        }
        try {
            run(List.of(
                    settings.binDirectory().resolve("pg_ctl").toString(),
                    "stop",
                    "-D",
                    settings.dataDirectory().toString(),
                    "-m",
                    "immediate",
                    "-w"));
        } catch (IOException notRunning) {
            // a lock file that a crash left
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted before the server was stopped", asked);
        }
    }

    /** What comes before a program that is to run as the server's user. */
    public static List<String> asServer() {
        String user = Integer.toString(UNPRIVILEGED);
        return ROOT ? List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups", "--") : List.of();
    }

    private static void run(List<String> program) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(asServer());
        arguments.addAll(program);
        List<String> said = new ArrayList<>();
        Command command =
                Command.of(arguments.toArray(String[]::new)).within(LIMIT).in(Path.of("/"));
        if (!new LocalProcesses().run(command, said::add).ok()) {
            throw new IOException(program + " failed: " + String.join("\n", said));
        }
    }

    private static void unpack(Path into) throws IOException {
        try (InputStream archive = PostgresServer.class.getResourceAsStream(ARCHIVE)) {
            assumeTrue(archive != null, "the PostgreSQL programs aren't on the class path");
            TarArchiveInputStream entries =
                    new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive, 1 << 16)));
            for (TarArchiveEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                unpack(entries, entry, into);
            }
        }
    }

    private static void unpack(InputStream content, TarArchiveEntry entry, Path into) throws IOException {
        Path place = into.resolve(entry.getName()).normalize();
        if (!place.startsWith(into)) {
            throw new IOException("entry outside of the archive's folder: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(place);
            return;
        }
        Files.createDirectories(place.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(place, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(content, place);
        boolean program = (entry.getMode() & 0100) != 0;
        Files.setPosixFilePermissions(place, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
    }
}

package io.saddlebag.database.mariadb;

import io.saddlebag.database.DatabaseOptions;
import io.saddlebag.fault.BackupException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How to reach one MariaDB server and its files.
 *
 * @param server the program {@code mariadbd}
 * @param defaultsFile what the server reads its options from; null: the files that {@code mariadbd} reads by itself
 * @param serverOptions further arguments of {@code mariadbd}, e.g. {@code --log-bin=journal}
 * @param socket a socket of the file system to connect through; null: by host and port
 * @param user the database account to connect as
 * @param passwordFile holds the account's password on its first line and is readable by its owner only; null: no password
 * @param runAs the user that the server becomes when this process is root; null: as the server's own options say
 * @param log the server's error log when its own options name none
 * @param start a program that starts the server instead, e.g. {@code systemctl}, {@code start}, {@code mariadb}; empty: none
 * @param stop a program that stops the server instead; empty: none
 * @param parameterFiles configuration outside the data directory that is to be backed up
 */
public record MariadbSettings(
        String name,
        Path server,
        Path dataDirectory,
        @Nullable Path defaultsFile,
        List<String> serverOptions,
        String host,
        int port,
        @Nullable Path socket,
        String user,
        @Nullable Path passwordFile,
        @Nullable String runAs,
        Path log,
        List<String> start,
        List<String> stop,
        List<Path> parameterFiles,
        Check check) {
    public static final Path DEFAULT_SERVER = Path.of("/usr/sbin/mariadbd");
    public static final String DEFAULT_HOST = "127.0.0.1";
    public static final int DEFAULT_PORT = 3306;
    public static final String DEFAULT_USER = "root";
    /** Inside the data directory, since that is certainly writable for the server's user. */
    public static final String DEFAULT_LOG = "saddlebag-start.log";

    private static final Pattern ACCOUNT = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}\\$?");

    /** How thoroughly the tables of an opened server are looked at. */
    public enum Check {
        /** Each table is opened and its first row read: its definition and its file are there and belong together. */
        OPEN,
        /** {@code CHECK TABLE} of each table: everything is read. */
        TABLES
    }

    public MariadbSettings {
        serverOptions = List.copyOf(serverOptions);
        start = List.copyOf(start);
        stop = List.copyOf(stop);
        parameterFiles = List.copyOf(parameterFiles);
    }

    /**
     * Reads options {@code data} (required), {@code server}, {@code defaultsFile}, {@code serverOptions}, {@code host}, {@code
     * port}, {@code socket}, {@code user}, {@code passwordFile}, {@code runAs}, {@code log}, {@code start}, {@code stop},
     * {@code parameterFiles}, {@code check} ({@code open}, which is the default, or {@code tables}).
     *
     * @throws BackupException {@code BAD_CONFIGURATION} naming option, value and what is valid
     */
    public static MariadbSettings read(DatabaseOptions options) throws BackupException {
        options.allowOnly(
                "server",
                "data",
                "defaultsFile",
                "serverOptions",
                "host",
                "port",
                "socket",
                "user",
                "passwordFile",
                "runAs",
                "log",
                "start",
                "stop",
                "parameterFiles",
                "check");
        Path data = options.path("data");
        return new MariadbSettings(
                options.database(),
                options.optionalPath("server").orElse(DEFAULT_SERVER),
                data,
                options.optionalPath("defaultsFile").orElse(null),
                serverOptions(options),
                host(options),
                options.port("port", DEFAULT_PORT),
                options.optionalPath("socket").orElse(null),
                options.optionalText("user").orElse(DEFAULT_USER),
                options.optionalPath("passwordFile").orElse(null),
                runAs(options),
                options.optionalPath("log").orElse(data.resolve(DEFAULT_LOG)),
                options.list("start"),
                options.list("stop"),
                options.paths("parameterFiles"),
                check(options));
    }

    /** For people: where it is reached. */
    String address() {
        return socket == null ? host + ":" + port : socket.toString();
    }

    private static List<String> serverOptions(DatabaseOptions options) throws BackupException {
        List<String> given = options.list("serverOptions");
        for (String each : given) {
            if (!each.startsWith("--") || each.startsWith("--datadir") || each.startsWith("--defaults")) {
                throw options.refused(
                        "serverOptions",
                        each,
                        "options such as --log-bin=journal; the data directory is option data, and a file of options is"
                                + " defaultsFile");
            }
        }
        return given;
    }

    /** The driver takes some characters of a host for its own. */
    private static String host(DatabaseOptions options) throws BackupException {
        String host = options.optionalText("host").orElse(DEFAULT_HOST);
        if (!host.matches("[A-Za-z0-9.:_-]+")) {
            throw options.refused("host", host, "a host's name or address");
        }
        return host;
    }

    private static @Nullable String runAs(DatabaseOptions options) throws BackupException {
        String user = options.optionalText("runAs").orElse(null);
        if (user != null && !ACCOUNT.matcher(user).matches()) {
            throw options.refused("runAs", user, "a user of this machine, e.g. mysql");
        }
        return user;
    }

    private static Check check(DatabaseOptions options) throws BackupException {
        String text = options.optionalText("check").orElse("open");
        Check chosen = Map.of("open", Check.OPEN, "tables", Check.TABLES).get(text);
        if (chosen == null) {
            throw options.refused("check", text, "open or tables");
        }
        return chosen;
    }
}

package io.saddlebag.database.postgresql;

import io.saddlebag.database.DatabaseOptions;
import io.saddlebag.fault.BackupException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How to reach one PostgreSQL server and its files.
 *
 * @param binDirectory holds {@code pg_ctl} and {@code postgres}; {@code pg_controldata} is used when it is there
 * @param user the database role to connect as
 * @param passwordFile holds the role's password on its first line and is readable by its owner only; null: no password
 * @param runAs null: the server's programs run as this process's user
 * @param logFile {@code pg_ctl} appends the server's early output to it
 * @param serverOptions arguments of {@code postgres} itself, e.g. {@code -c}, {@code work_mem=5MB}
 * @param maintenanceDatabase to connect to
 * @param parameterFiles configuration outside the data directory (Debian keeps it in {@code /etc/postgresql})
 * @param archive folder that the server archives its journals to, its recovery area (W9); null: not known
 * @param check how thoroughly an opened server is looked at (R14)
 * @param checkLimit how long reading all of it may take
 */
public record PostgresqlSettings(
        String name,
        Path binDirectory,
        Path dataDirectory,
        String host,
        int port,
        String user,
        @Nullable Path passwordFile,
        @Nullable RunAs runAs,
        Path logFile,
        List<String> serverOptions,
        String maintenanceDatabase,
        List<Path> parameterFiles,
        @Nullable Path archive,
        Check check,
        Duration checkLimit) {
    public static final String DEFAULT_HOST = "127.0.0.1";
    public static final int DEFAULT_PORT = 5432;
    public static final String DEFAULT_USER = "postgres";
    public static final String DEFAULT_DATABASE = "postgres";
    /** Inside the data directory, since that is certainly writable for the server's user. */
    public static final String DEFAULT_LOG = "saddlebag-start.log";

    static final Duration DEFAULT_CHECK_LIMIT = Duration.ofHours(12);

    /** How thoroughly an opened server is looked at. */
    public enum Check {
        /** It answers, is out of recovery, and its catalog can be read. */
        OPEN,
        /** Each table of each database is read to its end, as a rehearsal does. */
        TABLES
    }

    /** pg_ctl puts these paths between double quotes into a line of its own shell. */
    private static final String UNQUOTABLE = "\"$`\\\n\r";

    public PostgresqlSettings {
        serverOptions = List.copyOf(serverOptions);
        parameterFiles = List.copyOf(parameterFiles);
    }

    /** Without a known recovery area, and looked at only as far as {@link Check#OPEN} goes. */
    public PostgresqlSettings(
            String name,
            Path binDirectory,
            Path dataDirectory,
            String host,
            int port,
            String user,
            @Nullable Path passwordFile,
            @Nullable RunAs runAs,
            Path logFile,
            List<String> serverOptions,
            String maintenanceDatabase,
            List<Path> parameterFiles) {
        this(
                name,
                binDirectory,
                dataDirectory,
                host,
                port,
                user,
                passwordFile,
                runAs,
                logFile,
                serverOptions,
                maintenanceDatabase,
                parameterFiles,
                null,
                Check.OPEN,
                DEFAULT_CHECK_LIMIT);
    }

    /** The same, looked at as thoroughly as that. */
    public PostgresqlSettings checking(Check thoroughly) {
        return new PostgresqlSettings(
                name,
                binDirectory,
                dataDirectory,
                host,
                port,
                user,
                passwordFile,
                runAs,
                logFile,
                serverOptions,
                maintenanceDatabase,
                parameterFiles,
                archive,
                thoroughly,
                checkLimit);
    }

    /**
     * Reads options {@code bin}, {@code data}, {@code host}, {@code port}, {@code user}, {@code passwordFile},
     * {@code runAs} ({@code user} or {@code user:group}), {@code log}, {@code serverOptions}, {@code
     * maintenanceDatabase}, {@code parameterFiles}, {@code archive}, {@code check} ({@code open}, which is the default, or {@code
     * tables}), {@code checkTimeout}; only the first two are required.
     *
     * @throws BackupException {@code BAD_CONFIGURATION} naming option, value and what is valid
     */
    public static PostgresqlSettings read(DatabaseOptions options) throws BackupException {
        options.allowOnly(
                "bin",
                "data",
                "host",
                "port",
                "user",
                "passwordFile",
                "runAs",
                "log",
                "serverOptions",
                "maintenanceDatabase",
                "parameterFiles",
                "archive",
                "check",
                "checkTimeout");
        Path data = quotable(options, "data", options.path("data"));
        return new PostgresqlSettings(
                options.database(),
                quotable(options, "bin", options.path("bin")),
                data,
                options.optionalText("host").orElse(DEFAULT_HOST),
                options.port("port", DEFAULT_PORT),
                options.optionalText("user").orElse(DEFAULT_USER),
                options.optionalPath("passwordFile").orElse(null),
                runAs(options),
                quotable(options, "log", options.optionalPath("log").orElse(data.resolve(DEFAULT_LOG))),
                options.list("serverOptions"),
                options.optionalText("maintenanceDatabase").orElse(DEFAULT_DATABASE),
                options.paths("parameterFiles"),
                options.optionalPath("archive").orElse(null),
                check(options),
                options.duration("checkTimeout", DEFAULT_CHECK_LIMIT));
    }

    private static Check check(DatabaseOptions options) throws BackupException {
        String text = options.optionalText("check").orElse("open");
        Check chosen = Map.of("open", Check.OPEN, "tables", Check.TABLES).get(text);
        if (chosen == null) {
            throw options.refused("check", text, "open or tables");
        }
        return chosen;
    }

    private static @Nullable RunAs runAs(DatabaseOptions options) throws BackupException {
        String text = options.optionalText("runAs").orElse(null);
        if (text == null) {
            return null;
        }
        int colon = text.indexOf(':');
        String user = colon < 0 ? text : text.substring(0, colon);
        String group = colon < 0 ? text : text.substring(colon + 1);
        if (!RunAs.valid(user) || !RunAs.valid(group)) {
            throw options.refused("runAs", text, "a user, or user:group, of this machine");
        }
        return new RunAs(user, group);
    }

    private static Path quotable(DatabaseOptions options, String option, Path path) throws BackupException {
        String text = path.toString();
        if (text.chars().anyMatch(character -> UNQUOTABLE.indexOf(character) >= 0)) {
            throw options.refused(option, text, "a path without quotes, $, backquotes, backslashes and line ends");
        }
        return path;
    }
}

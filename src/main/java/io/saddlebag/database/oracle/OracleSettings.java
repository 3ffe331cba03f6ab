package io.saddlebag.database.oracle;

import io.saddlebag.database.ControlFileChoice;
import io.saddlebag.database.DatabaseOptions;
import io.saddlebag.fault.BackupException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How to reach one Oracle instance and its files. There is no place for a password: the operating system's authentication or a
 * wallet has to do.
 *
 * @param sid the instance's name
 * @param home the Oracle home; null only with {@code jdbc}
 * @param sqlplus the program
 * @param connect what SQL*Plus connects with: {@code / as sysdba}, or a wallet's alias {@code /@orcl as sysdba}
 * @param jdbc a URL without user and password, for a driver on the class path; null: SQL*Plus is used
 * @param runAs the user and group that the programs become when this process is root, {@code oracle:oinstall}; null: this one's
 * @param service the Windows service of the instance; null: none
 * @param listener with {@code service}, the listener's Windows service, else the listener's name for {@code lsnrctl}; null: the
 *     listener is left alone
 * @param start a program that starts the instance instead of {@code STARTUP}; empty: none
 * @param stop a program that stops it instead of {@code SHUTDOWN IMMEDIATE}; empty: none
 * @param alertLog null: asked of the instance
 * @param parameterFiles password file, text parameter file and what else is to be backed up with it, beside the server's
 *     parameter file, which is found by itself
 * @param record file to which everything that is said between SQL*Plus and Saddlebag is added; null: none
 * @param state folder in which is kept what has to be known while the instance is down
 */
public record OracleSettings(
        String name,
        String sid,
        @Nullable Path home,
        @Nullable Path sqlplus,
        String connect,
        @Nullable String jdbc,
        @Nullable String runAs,
        @Nullable String service,
        @Nullable String listener,
        List<String> start,
        List<String> stop,
        @Nullable Path alertLog,
        List<Path> parameterFiles,
        ControlFileChoice controlFiles,
        @Nullable Path record,
        Path state) {
    public static final String DEFAULT_CONNECT = "/ as sysdba";

    private static final Pattern SID = Pattern.compile("[A-Za-z0-9_$#]{1,30}");
    /** Nothing before the slash, so that no name and no password can stand there. */
    private static final Pattern CONNECT = Pattern.compile("/(@[A-Za-z0-9_.:/-]{1,200})? as sys(dba|backup)");

    private static final Pattern JDBC = Pattern.compile("jdbc:oracle:[A-Za-z]+:/?@.{1,1000}");
    private static final Pattern SERVICE = Pattern.compile("[A-Za-z0-9_.$#-]{1,200}");
    private static final Pattern ACCOUNT =
            Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}:[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}");

    public OracleSettings {
        start = List.copyOf(start);
        stop = List.copyOf(stop);
        parameterFiles = List.copyOf(parameterFiles);
    }

    /**
     * Reads options {@code sid} (required), {@code home} (required without {@code jdbc}), {@code sqlplus}, {@code connect},
     * {@code jdbc}, {@code runAs}, {@code service}, {@code listener}, {@code start}, {@code stop}, {@code alertLog}, {@code
     * parameterFiles}, {@code controlFiles} ({@code same-backup}, which is the default, or {@code copy-restored}), {@code
     * record}.
     *
     * @throws BackupException {@code BAD_CONFIGURATION} naming option, value and what is valid
     */
    public static OracleSettings read(DatabaseOptions options, Path state) throws BackupException {
        options.allowOnly(
                "sid",
                "home",
                "sqlplus",
                "connect",
                "jdbc",
                "runAs",
                "service",
                "listener",
                "start",
                "stop",
                "alertLog",
                "parameterFiles",
                "controlFiles",
                "record");
        String sid = matching(options, "sid", options.text("sid"), SID, "an instance's name, such as orcl");
        String jdbc =
                optional(options, "jdbc", JDBC, "a URL without user and password, such as jdbc:oracle:thin:/@orcl_dba");
        Path home = jdbc == null
                ? options.path("home")
                : options.optionalPath("home").orElse(null);
        Path sqlplus = options.optionalPath("sqlplus").orElse(home == null ? null : program(home, "sqlplus"));
        OracleSettings settings = new OracleSettings(
                options.database(),
                sid,
                home,
                sqlplus,
                matching(
                        options,
                        "connect",
                        options.optionalText("connect").orElse(DEFAULT_CONNECT),
                        CONNECT,
                        "'/ as sysdba', or a wallet's alias such as '/@orcl as sysdba'; never a user or a password"),
                jdbc,
                optional(options, "runAs", ACCOUNT, "a user and a group, such as oracle:oinstall"),
                optional(options, "service", SERVICE, "a Windows service, such as OracleServiceORCL"),
                optional(options, "listener", SERVICE, "a listener's name, or on Windows its service"),
                options.list("start"),
                options.list("stop"),
                options.optionalPath("alertLog").orElse(null),
                options.paths("parameterFiles"),
                controlFiles(options),
                options.optionalPath("record").orElse(null),
                state);
        settings.requireWayToStart(options);
        return settings;
    }

    /** JDBC has no statement that starts an instance. */
    private void requireWayToStart(DatabaseOptions options) throws BackupException {
        if (jdbc != null && (start.isEmpty() || stop.isEmpty())) {
            throw options.refused(
                    start.isEmpty() ? "start" : "stop",
                    "",
                    "with option jdbc both start and stop as programs, e.g. [srvctl, start, database, -d, orcl]: JDBC"
                            + " alone starts and stops no instance");
        }
        if (jdbc != null && record != null) {
            throw options.refused("record", record.toString(), "it with SQL*Plus only: leave out jdbc");
        }
        if (listener != null && service == null && home == null) {
            throw options.refused("listener", listener, "home, too, where lsnrctl is");
        }
    }

    static Path program(Path home, String name) {
        boolean windows = home.getFileSystem().getSeparator().equals("\\");
        return home.resolve("bin").resolve(windows ? name + ".exe" : name);
    }

    /** Where its alert log is when the instance has told its folder. */
    String alertLogName() {
        return "alert_" + sid + ".log";
    }

    private static String matching(DatabaseOptions options, String option, String text, Pattern pattern, String valid)
            throws BackupException {
        if (!pattern.matcher(text).matches()) {
            throw options.refused(option, text, valid);
        }
        return text;
    }

    private static @Nullable String optional(DatabaseOptions options, String option, Pattern pattern, String valid)
            throws BackupException {
        String text = options.optionalText(option).orElse(null);
        return text == null ? null : matching(options, option, text, pattern, valid);
    }

    private static ControlFileChoice controlFiles(DatabaseOptions options) throws BackupException {
        String text = options.optionalText("controlFiles").orElse(ControlFileChoice.SAME_BACKUP.display());
        for (ControlFileChoice choice : ControlFileChoice.values()) {
            if (choice.display().equals(text)) {
                return choice;
            }
        }
        throw options.refused("controlFiles", text, "same-backup or copy-restored");
    }
}

package io.saddlebag.database.derby;

import io.saddlebag.database.DatabaseOptions;
import io.saddlebag.fault.BackupException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One Derby database, which is a folder.
 *
 * @param port of the network server in the process that has it open; 0: there is none, and nothing can be asked of it
 * @param user who connects; null: as the server does without users
 * @param lib folder with the jars of the engine that the application uses, for restored copies; null: none are opened
 * @param passwordFile holds the user's password on its first line and is readable by its owner only; null: no password
 */
public record DerbySettings(
        String name,
        Path folder,
        String host,
        int port,
        @Nullable String user,
        @Nullable Path passwordFile,
        Check check,
        @Nullable Path lib) {
    public static final String DEFAULT_HOST = "127.0.0.1";
    private static final int NO_PORT = 0;

    /** Without an engine for restored copies. */
    public DerbySettings(
            String name,
            Path folder,
            String host,
            int port,
            @Nullable String user,
            @Nullable Path passwordFile,
            Check check) {
        this(name, folder, host, port, user, passwordFile, check, null);
    }

    /** How thoroughly the tables of an opened database are looked at. */
    public enum Check {
        /** Their definitions are read. */
        OPEN,
        /** {@code SYSCS_CHECK_TABLE} of each table: everything is read, and compared with its indexes. */
        TABLES
    }

    /**
     * Reads options {@code data} (required), {@code host}, {@code port}, {@code user}, {@code passwordFile}, {@code check}
     * ({@code open} or {@code tables}, which is the default) and {@code lib}.
     *
     * @throws BackupException {@code BAD_CONFIGURATION} naming option, value and what is valid
     */
    public static DerbySettings read(DatabaseOptions options) throws BackupException {
        options.allowOnly("data", "host", "port", "user", "passwordFile", "check", "lib");
        String check = options.optionalText("check").orElse("tables");
        Check chosen = Map.of("open", Check.OPEN, "tables", Check.TABLES).get(check);
        if (chosen == null) {
            throw options.refused("check", check, "open or tables");
        }
        Path folder = options.path("data");
        if (folder.toString().indexOf(';') >= 0) {
            // the driver takes what follows for attributes
            throw options.refused("data", folder.toString(), "a path without a semicolon");
        }
        return new DerbySettings(
                options.database(),
                folder,
                options.optionalText("host").orElse(DEFAULT_HOST),
                options.port("port", NO_PORT),
                options.optionalText("user").orElse(null),
                options.optionalPath("passwordFile").orElse(null),
                chosen,
                options.optionalPath("lib").orElse(null));
    }

    boolean hasServer() {
        return port != NO_PORT;
    }
}

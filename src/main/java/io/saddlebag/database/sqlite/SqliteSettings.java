package io.saddlebag.database.sqlite;

import io.saddlebag.database.DatabaseOptions;
import io.saddlebag.fault.BackupException;
import java.nio.file.Path;
import java.util.Map;

/**
 * One SQLite database file.
 *
 * @param check what {@link SqliteAdapter#verifyOpen} runs
 */
public record SqliteSettings(String name, Path file, Check check) {
    /** How thoroughly the database is checked. */
    public enum Check {
        /** {@code PRAGMA quick_check}: structure, without comparing indexes with tables. */
        QUICK("quick_check"),
        /** {@code PRAGMA integrity_check}: everything. */
        FULL("integrity_check");

        private final String pragma;

        Check(String pragma) {
            this.pragma = pragma;
        }

        String pragma() {
            return pragma;
        }
    }

    /**
     * Reads options {@code file} (required) and {@code check} ({@code quick} or {@code full}, which is the default).
     *
     * @throws BackupException {@code BAD_CONFIGURATION} naming option, value and what is valid
     */
    public static SqliteSettings read(DatabaseOptions options) throws BackupException {
        options.allowOnly("file", "check");
        String check = options.optionalText("check").orElse("full");
        Check chosen = Map.of("quick", Check.QUICK, "full", Check.FULL).get(check);
        if (chosen == null) {
            throw options.refused("check", check, "quick or full");
        }
        Path file = options.path("file");
        if (file.toString().indexOf('?') >= 0) {
            // the driver takes what follows for options
            throw options.refused("file", file.toString(), "a path without a question mark");
        }
        return new SqliteSettings(options.database(), file, chosen);
    }
}

package io.saddlebag.database.sqlite;

import io.saddlebag.database.DatabaseOptions;
import io.saddlebag.fault.BackupException;
import io.saddlebag.quantity.ByteCount;
import java.nio.file.Path;
import java.util.Map;

/**
 * One SQLite database file.
 *
 * @param check what {@link SqliteAdapter#verifyOpen} runs
 * @param delta what is made of changes during an online backup
 */
public record SqliteSettings(String name, Path file, Check check, Delta delta) {
    /** With the standard limits of the delta. */
    public SqliteSettings(String name, Path file, Check check) {
        this(name, file, check, Delta.STANDARD);
    }

    /**
     * How large the write-ahead log may become while the main file is pinned (J22).
     *
     * @param warning from which on the job warns
     * @param limit at which the backup is given up, so that the log can be merged
     */
    public record Delta(ByteCount warning, ByteCount limit) {
        static final Delta STANDARD = new Delta(ByteCount.mebibytes(1024), ByteCount.mebibytes(8 * 1024));
    }

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
     * Reads options {@code file} (required), {@code check} ({@code quick} or {@code full}, which is the default), {@code
     * deltaWarning} (1GiB) and {@code deltaLimit} (8GiB).
     *
     * @throws BackupException {@code BAD_CONFIGURATION} naming option, value and what is valid
     */
    public static SqliteSettings read(DatabaseOptions options) throws BackupException {
        options.allowOnly("file", "check", "deltaWarning", "deltaLimit");
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
        Delta delta = new Delta(
                size(options, "deltaWarning", Delta.STANDARD.warning()),
                size(options, "deltaLimit", Delta.STANDARD.limit()));
        return new SqliteSettings(options.database(), file, chosen, delta);
    }

    private static ByteCount size(DatabaseOptions options, String option, ByteCount ifAbsent) throws BackupException {
        String text = options.optionalText(option).orElse(null);
        if (text == null) {
            return ifAbsent;
        }
        try {
            ByteCount size = ByteCount.parse(text);
            if (size.bytes() > 0) {
                return size;
            }
        } catch (IllegalArgumentException notASize) {
            // said below
        }
        throw options.refused(option, text, "a size of more than nothing, such as 512MiB");
    }
}

package io.saddlebag.database.postgresql;

import java.sql.Connection;
import java.sql.SQLException;

/** Backup mode's functions; their names and arguments changed with PostgreSQL 15. */
record BackupFunctions(String startSignature, String stopSignature, String stop) {
    private static final int VERSION_15 = 150_000;

    static BackupFunctions of(Connection connection) throws SQLException {
        int version = Integer.parseInt(Queries.text(connection, "select current_setting('server_version_num')"));
        return version >= VERSION_15
                ? new BackupFunctions(
                        "pg_backup_start(text, boolean)", "pg_backup_stop(boolean)", "pg_backup_stop(false)")
                : new BackupFunctions(
                        "pg_start_backup(text, boolean, boolean)",
                        "pg_stop_backup(boolean, boolean)",
                        "pg_stop_backup(false, false)");
    }

    /** At once (the checkpoint isn't spread), and bound to this session. */
    String start(String label) {
        String name = startSignature.substring(0, startSignature.indexOf('('));
        return name + "(" + Queries.quoted(label) + ", true" + (name.equals("pg_backup_start") ? ")" : ", false)");
    }
}

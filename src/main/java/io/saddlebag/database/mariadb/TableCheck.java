package io.saddlebag.database.mariadb;

import io.saddlebag.database.DatabaseFault;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Looks at all tables of an opened server. */
final class TableCheck {
    /** A server with more tables than this has the rest of them unlooked at, and the report says so. */
    private static final int MOST_TABLES = 100_000;

    private static final String TABLES = "select table_schema, table_name from information_schema.tables"
            + " where table_type = 'BASE TABLE' and table_schema not in ('information_schema', 'performance_schema')"
            + " order by table_schema, table_name limit " + MOST_TABLES;

    private final MariadbSettings settings;
    private final Connection connection;

    TableCheck(MariadbSettings settings, Connection connection) {
        this.settings = settings;
        this.connection = connection;
    }

    /** @return what was looked at */
    String run(Deadline deadline) throws SQLException, BackupException {
        int looked = 0;
        List<List<String>> tables = Queries.rows(connection, TABLES);
        for (List<String> table : tables) {
            if (deadline.passed()) {
                throw new BackupException(
                        DatabaseFault.NOT_OPEN,
                        "database " + settings.name() + " is open, but only " + looked + " of " + tables.size()
                                + " tables could be looked at in time",
                        "Allow more time, or set option check to open.");
            }
            look(Queries.named(table.get(0)) + "." + Queries.named(table.get(1)));
            looked++;
        }
        return settings.check() == MariadbSettings.Check.TABLES
                ? looked + " tables checked"
                : looked + " tables opened and their first rows read";
    }

    private void look(String table) throws SQLException, BackupException {
        if (settings.check() == MariadbSettings.Check.OPEN) {
            try {
                Queries.rows(connection, "select 1 from " + table + " limit 1");
            } catch (SQLException broken) {
                throw bad(table, String.valueOf(broken.getMessage()), broken);
            }
            return;
        }
        // last of its rows is the verdict
        List<List<String>> said = Queries.rows(connection, "check table " + table);
        List<String> verdict = said.isEmpty() ? List.of("", "", "", "nothing") : said.get(said.size() - 1);
        String text = verdict.get(verdict.size() - 1);
        if (!text.equals("OK") && !text.contains("doesn't support check")) {
            throw bad(table, text, null);
        }
    }

    private BackupException bad(String table, String why, @org.jspecify.annotations.Nullable Throwable cause) {
        return new BackupException(
                DatabaseFault.NOT_OPEN,
                "table " + table + " of database " + settings.name() + " is not whole: " + why,
                "Read the server's log; restore another backup, or repair the table.",
                cause);
    }
}

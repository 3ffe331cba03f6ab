package io.saddlebag.database.postgresql;

import io.saddlebag.database.CopyFault;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.fault.BackupException;
import io.saddlebag.fault.FaultCode;
import io.saddlebag.host.Deadline;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at everything in the databases of an opened server (R14): reads each table to its end, large values too, as a dump would,
 * and has extension {@code amcheck}, which is what {@code pg_amcheck} runs, look at tables and indexes where it is installed.
 */
final class ClusterCheck {
    /** What has rows of its own here: no foreign tables, which are read from another server. */
    private static final String RELATIONS = "select c.oid::regclass::text from pg_catalog.pg_class c"
            + " where c.relkind in ('r', 'm') and c.relpersistence <> 't'"
            + " and (c.relkind <> 'm' or c.relispopulated) and (c.relpersistence <> 'u' or not pg_is_in_recovery())"
            + " order by c.oid";

    private static final String HEAPS = "select c.oid::regclass::text from pg_catalog.pg_class c"
            + " join pg_catalog.pg_am a on a.oid = c.relam and a.amname = 'heap'"
            + " where c.relkind in ('r', 'm', 't') and c.relpersistence <> 't'"
            + " and (c.relpersistence <> 'u' or not pg_is_in_recovery()) order by c.oid";

    private static final String INDEXES = "select i.indexrelid::regclass::text from pg_catalog.pg_index i"
            + " join pg_catalog.pg_class c on c.oid = i.indexrelid"
            + " join pg_catalog.pg_am a on a.oid = c.relam and a.amname = 'btree'"
            + " where c.relkind = 'i' and c.relpersistence <> 't' and i.indisvalid and i.indisready"
            + " and (c.relpersistence <> 'u' or not pg_is_in_recovery()) order by c.oid";

    /** In a copy only. */
    private static final String SCHEMA = "saddlebag_check";

    /** SQLSTATE {@code query_canceled}: time was up. */
    private static final String CANCELLED = "57014";
    /** SQLSTATE {@code insufficient_privilege}. */
    private static final String NOT_ALLOWED = "42501";

    /** Whose databases they are. */
    enum Place {
        /** Nobody else's: what the check needs is installed in it, and nothing in it changes meanwhile. */
        COPY("Rehearse an older backup, and make a new one soon; look at the original with pg_amcheck."),
        /** The site's, in use: nothing is changed in it, and what others drop meanwhile is passed over. */
        IN_USE("Look at it with pg_amcheck; restore it from another backup if that finds the same.");

        private final String hint;

        Place(String hint) {
            this.hint = hint;
        }

        FaultCode fault() {
            return this == COPY ? CopyFault.DAMAGED : DatabaseFault.NOT_OPEN;
        }
    }

    /** Connects to one database of the server. */
    @FunctionalInterface
    interface Connecting {
        Connection open(String database) throws SQLException, IOException;
    }

    private final String what;
    private final Place place;
    private final Deadline deadline;

    /** @param what is looked at, for messages: {@code the copy of database orders} */
    ClusterCheck(String what, Place place, Deadline deadline) {
        this.what = what;
        this.place = place;
        this.deadline = deadline;
    }

    /** Those that can be connected to; the others are templates, or closed by the site. */
    static List<String> databases(Connection connection) throws SQLException {
        return Queries.column(
                connection, "select datname from pg_catalog.pg_database where datallowconn order by datname");
    }

    /**
     * @return what was looked at, a sentence for each database
     * @throws BackupException of the place, with the first damage; also when time was up or the role may not look
     */
    List<String> run(List<String> databases, Connecting connecting) throws IOException {
        List<String> found = new ArrayList<>();
        for (String database : databases) {
            try (Connection connection = connecting.open(database)) {
                found.add("database " + database + ": " + run(connection));
            } catch (SQLException refused) {
                throw failed(database, refused);
            }
        }
        return found;
    }

    private BackupException failed(String database, SQLException refused) {
        if (deadline.passed() || CANCELLED.equals(refused.getSQLState())) {
            return late(refused);
        }
        if (NOT_ALLOWED.equals(refused.getSQLState())) {
            return new BackupException(
                    place.fault(),
                    what + " is not proven: its role may not read all of " + database + ": " + refused.getMessage(),
                    "Grant pg_read_all_data to the role of option user, and bypassrls where row security is used; or set"
                            + " option check to open.",
                    refused);
        }
        return damaged(database + ": " + refused.getMessage(), refused);
    }

    private BackupException damaged(String why, @Nullable Exception cause) {
        return new BackupException(place.fault(), what + " is not whole: " + why, place.hint, cause);
    }

    private BackupException late(@Nullable Exception cause) {
        return new BackupException(
                place.fault(), what + " was not checked to its end in time", "Allow more time for the check.", cause);
    }

    private String run(Connection connection) throws SQLException, IOException {
        // names as they are written there, and no functions of the site's on the way; all rows, or a refusal
        Queries.run(connection, "set search_path = pg_catalog");
        Queries.run(connection, "set row_security = off");
        long rows = 0;
        int read = 0;
        for (String relation : Queries.column(connection, RELATIONS)) {
            within(connection);
            // as text, so that what is stored apart from its row is read, too
            String counted = ask(
                    connection,
                    "select count(saddlebag_row::text)::text from only " + relation + " saddlebag_row",
                    relation);
            if (counted != null) {
                rows += Long.parseLong(counted);
                read++;
            }
        }
        return read + " tables read to the end, " + rows + " rows; " + amcheck(connection);
    }

    private String amcheck(Connection connection) throws SQLException, IOException {
        if (place == Place.COPY) {
            if (Queries.text(
                            connection,
                            "select count(*)::text from pg_catalog.pg_available_extensions where name = 'amcheck'")
                    .equals("0")) {
                return "amcheck isn't installed";
            }
            Queries.run(connection, "create schema if not exists " + SCHEMA);
            Queries.run(connection, "create extension if not exists amcheck with schema " + SCHEMA);
        }
        List<String> schemas = Queries.column(
                connection,
                "select quote_ident(n.nspname) from pg_catalog.pg_extension e join pg_catalog.pg_namespace n"
                        + " on n.oid = e.extnamespace where e.extname = 'amcheck'");
        if (schemas.isEmpty()) {
            return "indexes were not looked at, since extension amcheck isn't there";
        }
        String schema = schemas.get(0);
        if (!Queries.isTrue(
                connection,
                "select has_function_privilege(" + Queries.quoted(schema + ".bt_index_check(regclass)")
                        + ", 'execute')")) {
            return "indexes were not looked at, since the role may not call amcheck";
        }
        return "amcheck found nothing wrong in " + heaps(connection, schema) + " tables and "
                + indexes(connection, schema) + " indexes";
    }

    private int heaps(Connection connection, String schema) throws SQLException, IOException {
        // from version 14 on
        if (!Queries.isTrue(
                connection, "select exists (select 1 from pg_catalog.pg_proc where proname = 'verify_heapam')")) {
            return 0;
        }
        int looked = 0;
        for (String table : Queries.column(connection, HEAPS)) {
            within(connection);
            String damage = ask(
                    connection,
                    "select coalesce(min('block ' || blkno || ': ' || msg), '') from " + schema + ".verify_heapam("
                            + Queries.quoted(table) + ")",
                    table);
            if (damage != null && !damage.isEmpty()) {
                throw damaged("amcheck found damage in table " + table + ": " + damage, null);
            }
            looked += damage == null ? 0 : 1;
        }
        return looked;
    }

    private int indexes(Connection connection, String schema) throws SQLException, IOException {
        int looked = 0;
        for (String index : Queries.column(connection, INDEXES)) {
            within(connection);
            String done =
                    ask(connection, "select " + schema + ".bt_index_check(" + Queries.quoted(index) + ")::text", index);
            looked += done == null ? 0 : 1;
        }
        return looked;
    }

    /** @return null when that was dropped, or rebuilt under another identity, while it was looked at */
    private @Nullable String ask(Connection connection, String query, String relation) throws SQLException {
        try {
            return Queries.text(connection, query);
        } catch (SQLException refused) {
            if (place == Place.IN_USE && isGone(connection, relation, refused)) {
                return null;
            }
            throw refused;
        }
    }

    private static boolean isGone(Connection connection, String relation, SQLException first) throws SQLException {
        try {
            String known = "to_regclass(" + Queries.quoted(relation) + ")";
            return Queries.isTrue(connection, "select " + known + " is null")
                    || Queries.isTrue(
                            connection,
                            "select exists (select 1 from pg_catalog.pg_index where indexrelid = " + known
                                    + " and not (indisvalid and indisready and indislive))");
        } catch (SQLException e) {
            first.addSuppressed(e);
            throw first;
        }
    }

    /** The server itself gives up then: it wouldn't notice that nobody waits for its answer. */
    private void within(Connection connection) throws SQLException, IOException {
        long left = Math.min(deadline.remaining().toMillis(), Integer.MAX_VALUE);
        if (left == 0) {
            throw late(null);
        }
        Queries.run(connection, "set statement_timeout = " + left);
    }
}

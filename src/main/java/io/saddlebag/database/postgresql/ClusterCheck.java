package io.saddlebag.database.postgresql;

import io.saddlebag.database.CopyFault;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Deadline;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * Looks at everything in one database of an opened copy: reads each table to its end, large values too, as a dump would, and has
 * extension {@code amcheck}, which is what {@code pg_amcheck} runs, look at tables and indexes where it is installed.
 */
final class ClusterCheck {
    /** What has rows of its own here: no foreign tables, which are read from another server. */
    private static final String RELATIONS = "select c.oid::regclass::text from pg_catalog.pg_class c"
            + " where c.relkind in ('r', 'm') and c.relpersistence <> 't'"
            + " and (c.relkind <> 'm' or c.relispopulated) order by c.oid";

    private static final String HEAPS = "select c.oid::regclass::text from pg_catalog.pg_class c"
            + " join pg_catalog.pg_am a on a.oid = c.relam and a.amname = 'heap'"
            + " where c.relkind in ('r', 'm', 't') and c.relpersistence <> 't' order by c.oid";

    private static final String INDEXES = "select i.indexrelid::regclass::text from pg_catalog.pg_index i"
            + " join pg_catalog.pg_class c on c.oid = i.indexrelid"
            + " join pg_catalog.pg_am a on a.oid = c.relam and a.amname = 'btree'"
            + " where c.relkind = 'i' and c.relpersistence <> 't' and i.indisvalid and i.indisready order by c.oid";

    /** In the copy only. */
    private static final String SCHEMA = "saddlebag_check";

    private final Connection connection;
    private final Deadline deadline;

    ClusterCheck(Connection connection, Deadline deadline) {
        this.connection = connection;
        this.deadline = deadline;
    }

    /** @return what was looked at */
    String run() throws SQLException, IOException {
        // names as they are written there, and no functions of the site's on the way
        Queries.run(connection, "set search_path = pg_catalog");
        long rows = 0;
        List<String> relations = Queries.column(connection, RELATIONS);
        for (String relation : relations) {
            within(deadline);
            rows += read(relation);
        }
        return relations.size() + " tables read to the end, " + rows + " rows; " + amcheck();
    }

    /** As text, so that what is stored apart from its row is read, too. */
    private long read(String relation) throws SQLException, IOException {
        return Long.parseLong(Queries.text(
                connection, "select count(saddlebag_row::text)::text from only " + relation + " saddlebag_row"));
    }

    private String amcheck() throws SQLException, IOException {
        if (Queries.text(
                        connection,
                        "select count(*)::text from pg_catalog.pg_available_extensions where name = 'amcheck'")
                .equals("0")) {
            return "amcheck isn't installed";
        }
        Queries.run(connection, "create schema if not exists " + SCHEMA);
        Queries.run(connection, "create extension if not exists amcheck with schema " + SCHEMA);
        String schema = Queries.text(
                connection,
                "select quote_ident(n.nspname) from pg_catalog.pg_extension e join pg_catalog.pg_namespace n"
                        + " on n.oid = e.extnamespace where e.extname = 'amcheck'");
        boolean heaps = Queries.isTrue(
                connection, "select exists (select 1 from pg_catalog.pg_proc where proname = 'verify_heapam')");
        List<String> tables = heaps ? Queries.column(connection, HEAPS) : List.of();
        for (String table : tables) {
            within(deadline);
            String damage = Queries.text(
                    connection,
                    "select coalesce(min('block ' || blkno || ': ' || msg), '') from " + schema + ".verify_heapam("
                            + Queries.quoted(table) + ")");
            if (!damage.isEmpty()) {
                throw new BackupException(
                        CopyFault.DAMAGED,
                        "amcheck found damage in table " + table + ": " + damage,
                        "Rehearse an older backup; look at the original with pg_amcheck.");
            }
        }
        List<String> indexes = Queries.column(connection, INDEXES);
        for (String index : indexes) {
            within(deadline);
            Queries.text(connection, "select " + schema + ".bt_index_check(" + Queries.quoted(index) + ")::text");
        }
        return "amcheck found nothing wrong in " + tables.size() + " tables and " + indexes.size() + " indexes";
    }

    private static void within(Deadline deadline) throws BackupException {
        Duration left = deadline.remaining();
        if (left.isZero()) {
            throw new BackupException(
                    CopyFault.DAMAGED, "the copy was not checked to its end in time", "Allow more time for the check.");
        }
    }
}

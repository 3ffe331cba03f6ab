package io.saddlebag.database.postgresql;

import io.saddlebag.database.BlockFault;
import io.saddlebag.database.BlockRepair.Block;
import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Has the open server read all of the relations of which blocks were replaced, and its {@code amcheck} look at them where it is installed. */
final class RepairedRelations {
    private static final String GLOBAL_TABLESPACE = "1664";

    private final PostgresqlSettings settings;

    RepairedRelations(PostgresqlSettings settings) {
        this.settings = settings;
    }

    List<String> check(List<Block> blocks, Duration limit) throws IOException {
        Map<Path, Path> relations = new LinkedHashMap<>();
        for (Block each : blocks) {
            Path file = settings.dataDirectory().relativize(each.file());
            relations.put(file.resolveSibling(BlockName.fileNode(file)), file);
        }
        List<String> found = new ArrayList<>();
        for (Path each : relations.keySet()) {
            try {
                found.add(check(each, limit));
            } catch (SQLException damage) {
                throw new BackupException(
                        BlockFault.STILL_DAMAGED,
                        each + " can't be read to its end: " + damage.getMessage(),
                        "When it names another block, replace that one, too; else recover the whole database.",
                        damage);
            }
        }
        return found;
    }

    private String check(Path relation, Duration limit) throws SQLException, IOException {
        String node = relation.getFileName().toString();
        boolean global = relation.startsWith("global");
        boolean elsewhere = relation.startsWith("pg_tblspc");
        String tablespace =
                global ? GLOBAL_TABLESPACE : elsewhere ? relation.getName(1).toString() : "0";
        String database =
                global ? settings.maintenanceDatabase() : database(relation.getName(elsewhere ? 3 : 1), limit);
        try (Connection connection = open(database, limit)) {
            Queries.run(connection, "set search_path = pg_catalog");
            List<String> names = Queries.column(
                    connection,
                    "select c.oid::regclass::text from pg_class c where c.oid = pg_filenode_relation(" + tablespace
                            + ", " + node + ")");
            if (names.isEmpty()) {
                return relation + " belongs to no relation of database " + database + " any more";
            }
            return database + ": " + read(connection, names.get(0));
        }
    }

    private String read(Connection connection, String name) throws SQLException {
        String kind = Queries.text(
                connection,
                "select c.relkind::text || coalesce(a.amname, '') from pg_class c left join pg_am a on a.oid = c.relam"
                        + " where c.oid = " + Queries.quoted(name) + "::regclass");
        String amcheck = String.join(
                "",
                Queries.column(
                        connection,
                        "select quote_ident(n.nspname) from pg_extension e join pg_namespace n on n.oid = e.extnamespace"
                                + " where e.extname = 'amcheck'"));
        if (kind.startsWith("i")) {
            if (!kind.equals("ibtree") || amcheck.isEmpty()) {
                return "index " + name + " was not looked at: extension amcheck isn't there, or doesn't know its kind";
            }
            Queries.text(connection, "select " + amcheck + ".bt_index_check(" + Queries.quoted(name) + ")::text");
            return "amcheck found nothing wrong in index " + name;
        }
        if (!kind.startsWith("r") && !kind.startsWith("m") && !kind.startsWith("t")) {
            return name + " was not looked at";
        }
        String rows = Queries.text(
                connection, "select count(saddlebag_row::text)::text from only " + name + " saddlebag_row");
        if (amcheck.isEmpty() || !kind.endsWith("heap")) {
            return "table " + name + " is read to its end, " + rows + " rows; extension amcheck isn't there";
        }
        String damage = Queries.text(
                connection,
                "select coalesce(min('block ' || blkno || ': ' || msg), '') from " + amcheck + ".verify_heapam("
                        + Queries.quoted(name) + ")");
        if (!damage.isEmpty()) {
            throw new SQLException("amcheck: " + damage);
        }
        return "table " + name + " is read to its end, " + rows + " rows, and amcheck found nothing wrong";
    }

    private String database(Path oid, Duration limit) throws SQLException, IOException {
        try (Connection connection = open(settings.maintenanceDatabase(), limit)) {
            return Queries.text(connection, "select datname from pg_catalog.pg_database where oid = " + oid);
        }
    }

    private Connection open(String database, Duration limit) throws SQLException, IOException {
        return new ServerConnections(settings).open(limit, Map.of("PGDBNAME", database));
    }
}

package io.saddlebag.database.postgresql;

import io.saddlebag.database.TransferFault;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Compares a database with what was loaded from it: which relations there are, of each the number of rows and a sum over their contents
 * that doesn't depend on their order, sequences, and large objects. Tables of extensions are theirs to fill, and are left out; so are
 * the rows of materialized views, which are filled anew.
 */
final class LoadedDatabase {
    private static final String OWN_RELATIONS = " from pg_catalog.pg_class c"
            + " join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
            + " where c.relpersistence <> 't' and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'"
            + " and not exists (select from pg_catalog.pg_depend d where d.classid = 'pg_catalog.pg_class'::regclass"
            + " and d.objid = c.oid and d.deptype = 'e')";

    private static final String WITH_ROWS =
            "select format('%I.%I', n.nspname, c.relname)" + OWN_RELATIONS + " and c.relkind = 'r' order by 1";

    private static final String ALL = "select c.relkind::text || ' ' || format('%I.%I', n.nspname, c.relname)"
            + OWN_RELATIONS + " and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S', 'c') order by 1";

    private static final String UNLOGGED = "select format('%I.%I', n.nspname, c.relname)" + OWN_RELATIONS
            + " and c.relpersistence = 'u'" + " and c.relkind = 'r' order by 1";

    private static final String SEQUENCES =
            "select coalesce(md5(string_agg(format('%I.%I %s', schemaname, sequencename,"
                    + " last_value), ',' order by schemaname, sequencename)), '') from pg_catalog.pg_sequences";

    private static final String LARGE_OBJECTS = "select count(*)::text from pg_catalog.pg_largeobject_metadata";

    /** What rows look like as text must not depend on settings that the two servers have not in common. */
    private static final List<String> ALIKE = List.of(
            "set search_path = pg_catalog",
            "set row_security = off",
            "set datestyle = 'ISO, YMD'",
            "set intervalstyle = 'postgres'",
            "set timezone = 'UTC'",
            "set bytea_output = 'hex'",
            "set extra_float_digits = 1",
            "set lc_monetary = 'C'");

    private final Connection copy;
    private final Connection original;
    private final Deadline deadline;

    LoadedDatabase(Connection copy, Connection original, Deadline deadline) {
        this.copy = copy;
        this.original = original;
        this.deadline = deadline;
    }

    /** @return what was compared */
    String compare() throws SQLException, BackupException {
        for (String setting : ALIKE) {
            Queries.run(copy, setting);
            Queries.run(original, setting);
        }
        alike("relations", ALL);
        alike("values of sequences", SEQUENCES);
        alike("large objects", LARGE_OBJECTS);
        List<String> tables = Queries.column(copy, WITH_ROWS);
        long rows = 0;
        for (String table : tables) {
            within();
            String query =
                    "select count(*)::text || ' ' || coalesce(sum(hashtextextended(saddlebag_row::text, 0)::numeric),"
                            + " 0)::text from only " + table + " saddlebag_row";
            String wanted = Queries.text(copy, query);
            String loaded = Queries.text(original, query);
            if (!wanted.equals(loaded)) {
                throw differs("table " + table + " has " + count(loaded) + " rows, and " + count(wanted)
                        + " in the copy" + (count(loaded).equals(count(wanted)) ? ", with other contents" : ""));
            }
            rows += Long.parseLong(count(wanted));
        }
        return tables.size() + " tables with " + rows + " rows are alike, by number and content of their rows";
    }

    /** In the copy they are empty, whatever they had: they are in no journal. */
    List<String> unlogged() throws SQLException {
        return Queries.column(copy, UNLOGGED);
    }

    private void alike(String what, String query) throws SQLException, BackupException {
        List<String> wanted = Queries.column(copy, query);
        List<String> loaded = Queries.column(original, query);
        if (!wanted.equals(loaded)) {
            Set<String> odd = new HashSet<>(wanted);
            odd.addAll(loaded);
            List<String> both = new ArrayList<>(wanted);
            both.retainAll(loaded);
            odd.removeAll(new HashSet<>(both));
            throw differs("its " + what + " are not those of the copy: "
                    + odd.stream().sorted().limit(5).toList());
        }
    }

    private static String count(String answer) {
        return answer.substring(0, answer.indexOf(' '));
    }

    private void within() throws BackupException {
        if (deadline.passed()) {
            throw differs("it could not be compared to its end in time");
        }
    }

    private static BackupException differs(String why) {
        return new BackupException(
                TransferFault.DIFFERS,
                "what was loaded is not what the copy has: " + why,
                "Repeat the command; when it says so again, look at the table there, and take what you need from a"
                        + " restore to another place.");
    }
}

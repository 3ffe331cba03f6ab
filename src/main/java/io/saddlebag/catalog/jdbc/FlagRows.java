package io.saddlebag.catalog.jdbc;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.ObjectFlag;
import io.saddlebag.store.jdbc.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;

/** Table {@code object_flag}. */
final class FlagRows {
    private FlagRows() {}

    /** An object that has been recorded loses what a later backup would compare it by. */
    static void insert(Connection connection, BackupId id, List<ObjectFlag> flags) throws SQLException {
        for (ObjectFlag flag : flags) {
            Sql.run(
                    connection,
                    "insert into object_flag (backup, path, what, detail) values (?, ?, ?, ?) on conflict do nothing",
                    id.value(),
                    flag.path(),
                    flag.what(),
                    flag.detail());
            int nameAt = flag.path().lastIndexOf('/') + 1;
            Sql.run(
                    connection,
                    "update object set changed_s = null, changed_ns = null where backup = ? and name = ?"
                            + " and directory = (select id from directory where path = ?)",
                    id.value(),
                    flag.path().substring(nameAt),
                    flag.path().substring(0, nameAt));
        }
    }

    static void read(Connection connection, BackupId id, Consumer<ObjectFlag> sink) throws SQLException {
        try (PreparedStatement all = connection.prepareStatement(
                "select path, what, detail from object_flag where backup = ? order by path, what")) {
            all.setLong(1, id.value());
            try (ResultSet row = all.executeQuery()) {
                while (row.next()) {
                    sink.accept(new ObjectFlag(row.getString(1), row.getString(2), row.getString(3)));
                }
            }
        }
    }
}

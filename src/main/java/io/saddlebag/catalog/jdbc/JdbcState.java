package io.saddlebag.catalog.jdbc;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.CatalogState;
import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.catalog.StateObject;
import io.saddlebag.store.jdbc.JdbcStore;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** {@link CatalogState} in table {@code object}: backups are ordered by their places in the chain, not by their numbers. */
final class JdbcState implements CatalogState {
    private static final int BACKUP_COLUMN = 16;

    private final JdbcStore store;
    private final List<BackupId> oldestFirst;
    private final Map<Long, Integer> places = new HashMap<>();
    private final String folderQuery;

    JdbcState(JdbcStore store, List<BackupId> oldestFirst) {
        if (oldestFirst.isEmpty()) {
            throw new IllegalArgumentException("a state is of at least one backup");
        }
        this.store = store;
        this.oldestFirst = List.copyOf(oldestFirst);
        for (BackupId id : oldestFirst) {
            places.put(id.value(), places.size());
        }
        String ids = oldestFirst.stream().map(BackupId::toString).collect(Collectors.joining(", "));
        folderQuery = "select " + ObjectRows.COLUMNS + ", o.backup from directory d cross join object o"
                + " where d.path = ? and o.directory = d.id and o.backup in (" + ids + ")";
    }

    @Override
    public List<StateObject> folder(String folder) throws IOException {
        return store.read("reading the state of folder " + folder, connection -> {
            Map<String, StateObject> newest = new LinkedHashMap<>();
            try (PreparedStatement query = connection.prepareStatement(folderQuery)) {
                query.setString(1, folder);
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        ObjectEntry object = ObjectRows.entry(row);
                        newest.merge(
                                row.getString(2),
                                new StateObject(new BackupId(row.getLong(BACKUP_COLUMN)), object),
                                this::newer);
                    }
                }
            }
            List<StateObject> there = new ArrayList<>(newest.values());
            there.removeIf(each -> each.object().isDeletion());
            return there;
        });
    }

    /** Within one backup what is there counts, not that something else of that name was deleted. */
    private StateObject newer(StateObject a, StateObject b) {
        int placeOfA = places.getOrDefault(a.backup().value(), -1);
        int placeOfB = places.getOrDefault(b.backup().value(), -1);
        if (placeOfA != placeOfB) {
            return placeOfA > placeOfB ? a : b;
        }
        return b.object().isDeletion() ? a : b;
    }

    @Override
    public Map<BackupId, Share> shares(String path) throws IOException {
        String base = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return store.read("adding up the state of " + path, connection -> {
            Map<BackupId, Share> shares = new HashMap<>();
            if (base.isEmpty()) {
                add(connection, "", List.of(), shares);
                return shares;
            }
            int nameAt = base.lastIndexOf('/') + 1;
            add(
                    connection,
                    " and o.directory in (select id from directory where path = ?) and o.name = ?",
                    List.of(base.substring(0, nameAt), base.substring(nameAt)),
                    shares);
            add(
                    connection,
                    " and o.directory in (select id from directory where path >= ? and path < ?)",
                    List.of(base + '/', base + ObjectRows.AFTER_SLASH),
                    shares);
            return shares;
        });
    }

    private void add(Connection connection, String condition, List<String> values, Map<BackupId, Share> shares)
            throws SQLException {
        String chain = IntStream.range(0, oldestFirst.size())
                .mapToObj(i -> "(" + oldestFirst.get(i) + ", " + i + ")")
                .collect(Collectors.joining(", "));
        String sql = "with chain (backup, place) as (values " + chain + ")"
                + " select n.backup, count(*), sum(n.size) from (select o.backup, o.type, o.size, row_number() over"
                + " (partition by o.directory, o.name order by c.place desc, case o.type when 'x' then 1 else 0 end,"
                + " o.place desc) as newest from chain c cross join object o where o.backup = c.backup" + condition
                + ") n where n.newest = 1 and n.type <> 'x' group by n.backup";
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.size(); i++) {
                query.setString(i + 1, values.get(i));
            }
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    shares.merge(new BackupId(row.getLong(1)), new Share(row.getLong(2), row.getLong(3)), Share::plus);
                }
            }
        }
    }
}

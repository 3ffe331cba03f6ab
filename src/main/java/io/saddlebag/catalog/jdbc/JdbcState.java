package io.saddlebag.catalog.jdbc;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.CatalogState;
import io.saddlebag.catalog.NameOrder;
import io.saddlebag.catalog.StateObject;
import io.saddlebag.catalog.StatePage;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
                + " where d.path = ? and o.directory = d.id and o.backup in (" + ids + ") limit ?";
    }

    @Override
    public StatePage folder(String folder, String from, int atMost) throws IOException {
        if (atMost < 1) {
            throw new IllegalArgumentException("at least one name is asked for, not " + atMost);
        }
        return store.read("reading the state of folder " + folder, connection -> {
            StatePage whole = from.isEmpty() ? whole(connection, folder, atMost) : null;
            return whole == null ? page(connection, folder, from, atMost) : whole;
        });
    }

    /** All of it by one query, since most folders are small; null when that are more rows than names are wanted. */
    private @Nullable StatePage whole(Connection connection, String folder, int atMost) throws SQLException {
        Map<String, StateObject> newest = new LinkedHashMap<>();
        try (PreparedStatement query = connection.prepareStatement(folderQuery)) {
            query.setString(1, folder);
            query.setLong(2, atMost + 1L);
            try (ResultSet row = query.executeQuery()) {
                for (int rows = 0; row.next(); rows++) {
                    if (rows == atMost) {
                        return null;
                    }
                    BackupId backup = new BackupId(row.getLong(BACKUP_COLUMN));
                    newest.merge(row.getString(2), new StateObject(backup, ObjectRows.entry(row)), this::newer);
                }
            }
        }
        // those of each backup come in order, so that this is quick
        List<String> names = new ArrayList<>(newest.keySet());
        names.sort(NameOrder::compare);
        return new StatePage(there(names.stream().map(newest::get)), null);
    }

    private StatePage page(Connection connection, String folder, String from, int atMost) throws SQLException {
        Map<String, StateObject> newest = new LinkedHashMap<>();
        try (FolderRows rows = new FolderRows(connection, oldestFirst, folder, from)) {
            while (rows.next()) {
                if (newest.size() == atMost && !newest.containsKey(rows.name())) {
                    return new StatePage(there(newest.values().stream()), rows.name());
                }
                newest.merge(rows.name(), rows.object(), this::newer);
            }
        }
        return new StatePage(there(newest.values().stream()), null);
    }

    private static List<StateObject> there(Stream<StateObject> newest) {
        return newest.filter(each -> !each.object().isDeletion()).toList();
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

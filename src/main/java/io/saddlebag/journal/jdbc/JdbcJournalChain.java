package io.saddlebag.journal.jdbc;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.journal.FoundPieces;
import io.saddlebag.journal.JournalChain;
import io.saddlebag.journal.JournalId;
import io.saddlebag.journal.JournalPiece;
import io.saddlebag.journal.PieceState;
import io.saddlebag.store.jdbc.JdbcStore;
import io.saddlebag.store.jdbc.Sql;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** {@link JournalChain} in a {@link JdbcStore}. */
public final class JdbcJournalChain implements JournalChain {
    private static final String COLUMNS = "select source, incarnation, sequence, from_byte, bytes, name, first_lsn,"
            + " end_lsn, sha256, backup, state, dependent from journal_piece where source = ?";
    private static final String ORDER = " order by incarnation, sequence, from_byte";

    private final JdbcStore store;

    /** @param store not closed with the chain */
    public JdbcJournalChain(JdbcStore store) {
        this.store = store;
    }

    @Override
    public List<JournalPiece> pieces(String source) throws IOException {
        return store.read(
                "reading the journals of " + source,
                connection -> Sql.list(connection, COLUMNS + ORDER, JdbcJournalChain::piece, source));
    }

    @Override
    public List<JournalPiece> pieces(String source, JournalId from) throws IOException {
        return store.read(
                "reading the journals of " + source,
                connection -> Sql.list(
                        connection,
                        COLUMNS + " and (incarnation, sequence) >= (?, ?)" + ORDER,
                        JdbcJournalChain::piece,
                        source,
                        from.incarnation(),
                        from.sequence()));
    }

    @Override
    public List<JournalPiece> pieces(String source, JournalId from, JournalId to) throws IOException {
        return store.read("reading the journals of " + source, connection -> between(connection, source, from, to));
    }

    private static List<JournalPiece> between(Connection connection, String source, JournalId from, JournalId to)
            throws SQLException {
        return Sql.list(
                connection,
                COLUMNS + " and (incarnation, sequence) >= (?, ?) and (incarnation, sequence) <= (?, ?)" + ORDER,
                JdbcJournalChain::piece,
                source,
                from.incarnation(),
                from.sequence(),
                to.incarnation(),
                to.sequence());
    }

    @Override
    public Optional<JournalId> lastBefore(String source, long incarnation) throws IOException {
        return store.read(
                "reading the journals of " + source,
                connection -> Sql.first(
                        connection,
                        "select incarnation, sequence from journal_piece where source = ? and incarnation < ?"
                                + " order by incarnation desc, sequence desc limit 1",
                        row -> new JournalId(row.getLong(1), row.getLong(2)),
                        source,
                        incarnation));
    }

    @Override
    public Optional<JournalId> last(String source) throws IOException {
        return store.read(
                "reading the journals of " + source,
                connection -> Sql.first(
                        connection,
                        "select incarnation, sequence from journal_piece where source = ?"
                                + " order by incarnation desc, sequence desc limit 1",
                        row -> new JournalId(row.getLong(1), row.getLong(2)),
                        source));
    }

    @Override
    public List<String> sources() throws IOException {
        return store.read(
                "listing the sources of journals",
                connection -> Sql.list(
                        connection,
                        "select distinct source from journal_piece order by source",
                        row -> row.getString(1)));
    }

    @Override
    public void record(List<JournalPiece> pieces) throws IOException {
        if (pieces.isEmpty()) {
            return;
        }
        store.change("recording journals of " + pieces.get(0).source(), connection -> {
            for (JournalPiece piece : pieces) {
                if (piece.state() == PieceState.GAP) {
                    insert(connection, piece);
                }
            }
            for (JournalPiece piece : fitting(connection, pieces)) {
                insert(connection, piece);
            }
        });
    }

    private static List<JournalPiece> fitting(Connection connection, List<JournalPiece> pieces) throws SQLException {
        List<JournalPiece> held = pieces.stream()
                .filter(piece -> piece.state() != PieceState.GAP)
                .sorted(JournalPiece.ORDER)
                .toList();
        if (held.isEmpty()) {
            return held;
        }
        JournalId first = held.get(0).id();
        JournalId last = held.get(held.size() - 1).id();
        return FoundPieces.fitting(between(connection, held.get(0).source(), first, last), held);
    }

    private static void insert(Connection connection, JournalPiece piece) throws SQLException {
        BackupId backup = piece.backup();
        boolean gap = piece.state() == PieceState.GAP;
        Sql.run(
                connection,
                "insert into journal_piece (source, incarnation, sequence, from_byte, bytes, name, first_lsn, end_lsn,"
                        + " sha256, backup, state, dependent) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                        + " on conflict (source, incarnation, sequence, from_byte) do "
                        + (gap
                                ? "nothing"
                                : "update set bytes = excluded.bytes, name = excluded.name,"
                                        + " first_lsn = excluded.first_lsn, end_lsn = excluded.end_lsn,"
                                        + " sha256 = excluded.sha256, backup = excluded.backup, state = excluded.state,"
                                        + " dependent = excluded.dependent"
                                        + " where journal_piece.state in ('GAP', 'BROKEN')"),
                piece.source(),
                piece.id().incarnation(),
                piece.id().sequence(),
                piece.from(),
                piece.bytes(),
                piece.name(),
                piece.first(),
                piece.end(),
                piece.sha256(),
                backup == null ? null : backup.value(),
                piece.state().name(),
                piece.dependent() ? 1 : 0);
    }

    @Override
    public void become(JournalPiece piece, PieceState state) throws IOException {
        become(List.of(piece), state);
    }

    /** All or none. */
    @Override
    public void become(List<JournalPiece> pieces, PieceState state) throws IOException {
        if (pieces.isEmpty()) {
            return;
        }
        JournalPiece first = pieces.get(0);
        store.change("recording journal " + first.id() + " of " + first.source() + " as " + state, connection -> {
            for (JournalPiece piece : pieces) {
                Sql.run(
                        connection,
                        "update journal_piece set state = ? where source = ? and incarnation = ? and sequence = ?"
                                + " and from_byte = ?",
                        state.name(),
                        piece.source(),
                        piece.id().incarnation(),
                        piece.id().sequence(),
                        piece.from());
            }
        });
    }

    @Override
    public void intend(String source, String imageId) throws IOException {
        store.change(
                "recording image " + imageId + " of the journals of " + source,
                connection -> Sql.run(
                        connection,
                        "insert into journal_intent (source, image_id, number) values (?, ?, ?)"
                                + " on conflict (source, image_id) do nothing",
                        source,
                        imageId,
                        Sql.next(connection, "journal-intent")));
    }

    @Override
    public List<String> intended(String source) throws IOException {
        return store.read(
                "reading images of the journals of " + source,
                connection -> Sql.list(
                        connection,
                        "select image_id from journal_intent where source = ? order by number",
                        row -> row.getString(1),
                        source));
    }

    @Override
    public void fulfilled(String source, String imageId) throws IOException {
        store.change(
                "recording the end of image " + imageId,
                connection -> Sql.run(
                        connection, "delete from journal_intent where source = ? and image_id = ?", source, imageId));
    }

    private static JournalPiece piece(ResultSet row) throws SQLException {
        long backup = row.getLong(10);
        boolean none = row.wasNull();
        return new JournalPiece(
                row.getString(1),
                new JournalId(row.getLong(2), row.getLong(3)),
                row.getLong(4),
                row.getLong(5),
                row.getString(6),
                row.getLong(7),
                row.getLong(8),
                row.getString(9),
                none ? null : new BackupId(backup),
                PieceState.valueOf(row.getString(11)),
                row.getInt(12) != 0);
    }
}

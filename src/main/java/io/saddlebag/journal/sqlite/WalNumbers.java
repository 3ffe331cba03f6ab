package io.saddlebag.journal.sqlite;

import io.saddlebag.journal.JournalId;
import io.saddlebag.journal.JournalPiece;
import io.saddlebag.journal.PieceState;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which number a log has. SQLite doesn't count them: a log that holds all that was written since the one before was cut has the next
 * number; one of which that can't be shown has the number after, so that one is missing between them (J25).
 */
final class WalNumbers {
    private final Facts facts;
    private final long incarnation;
    private @Nullable Known known;

    private record Known(JournalId id, String name) {}

    /** What is asked when a log is seen for the first time. */
    interface Facts {
        /** All pieces of the chain's last number; empty for an empty chain. */
        List<JournalPiece> end() throws IOException;

        /** Whether bytes of that log are still those that the piece holds. */
        boolean same(WalHeader log, JournalPiece piece) throws IOException;

        /** Whether nothing has been merged since that journal was. */
        boolean nothingMergedSince(JournalId id) throws IOException;
    }

    /** @param incarnation of the database: number 0 of it stands for the state in which it was opened */
    WalNumbers(Facts facts, long incarnation) {
        this.facts = facts;
        this.incarnation = incarnation;
    }

    long incarnation() {
        return incarnation;
    }

    JournalId of(WalHeader log) throws IOException {
        Known before = known;
        if (before == null || !before.name().equals(log.name())) {
            JournalId id = before == null ? first(log) : after(before.id());
            known = new Known(id, log.name());
            return id;
        }
        return before.id();
    }

    /** Of a log that is empty: the number that it would have if something was written now. */
    JournalId ofEmpty() throws IOException {
        Known before = known;
        if (before != null) {
            return after(before.id());
        }
        List<JournalPiece> last = facts.end();
        return beginsAnew(last)
                ? begun(last)
                : isEnd(last) ? last.get(0).id().next() : after(last.get(0).id());
    }

    private JournalId after(JournalId id) throws IOException {
        return facts.nothingMergedSince(id) ? id.next() : id.next().next();
    }

    private JournalId first(WalHeader log) throws IOException {
        List<JournalPiece> last = facts.end();
        if (beginsAnew(last)) {
            return begun(last);
        }
        JournalId id = last.get(0).id();
        if (isEnd(last)) {
            return id.next();
        }
        Optional<JournalPiece> newest =
                last.stream().filter(piece -> piece.state().isDurable()).reduce((one, other) -> other);
        if (newest.isPresent() && newest.get().name().equals(log.name())) {
            return facts.same(log, newest.get()) ? id : id.next().next();
        }
        return after(id);
    }

    private boolean beginsAnew(List<JournalPiece> last) {
        return last.isEmpty() || last.get(0).id().incarnation() < incarnation;
    }

    /** The first log of the first chain needs none before it. */
    private JournalId begun(List<JournalPiece> last) throws IOException {
        return last.isEmpty() && incarnation == 1 ? new JournalId(1, 1) : after(new JournalId(incarnation, 0));
    }

    /** Nothing goes on from a gap, nor from what was given up. */
    private static boolean isEnd(List<JournalPiece> last) {
        return last.stream().anyMatch(piece -> piece.state() == PieceState.GAP || piece.state() == PieceState.BROKEN);
    }
}

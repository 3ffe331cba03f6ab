package io.saddlebag.journal;

import io.saddlebag.catalog.Backup;
import io.saddlebag.job.JobName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The end of a chain, as far as a pass has to know it: no pass reads the history of years. */
final class ChainView {
    /** So far before the newest journal a hole is still noticed. */
    private static final long LOOK_BACK = 1000;

    /** In so many incarnations before the newest one, too. */
    private static final int INCARNATIONS_BACK = 10;

    private final String source;
    private final JournalChain chain;

    ChainView(String source, JournalChain chain) {
        this.source = source;
        this.chain = chain;
    }

    /** What is known of the journals in view, and of those shortly before the newest one. */
    List<JournalPiece> around(JournalView view) throws IOException {
        Optional<JournalId> last = chain.last(source);
        if (last.isEmpty()) {
            return List.of();
        }
        JournalId from =
                new JournalId(last.get().incarnation(), Math.max(0, last.get().sequence() - LOOK_BACK));
        if (!view.journals().isEmpty() && view.journals().get(0).id().compareTo(from) < 0) {
            from = view.journals().get(0).id();
        }
        List<JournalPiece> pieces = new ArrayList<>(olderThan(last.get().incarnation(), from));
        pieces.addAll(chain.pieces(source, from));
        return pieces;
    }

    /** The ends of the incarnations before: a reset doesn't close the holes that were open then. */
    private List<JournalPiece> olderThan(long incarnation, JournalId from) throws IOException {
        List<JournalPiece> pieces = new ArrayList<>();
        Optional<JournalId> end = chain.lastBefore(source, incarnation);
        for (int i = 0; i < INCARNATIONS_BACK && end.isPresent(); i++) {
            JournalId last = end.get();
            JournalId first = new JournalId(last.incarnation(), Math.max(0, last.sequence() - LOOK_BACK));
            pieces.addAll(
                    0,
                    chain.pieces(source, first, last).stream()
                            .filter(piece -> piece.id().compareTo(from) < 0)
                            .toList());
            end = chain.lastBefore(source, last.incarnation());
        }
        return pieces;
    }

    /**
     * What is durable and isn't at the source any more was released, whatever died before that was recorded.
     *
     * @param view from before now
     */
    void settleReleased(JournalView view) throws IOException {
        Set<JournalId> there = view.journals().stream().map(Journal::id).collect(Collectors.toSet());
        for (JournalPiece piece : around(view)) {
            if (piece.state() == PieceState.PARTIAL && !there.contains(piece.id())) {
                chain.become(piece, PieceState.READY);
            }
        }
    }

    JournalResult result(JournalView view, List<Journal> done, @Nullable Backup backup, @Nullable JobName job)
            throws IOException {
        Set<JournalId> durable = new HashSet<>();
        long last = -1;
        for (JournalPiece piece : around(view)) {
            if (piece.state().isDurable()) {
                durable.add(piece.id());
                last = Math.max(last, piece.id().sequence());
            }
        }
        List<Journal> ready = view.ready();
        long lastReady = Math.max(
                last,
                ready.stream().mapToLong(each -> each.id().sequence()).max().orElse(-1));
        long next = ready.stream()
                .filter(each -> !durable.contains(each.id()))
                .mapToLong(each -> each.id().sequence())
                .findFirst()
                .orElse(lastReady + 1);
        Optional<Journal> current = view.current();
        long written =
                done.stream().mapToLong(each -> each.id().sequence()).max().orElse(-1);
        return new JournalResult(
                written,
                current.map(each -> each.id().sequence()).orElse(-1L),
                next,
                lastReady,
                written,
                view.journals().size(),
                current.map(Telling::blocks).orElse(0L),
                current.map(Journal::fullnessPercent).orElse(0),
                backup == null
                        ? null
                        : backup.places().isEmpty() ? null : backup.places().get(0),
                backup == null ? null : backup.id(),
                job,
                done.size(),
                done.stream().mapToLong(Telling::blocks).sum());
    }
}

package io.saddlebag.journal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** {@link JournalChain} in memory. What it is worth is said by {@code JournalChainContract}. */
public final class MemoryChain implements JournalChain {
    private record Key(JournalId id, long from) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int by = id.compareTo(other.id);
            return by == 0 ? Long.compare(from, other.from) : by;
        }
    }

    private final Map<String, TreeMap<Key, JournalPiece>> chains = new TreeMap<>();
    private final Map<String, Set<String>> intents = new HashMap<>();

    private NavigableMap<Key, JournalPiece> of(String source) {
        return chains.getOrDefault(source, new TreeMap<>());
    }

    @Override
    public synchronized List<JournalPiece> pieces(String source) {
        return List.copyOf(of(source).values());
    }

    @Override
    public synchronized List<JournalPiece> pieces(String source, JournalId from) {
        return List.copyOf(of(source).tailMap(new Key(from, 0), true).values());
    }

    @Override
    public synchronized List<JournalPiece> pieces(String source, JournalId from, JournalId to) {
        return pieces(source, from).stream()
                .filter(piece -> piece.id().compareTo(to) <= 0)
                .toList();
    }

    @Override
    public synchronized Optional<JournalId> lastBefore(String source, long incarnation) {
        Key before = of(source).lowerKey(new Key(new JournalId(incarnation, 0), 0));
        return before == null ? Optional.empty() : Optional.of(before.id());
    }

    @Override
    public synchronized Optional<JournalId> last(String source) {
        return of(source).isEmpty()
                ? Optional.empty()
                : Optional.of(of(source).lastKey().id());
    }

    @Override
    public synchronized List<String> sources() {
        return List.copyOf(chains.keySet());
    }

    @Override
    public synchronized void record(List<JournalPiece> pieces) {
        List<JournalPiece> taken = new ArrayList<>(
                pieces.stream().filter(each -> each.state() == PieceState.GAP).toList());
        List<JournalPiece> held =
                pieces.stream().filter(each -> each.state() != PieceState.GAP).toList();
        List<JournalPiece> known =
                chains.values().stream().flatMap(each -> each.values().stream()).toList();
        taken.addAll(FoundPieces.fitting(
                known.stream()
                        .filter(each -> !held.isEmpty()
                                && each.source().equals(held.get(0).source()))
                        .toList(),
                held));
        for (JournalPiece piece : taken) {
            TreeMap<Key, JournalPiece> chain = chains.computeIfAbsent(piece.source(), each -> new TreeMap<>());
            Key key = new Key(piece.id(), piece.from());
            JournalPiece before = chain.get(key);
            boolean free = before == null || (!before.state().isDurable() && piece.state() != PieceState.GAP);
            if (free) {
                chain.put(key, piece);
            }
        }
    }

    @Override
    public synchronized void become(JournalPiece piece, PieceState state) {
        of(piece.source()).computeIfPresent(new Key(piece.id(), piece.from()), (key, known) -> known.in(state));
    }

    @Override
    public synchronized void intend(String source, String imageId) {
        intents.computeIfAbsent(source, each -> new LinkedHashSet<>()).add(imageId);
    }

    @Override
    public synchronized List<String> intended(String source) {
        return new ArrayList<>(intents.getOrDefault(source, Set.of()));
    }

    @Override
    public synchronized void fulfilled(String source, String imageId) {
        Set<String> open = intents.get(source);
        if (open != null) {
            open.remove(imageId);
        }
    }
}

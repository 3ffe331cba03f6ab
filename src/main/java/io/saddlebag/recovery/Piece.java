package io.saddlebag.recovery;

import java.util.List;
import java.util.Set;

/**
 * One image that a state is made of, wherever it is.
 *
 * @param image its id
 * @param copies all there are, in any order
 */
public record Piece(String image, List<StoredCopy> copies) {
    public Piece {
        copies = List.copyOf(copies);
    }

    /** Those that may be read, the one to be tried first coming first: disk before tape, then the one written first. */
    public List<StoredCopy> inOrder(Set<Medium> media) {
        return copies.stream()
                .filter(copy -> media.contains(copy.medium()))
                .sorted(java.util.Comparator.comparing(StoredCopy::medium).thenComparing(StoredCopy::number))
                .toList();
    }
}

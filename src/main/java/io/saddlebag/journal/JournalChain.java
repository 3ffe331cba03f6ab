package io.saddlebag.journal;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What the catalog knows of journals: the chain that a recovery applies (J13, J18, J25). Every change is durable on return.
 * Thread-safe, also across processes.
 */
public interface JournalChain {
    /**
     * All pieces of a source, in {@link JournalPiece#ORDER}: what recoveries, and what decides on journals, go by. None means that there
     * are none, in the images of the catalog either ({@link ReconciledChain}).
     */
    List<JournalPiece> pieces(String source) throws IOException;

    /** As {@link #pieces(String)}, from that journal on. */
    List<JournalPiece> pieces(String source, JournalId from) throws IOException;

    /** As {@link #pieces(String)}, from that journal to that one, both with all their pieces. */
    List<JournalPiece> pieces(String source, JournalId from, JournalId to) throws IOException;

    /** The newest journal of an older incarnation than that of which anything is known. */
    Optional<JournalId> lastBefore(String source, long incarnation) throws IOException;

    /** The newest journal of which anything is known, gaps too. */
    Optional<JournalId> last(String source) throws IOException;

    /** Names of sources that have pieces. */
    List<String> sources() throws IOException;

    /**
     * Records pieces, all or none, as what is known at that moment lets it: what an image holds of a journal is left out as a whole when
     * anything of it is durable already ({@link FoundPieces}), since of two images of the same bytes, read at different times, a recovery must
     * apply one. What isn't durable is replaced; a gap takes nothing's place.
     */
    void record(List<JournalPiece> pieces) throws IOException;

    /** Changes what is known of a piece; no effect when there is none. */
    void become(JournalPiece piece, PieceState state) throws IOException;

    /** As {@link #become(JournalPiece, PieceState)}, for each. */
    default void become(List<JournalPiece> pieces, PieceState state) throws IOException {
        for (JournalPiece piece : pieces) {
            become(piece, state);
        }
    }

    /** An image of this source's journals is about to be written: whether it came to be is found out by its id. */
    void intend(String source, String imageId) throws IOException;

    /** Images that were intended and not fulfilled, the oldest first. */
    List<String> intended(String source) throws IOException;

    /** The pieces of an image are recorded, or it never became one. No effect when it wasn't intended. */
    void fulfilled(String source, String imageId) throws IOException;
}

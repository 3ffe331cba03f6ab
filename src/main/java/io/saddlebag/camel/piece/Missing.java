package io.saddlebag.camel.piece;

import io.saddlebag.fault.BackupException;
import io.saddlebag.librarian.PieceFault;

/** What a step fails with whose piece isn't there. */
final class Missing {
    private Missing() {}

    static BackupException piece(PieceEndpoint endpoint) {
        return new BackupException(
                PieceFault.NO_SUCH_PIECE,
                "there is no piece " + endpoint.getName(),
                "'saddlebag piece ls' lists those that there are.");
    }
}

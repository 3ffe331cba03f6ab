package io.saddlebag.journal;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Gives backup files of journals up (J13). Whatever operation made them, and however that ended, they are part of a chain: without them
 * nothing behind them can be applied.
 */
public final class ChainBreaking {
    private final JournalChain chain;
    private final Removal removal;
    private final JournalListener listener;

    /** Takes backup files away. */
    @FunctionalInterface
    public interface Removal {
        /**
         * From now on it is no backup; its files go when the pool is pruned.
         *
         * @return false when it isn't one in a pool, or not any more
         */
        boolean mark(BackupId backup, String cause) throws IOException;
    }

    /** Whether somebody said that a chain may be broken. */
    public enum Consent {
        NONE,
        BREAK_CHAIN
    }

    public ChainBreaking(JournalChain chain, Removal removal, JournalListener listener) {
        this.chain = chain;
        this.removal = removal;
        this.listener = listener;
    }

    /** Whose journals a backup holds; empty for one of anything else. */
    public static Optional<String> sourceOf(Backup backup) {
        return Optional.ofNullable(backup.about().facts().get(PieceRecorder.SOURCE));
    }

    /**
     * Gives up one backup file. The chain is recorded as broken before the file can go.
     *
     * @return the journals that are lost by it
     * @throws BackupException {@link JournalFault#IN_CHAIN} without consent, {@link JournalFault#UNKNOWN} when the source has no such
     *     backup file; nothing was changed then
     */
    public List<JournalPiece> delete(String source, BackupId backup, Consent consent) throws IOException {
        List<JournalPiece> held = chain.pieces(source).stream()
                .filter(piece -> backup.equals(piece.backup()) && piece.state().isDurable())
                .toList();
        if (held.isEmpty()) {
            throw new BackupException(
                    JournalFault.UNKNOWN,
                    "backup " + backup + " holds no journals of " + source,
                    "'saddlebag journal list " + source + "' shows which do.");
        }
        String which = Ranges.of(held.stream().map(JournalPiece::id).distinct().toList());
        if (consent == Consent.NONE) {
            throw new BackupException(
                    JournalFault.IN_CHAIN,
                    "backup " + backup + " holds journals " + which + " of " + source
                            + ", and no recovery goes past them without it",
                    "Keep it, whatever became of the operation that made it. To give it up all the same, make a full backup of"
                            + " the database first and repeat with --break-chain.");
        }
        for (JournalPiece piece : held) {
            chain.become(piece, PieceState.BROKEN);
        }
        listener.told(JournalMessage.OPERNOTIFY, "the chain of " + source + " is broken at journals " + which);
        listener.told(JournalMessage.DOFULLBCK, "full database backup should be done to ensure future recovery");
        removal.mark(backup, "its journals were given up");
        return held;
    }
}

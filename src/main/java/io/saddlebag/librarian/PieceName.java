package io.saddlebag.librarian;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * What a piece is called (M26): 1 to 255 characters without control characters, none of them a blank at the beginning or the end, the
 * first no hyphen.
 */
public record PieceName(String value) {
    /** The fact of a backup that says which piece it is. It stands in the image, so that a catalog can be rebuilt. */
    static final String FACT = "piece";

    /** The fact of one that was removed: when. */
    static final String REMOVED = "piece.removed";

    /** The fact of one that isn't a stream: what its image holds. */
    static final String HOLDS = "piece.holds";

    private static final String JOURNALS = "journals";
    private static final String PREFIX = "piece:";
    private static final int LONGEST = 255;

    /** @throws IllegalArgumentException when no piece can be called so */
    public PieceName {
        if (value.isEmpty()
                || value.length() > LONGEST
                || value.startsWith("-")
                || !value.equals(value.strip())
                || value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("'" + value + "' is not a piece's name; valid are 1 to " + LONGEST
                    + " characters without control characters, no blank first or last, no hyphen first");
        }
    }

    /** Of a backup that is a piece and wasn't removed; empty for all others. */
    public static Optional<PieceName> of(Backup backup) {
        Map<String, String> facts = backup.about().facts();
        String name = facts.get(FACT);
        if (name == null || facts.containsKey(REMOVED)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new PieceName(name));
        } catch (IllegalArgumentException e) {
            // an image that was read in may say anything
            return Optional.empty();
        }
    }

    /** Of a backup file of journals whose image is called so, and which is a piece besides (J9). */
    public Map<String, String> factsOfFile() {
        return Map.of(FACT, value, HOLDS, JOURNALS);
    }

    /** Whether there is a stream of that name, removed or not. */
    public static boolean isTaken(Catalog catalog, String name) throws IOException {
        return !catalog.completeOf(PREFIX + name).isEmpty();
    }

    /** Under which its backup is found; no dataset or database is called so. */
    String backupName() {
        return PREFIX + value;
    }

    /** Two jobs of one task never run at once, in whichever processes (W18): what is done with one name is done in turns. */
    String task() {
        return "piece " + value;
    }

    @Override
    public String toString() {
        return value;
    }
}

package io.saddlebag.recovery;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A backup that might be restored.
 *
 * @param id its number in the catalog
 * @param point the instant of the state that a restore of it yields
 * @param position how far into the journals that state reaches; null where that isn't known
 * @param sequence the newest journal that the state needs; null where that isn't known
 * @param pieces the images that make up the state, the oldest first: one, or a full one and what was made on top of it
 * @param keys ids of keys, one of which opens it; empty when it isn't encrypted
 * @param obstacle why it can't be restored at all, as the end of a sentence; null when nothing is known against it
 */
public record Candidate(
        long id,
        Instant point,
        @Nullable LogPosition position,
        @Nullable Long sequence,
        Kind kind,
        List<Piece> pieces,
        List<String> keys,
        @Nullable String obstacle) {
    /** How a backup is stored. What is restored with less work comes first. */
    public enum Kind {
        /** Its files lie in it as they are: one image of everything, neither compressed nor encrypted. */
        IMAGE_COPY,
        /** All others. */
        BACKUP_SET
    }

    public Candidate {
        pieces = List.copyOf(pieces);
        keys = List.copyOf(keys);
        if (pieces.isEmpty()) {
            throw new IllegalArgumentException("backup " + id + " is of no image");
        }
    }

    /** The same, with something that speaks against it. */
    public Candidate withObstacle(String found) {
        return new Candidate(id, point, position, sequence, kind, pieces, keys, found);
    }

    /** The slowest medium that has to be read, when each image is read from the best copy allowed; null when one has none. */
    @Nullable
    Medium medium(Set<Medium> media) {
        Medium slowest = Medium.DISK;
        for (Piece piece : pieces) {
            List<StoredCopy> copies = piece.inOrder(media);
            if (copies.isEmpty()) {
                return null;
            }
            Medium best = copies.get(0).medium();
            slowest = best.compareTo(slowest) > 0 ? best : slowest;
        }
        return slowest;
    }

    @Override
    public String toString() {
        return "backup " + id + " of " + point;
    }
}

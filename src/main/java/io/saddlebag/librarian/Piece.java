package io.saddlebag.librarian;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import java.time.Instant;
import java.util.List;

/**
 * A piece that is stored (M26).
 *
 * @param backup that it is
 * @param bytes of its content
 * @param storedBytes of its image with all layers
 * @param at when it was put
 * @param places volumes, or files of pools
 */
public record Piece(PieceName name, BackupId backup, long bytes, long storedBytes, Instant at, List<String> places) {
    public Piece {
        places = List.copyOf(places);
    }

    static Piece of(PieceName name, Backup backup) {
        return new Piece(
                name,
                backup.id(),
                backup.dataBytes(),
                backup.imageBytes(),
                backup.about().at(),
                backup.places());
    }
}

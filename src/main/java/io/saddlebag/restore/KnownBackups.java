package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.ImageCopies;
import io.saddlebag.catalog.ImageCopy;
import io.saddlebag.image.Layers;
import io.saddlebag.level.BackupChain;
import io.saddlebag.recovery.Candidate;
import io.saddlebag.recovery.Medium;
import io.saddlebag.recovery.Piece;
import io.saddlebag.recovery.StateReached;
import io.saddlebag.recovery.StoredCopy;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the catalog says of backups, as facts that a choice is made from (R3). */
final class KnownBackups {
    private final Catalog catalog;
    private final ImageCopies copies;

    KnownBackups(Catalog catalog, ImageCopies copies) {
        this.catalog = catalog;
        this.copies = copies;
    }

    /** All of a name, whatever has become of them. */
    List<Candidate> of(String name) throws IOException {
        List<Candidate> all = new ArrayList<>();
        for (Backup backup : catalog.backups(new Catalog.Filter(java.util.Optional.of(name), false))) {
            all.add(candidate(backup));
        }
        return all;
    }

    Candidate candidate(Backup backup) throws IOException {
        StateReached reached =
                StateReached.of(backup.about().facts(), backup.about().at());
        List<Backup> state = List.of(backup);
        @Nullable String obstacle = null;
        if (backup.state() != Backup.State.COMPLETE) {
            obstacle = "it is " + backup.state().name().toLowerCase(Locale.ROOT);
        } else {
            BackupChain chain = BackupChain.of(catalog, backup);
            state = chain.oldestFirst();
            obstacle = chain.missing() == null ? null : "it holds what changed, and " + chain.missing();
        }
        List<Piece> pieces = new ArrayList<>();
        for (Backup each : state) {
            pieces.add(new Piece(each.about().imageId(), copies(each)));
        }
        return new Candidate(
                backup.id().value(),
                reached.instant(),
                reached.position(),
                reached.sequence(),
                kind(backup, state),
                pieces,
                Layers.keyIds(backup.about().layers()),
                obstacle);
    }

    private List<StoredCopy> copies(Backup backup) throws IOException {
        List<StoredCopy> all = new ArrayList<>();
        boolean onDisk = !backup.files().isEmpty();
        if (onDisk || !backup.sections().isEmpty()) {
            all.add(new StoredCopy(0, onDisk ? Medium.DISK : Medium.TAPE, String.join(" ", backup.places())));
        }
        for (ImageCopy copy : copies.of(backup.id())) {
            all.add(new StoredCopy(copy.number(), Medium.DISK, copy.place()));
        }
        return all;
    }

    /** The backup with its image where each of its copies is, the one to be tried first coming first. */
    List<Backup> copies(Backup backup, Set<Medium> media) throws IOException {
        List<ImageCopy> further = copies.of(backup.id());
        List<Backup> inOrder = new ArrayList<>();
        for (StoredCopy copy : new Piece(backup.about().imageId(), copies(backup)).inOrder(media)) {
            inOrder.add(further.stream()
                    .filter(each -> each.number() == copy.number())
                    .findFirst()
                    .map(backup::at)
                    .orElse(backup));
        }
        return inOrder;
    }

    /** Of a database in backup mode its end, where that is what a restore yields. */
    static Instant point(Backup backup) {
        return StateReached.of(backup.about().facts(), backup.about().at()).instant();
    }

    private static Candidate.Kind kind(Backup backup, List<Backup> state) {
        return state.size() == 1 && backup.about().layers().equals(List.of(Layers.TAR))
                ? Candidate.Kind.IMAGE_COPY
                : Candidate.Kind.BACKUP_SET;
    }
}

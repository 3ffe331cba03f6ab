package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.ImageCopies;
import io.saddlebag.catalog.ImageCopy;
import io.saddlebag.image.Layers;
import io.saddlebag.level.BackupChain;
import io.saddlebag.recovery.Candidate;
import io.saddlebag.recovery.LogPosition;
import io.saddlebag.recovery.Medium;
import io.saddlebag.recovery.Piece;
import io.saddlebag.recovery.StoredCopy;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the catalog says of backups, as facts that a choice is made from (R3). */
final class KnownBackups {
    /** Facts of databases that say how far the state reaches, the most telling first. */
    private static final List<String> POSITIONS = List.of("stopLsn", "checkpointLsn", "scn");

    private static final List<String> SEQUENCES = List.of("sequence", "binaryLog");
    private static final List<String> INSTANTS = List.of("stopTime");

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
        Map<String, String> facts = backup.about().facts();
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
                point(backup),
                position(facts),
                sequence(facts),
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
        for (String fact : INSTANTS) {
            String said = backup.about().facts().get(fact);
            if (said != null) {
                try {
                    Instant end = Instant.parse(said);
                    return end.isAfter(backup.about().at())
                            ? end
                            : backup.about().at();
                } catch (DateTimeParseException e) {
                    return backup.about().at();
                }
            }
        }
        return backup.about().at();
    }

    private static Candidate.Kind kind(Backup backup, List<Backup> state) {
        return state.size() == 1 && backup.about().layers().equals(List.of(Layers.TAR))
                ? Candidate.Kind.IMAGE_COPY
                : Candidate.Kind.BACKUP_SET;
    }

    private static @Nullable LogPosition position(Map<String, String> facts) {
        for (String fact : POSITIONS) {
            String said = facts.get(fact);
            if (said != null) {
                try {
                    return LogPosition.parse(said);
                } catch (IllegalArgumentException e) {
                    return null;
                }
            }
        }
        return null;
    }

    /** A number, or the file name of a binary log, which ends with one. */
    private static @Nullable Long sequence(Map<String, String> facts) {
        for (String fact : SEQUENCES) {
            String said = facts.get(fact);
            if (said != null) {
                try {
                    return Long.valueOf(said.substring(said.lastIndexOf('.') + 1));
                } catch (NumberFormatException e) {
                    return null;
                }
            }
        }
        return null;
    }
}

package io.saddlebag.journal;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.ObjectEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes the chain agree with the catalog: an image of journals that became a backup is in it, whatever died between the two (J18).
 */
final class PieceRecorder {
    /** The fact that names an image's source. */
    static final String SOURCE = "journal.source";

    /** The fact that says whether an image ends at a quiet point. */
    static final String QUIET = "journal.quiet";

    private final JournalSource source;
    private final JournalServices services;

    PieceRecorder(JournalSource source, JournalServices services) {
        this.source = source;
        this.services = services;
    }

    /** Under which images of a source's journals are found. */
    static String backupName(String source) {
        return source + ".journal";
    }

    /** What earlier passes left open; of a chain that is empty, all that the catalog has. */
    void reconcile() throws IOException {
        for (String imageId : services.chain().intended(source.name())) {
            Optional<Backup> backup = services.catalog().findImage(imageId);
            if (backup.isPresent() && backup.get().state() == Backup.State.WRITING) {
                continue;
            }
            if (backup.isPresent() && backup.get().state() == Backup.State.COMPLETE) {
                services.chain().record(piecesOf(backup.get()));
            }
            services.chain().fulfilled(source.name(), imageId);
        }
        if (services.chain().last(source.name()).isEmpty()) {
            for (Backup backup : services.catalog().backups(Catalog.Filter.completeOf(backupName(source.name())))) {
                if (source.name().equals(backup.about().facts().get(SOURCE))) {
                    services.chain().record(piecesOf(backup));
                }
            }
        }
    }

    /** The image became a backup. */
    List<JournalPiece> record(Backup backup) throws IOException {
        List<JournalPiece> pieces = piecesOf(backup);
        services.chain().record(pieces);
        services.chain().fulfilled(source.name(), backup.about().imageId());
        return pieces;
    }

    private List<JournalPiece> piecesOf(Backup backup) throws IOException {
        boolean dependent = "false".equals(backup.about().facts().get(QUIET));
        List<JournalPiece> pieces = new ArrayList<>();
        services.catalog()
                .objects(
                        backup.id(),
                        "",
                        object -> piece(backup.id(), object, dependent).ifPresent(pieces::add));
        return pieces;
    }

    private Optional<JournalPiece> piece(BackupId backup, ObjectEntry object, boolean dependent) {
        String sha256 = object.sha256();
        if (sha256 == null) {
            return Optional.empty();
        }
        return JournalPaths.parse(object.path()).map(named -> {
            JournalSource.Extent extent = source.extent(named.id(), named.name());
            return new JournalPiece(
                    source.name(),
                    named.id(),
                    named.from(),
                    object.size(),
                    named.name(),
                    extent.first(),
                    extent.end(),
                    sha256,
                    backup,
                    PieceState.PARTIAL,
                    dependent);
        });
    }
}

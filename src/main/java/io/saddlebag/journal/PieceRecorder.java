package io.saddlebag.journal;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
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

    /** What earlier passes left open. */
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
    }

    /** Before a journal is said to be lost: an image of it may have been imported meanwhile. */
    void reconcileAll() throws IOException {
        List<JournalPiece> unused = services.chain().pieces(source.name());
    }

    /**
     * The image became a backup.
     *
     * @return what it holds; for a journal that grows see {@link #isInChain}
     */
    List<JournalPiece> record(Backup backup) throws IOException {
        List<JournalPiece> pieces = piecesOf(backup);
        services.chain().record(pieces);
        services.chain().fulfilled(source.name(), backup.about().imageId());
        return pieces;
    }

    /**
     * Whether the chain has what that image holds of a journal. Not so when another image of the same bytes, whose process had died, was found
     * while this one was written: the two end at different bytes, and what is behind the other one's end isn't in the chain.
     */
    boolean isInChain(Backup backup, JournalId journal) throws IOException {
        return services.chain().pieces(source.name(), journal, journal).stream()
                .anyMatch(piece -> backup.id().equals(piece.backup()));
    }

    private List<JournalPiece> piecesOf(Backup backup) throws IOException {
        return pieces(services.catalog(), backup, source::extent);
    }

    /** Where a journal of that name is in the database's log. */
    interface Extents {
        JournalSource.Extent of(JournalId id, String name);
    }

    /** What an image of journals holds. */
    static List<JournalPiece> pieces(Catalog catalog, Backup backup, Extents extents) throws IOException {
        String source = backup.about().facts().getOrDefault(SOURCE, "");
        boolean dependent = "false".equals(backup.about().facts().get(QUIET));
        List<JournalPiece> pieces = new ArrayList<>();
        catalog.objects(backup.id(), "", object -> {
            String sha256 = object.sha256();
            if (sha256 != null) {
                JournalPaths.parse(object.path()).ifPresent(named -> {
                    JournalSource.Extent extent = extents.of(named.id(), named.name());
                    pieces.add(new JournalPiece(
                            source,
                            named.id(),
                            named.from(),
                            object.size(),
                            named.name(),
                            extent.first(),
                            extent.end(),
                            sha256,
                            backup.id(),
                            PieceState.PARTIAL,
                            dependent));
                });
            }
        });
        return pieces;
    }
}

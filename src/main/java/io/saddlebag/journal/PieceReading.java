package io.saddlebag.journal;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.fault.BackupException;
import io.saddlebag.image.Decryption;
import io.saddlebag.image.ImageReader;
import io.saddlebag.image.ReadMember;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;

/** Reads pieces of chains back out of their backup files, each compared with its checksum. Thread-safe. */
public final class PieceReading {
    private final Catalog catalog;
    private final Decryption decryption;
    private final Executor workers;

    public PieceReading(Catalog catalog, Decryption decryption, Executor workers) {
        this.catalog = catalog;
        this.decryption = decryption;
        this.workers = workers;
    }

    /** Takes a piece's content. */
    @FunctionalInterface
    public interface Taker {
        /** @param content its end is reported only when all of it was as it was backed up; read to that end */
        void take(JournalPiece piece, InputStream content) throws IOException;
    }

    /**
     * Reads each backup file that holds any of them once, as far as it has to, and hands the pieces over in the files' order.
     *
     * @param pieces durable ones of one source
     * @throws IOException {@link JournalFault#GAP} when a backup is gone, {@link JournalFault#CHANGED} when what is stored isn't what
     *     was, or a failure of catalog or media
     */
    public void read(Collection<JournalPiece> pieces, StoredJournals stored, Taker taker) throws IOException {
        Map<BackupId, Map<String, JournalPiece>> byBackup = new LinkedHashMap<>();
        for (JournalPiece piece : pieces) {
            byBackup.computeIfAbsent(Objects.requireNonNull(piece.backup()), id -> new LinkedHashMap<>())
                    .put(piece.path(), piece);
        }
        for (Map.Entry<BackupId, Map<String, JournalPiece>> each : byBackup.entrySet()) {
            read(each.getKey(), each.getValue(), stored, taker);
        }
    }

    private void read(BackupId id, Map<String, JournalPiece> wanted, StoredJournals stored, Taker taker)
            throws IOException {
        JournalPiece first = wanted.values().iterator().next();
        Backup backup = catalog.find(id)
                .filter(each -> each.state() == Backup.State.COMPLETE)
                .orElseThrow(() -> new BackupException(
                        JournalFault.GAP,
                        "journal " + first.name() + " is in backup " + id + ", which is gone",
                        "Look for its files: 'saddlebag lsbu --all'."));
        try (ImageReader reader =
                ImageReader.open(stored.open(backup), backup.about().layers(), decryption, workers)) {
            for (Optional<ReadMember> member = reader.next();
                    member.isPresent() && !wanted.isEmpty();
                    member = wanted.isEmpty() ? Optional.empty() : reader.next()) {
                JournalPiece piece = wanted.remove(member.get().member().path().toString());
                if (piece != null) {
                    taker.take(piece, new Proven(member.get(), piece));
                }
            }
        }
        if (!wanted.isEmpty()) {
            throw changed(wanted.values().iterator().next(), "it isn't in its image");
        }
    }

    static BackupException changed(JournalPiece piece, String why) {
        return new BackupException(
                JournalFault.CHANGED,
                "journal " + piece.id() + " of " + piece.source() + " in backup " + piece.backup()
                        + " is not what was backed up: " + why,
                "Verify the backup; another copy of the journal may be at the source.");
    }

    /** Has its end only when its checksum, which the image's reader has computed of what it handed over, is the piece's. */
    private static final class Proven extends FilterInputStream {
        private final ReadMember member;
        private final JournalPiece piece;

        Proven(ReadMember member, JournalPiece piece) {
            super(member.content());
            this.member = member;
            this.piece = piece;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int got = super.read(into, offset, length);
            if (got < 0 && !member.sha256().equals(piece.sha256())) {
                throw changed(piece, "its checksum is another one");
            }
            return got;
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}

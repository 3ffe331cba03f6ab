package io.saddlebag.librarian;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The parts of a stored piece, as the catalog knows them. */
final class PieceParts {
    private final List<ObjectEntry> parts = new ArrayList<>();

    /** @throws BackupException {@link PieceFault#DIFFERS} when what the catalog has isn't the parts of a piece */
    PieceParts(Catalog catalog, Backup backup) throws IOException {
        catalog.objects(backup.id(), "", parts::add);
        for (int i = 0; i < parts.size(); i++) {
            ObjectEntry part = parts.get(i);
            if (!part.path().equals("/" + PieceMembers.path(i + 1L))
                    || part.sha256() == null
                    || part.size() > Integer.MAX_VALUE) {
                throw foreign(backup, part.path());
            }
        }
        if (parts.isEmpty()) {
            throw foreign(backup, "nothing");
        }
    }

    private static BackupException foreign(Backup backup, String what) {
        return new BackupException(
                PieceFault.DIFFERS,
                "backup " + backup.id() + " of " + backup.about().name() + " holds " + what
                        + " where a part of a piece is wanted",
                "Restore it as a backup, to a folder, and look at it.");
    }

    List<ObjectEntry> list() {
        return parts;
    }

    static boolean is(ObjectEntry part, byte[] content, int length) {
        MessageDigest digest = sha256();
        digest.update(content, 0, length);
        return part.size() == length
                && HexFormat.of().formatHex(digest.digest()).equals(part.sha256());
    }

    /** Whether a stream is these parts, one behind the other, and nothing more. It is read as far as it has to be. */
    boolean areIn(InputStream content) throws IOException {
        for (ObjectEntry part : parts) {
            byte[] read = content.readNBytes((int) part.size());
            if (!is(part, read, read.length)) {
                return false;
            }
        }
        return content.read() < 0;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

package io.saddlebag.journal;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What a journal at its source is, for comparing it with what is stored. */
final class JournalDigest {
    private static final int BUFFER_BYTES = 1 << 18;

    private JournalDigest() {}

    /** SHA-256 of all of it, 64 hexadecimal digits. */
    static String of(JournalSource source, Journal journal) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = source.open(journal, 0)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
                digest.update(buffer, 0, got);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

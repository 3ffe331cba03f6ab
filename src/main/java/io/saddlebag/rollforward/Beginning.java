package io.saddlebag.rollforward;

import io.saddlebag.journal.JournalId;
import io.saddlebag.journal.JournalSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * What has come of a journal that its server didn't live to finish (J19). Behind it are zeros, which an engine takes for the end of its
 * log.
 *
 * @param name of the whole journal
 * @param bytes up to the last one that isn't zero: no record of the log ends behind that
 */
record Beginning(JournalId id, String name, long bytes) {
    private static final int BUFFER_BYTES = 1 << 18;

    /** Empty where nothing has come yet, or where it is no beginning any more. */
    static Optional<Beginning> of(JournalSource source, JournalId id, String name) throws IOException {
        Optional<InputStream> there = source.unfinished(name);
        if (there.isEmpty()) {
            return Optional.empty();
        }
        long bytes = 0;
        try (InputStream content = there.get()) {
            byte[] buffer = new byte[BUFFER_BYTES];
            long at = 0;
            for (int got = content.read(buffer); got >= 0; got = content.read(buffer)) {
                for (int i = got - 1; i >= 0; i--) {
                    if (buffer[i] != 0) {
                        bytes = at + i + 1;
                        break;
                    }
                }
                at += got;
            }
        }
        return bytes == 0 ? Optional.empty() : Optional.of(new Beginning(id, name, bytes));
    }
}

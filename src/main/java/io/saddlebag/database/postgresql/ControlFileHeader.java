package io.saddlebag.database.postgresql;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Which cluster a data directory is of and where its last checkpoint is, by {@code global/pg_control}: system identifier u64 at 0,
 * state at 16, the time of the last change of the file i64 at 24, position of the last checkpoint u64 at 32, host byte order. Alike
 * in PostgreSQL 10 to 18. A server changes the file when it starts, so that two that are equal have nothing between them.
 */
final class ControlFileHeader {
    private static final int READ_BYTES = 40;
    private static final int TIME_AT_BYTE = 24;
    private static final int CHECKPOINT_AT_BYTE = 32;

    private ControlFileHeader() {}

    /** @return empty unless the cluster was shut down cleanly, and the file's format is known */
    static Optional<String> ofCleanShutdown(Path dataDirectory) {
        if (ClusterState.ofControlFile(dataDirectory) != ClusterState.SHUT_DOWN) {
            return Optional.empty();
        }
        byte[] head;
        try (InputStream in = Files.newInputStream(dataDirectory.resolve("global/pg_control"))) {
            head = in.readNBytes(READ_BYTES);
        } catch (IOException unreadable) {
            // whoever can't tell leaves nothing alone
            return Optional.empty();
        }
        if (head.length < READ_BYTES) {
            return Optional.empty();
        }
        ByteBuffer fields = ByteBuffer.wrap(head).order(ByteOrder.nativeOrder());
        long checkpoint = fields.getLong(CHECKPOINT_AT_BYTE);
        return Optional.of(String.format(
                Locale.ROOT,
                "cluster %s, checkpoint %X/%08X of %d",
                Long.toUnsignedString(fields.getLong(0)),
                checkpoint >>> Integer.SIZE,
                checkpoint & 0xFFFFFFFFL,
                fields.getLong(TIME_AT_BYTE)));
    }
}

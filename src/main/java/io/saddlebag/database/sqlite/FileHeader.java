package io.saddlebag.database.sqlite;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How often a file was changed, by its header of 100 bytes (SQLite, "Database File Format", 1.3): big endian, format versions at 18
 * and 19, change counter at 24, pages at 28, schema cookie at 40, the counter that the pages are valid for at 92. With a
 * write-ahead log the counter needn't change with a transaction: then it says nothing.
 */
final class FileHeader {
    private static final String MAGIC = "SQLite format 3\0";
    private static final int READ_BYTES = 100;
    private static final int WRITE_VERSION_AT_BYTE = 18;
    private static final int ROLLBACK_JOURNAL = 1;
    private static final int COUNTER_AT_BYTE = 24;
    private static final int PAGES_AT_BYTE = 28;
    private static final int SCHEMA_AT_BYTE = 40;
    private static final int VALID_FOR_AT_BYTE = 92;

    private FileHeader() {}

    /** @return empty when a journal isn't merged yet, and where the header doesn't tell */
    static Optional<String> read(Path file) {
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(READ_BYTES);
            for (String ending : new String[] {"-wal", "-journal"}) {
                Path journal = file.resolveSibling(file.getFileName() + ending);
                if (Files.exists(journal) && Files.size(journal) > 0) {
                    return Optional.empty();
                }
            }
        } catch (IOException unreadable) {
            // whoever can't tell leaves nothing alone
            return Optional.empty();
        }
        if (head.length < READ_BYTES
                || !new String(head, 0, MAGIC.length(), StandardCharsets.ISO_8859_1).equals(MAGIC)
                || head[WRITE_VERSION_AT_BYTE] != ROLLBACK_JOURNAL) {
            return Optional.empty();
        }
        ByteBuffer fields = ByteBuffer.wrap(head);
        return fields.getInt(COUNTER_AT_BYTE) != fields.getInt(VALID_FOR_AT_BYTE)
                ? Optional.empty()
                : Optional.of("change " + Integer.toUnsignedString(fields.getInt(COUNTER_AT_BYTE)) + ", "
                        + Integer.toUnsignedString(fields.getInt(PAGES_AT_BYTE)) + " pages, schema "
                        + Integer.toUnsignedString(fields.getInt(SCHEMA_AT_BYTE)));
    }
}

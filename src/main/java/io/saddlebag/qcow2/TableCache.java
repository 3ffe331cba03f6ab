package io.saddlebag.qcow2;

import io.saddlebag.disk.ReadableDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** The tables of an image that were used last, by their place in the file. */
final class TableCache {
    /** Of all tables together, bytes. */
    private static final int MAX_BYTES = 4 << 20;

    private final ReadableDisk file;
    private final int tableBytes;
    private final Map<Long, ByteBuffer> tables;

    TableCache(ReadableDisk file, int tableBytes) {
        this.file = file;
        this.tableBytes = tableBytes;
        int most = Math.max(2, MAX_BYTES / tableBytes);
        this.tables = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, ByteBuffer> eldest) {
                return size() > most;
            }
        };
    }

    /** An entry of the table at that place. What of a table lies beyond the file's end reads as nothing allocated. */
    long entry(long tableOffset, long index) throws IOException {
        long page = tableOffset + index * Qcow2Format.ENTRY_BYTES / tableBytes * tableBytes;
        ByteBuffer table = tables.get(page);
        if (table == null) {
            table = ByteBuffer.allocate(tableBytes);
            table.limit((int) Math.max(0, Math.min(tableBytes, file.sizeBytes() - page)));
            file.read(page, table);
            table.clear();
            tables.put(page, table);
        }
        return table.getLong((int) (index * Qcow2Format.ENTRY_BYTES % tableBytes));
    }
}

package io.saddlebag.catalog.jdbc;

import io.saddlebag.store.jdbc.JdbcStore;
import io.saddlebag.volume.CleaningLog;
import io.saddlebag.volume.CleaningLogContract;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class SqliteCleaningLogTest extends CleaningLogContract {
    @TempDir
    Path folder;

    private JdbcStore store;

    @Override
    protected CleaningLog log() throws IOException {
        store = JdbcStore.openSqlite(folder.resolve("catalog.db"), JdbcCatalog.FAULTS);
        return new JdbcCleaningLog(store);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }
}

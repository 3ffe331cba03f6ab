package io.saddlebag.job.jdbc;

import io.saddlebag.catalog.jdbc.JdbcCatalog;
import io.saddlebag.job.JobLog;
import io.saddlebag.job.JobLogContract;
import io.saddlebag.store.jdbc.JdbcStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class SqliteJobLogTest extends JobLogContract {
    @TempDir
    Path folder;

    private final List<JdbcStore> opened = new ArrayList<>();

    @Override
    protected JobLog log() throws IOException {
        return elsewhere();
    }

    @Override
    protected JobLog elsewhere() throws IOException {
        JdbcStore store = JdbcStore.openSqlite(folder.resolve("catalog.db"), JdbcCatalog.FAULTS);
        opened.add(store);
        return new JdbcJobLog(store);
    }

    @AfterEach
    void close() throws IOException {
        for (JdbcStore store : opened) {
            store.close();
        }
    }
}

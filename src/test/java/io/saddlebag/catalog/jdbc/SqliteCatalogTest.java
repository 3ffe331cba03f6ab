package io.saddlebag.catalog.jdbc;

import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.CatalogContract;
import io.saddlebag.store.jdbc.JdbcStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class SqliteCatalogTest extends CatalogContract {
    private static final int BATCH = 3;

    @TempDir
    Path folder;

    private final List<JdbcStore> opened = new ArrayList<>();

    @Override
    protected Catalog catalog() throws IOException {
        return elsewhere();
    }

    @Override
    protected Catalog elsewhere() throws IOException {
        JdbcStore store = JdbcStore.openSqlite(folder.resolve("catalog.db"), JdbcCatalog.FAULTS);
        opened.add(store);
        return new JdbcCatalog(store, BATCH);
    }

    @Override
    protected int batch() {
        return BATCH;
    }

    @AfterEach
    void close() throws IOException {
        for (JdbcStore store : opened) {
            store.close();
        }
    }
}

package io.saddlebag.journal;

import io.saddlebag.catalog.jdbc.JdbcCatalog;
import io.saddlebag.journal.jdbc.JdbcJournalChain;
import io.saddlebag.store.jdbc.JdbcStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** The chain in the catalog's store. */
class JdbcChainTest extends JournalChainContract {
    @TempDir
    Path home;

    private final List<JdbcStore> stores = new ArrayList<>();

    @Override
    JournalChain chain() throws IOException {
        Path file = home.resolve("node" + stores.size() + ".db");
        if (stores.isEmpty()) {
            JdbcStore.openSqlite(home.resolve("empty.db"), JdbcCatalog.FAULTS).close();
        }
        Files.copy(home.resolve("empty.db"), file);
        JdbcStore store = JdbcStore.openSqlite(file, JdbcCatalog.FAULTS);
        stores.add(store);
        return new JdbcJournalChain(store);
    }

    @AfterEach
    void close() throws IOException {
        for (JdbcStore store : stores) {
            store.close();
        }
    }
}

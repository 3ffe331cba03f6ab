package io.saddlebag.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.catalog.Samples;
import io.saddlebag.catalog.jdbc.JdbcCatalog;
import io.saddlebag.fault.BackupException;
import io.saddlebag.store.jdbc.JdbcStore;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CatalogDigestsTest {
    private static final int FILES = 5000;

    @TempDir
    Path folder;

    private final List<ObjectEntry> recorded = new ArrayList<>();
    private final AtomicInteger questions = new AtomicInteger();
    private JdbcStore store;
    private BackupId backup;

    @BeforeEach
    void open() throws IOException {
        store = JdbcStore.openSqlite(folder.resolve("catalog.db"), JdbcCatalog.FAULTS);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    @Test
    @Tag("Q4")
    void many_files_of_a_folder_cost_few_questions() throws IOException {
        for (int i = 0; i < FILES; i++) {
            record(String.format("/a/f%05d", i), digest(i));
        }
        CatalogDigests digests = completed();

        for (int i = 0; i < FILES; i++) {
            digests.require(String.format("/a/f%05d", i), digest(i));
        }

        assertThat(questions).hasValueLessThan(FILES / 200);
    }

    @Test
    @Tag("C12")
    void compares_in_any_order_and_between_folders() throws IOException {
        for (int i = 0; i < 100; i++) {
            record("/a/" + i % 10 + "/" + i, digest(i));
        }
        CatalogDigests digests = completed();

        for (int i = 99; i >= 0; i--) {
            digests.require("/a/" + i % 10 + "/" + i, digest(i));
        }
    }

    @Test
    @Tag("C12")
    void says_what_was_read_and_what_was_recorded() throws IOException {
        record("/a/b", digest(1));
        record("/a/c", digest(2));
        CatalogDigests digests = completed();
        digests.require("/a/b", digest(1));

        assertThatThrownBy(() -> digests.require("/a/c", digest(1)))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("/a/c was read back as " + digest(1) + " and recorded as " + digest(2)
                        + " in backup " + backup);
        assertThatThrownBy(() -> digests.require("/a/d", digest(1))).hasMessageContaining("recorded as nothing");
        assertThatThrownBy(() -> digests.require("/c", digest(1))).hasMessageContaining("recorded as nothing");
    }

    @Test
    @Tag("C12")
    void a_name_that_was_recorded_twice_is_either_of_both() throws IOException {
        record("/a/b", digest(1));
        record("/a/b", digest(2));
        CatalogDigests digests = completed();

        digests.require("/a/b", digest(1));
        digests.require("/a/b", digest(2));
    }

    private static String digest(int number) {
        return String.format("%064x", number);
    }

    private void record(String path, String sha256) {
        recorded.add(new ObjectEntry(path, 'f', 0644, 0, 0, 1, Instant.EPOCH, null, sha256, 512L * recorded.size()));
    }

    private CatalogDigests completed() throws IOException {
        Catalog catalog = new JdbcCatalog(store);
        try (Catalog.Writing writing = catalog.begin(Samples.about("i-1", "n"))) {
            backup = writing.id();
            for (ObjectEntry object : recorded) {
                writing.add(object);
            }
            writing.complete(Samples.stored("i-1", "VOL000001"), 42, Samples.NOON);
        }
        Catalog counted = (Catalog) Proxy.newProxyInstance(
                Catalog.class.getClassLoader(), new Class<?>[] {Catalog.class}, (proxy, method, arguments) -> {
                    questions.incrementAndGet();
                    try {
                        return method.invoke(catalog, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        return new CatalogDigests(counted, backup);
    }
}

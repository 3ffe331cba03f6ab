package io.saddlebag.catalog;

import static io.saddlebag.catalog.Samples.NOON;
import static io.saddlebag.catalog.Samples.about;
import static io.saddlebag.catalog.Samples.complete;
import static io.saddlebag.catalog.Samples.file;
import static io.saddlebag.catalog.Samples.paths;
import static io.saddlebag.catalog.Samples.stored;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What every {@link Catalog} does. Batches are {@link #batch()} objects long. */
public abstract class CatalogContract {
    /** An empty one. */
    protected abstract Catalog catalog() throws IOException;

    /** Another process's view of the same catalog. */
    protected abstract Catalog elsewhere() throws IOException;

    /** Objects that are recorded at a time. */
    protected abstract int batch();

    @Test
    @Tag("C1")
    void gives_back_all_that_was_said_of_a_backup() throws IOException {
        Catalog catalog = catalog();
        NewBackup about = new NewBackup(
                "i-1",
                "orders",
                "orders-db",
                "admin/16",
                "h",
                NOON,
                "ATOMIC",
                List.of("tar", "zstd"),
                Map.of("a", "b\n\"c"));
        Backup completed;
        try (Catalog.Writing writing = catalog.begin(about)) {
            writing.add(file("/a", 512));
            completed = writing.complete(stored("i-1", "VOL000001", "VOL000002"), 77, NOON.plusSeconds(1));
        }

        assertThat(completed)
                .isEqualTo(new Backup(
                        new BackupId(1),
                        about,
                        Backup.State.COMPLETE,
                        stored("i-1", "VOL000001", "VOL000002").sections(),
                        1,
                        77,
                        600_000,
                        NOON.plusSeconds(1)));
        assertThat(elsewhere().find(new BackupId(1))).contains(completed);
        assertThat(elsewhere().findImage("i-1")).contains(completed);
        assertThat(elsewhere().backups(Catalog.Filter.ALL)).containsExactly(completed);
    }

    @Test
    @Tag("C1")
    void gives_back_objects_of_every_type_with_their_attributes_in_image_order() throws IOException {
        Catalog catalog = catalog();
        Instant old = Instant.ofEpochSecond(-5, 999_999_999);
        List<ObjectEntry> objects = List.of(
                new ObjectEntry("/", 'd', 0755, 0, 0, 0, old, null, null, 0),
                new ObjectEntry(
                        "/z/\u00fcml \ud83d\ude00",
                        'f',
                        07777,
                        4_294_967_294L,
                        0,
                        Long.MAX_VALUE,
                        NOON,
                        null,
                        Samples.DIGEST,
                        512),
                new ObjectEntry("/z/link", 'l', 0777, 1, 2, 0, NOON, "../target", null, 2048),
                new ObjectEntry("/a/hard", 'h', 0600, 1, 2, 0, NOON, "/z/link", null, 4096),
                new ObjectEntry("relative", 'p', 0600, 1, 2, 0, Instant.MAX, null, null, 8192),
                new ObjectEntry("/dev/c", 'c', 0600, 1, 2, 0, NOON, null, null, Long.MAX_VALUE));
        BackupId id;
        try (Catalog.Writing writing = catalog.begin(about("i-1", "orders"))) {
            id = writing.id();
            for (ObjectEntry object : objects) {
                writing.add(object);
            }
            writing.complete(stored("i-1", "VOL000001"), 0, NOON);
        }

        List<ObjectEntry> read = new ArrayList<>();
        elsewhere().objects(id, "", read::add);
        assertThat(read).containsExactlyElementsOf(objects);
    }

    @Test
    @Tag("D4")
    void gives_back_what_was_not_read_as_promised_and_forgets_what_to_compare_it_by() throws IOException {
        Catalog catalog = catalog();
        ObjectEntry shrunk = new ObjectEntry("/a/b", 'f', 0600, 1, 2, 3, NOON, null, Samples.DIGEST, 512, NOON, 77);
        ObjectEntry whole = new ObjectEntry("/a/c", 'f', 0600, 1, 2, 3, NOON, null, Samples.DIGEST, 2048, NOON, 78);
        BackupId id;
        try (Catalog.Writing writing = catalog.begin(about("i-1", "orders"))) {
            id = writing.id();
            writing.add(shrunk);
            writing.add(whole);
            writing.flag(new ObjectFlag("/z/gone", "vanished", ""));
            writing.flag(new ObjectFlag("/a/b", "shrank", "it ended after 1 of 3 bytes"));
            writing.flag(new ObjectFlag("/a/b", "shrank", "told again by another lane"));
            assertThatThrownBy(() -> elsewhere().flags(id, flag -> {})).isInstanceOf(BackupException.class);
            writing.complete(stored("i-1", "VOL000001"), 0, NOON);
        }

        List<ObjectFlag> flags = new ArrayList<>();
        elsewhere().flags(id, flags::add);
        assertThat(flags)
                .containsExactly(
                        new ObjectFlag("/a/b", "shrank", "it ended after 1 of 3 bytes"),
                        new ObjectFlag("/z/gone", "vanished", ""));
        List<ObjectEntry> read = new ArrayList<>();
        elsewhere().objects(id, "", read::add);
        assertThat(read).extracting(ObjectEntry::changed).containsExactly(null, NOON);
    }

    @Test
    @Tag("C1")
    void gives_back_what_is_at_and_below_a_path_only() throws IOException {
        Catalog catalog = catalog();
        BackupId id = complete(
                        catalog,
                        "i-1",
                        "n",
                        "/a/b/z",
                        "/a/b",
                        "/a/b/c/d",
                        "/a/b0",
                        "/a/bc",
                        "/a/b.txt",
                        "/a",
                        "/x/a/b",
                        "/a/b/c")
                .id();
        complete(catalog, "i-2", "n", "/a/b/other");

        assertThat(paths(catalog, id, "/a/b")).containsExactly("/a/b/z", "/a/b", "/a/b/c/d", "/a/b/c");
        assertThat(paths(catalog, id, "/a/b/")).containsExactly("/a/b/z", "/a/b", "/a/b/c/d", "/a/b/c");
        assertThat(paths(catalog, id, "/a/b/z")).containsExactly("/a/b/z");
        assertThat(paths(catalog, id, "/nothing")).isEmpty();
        assertThat(paths(catalog, id, "/")).hasSize(9);
        assertThat(paths(catalog, id, "")).hasSize(9);
    }

    @Test
    @Tag("C1")
    void a_path_that_comes_twice_is_kept_twice() throws IOException {
        Catalog catalog = catalog();

        BackupId id = complete(catalog, "i-1", "n", "/a", "/a").id();

        assertThat(paths(catalog, id, "/a")).containsExactly("/a", "/a");
    }

    @Test
    @Tag("C1")
    void counts_rightly_at_the_borders_of_a_batch() throws IOException {
        Catalog catalog = catalog();
        int image = 0;
        for (int count : new int[] {0, 1, batch() - 1, batch(), batch() + 1, 2 * batch(), 2 * batch() + 1}) {
            String[] paths = new String[count];
            for (int i = 0; i < count; i++) {
                paths[i] = "/d" + i % 3 + "/" + i;
            }

            Backup backup = complete(catalog, "i-" + image++, "n", paths);

            assertThat(backup.objects()).isEqualTo(count);
            assertThat(paths(catalog, backup.id(), "")).containsExactly(paths);
        }
    }

    @Test
    @Tag("C1")
    void a_backup_being_written_is_no_backup() throws IOException {
        Catalog catalog = catalog();
        try (Catalog.Writing writing = catalog.begin(about("i-1", "n"))) {
            for (int i = 0; i <= batch(); i++) {
                writing.add(file("/a" + i, i));
            }

            assertThat(elsewhere().backups(Catalog.Filter.COMPLETE)).isEmpty();
            assertThat(elsewhere().find(writing.id()))
                    .get()
                    .extracting(Backup::state)
                    .isEqualTo(Backup.State.WRITING);
            assertThatThrownBy(() -> elsewhere().objects(writing.id(), "", object -> {}))
                    .isInstanceOfSatisfying(BackupException.class, e -> {
                        assertThat(e.code()).isEqualTo(CatalogFault.NOT_COMPLETE);
                        assertThat(e.what()).isEqualTo("backup 1 is writing, so its objects can't be listed");
                    });
        }
    }

    @Test
    @Tag("C1")
    void closing_without_completing_abandons() throws IOException {
        Catalog catalog = catalog();
        BackupId id;
        try (Catalog.Writing writing = catalog.begin(about("i-1", "n"))) {
            id = writing.id();
            writing.add(file("/a", 0));
        }

        assertThat(catalog.find(id)).get().satisfies(backup -> {
            assertThat(backup.state()).isEqualTo(Backup.State.ABANDONED);
            assertThat(backup.sections()).isEmpty();
            assertThat(backup.completed()).isNull();
        });
        assertThat(catalog.backups(Catalog.Filter.COMPLETE)).isEmpty();
    }

    @Test
    @Tag("C1")
    void a_backup_abandoned_by_somebody_else_can_be_neither_filled_nor_completed() throws IOException {
        Catalog catalog = catalog();
        try (Catalog.Writing writing = catalog.begin(about("i-1", "n"))) {
            writing.add(file("/a", 0));
            elsewhere().abandon(writing.id(), "its process was taken for dead");

            assertThatThrownBy(() -> writing.complete(stored("i-1", "VOL000001"), 0, NOON))
                    .isInstanceOfSatisfying(
                            BackupException.class, e -> assertThat(e.code()).isEqualTo(CatalogFault.NOT_COMPLETE));
            assertThatThrownBy(() -> {
                        for (int i = 0; i <= batch(); i++) {
                            writing.add(file("/a" + i, i));
                        }
                    })
                    .isInstanceOf(BackupException.class);
            assertThat(elsewhere().find(writing.id()))
                    .get()
                    .extracting(Backup::state)
                    .isEqualTo(Backup.State.ABANDONED);
        }
    }

    @Test
    @Tag("C1")
    void a_complete_backup_is_not_abandoned_any_more() throws IOException {
        Catalog catalog = catalog();
        Backup backup = complete(catalog, "i-1", "n", "/a");

        catalog.abandon(backup.id(), "too late");

        assertThat(catalog.find(backup.id())).contains(backup);
    }

    @Test
    @Tag("C1")
    void what_has_ended_takes_nothing_more() throws IOException {
        Catalog.Writing writing = catalog().begin(about("i-1", "n"));
        writing.complete(stored("i-1", "VOL000001"), 0, NOON);

        assertThatThrownBy(() -> writing.add(file("/a", 0))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> writing.complete(stored("i-1", "VOL000001"), 0, NOON))
                .isInstanceOf(IllegalStateException.class);
        writing.close();
    }

    @Test
    @Tag("C1")
    void another_image_doesn_t_complete_it() throws IOException {
        try (Catalog.Writing writing = catalog().begin(about("i-1", "n"))) {
            assertThatThrownBy(() -> writing.complete(stored("i-2", "VOL000001"), 0, NOON))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("backup 1 is of image i-1, not of i-2");
        }
    }

    @Test
    @Tag("C1")
    void an_image_is_in_the_catalog_once() throws IOException {
        Catalog catalog = catalog();
        Backup first = complete(catalog, "i-1", "n", "/a");

        assertThatThrownBy(() -> complete(catalog, "i-1", "n", "/a"))
                .isInstanceOfSatisfying(
                        BackupException.class, e -> assertThat(e.code()).isEqualTo(CatalogFault.DUPLICATE_IMAGE));

        assertThat(catalog.findImage("i-1")).contains(first);
        assertThat(catalog.backups(Catalog.Filter.COMPLETE)).containsExactly(first);
    }

    @Test
    @Tag("C2")
    void ids_are_never_given_twice() throws IOException {
        Catalog catalog = catalog();
        catalog.begin(about("i-1", "n")).abandon("a test");
        while (catalog.removeAbandonedObjects(10) > 0) {
            // until nothing is left
        }

        assertThat(complete(elsewhere(), "i-2", "n").id()).isEqualTo(new BackupId(2));
        assertThat(complete(catalog, "i-3", "n").id()).isEqualTo(new BackupId(3));
    }

    @Test
    @Tag("Q11")
    void are_listed_by_id_when_the_clock_went_back() throws IOException {
        Catalog catalog = catalog();
        for (String hour : List.of("12", "11", "13")) {
            NewBackup about = new NewBackup(
                    "i-" + hour,
                    "n",
                    null,
                    "1",
                    "h",
                    Instant.parse("2026-10-25T" + hour + ":00:00Z"),
                    "ATOMIC",
                    List.of(),
                    Map.of());
            try (Catalog.Writing writing = catalog.begin(about)) {
                writing.complete(stored("i-" + hour, "VOL000001"), 0, NOON);
            }
        }
        complete(catalog, "i-other", "other");

        assertThat(catalog.backups(Catalog.Filter.completeOf("n")))
                .extracting(backup -> backup.about().imageId())
                .containsExactly("i-12", "i-11", "i-13");
        assertThat(catalog.backups(Catalog.Filter.COMPLETE))
                .hasSize(4)
                .allSatisfy(b -> assertThat(b.sections()).hasSize(1));
    }

    @Test
    @Tag("C1")
    void what_abandoned_backups_left_is_removed_bit_by_bit() throws IOException {
        Catalog catalog = catalog();
        int left = 2 * batch();
        Backup kept = complete(catalog, "i-1", "n", "/a", "/b");
        Catalog.Writing writing = catalog.begin(about("i-2", "n"));
        for (int i = 0; i < left; i++) {
            writing.add(file("/a" + i, i));
        }
        writing.abandon("a test");

        assertThat(catalog.removeAbandonedObjects(left - 1)).isEqualTo(left - 1);
        assertThat(catalog.removeAbandonedObjects(left)).isEqualTo(1);
        assertThat(catalog.removeAbandonedObjects(left)).isZero();
        assertThat(paths(catalog, kept.id(), "")).containsExactly("/a", "/b");
        assertThatThrownBy(() -> catalog.removeAbandonedObjects(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @Tag("C1")
    void says_which_backup_is_unknown() throws IOException {
        Catalog catalog = catalog();

        assertThat(catalog.find(new BackupId(7))).isEmpty();
        assertThat(catalog.findImage("i-7")).isEmpty();
        assertThatThrownBy(() -> catalog.objects(new BackupId(7), "", object -> {}))
                .isInstanceOf(BackupException.class)
                .hasMessage("SBG-C003 the catalog has not got backup 7\nDATA: nothing was read or written\n"
                        + "HINT: 'saddlebag lsbu' lists those it has.");
    }
}

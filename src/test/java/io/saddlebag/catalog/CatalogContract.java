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
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link Catalog} does. Batches are {@link #batch()} objects long. */
public abstract class CatalogContract {
    private static final String[] NAMES = {"", "a", "b", "\u00fc", "\ufffd", "\uD83D\uDE00", "\uDBFF\uDE80"};

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
    void gives_back_what_is_in_one_folder_by_names_from_any_name_on() throws IOException {
        Catalog catalog = catalog();
        BackupId id = complete(catalog, "i-1", "n", "/a/z", "/a/b", "/a/b/c", "/a/\u00fc", "/a/b", "/a/B", "/ab", "/")
                .id();
        complete(catalog, "i-2", "n", "/a/other");

        assertThat(names(catalog.inFolder(id, "/a/", "", 9)))
                .containsExactly("/a/B", "/a/b", "/a/b", "/a/z", "/a/\u00fc");
        assertThat(names(catalog.inFolder(id, "/a/", "b", 3))).containsExactly("/a/b", "/a/b", "/a/z");
        assertThat(names(catalog.inFolder(id, "/a/", "c", 1))).containsExactly("/a/z");
        assertThat(names(catalog.inFolder(id, "/", "a", 9))).containsExactly("/ab");
        assertThat(names(catalog.inFolder(id, "/nothing/", "", 9))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    @Tag("D2")
    @Tag("Q9")
    void pages_of_any_length_put_together_are_the_state_of_a_folder(long seed) throws IOException {
        Random random = new Random(seed);
        Catalog catalog = catalog();
        List<BackupId> chain = new ArrayList<>();
        SortedMap<String, StateObject> right = new TreeMap<>(NameOrder::compare);
        for (int backup = 0; backup < 1 + random.nextInt(5); backup++) {
            try (Catalog.Writing writing = catalog.begin(about("i-" + backup, "n"))) {
                chain.add(writing.id());
                for (int place = 0; place < random.nextInt(20); place++) {
                    String name = NAMES[random.nextInt(NAMES.length)] + NAMES[random.nextInt(NAMES.length)];
                    writing.add(file("/other/" + name, place));
                    boolean stored =
                            right.containsKey(name) && right.get(name).backup().equals(writing.id());
                    if (random.nextInt(3) == 0) {
                        writing.add(ObjectEntry.deletion("/d/" + name, place));
                        if (!stored) {
                            right.remove(name);
                        }
                    } else {
                        ObjectEntry entry = file("/d/" + name, place);
                        writing.add(entry);
                        right.put(name, new StateObject(writing.id(), entry));
                    }
                }
                writing.complete(stored("i-" + backup, "VOL000001"), 0, NOON);
            }
            complete(catalog, "i-x" + backup, "n", "/d/not of the chain" + backup);
        }
        CatalogState state = elsewhere().state(chain);

        for (int atMost : new int[] {1, 2, 3, 7, 1000}) {
            List<StateObject> read = new ArrayList<>();
            String from = "";
            while (from != null) {
                StatePage page = state.folder("/d/", from, atMost);
                assertThat(page.objects()).hasSizeLessThanOrEqualTo(atMost);
                if (page.next() != null) {
                    assertThat(NameOrder.compare(from, page.next())).isNegative();
                }
                read.addAll(page.objects());
                from = page.next();
            }
            assertThat(read).as("seed %s, pages of %s", seed, atMost).containsExactlyElementsOf(right.values());
        }
        assertThat(state.folder("/none/", "", 1).objects()).isEmpty();
        assertThatThrownBy(() -> state.folder("/d/", "", 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static List<String> names(List<ObjectEntry> objects) {
        return objects.stream().map(ObjectEntry::path).toList();
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
    @Tag("D6")
    void a_backup_that_was_left_is_gone_on_with_by_one() throws IOException {
        Catalog catalog = catalog();
        NewBackup about = about("i-1", "n");
        BackupId id;
        try (Catalog.Writing writing = catalog.begin(about)) {
            id = writing.id();
            writing.add(file("/a", 512));
            writing.add(ObjectEntry.deletion("/gone", 1024));
            writing.add(file("/b", 2048));
            writing.sync();
            writing.add(file("/c", 4096));
            writing.leave();
        }
        assertThat(catalog.find(id)).map(Backup::state).contains(Backup.State.WRITING);

        Catalog.Writing second = catalog.goOn(id, about.job(), "4711", 2048);
        assertThatThrownBy(() -> catalog.goOn(id, about.job(), "4712", 2048))
                .isInstanceOfSatisfying(
                        BackupException.class,
                        e -> assertThat(e.is(CatalogFault.NOT_COMPLETE)).isTrue())
                .hasMessageContaining("backup 1 is writing, so job 4712 can't go on with it; it is job 4711's");
        second.add(file("/b2", 2048));
        Backup complete = second.complete(stored("i-1", "VOL000001"), 7, NOON);

        assertThat(complete.objects()).isEqualTo(2);
        assertThat(complete.about().job()).isEqualTo("4711");
        List<String> paths = new ArrayList<>();
        catalog.objects(id, "", object -> paths.add(object.path()));
        assertThat(paths).containsExactly("/a", "/b2");
        assertThatThrownBy(() -> catalog.goOn(id, "4711", "4713", 0))
                .isInstanceOfSatisfying(
                        BackupException.class,
                        e -> assertThat(e.is(CatalogFault.NOT_COMPLETE)).isTrue());
        assertThatThrownBy(() -> catalog.goOn(new BackupId(99), "4711", "4713", 0))
                .isInstanceOfSatisfying(
                        BackupException.class,
                        e -> assertThat(e.is(CatalogFault.NO_SUCH_BACKUP)).isTrue());
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

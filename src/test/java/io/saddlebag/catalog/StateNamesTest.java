package io.saddlebag.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("Q9")
class StateNamesTest {
    private static final String[] LETTERS = {"a", "b", "\u00fc", "\ufffd", "\uD83D\uDE00", "\uDBFF\uDE80"};

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void every_name_is_found_in_any_order_and_with_pages_of_any_length(long seed) throws IOException {
        Random random = new Random(seed);
        Pages pages = new Pages();
        for (int i = 0; i < 60; i++) {
            pages.put(random.nextBoolean() ? "/" : "/d/", name(random));
        }
        int page = 1 + random.nextInt(5);
        pages.shorter = random.nextBoolean() ? random : null;
        StateNames<String> names = new StateNames<>(
                pages, page, random.nextInt(30), each -> each.object().path());

        for (int i = 0; i < 500; i++) {
            String folder = random.nextInt(3) == 0 ? "/" : random.nextInt(9) == 0 ? "/none/" : "/d/";
            String name = name(random);
            NavigableMap<String, StateObject> there = pages.of(folder);
            StateObject is = there.get(name);
            Map.Entry<String, StateObject> next = there.higherEntry(name);
            assertThat(names.find(folder, name))
                    .as("%s in %s, seed %s", name, folder, seed)
                    .isEqualTo(is == null ? null : is.object().path());
            assertThat(names.after(folder, name))
                    .as("behind %s in %s, seed %s", name, folder, seed)
                    .isEqualTo(
                            next == null
                                    ? null
                                    : new StateNames.Named<>(
                                            next.getKey(),
                                            next.getValue().object().path()));
        }
        assertThat(pages.longest).isEqualTo(page);
    }

    @Test
    void a_folder_that_is_gone_through_in_order_is_read_once_page_by_page() throws IOException {
        Pages pages = new Pages();
        for (int i = 0; i < 1000; i++) {
            pages.put("/", String.format("%04d", i));
        }
        StateNames<String> names =
                new StateNames<>(pages, 100, 200, each -> each.object().path());

        List<String> through = new ArrayList<>();
        for (var at = names.after("/", ""); at != null; at = names.after("/", at.name())) {
            through.add(at.name());
        }
        assertThat(through).hasSize(1000).isSorted();
        assertThat(pages.reads).isEqualTo(10);
        for (String name : through) {
            assertThat(names.find("/", name)).isEqualTo("/" + name);
        }
        assertThat(pages.reads)
                .as("no more is kept than was said, so all but the last pages are read again")
                .isEqualTo(20);
    }

    @Test
    void names_are_ordered_as_their_bytes() {
        List<String> names = new ArrayList<>();
        for (String a : LETTERS) {
            names.add(a);
            for (String b : LETTERS) {
                names.add(a + b);
            }
        }
        for (String a : names) {
            for (String b : names) {
                assertThat(Integer.signum(NameOrder.compare(a, b)))
                        .as(a + " and " + b)
                        .isEqualTo(Integer.signum(Arrays.compareUnsigned(
                                a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8))));
            }
        }
    }

    private static String name(Random random) {
        StringBuilder name = new StringBuilder();
        for (int i = random.nextInt(3); i >= 0; i--) {
            name.append(LETTERS[random.nextInt(LETTERS.length)]);
        }
        return name.toString();
    }

    /** Gives fewer than it is asked for now and then. */
    private static final class Pages implements CatalogState {
        private final Map<String, TreeMap<String, StateObject>> folders = new TreeMap<>();
        private @Nullable Random shorter;
        private int longest;
        private int reads;

        NavigableMap<String, StateObject> of(String folder) {
            return folders.computeIfAbsent(folder, any -> new TreeMap<>(NameOrder::compare));
        }

        void put(String folder, String name) {
            ObjectEntry entry = new ObjectEntry(folder + name, 'f', 0, 0, 0, 0, Instant.EPOCH, null, null, 0);
            of(folder).put(name, new StateObject(new BackupId(1), entry));
        }

        @Override
        public StatePage folder(String folder, String from, int atMost) {
            reads++;
            longest = Math.max(longest, atMost);
            List<StateObject> objects = new ArrayList<>();
            int wanted = shorter == null ? atMost : shorter.nextInt(atMost + 1);
            for (Map.Entry<String, StateObject> each : of(folder).tailMap(from).entrySet()) {
                boolean enough = objects.size() >= wanted && !each.getKey().equals(from);
                if (enough) {
                    return new StatePage(objects, each.getKey());
                }
                objects.add(each.getValue());
            }
            return new StatePage(objects, null);
        }

        @Override
        public Map<BackupId, Share> shares(String path) {
            return Map.of();
        }
    }
}

package io.saddlebag.level;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.CatalogState;
import io.saddlebag.catalog.StatePage;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens to a tree, and at whatever levels it is backed up: each point in time comes back as it was. */
@Tag("D2")
@Tag("D3")
@Tag("C7")
final class RandomLevelsTest {
    private static final String[] LEVELS = {"0", "1", "2", "5", "9", "10", "10", "10", "offsite"};
    private static final int POINTS = 8;

    @TempDir
    Path home;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void every_point_in_time_comes_back_as_it_was(long seed) throws Exception {
        try (LevelBench bench = new LevelBench(Files.createDirectories(home.resolve("" + seed)))) {
            comesBack(seed, bench);
        }
    }

    /** However large a folder is, a few names of it are read at a time; of these trees, one or two. */
    @ParameterizedTest
    @ValueSource(longs = {101, 102, 103})
    @Tag("Q9")
    void and_so_it_does_when_each_folder_is_read_in_many_pages(long seed) throws Exception {
        AtomicInteger cut = new AtomicInteger();
        UnaryOperator<Catalog> pages = catalog -> pagesOf(1 + (int) (seed % 2), catalog, cut);
        try (LevelBench bench = new LevelBench(Files.createDirectories(home.resolve("" + seed)), pages)) {
            comesBack(seed, bench);
        }
        assertThat(cut).as("pages that had a next one").hasPositiveValue();
    }

    private static Catalog pagesOf(int names, Catalog catalog, AtomicInteger cut) {
        return (Catalog) Proxy.newProxyInstance(
                Catalog.class.getClassLoader(), new Class<?>[] {Catalog.class}, (proxy, method, arguments) -> {
                    try {
                        Object answer = method.invoke(catalog, arguments);
                        return answer instanceof CatalogState state ? new Pages(names, state, cut) : answer;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private record Pages(int names, CatalogState state, AtomicInteger cut) implements CatalogState {
        @Override
        public StatePage folder(String folder, String from, int atMost) throws IOException {
            StatePage page = state.folder(folder, from, Math.min(names, atMost));
            cut.addAndGet(page.next() == null ? 0 : 1);
            return page;
        }

        @Override
        public Map<BackupId, Share> shares(String path) throws IOException {
            return state.shares(path);
        }
    }

    private void comesBack(long seed, LevelBench bench) throws Exception {
        Random random = new Random(seed);
        RandomTree tree = new RandomTree(bench.tree, random);
        List<Backup> backups = new ArrayList<>();
        List<Map<String, String>> looks = new ArrayList<>();
        Map<String, AccessTimes> accessed = new HashMap<>();
        tree.change(40);
        for (int i = 0; i < POINTS; i++) {
            AccessTimes now =
                    AccessTimes.of(bench.tree, RandomTree.looks(bench.tree).keySet());
            backups.add(bench.backUp(
                    LEVELS[random.nextInt(LEVELS.length)], bench.none(), 1 + random.nextInt(2), bench.tree));
            String parent = LevelBench.parent(backups.get(i));
            now.backedUpOnTopOf(parent == null ? null : accessed.get(parent));
            accessed.put(backups.get(i).about().imageId(), now);
            looks.add(RandomTree.looks(bench.tree));
            tree.change(random.nextInt(12));
        }
        for (int i = 0; i < POINTS; i++) {
            Path restored = bench.restore(backups.get(i));
            assertThat(AccessTimes.in(restored))
                    .as("seed %s, point %s: times of access", seed, i)
                    .isEqualTo(accessed.get(backups.get(i).about().imageId()).stored());
            assertThat(RandomTree.looks(restored))
                    .as(
                            "seed %s, point %s: backup %s",
                            seed, i, backups.get(i).about().facts())
                    .isEqualTo(looks.get(i));
        }
    }
}

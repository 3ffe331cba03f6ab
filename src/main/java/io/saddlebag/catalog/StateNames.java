package io.saddlebag.catalog;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a state has under names, for those who ask folder by folder and in about the order of the names. Memory (Q9): so many names, in pages,
 * however many a folder has; the pages that were asked for last. Thread-safe.
 *
 * @param <V> what is kept of each object
 */
public final class StateNames<V> {
    /** Names read at once: many enough for the query not to count, and few enough to be thrown away. */
    public static final int PAGE = 2_000;

    private final CatalogState state;
    private final int pageNames;
    private final int mostNames;
    private final Function<StateObject, V> keeping;
    private final Map<String, TreeMap<String, Page<V>>> folders = new HashMap<>();
    private final Set<Page<V>> eldestFirst = new LinkedHashSet<>();
    private @Nullable Page<V> last;
    private long kept;

    /**
     * @param pageNames names read at once, at least 1
     * @param mostNames names kept; one page is, whatever it has
     */
    public StateNames(CatalogState state, int pageNames, int mostNames, Function<StateObject, V> keeping) {
        this.state = state;
        this.pageNames = pageNames;
        this.mostNames = mostNames;
        this.keeping = keeping;
    }

    /**
     * What has that name; null for nothing.
     *
     * @param folder with its last slash
     */
    public synchronized @Nullable V find(String folder, String name) throws IOException {
        return page(folder, name).find(name);
    }

    /**
     * What comes next in a folder; null at its end.
     *
     * @param name that it comes behind, whether or not anything has it: {@code ""} for the first
     */
    public synchronized @Nullable Named<V> after(String folder, String name) throws IOException {
        Page<V> page = page(folder, name);
        int at = page.placeBehind(name);
        while (at == page.names.size()) {
            if (page.next == null) {
                return null;
            }
            page = page(folder, page.next);
            at = 0;
        }
        return page.take(at);
    }

    /** The one that the name belongs to. */
    private Page<V> page(String folder, String name) throws IOException {
        Page<V> found = last;
        if (found != null && found.folder.equals(folder) && found.covers(name)) {
            return found;
        }
        TreeMap<String, Page<V>> pages = folders.get(folder);
        Map.Entry<String, Page<V>> floor = pages == null ? null : pages.floorEntry(name);
        found = floor == null ? null : floor.getValue();
        if (found == null || !found.covers(name)) {
            found = read(folder, name);
        } else {
            eldestFirst.remove(found);
        }
        eldestFirst.add(found);
        last = found;
        return found;
    }

    private Page<V> read(String folder, String from) throws IOException {
        StatePage read = state.folder(folder, from, pageNames);
        Page<V> page = new Page<>(folder, from, read.next());
        for (StateObject each : read.objects()) {
            page.names.add(each.name());
            page.values.add(keeping.apply(each));
        }
        Iterator<Page<V>> eldest = eldestFirst.iterator();
        while (kept + page.cost() > mostNames && eldest.hasNext()) {
            Page<V> gone = eldest.next();
            eldest.remove();
            forget(gone);
        }
        folders.computeIfAbsent(folder, any -> new TreeMap<>(NameOrder::compare))
                .put(from, page);
        kept += page.cost();
        return page;
    }

    private void forget(Page<V> page) {
        kept -= page.cost();
        TreeMap<String, Page<V>> pages = folders.get(page.folder);
        if (pages != null) {
            pages.remove(page.from);
            if (pages.isEmpty()) {
                folders.remove(page.folder);
            }
        }
    }

    /**
     * @param name behind the last slash
     * @param <V> as in {@link StateNames}
     */
    public record Named<V>(String name, V value) {}

    /** What a folder has from a name up to another. */
    private static final class Page<V> {
        private final String folder;
        private final String from;
        private final @Nullable String next;
        private final List<String> names = new ArrayList<>();
        private final List<V> values = new ArrayList<>();
        /** Behind the name that was asked for last: mostly that of the next one who asks. */
        private int at;

        Page(String folder, String from, @Nullable String next) {
            this.folder = folder;
            this.from = from;
            this.next = next;
        }

        /** One that has no names takes some memory, too. */
        int cost() {
            return 1 + names.size();
        }

        boolean covers(String name) {
            return NameOrder.compare(from, name) <= 0 && (next == null || NameOrder.compare(name, next) < 0);
        }

        @Nullable
        V find(String name) {
            if (at < names.size() && names.get(at).equals(name)) {
                return values.get(at++);
            }
            int place = search(name);
            at = place < 0 ? -place - 1 : place + 1;
            return place < 0 ? null : values.get(place);
        }

        int placeBehind(String name) {
            if (at > 0 && names.get(at - 1).equals(name)) {
                return at;
            }
            int place = search(name);
            return place < 0 ? -place - 1 : place + 1;
        }

        Named<V> take(int place) {
            at = place + 1;
            return new Named<>(names.get(place), values.get(place));
        }

        private int search(String name) {
            return Collections.binarySearch(names, name, NameOrder::compare);
        }
    }
}

package io.saddlebag.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("D9")
class ClusterSetTest {
    private static final long CLUSTER = ClusterSet.CLUSTER_BYTES;
    private static final long PAGE = 65_536;

    @Test
    void a_disk_has_a_cluster_for_each_begun_64_KiB() {
        assertThat(ClusterSet.clustersOf(0)).isZero();
        assertThat(ClusterSet.clustersOf(1)).isEqualTo(1);
        assertThat(ClusterSet.clustersOf(CLUSTER)).isEqualTo(1);
        assertThat(ClusterSet.clustersOf(CLUSTER + 1)).isEqualTo(2);
    }

    @Test
    void bytes_add_each_cluster_that_they_touch() {
        ClusterSet set = ClusterSet.none(5 * CLUSTER);

        set.addBytes(CLUSTER - 1, 2);
        set.addBytes(3 * CLUSTER, 1);
        set.addBytes(4 * CLUSTER, 0);

        assertThat(drawing(set)).isEqualTo("##.#.");
    }

    @Test
    void runs_are_found_by_their_ends() {
        ClusterSet set = ClusterSet.none(6 * CLUSTER);
        set.addRange(1, 3);
        set.add(5);

        assertThat(set.next(0)).isEqualTo(1);
        assertThat(set.nextAbsent(1)).isEqualTo(3);
        assertThat(set.next(3)).isEqualTo(5);
        assertThat(set.nextAbsent(5)).isEqualTo(6);
        assertThat(set.next(6)).isEqualTo(-1);
    }

    @Test
    void a_full_set_of_the_largest_disk_takes_hardly_any_memory() {
        ClusterSet all = ClusterSet.all(ClusterSet.MAX_DISK_BYTES);

        assertThat(all.count()).isEqualTo(ClusterSet.MAX_DISK_BYTES / CLUSTER);
        assertThat(all.nextAbsent(0)).isEqualTo(all.clusters());

        all.remove(3 * PAGE);

        assertThat(all.nextAbsent(0)).isEqualTo(3 * PAGE);
        assertThat(all.contains(4 * PAGE)).isTrue();
    }

    @Test
    void what_no_disk_can_be_is_refused() {
        assertThatThrownBy(() -> ClusterSet.none(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ClusterSet.none(ClusterSet.MAX_DISK_BYTES + 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 to 1125899906842624 bytes");
        assertThatThrownBy(() -> ClusterSet.none(CLUSTER).add(1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void it_is_the_set_of_what_was_added_and_not_removed() {
        for (long seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            long clusters = 1L + random.nextInt((int) (3 * PAGE));
            ClusterSet set = ClusterSet.none(clusters * CLUSTER);
            TreeSet<Long> model = new TreeSet<>();
            for (int step = 0; step < 40; step++) {
                long from = random.nextInt((int) clusters);
                if (random.nextInt(3) == 0) {
                    set.remove(from);
                    model.remove(from);
                } else {
                    long to = Math.min(clusters, from + (random.nextInt(4) == 0 ? 2 * PAGE : random.nextInt(70)));
                    set.addRange(from, to);
                    for (long cluster = from; cluster < to; cluster++) {
                        model.add(cluster);
                    }
                }
            }
            assertThat(set.count()).as("seed %s", seed).isEqualTo(model.size());
            for (int look = 0; look < 200; look++) {
                long at = random.nextInt((int) clusters);
                Long next = model.ceiling(at);
                assertThat(set.contains(at)).as("seed %s at %s", seed, at).isEqualTo(model.contains(at));
                assertThat(set.next(at)).as("seed %s at %s", seed, at).isEqualTo(next == null ? -1 : next);
                long absent = at;
                while (absent < clusters && model.contains(absent)) {
                    absent++;
                }
                assertThat(set.nextAbsent(at)).as("seed %s at %s", seed, at).isEqualTo(absent);
            }
        }
    }

    private static String drawing(ClusterSet set) {
        StringBuilder drawing = new StringBuilder();
        for (long cluster = 0; cluster < set.clusters(); cluster++) {
            drawing.append(set.contains(cluster) ? '#' : '.');
        }
        return drawing.toString();
    }
}

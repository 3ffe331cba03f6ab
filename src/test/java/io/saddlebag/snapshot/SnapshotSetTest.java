package io.saddlebag.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("W5")
class SnapshotSetTest {
    private static final Path HOME = Path.of("/btrfs/home");
    private static final Path DATA = Path.of("/zfs/data");
    private static final Path LOG = Path.of("/btrfs/log");
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private final List<String> done = new ArrayList<>();
    private final Member btrfs = new Member("btrfs", NOON, Consistency.ATOMIC);
    private final Member zfs = new Member("zfs", NOON.plusMillis(5), Consistency.ATOMIC);
    private final SnapshotSet set = new SnapshotSet(List.of(btrfs, zfs));

    @Test
    @Tag("W23")
    void paths_of_one_provider_stay_together_and_views_come_as_asked() throws IOException {
        Snapshot snapshot = set.create("s1", List.of(HOME, DATA, LOG));

        assertThat(done)
                .containsExactly("btrfs create s1-btrfs [/btrfs/home, /btrfs/log]", "zfs create s1-zfs [/zfs/data]");
        assertThat(snapshot.provider()).isEqualTo("set");
        assertThat(snapshot.views())
                .containsExactly(
                        new Snapshot.View(HOME, Path.of("/frozen/btrfs/home")),
                        new Snapshot.View(DATA, Path.of("/frozen/zfs/data")),
                        new Snapshot.View(LOG, Path.of("/frozen/btrfs/log")));
    }

    @Test
    @Tag("W11")
    void parts_that_are_each_of_one_instant_are_not_together() throws IOException {
        Snapshot snapshot = set.create("s1", List.of(HOME, DATA));

        assertThat(set.consistency(List.of(HOME, DATA))).isEqualTo(Consistency.PER_FILE);
        assertThat(snapshot.consistency()).isEqualTo(Consistency.PER_FILE);
        assertThat(snapshot.at()).isEqualTo(NOON);
        // 5 ms between the parts, and the second took 1 ms
        assertThat(snapshot.took()).isEqualTo(Duration.ofMillis(6));
    }

    /** What one database of a group needs, whatever the others lie on. */
    @Test
    @Tag("W23")
    void paths_that_one_provider_takes_are_worth_what_it_gives() throws IOException {
        assertThat(set.consistency(List.of(HOME, LOG))).isEqualTo(Consistency.ATOMIC);
        assertThat(set.consistency()).isEqualTo(Consistency.PER_FILE);
    }

    @Test
    void a_set_is_worth_no_more_than_its_weakest_part() throws IOException {
        var weak = new SnapshotSet(List.of(btrfs, new Member("zfs", NOON, Consistency.NONE)));

        assertThat(weak.consistency(List.of(HOME, DATA))).isEqualTo(Consistency.NONE);
        assertThat(weak.create("s1", List.of(HOME, DATA)).consistency()).isEqualTo(Consistency.NONE);
    }

    @Test
    void when_one_part_fails_those_before_it_are_gone() {
        zfs.failure = new BackupException(SnapshotFault.FAILED, "the pool is full", "Free some.");

        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> set.create("s1", List.of(HOME, DATA)))
                .matches(e -> e.is(SnapshotFault.FAILED))
                .withMessageContaining("the pool is full");
        assertThat(done).endsWith("btrfs release s1-btrfs {made=s1-btrfs}");
    }

    @Test
    void a_part_that_fails_in_an_unknown_way_is_discarded_too() {
        zfs.failure = new IllegalStateException("a mistake");

        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> set.create("s1", List.of(HOME, DATA)));
        assertThat(done).endsWith("zfs discard s1-zfs [/zfs/data]", "btrfs release s1-btrfs {made=s1-btrfs}");
    }

    @Test
    void what_could_not_be_undone_is_told_with_the_failure() {
        zfs.failure = new IOException("the pool is full");
        btrfs.releaseFailure = new IOException("busy");

        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> set.create("s1", List.of(HOME, DATA)))
                .satisfies(e -> assertThat(String.valueOf(e.getCause())).contains("the pool is full"))
                .satisfies(e -> assertThat(e.getSuppressed()[0]).hasMessage("busy"));
    }

    @Test
    void another_process_releases_all_parts_newest_first_even_when_one_fails() throws IOException {
        Snapshot snapshot = set.create("s1", List.of(HOME, DATA));
        done.clear();
        zfs.releaseFailure = new IOException("busy");

        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> new SnapshotSet(List.of(zfs, btrfs)).release(snapshot))
                .matches(e -> e.is(SnapshotFault.NOT_RELEASED))
                .withMessageContaining("busy");
        assertThat(done).containsExactly("zfs release s1-zfs {made=s1-zfs}", "btrfs release s1-btrfs {made=s1-btrfs}");
    }

    @Test
    void what_a_dead_process_left_is_looked_for_by_every_provider() throws IOException {
        set.discard("s1", List.of(HOME, DATA));

        assertThat(done)
                .containsExactly(
                        "btrfs discard s1-btrfs [/btrfs/home, /zfs/data]",
                        "zfs discard s1-zfs [/btrfs/home, /zfs/data]");
    }

    @Test
    @Tag("W7")
    void its_freeze_is_that_of_its_parts_one_after_the_other_and_unknown_when_one_is() throws IOException {
        zfs.frozen = Optional.of(Duration.ofMillis(30));
        assertThat(set.create("s1", List.of(HOME, DATA)).frozen()).contains(Duration.ofMillis(30));
        btrfs.frozen = Optional.of(Duration.ofMillis(4));
        assertThat(set.create("s2", List.of(HOME, DATA)).frozen()).contains(Duration.ofMillis(34));
        zfs.frozen = Optional.empty();
        assertThat(set.create("s3", List.of(HOME, DATA)).frozen()).isEmpty();
    }

    @Test
    void a_part_that_was_lost_makes_the_whole_lost() throws IOException {
        Snapshot snapshot = set.create("s1", List.of(HOME, DATA));
        set.requireIntact(snapshot);
        zfs.lost = true;

        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> set.requireIntact(snapshot))
                .matches(e -> e.is(SnapshotFault.LOST));
    }

    @Test
    void what_each_part_covered_is_covered_by_the_whole() throws IOException {
        assertThat(set.confirm(set.create("s1", List.of(HOME, DATA))))
                .containsExactly(new CoveredComponent("btrfs", "c", ""), new CoveredComponent("zfs", "c", ""));
    }

    @Test
    void a_path_that_nothing_works_for_is_told_with_every_reason_and_nothing_is_made() {
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> set.create("s1", List.of(HOME, Path.of("/ext4"))))
                .matches(e -> e.is(SnapshotFault.UNSUITABLE))
                .withMessageContaining("no snapshot provider works for /ext4")
                .withMessageContaining("zfs: /ext4 is not on zfs");
        assertThat(done).isEmpty();
    }

    @Test
    void a_part_of_an_unknown_provider_is_not_forgotten() {
        Snapshot foreign = new Snapshot(
                "s1",
                "set",
                Consistency.PER_FILE,
                true,
                NOON,
                Duration.ZERO,
                List.of(),
                Map.of("part.0.provider", "vss", "part.0.fact.set", "1"));

        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> set.release(foreign))
                .matches(e -> e.is(SnapshotFault.NOT_RELEASED))
                .withMessageContaining("provider 'vss'");
    }

    @Test
    void the_source_itself_is_no_part_of_a_set() {
        btrfs.independent = false;

        assertThatIllegalArgumentException().isThrownBy(() -> new SnapshotSet(List.of(btrfs)));
    }

    @Test
    @Tag("W11")
    void auto_makes_a_set_when_no_provider_works_for_all_paths() throws IOException {
        var providers = new SnapshotProviders(List.of(btrfs, zfs));

        var choice = providers.choose("auto", List.of(HOME, DATA), Consistency.PER_FILE);
        assertThat(choice.provider().name()).isEqualTo("set");
        assertThat(choice.reason()).isEqualTo("/btrfs/home by btrfs: works; /zfs/data by zfs: works");
        assertThat(choice.others()).containsOnlyKeys("btrfs", "zfs");
        assertThat(providers
                        .choose("auto", List.of(HOME, LOG), Consistency.PER_FILE)
                        .provider())
                .isSameAs(btrfs);
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> providers.choose("auto", List.of(HOME, DATA), Consistency.ATOMIC))
                .withMessageContaining("no snapshot provider works for");
        assertThat(providers.byName()).containsOnlyKeys("btrfs", "zfs", "set");
    }

    private final class Member implements SnapshotProvider {
        private final String name;
        private final Instant at;
        private final Consistency consistency;
        private @Nullable Exception failure;
        private @Nullable IOException releaseFailure;
        private boolean lost;
        private Optional<Duration> frozen = Optional.of(Duration.ZERO);
        private boolean independent = true;

        Member(String name, Instant at, Consistency consistency) {
            this.name = name;
            this.at = at;
            this.consistency = consistency;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Consistency consistency() {
            return consistency;
        }

        @Override
        public boolean independent() {
            return independent;
        }

        @Override
        public Suitability suitability(Path path) {
            return path.startsWith("/" + name)
                    ? new Suitability(true, "works")
                    : new Suitability(false, path + " is not on " + name);
        }

        @Override
        public Snapshot create(String id, List<Path> paths) throws IOException {
            if (failure instanceof IOException e) {
                throw e;
            }
            if (failure instanceof RuntimeException e) {
                throw e;
            }
            done.add(name + " create " + id + " " + paths);
            List<Snapshot.View> views = paths.stream()
                    .map(path -> new Snapshot.View(path, Path.of("/frozen" + path)))
                    .toList();
            return new Snapshot(
                    id, name, consistency, true, at, Duration.ofMillis(1), frozen, views, Map.of("made", id));
        }

        @Override
        public void requireIntact(Snapshot snapshot) throws IOException {
            if (lost) {
                throw SnapshotFailure.lost(snapshot.id(), "it filled up", "Give it more room.");
            }
        }

        @Override
        public List<CoveredComponent> confirm(Snapshot snapshot) {
            return List.of(new CoveredComponent(name, "c", ""));
        }

        @Override
        public void release(Snapshot snapshot) throws IOException {
            done.add(name + " release " + snapshot.id() + " " + snapshot.facts());
            if (releaseFailure != null) {
                throw releaseFailure;
            }
        }

        @Override
        public void discard(String id, List<Path> paths) {
            done.add(name + " discard " + id + " " + paths);
        }
    }
}

package io.saddlebag.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("W11")
class SnapshotProvidersTest {
    private static final List<Path> PATHS = List.of(Path.of("/data"), Path.of("/home"));

    private final List<String> tried = new ArrayList<>();

    @Test
    void the_first_that_is_suitable_and_strong_enough_is_taken_and_says_why() throws IOException {
        var providers = new SnapshotProviders(List.of(
                new Stub("btrfs", Consistency.ATOMIC, "on ext4"),
                new Stub("reflink", Consistency.PER_FILE, ""),
                new Stub("none", Consistency.NONE, "")));

        var choice = providers.choose("auto", PATHS, Consistency.PER_FILE);
        assertThat(choice.provider().name()).isEqualTo("reflink");
        assertThat(choice.consistency()).isEqualTo(Consistency.PER_FILE);
        assertThat(choice.reason()).isEqualTo("works");
        assertThat(choice.others()).containsExactly(java.util.Map.entry("btrfs", "on ext4"));
        assertThat(tried).containsExactly("btrfs /data", "btrfs /home", "reflink /data", "reflink /home");
    }

    @Test
    void what_is_too_weak_is_refused_without_being_tried() {
        var providers = new SnapshotProviders(
                List.of(new Stub("btrfs", Consistency.ATOMIC, "on ext4"), new Stub("none", Consistency.NONE, "")));

        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> providers.choose("auto", PATHS, Consistency.ATOMIC))
                .matches(e -> e.is(SnapshotFault.TOO_WEAK))
                .satisfies(e -> assertThat(e.what()).isEqualTo("""
                                no snapshot provider gives ATOMIC for [/data, /home]
                                  btrfs: on ext4
                                  none: gives NONE, needed is ATOMIC"""));
        assertThat(tried).containsExactly("btrfs /data", "btrfs /home");
    }

    @Test
    void several_paths_together_may_be_too_weak() {
        var providers = new SnapshotProviders(List.of(new Stub("btrfs", Consistency.ATOMIC, "") {
            @Override
            public Consistency consistency(List<Path> paths) {
                return paths.size() == 1 ? Consistency.ATOMIC : Consistency.PER_FILE;
            }
        }));

        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> providers.choose("auto", PATHS, Consistency.ATOMIC))
                .matches(e -> e.is(SnapshotFault.TOO_WEAK))
                .withMessageContaining("btrfs: gives PER_FILE for these paths together, needed is ATOMIC");
    }

    @Test
    void when_nothing_works_each_reason_is_told() {
        var providers = new SnapshotProviders(List.of(
                new Stub("btrfs", Consistency.ATOMIC, "on ext4"),
                new Stub("reflink", Consistency.PER_FILE, "can't clone")));

        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> providers.choose("auto", PATHS, Consistency.PER_FILE))
                .matches(e -> e.is(SnapshotFault.UNSUITABLE))
                .withMessageContaining("btrfs: on ext4")
                .withMessageContaining("reflink: can't clone");
    }

    @Test
    void a_named_provider_is_the_only_one_asked() {
        var providers = new SnapshotProviders(
                List.of(new Stub("btrfs", Consistency.ATOMIC, "on ext4"), new Stub("none", Consistency.NONE, "")));

        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> providers.choose("btrfs", PATHS, Consistency.NONE))
                .matches(e -> e.is(SnapshotFault.UNSUITABLE))
                .withMessageNotContaining("none:");
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> providers.choose("zfs", PATHS, Consistency.NONE))
                .withMessageContaining("there is no snapshot provider 'zfs'")
                .withMessageContaining("Choose one of btrfs, none, set, or auto.");
    }

    private class Stub implements SnapshotProvider {
        private final String name;
        private final Consistency consistency;
        private final String unsuitable;

        Stub(String name, Consistency consistency, String unsuitable) {
            this.name = name;
            this.consistency = consistency;
            this.unsuitable = unsuitable;
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
            return true;
        }

        @Override
        public Suitability suitability(Path path) {
            tried.add(name + " " + path);
            return unsuitable.isEmpty() ? new Suitability(true, "works") : new Suitability(false, unsuitable);
        }

        @Override
        public Snapshot create(String id, List<Path> paths) {
            throw new IllegalStateException("choosing makes nothing");
        }

        @Override
        public void discard(String id, List<Path> paths) {
            throw new IllegalStateException("choosing discards nothing");
        }

        @Override
        public void release(Snapshot snapshot) {
            throw new IllegalStateException("choosing releases nothing");
        }
    }
}

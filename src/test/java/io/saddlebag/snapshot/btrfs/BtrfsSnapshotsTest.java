package io.saddlebag.snapshot.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.local.LoopFileSystem;
import io.saddlebag.host.local.LoopFileSystem.Kind;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.snapshot.Consistency;
import io.saddlebag.snapshot.Snapshot;
import io.saddlebag.snapshot.SnapshotFault;
import io.saddlebag.snapshot.SnapshotProvider;
import io.saddlebag.snapshot.SnapshotProviderContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class BtrfsSnapshotsTest extends SnapshotProviderContract {
    private LoopFileSystem btrfs;

    @Override
    protected SnapshotProvider provider() {
        return new BtrfsSnapshots(posix, files, Clock.systemUTC(), new SystemWaiter());
    }

    @Override
    protected Path mountFileSystem() throws IOException {
        btrfs = LoopFileSystem.create(posix, folder.resolve("btrfs"), Kind.BTRFS, ByteCount.ZERO);
        Path subvolume = btrfs.path().resolve("data");
        posix.createSubvolume(subvolume);
        return subvolume;
    }

    @Override
    protected List<Path> places() {
        return List.of(btrfs.path());
    }

    @AfterEach
    void unmount() throws IOException {
        if (btrfs != null) {
            btrfs.close();
        }
    }

    @Test
    @Tag("W11")
    void the_view_can_not_be_written() throws IOException {
        Snapshot snapshot = provider().create("s1", List.of(source));

        assertThatExceptionOfType(java.nio.file.FileSystemException.class)
                .isThrownBy(
                        () -> Files.writeString(snapshot.views().get(0).frozen().resolve("file"), "no"))
                .withMessageContaining("Read-only");
        provider().release(snapshot);
    }

    @Test
    @Tag("W5")
    @Tag("W11")
    void several_subvolumes_are_told_to_be_less_than_one_instant() throws IOException {
        Path home = btrfs.path().resolve("home");
        posix.createSubvolume(home);
        Path below = Files.createDirectory(home.resolve("oracle"));

        assertThat(provider().consistency(List.of(source, source.getParent()))).isEqualTo(Consistency.ATOMIC);
        assertThat(provider().consistency(List.of(source, below))).isEqualTo(Consistency.PER_FILE);
        Snapshot snapshot = provider().create("s1", List.of(source, below));
        assertThat(snapshot.consistency()).isEqualTo(Consistency.PER_FILE);
        assertThat(snapshot.views().get(0).frozen().resolve("file")).hasContent("before");
        assertThat(snapshot.views().get(1).frozen()).isDirectory();
        provider().release(snapshot);
    }

    @Test
    @Tag("W11")
    void a_mounted_top_subvolume_keeps_its_snapshots_within() throws IOException {
        Path file = Files.writeString(btrfs.path().resolve("top"), "before");
        posix.deleteSubvolume(source.getParent());
        Snapshot snapshot = provider().create("s1", List.of(btrfs.path()));
        Files.writeString(file, "after");

        assertThat(snapshot.views().get(0).frozen().resolve("top")).hasContent("before");
        provider().release(snapshot);
        assertThat(files.list(btrfs.path())).containsExactly(file);
    }

    @Test
    @Tag("W11")
    void a_nested_subvolume_that_would_be_missing_is_refused() throws IOException {
        Path nested = source.resolve("nested");
        posix.createSubvolume(nested);
        Files.writeString(nested.resolve("file"), "nested");

        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> provider().create("s1", List.of(source)))
                .matches(e -> e.is(SnapshotFault.UNSUITABLE))
                .withMessageContaining("subvolume " + nested + " lies below " + source + " and would be missing");

        Snapshot snapshot = provider().create("s1", List.of(source, nested));
        assertThat(snapshot.views().get(1).frozen().resolve("file")).hasContent("nested");
        provider().release(snapshot);
    }

    @Test
    @Tag("W11")
    void another_file_system_is_refused_by_its_name() throws IOException {
        var answer = provider().suitability(folder);

        assertThat(answer.suitable()).isFalse();
        assertThat(answer.reason()).startsWith(folder + " is not in a Btrfs subvolume but on ");
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> provider().create("s1", List.of(folder)))
                .matches(e -> e.is(SnapshotFault.UNSUITABLE));
    }

    @Test
    @Tag("X13")
    void facts_that_name_anything_but_a_snapshot_delete_nothing() {
        Snapshot forged = new Snapshot(
                "s1",
                "btrfs",
                Consistency.ATOMIC,
                true,
                Instant.EPOCH,
                Duration.ZERO,
                List.of(),
                Map.of("subvolume.0", source.getParent().toString()));

        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> provider().release(forged))
                .matches(e -> e.is(SnapshotFault.NOT_RELEASED))
                .withMessageContaining("is no place of a snapshot");
        assertThat(source.resolve("file")).hasContent("before");
    }
}

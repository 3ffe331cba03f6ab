package io.saddlebag.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.local.LocalFiles;
import io.saddlebag.host.local.LoopFileSystem;
import io.saddlebag.host.local.LoopFileSystem.Kind;
import io.saddlebag.host.local.Root;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.posix.Posix;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.snapshot.btrfs.BtrfsSnapshots;
import io.saddlebag.snapshot.reflink.ReflinkSnapshots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sets over several file systems that are really there. */
@Tag("W5")
@Timeout(120)
class SnapshotSetOnFileSystemsTest {
    private final Posix posix = Root.posix();
    private final HostFiles files = new LocalFiles(posix);

    @TempDir
    private Path folder;

    private LoopFileSystem first;
    private LoopFileSystem second;
    private LoopFileSystem xfs;
    private Path data;
    private Path home;
    private Path area;

    private SnapshotProviders providers() {
        return new SnapshotProviders(List.of(
                new BtrfsSnapshots(posix, files, Clock.systemUTC(), new SystemWaiter()),
                new ReflinkSnapshots(posix, files, Clock.systemUTC(), new SystemWaiter())));
    }

    @BeforeEach
    void mount() throws IOException {
        first = LoopFileSystem.create(posix, folder.resolve("first"), Kind.BTRFS, ByteCount.ZERO);
        second = LoopFileSystem.create(posix, folder.resolve("second"), Kind.BTRFS, ByteCount.ZERO);
        xfs = LoopFileSystem.create(posix, folder.resolve("xfs"), Kind.XFS, ByteCount.ZERO);
        data = subvolume(first, "data");
        home = subvolume(second, "home");
        area = Files.createDirectory(xfs.path().resolve("area"));
        Files.writeString(area.resolve("file"), "area before");
    }

    private Path subvolume(LoopFileSystem in, String name) throws IOException {
        Path subvolume = in.path().resolve(name);
        posix.createSubvolume(subvolume);
        Files.writeString(subvolume.resolve("file"), name + " before");
        return subvolume;
    }

    @AfterEach
    void unmount() throws IOException {
        for (LoopFileSystem each : new LoopFileSystem[] {first, second, xfs}) {
            if (each != null) {
                each.close();
            }
        }
    }

    @Test
    @Tag("W11")
    void its_room_is_that_of_each_file_system_once() throws IOException {
        assertThat(new SnapshotSet(providers().all())
                        .room(List.of(data, home, area, area.getParent()))
                        .look())
                .extracting(SharedRoom::place)
                .containsExactlyInAnyOrder(
                        first.path().toString(),
                        second.path().toString(),
                        xfs.path().toString());
    }

    @Test
    @Tag("W23")
    void two_btrfs_file_systems_are_one_set_of_less_than_one_instant() throws IOException {
        List<Path> paths = List.of(data, home);
        var choice = providers().choose("auto", paths, Consistency.PER_FILE);
        Snapshot snapshot = choice.provider().create("s1", paths);
        Files.writeString(data.resolve("file"), "after");
        Files.writeString(home.resolve("file"), "after");

        assertThat(choice.provider().name()).isEqualTo("btrfs");
        assertThat(choice.consistency()).isEqualTo(Consistency.PER_FILE);
        assertThat(snapshot.consistency()).isEqualTo(Consistency.PER_FILE);
        assertThat(snapshot.views().get(0).frozen().resolve("file")).hasContent("data before");
        assertThat(snapshot.views().get(1).frozen().resolve("file")).hasContent("home before");
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> providers().choose("auto", paths, Consistency.ATOMIC))
                .matches(e -> e.is(SnapshotFault.TOO_WEAK));
        providers().named("btrfs").release(snapshot);
        assertNothingIsLeft();
    }

    @Test
    @Tag("W23")
    void btrfs_and_xfs_are_one_set_of_two_providers_that_another_process_releases() throws IOException {
        List<Path> paths = List.of(data, area);
        Snapshot snapshot = providers().named("set").create("s1", paths);
        Files.writeString(data.resolve("file"), "after");
        Files.writeString(area.resolve("file"), "after");

        assertThat(snapshot.consistency()).isEqualTo(Consistency.PER_FILE);
        assertThat(snapshot.views()).extracting(Snapshot.View::source).containsExactly(data, area);
        assertThat(snapshot.views().get(0).frozen().resolve("file")).hasContent("data before");
        assertThat(snapshot.views().get(1).frozen().resolve("file")).hasContent("area before");
        assertThat(snapshot.facts())
                .containsEntry("part.0.provider", "btrfs")
                .containsEntry("part.1.provider", "reflink");
        assertThat(snapshot.took()).isPositive();
        providers().named("set").requireIntact(snapshot);
        providers().named("set").release(snapshot);
        providers().named("set").release(snapshot);
        assertNothingIsLeft();
    }

    @Test
    void when_the_second_volume_fails_the_snapshot_of_the_first_is_gone() throws IOException {
        // the name of the second part is taken
        Path taken = Files.createDirectories(xfs.path().resolve(SnapshotPlace.FOLDER + "/s1-reflink"));

        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> providers().named("set").create("s1", List.of(data, area)))
                .matches(e -> e.is(SnapshotFault.FAILED));
        Files.delete(taken);
        Files.delete(taken.getParent());
        assertNothingIsLeft();
        assertThat(data.resolve("file")).hasContent("data before");
    }

    @Test
    @Tag("Q11")
    void what_a_process_left_that_died_after_the_first_volume_is_discarded() throws IOException {
        providers().named("btrfs").create("s1-btrfs", List.of(data));

        providers().named("set").discard("s1", List.of(data, area));
        providers().named("set").discard("s1", List.of(data, area));
        assertNothingIsLeft();
    }

    private void assertNothingIsLeft() throws IOException {
        assertThat(files.list(first.path())).containsExactly(data);
        assertThat(files.list(second.path())).containsExactly(home);
        assertThat(files.list(xfs.path())).containsExactly(area);
    }
}

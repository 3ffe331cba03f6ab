package io.saddlebag.snapshot.reflink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.local.LoopFileSystem;
import io.saddlebag.host.local.LoopFileSystem.Kind;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.host.memory.FaultyFiles;
import io.saddlebag.host.memory.FileFailureKind;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.snapshot.Consistency;
import io.saddlebag.snapshot.Snapshot;
import io.saddlebag.snapshot.SnapshotFault;
import io.saddlebag.snapshot.SnapshotPlace;
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

class ReflinkSnapshotsTest extends SnapshotProviderContract {
    private LoopFileSystem xfs;

    @Override
    protected SnapshotProvider provider() {
        return provider(files);
    }

    private SnapshotProvider provider(HostFiles of) {
        return new ReflinkSnapshots(posix, of, Clock.systemUTC(), new SystemWaiter());
    }

    @Override
    protected Path mountFileSystem() throws IOException {
        xfs = LoopFileSystem.create(posix, folder.resolve("xfs"), Kind.XFS, ByteCount.ZERO);
        return xfs.path();
    }

    @Override
    protected List<Path> places() {
        return List.of(xfs.path());
    }

    @AfterEach
    void unmount() throws IOException {
        if (xfs != null) {
            xfs.close();
        }
    }

    @Test
    @Tag("W11")
    void ext4_is_refused_with_the_reason() throws IOException {
        try (var ext4 = LoopFileSystem.create(posix, folder.resolve("ext4"), Kind.EXT4, ByteCount.ZERO)) {
            Path data = Files.createDirectory(ext4.path().resolve("data"));
            var answer = provider().suitability(data);

            assertThat(answer.suitable()).isFalse();
            assertThat(answer.reason())
                    .isEqualTo(
                            "the file system at " + ext4.path() + ", ext4, can't clone files: operation not supported");
            assertThatExceptionOfType(BackupException.class)
                    .isThrownBy(() -> provider().create("s1", List.of(data)))
                    .matches(e -> e.is(SnapshotFault.UNSUITABLE));
            assertThat(files.list(ext4.path()))
                    .containsExactly(data, ext4.path().resolve("lost+found"));
        }
    }

    @Test
    @Tag("W11")
    void a_mount_point_keeps_its_snapshots_within_and_they_do_not_grow_into_each_other() throws IOException {
        SnapshotProvider provider = provider();
        Snapshot one = provider.create("one", List.of(xfs.path()));
        Snapshot two = provider.create("two", List.of(xfs.path()));

        assertThat(two.views().get(0).frozen().resolve("source/file")).hasContent("before");
        assertThat(two.views().get(0).frozen().resolve(SnapshotPlace.FOLDER)).doesNotExist();
        provider.release(one);
        provider.release(two);
        assertThat(files.list(xfs.path())).containsExactly(source);
    }

    @Test
    @Tag("W11")
    void what_is_mounted_below_is_left_out() throws IOException {
        Path image = source.resolve("image");
        try (var inner = LoopFileSystem.create(posix, image, Kind.EXT4, ByteCount.ZERO)) {
            Files.writeString(inner.path().resolve("file"), "other file system");
            Snapshot snapshot = provider().create("s1", List.of(source));

            assertThat(snapshot.views().get(0).frozen().resolve("image.mounted"))
                    .isEmptyDirectory();
            assertThat(snapshot.views().get(0).frozen().resolve("image")).exists();
            provider().release(snapshot);
            assertThat(inner.path().resolve("file")).hasContent("other file system");
        }
    }

    @Test
    @Tag("X13")
    void release_never_follows_a_link() throws IOException {
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Files.writeString(outside.resolve("precious"), "kept");
        files.makeLink(source.resolve("link"), outside);
        Snapshot snapshot = provider().create("s1", List.of(source));
        provider().release(snapshot);

        assertThat(outside.resolve("precious")).hasContent("kept");
        assertThat(source.resolve("link")).isSymbolicLink();
    }

    @Test
    @Tag("X13")
    void facts_that_name_anything_but_a_snapshot_delete_nothing() {
        String sly =
                xfs.path().resolve(SnapshotPlace.FOLDER + "/s1/../../source").toString();
        for (String forged : List.of(source.toString(), sly, "source")) {
            Snapshot snapshot = new Snapshot(
                    "s1",
                    "reflink",
                    Consistency.PER_FILE,
                    true,
                    Instant.EPOCH,
                    Duration.ZERO,
                    List.of(),
                    Map.of("tree.0", forged));
            assertThatExceptionOfType(BackupException.class)
                    .isThrownBy(() -> provider().release(snapshot))
                    .matches(e -> e.is(SnapshotFault.NOT_RELEASED))
                    .withMessageContaining("is no place of a snapshot");
        }
        assertThat(source.resolve("file")).hasContent("before");
    }

    @Test
    @Tag("Q11")
    void whichever_call_fails_there_is_a_whole_snapshot_or_none() throws IOException {
        Files.createDirectories(source.resolve("a/b"));
        files.makeHardLink(source.resolve("a/second"), source.resolve("file"));
        files.makeLink(source.resolve("link"), Path.of("file"));
        FaultyFiles counting = FaultyFiles.counting(files);
        Snapshot whole = provider(counting).create("s0", List.of(source));
        provider().release(whole);

        for (FileFailureKind kind : List.of(FileFailureKind.IO_ERROR, FileFailureKind.NO_SPACE)) {
            for (long n = 1; n <= counting.calls(); n++) {
                FaultyFiles faulty = FaultyFiles.failing(files, n, kind);
                try {
                    Snapshot snapshot = provider(faulty).create("s" + n, List.of(source));
                    assertThat(snapshot.views().get(0).frozen().resolve("a/second"))
                            .hasContent("before");
                    provider().release(snapshot);
                } catch (BackupException e) {
                    assertThat(faulty.fired())
                            .as("%s at call %s: %s", kind, n, e)
                            .isTrue();
                    removeWhatItSaysItLeft(e);
                }
                assertThat(files.list(xfs.path())).as("%s at call %s", kind, n).containsExactly(source);
                assertThat(source.resolve("file")).hasContent("before");
            }
        }
    }

    /** Of a deletion that fails something is left, but not without a word. */
    private void removeWhatItSaysItLeft(BackupException e) throws IOException {
        for (Path left : files.list(xfs.path())) {
            if (e.what().contains("deleting " + left + " failed")) {
                files.delete(left);
            }
        }
    }
}

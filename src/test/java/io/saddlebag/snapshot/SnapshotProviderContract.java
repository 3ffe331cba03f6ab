package io.saddlebag.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.DeviceNumber;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.local.Eventually;
import io.saddlebag.host.local.LocalFiles;
import io.saddlebag.host.local.Root;
import io.saddlebag.posix.Posix;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What every snapshot provider promises, on a real file system. */
@Timeout(120)
public abstract class SnapshotProviderContract {
    protected final Posix posix = Root.posix();
    protected final HostFiles files = new LocalFiles(posix);

    @TempDir
    protected Path folder;

    protected Path source;

    /** A new provider each time, that knows nothing of the ones before. */
    protected abstract SnapshotProvider provider() throws IOException;

    /** Makes what the sources are in; released after the test whatever happens. */
    protected abstract Path mountFileSystem() throws IOException;

    /** Where nothing may be left of a snapshot. */
    protected abstract List<Path> places();

    /** Of one instant is what was made durable, in the order in which it was; some providers give more. */
    protected OpenOption[] howTheWriterWrites() {
        return new OpenOption[] {StandardOpenOption.APPEND, StandardOpenOption.DSYNC};
    }

    @BeforeEach
    void makeTheSource() throws IOException {
        source = Files.createDirectory(mountFileSystem().resolve("source"));
        Files.writeString(source.resolve("file"), "before");
    }

    @Test
    @Tag("W11")
    void it_is_suitable_and_finding_out_leaves_nothing() throws IOException {
        List<String> before = everything();
        var suitability = provider().suitability(source);

        assertThat(suitability.suitable()).as(suitability.reason()).isTrue();
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    @Tag("W11")
    @Tag("W2")
    void the_view_stays_as_it_was_when_the_source_changes() throws IOException {
        Files.createDirectories(source.resolve("deep/er"));
        Files.writeString(source.resolve("deep/er/file"), "deep before");
        SnapshotProvider provider = provider();
        assumeTrue(provider.independent(), "provider none reads the source itself");

        Snapshot snapshot = provider.create("s1", List.of(source));
        try {
            Files.writeString(source.resolve("file"), "after");
            Files.writeString(source.resolve("new"), "new");
            Files.delete(source.resolve("deep/er/file"));
            Path view = snapshot.views().get(0).frozen();

            assertThat(snapshot.views()).extracting(Snapshot.View::source).containsExactly(source);
            assertThat(view.resolve("file")).hasContent("before");
            assertThat(view.resolve("deep/er/file")).hasContent("deep before");
            assertThat(view.resolve("new")).doesNotExist();
            assertThat(source.resolve("file")).hasContent("after");
            assertThat(snapshot.provider()).isEqualTo(provider.name());
            assertThat(snapshot.independent()).isTrue();
            assertThat(snapshot.took()).isPositive();
        } finally {
            provider.release(snapshot);
        }
    }

    @Test
    @Tag("W11")
    @Tag("D3")
    void the_view_shows_owners_modes_times_links_and_nodes_as_the_source() throws IOException {
        Path file = source.resolve("file");
        files.makeHardLink(source.resolve("second name"), file);
        files.makeLink(source.resolve("link"), Path.of("/nowhere"));
        files.makeSpecial(source.resolve("fifo"), FileKind.FIFO, DeviceNumber.NONE);
        files.makeSpecial(source.resolve("null"), FileKind.CHARACTER_DEVICE, new DeviceNumber(1, 3));
        files.setOwner(file, 12, 34);
        files.setMode(file, 04750);
        files.setAttribute(file, "user.note", new byte[] {7});
        files.setTimes(file, Instant.EPOCH, Instant.parse("2001-02-03T04:05:06.123456789Z"));
        files.setTimes(source, Instant.EPOCH, Instant.parse("2011-02-03T04:05:06Z"));
        SnapshotProvider provider = provider();
        Snapshot snapshot = provider.create("s1", List.of(source));
        try {
            Path view = snapshot.views().get(0).frozen();
            for (String name : List.of("", "file", "second name", "link", "fifo", "null")) {
                assertAlike(files.status(source.resolve(name)), files.status(view.resolve(name)));
            }
            assertThat(files.status(view.resolve("second name")).key())
                    .isEqualTo(files.status(view.resolve("file")).key());
            assertThat(files.attributes(view.resolve("file"))).containsOnlyKeys("user.note");
        } finally {
            provider.release(snapshot);
        }
    }

    @Test
    @Tag("W5")
    void several_paths_make_one_set() throws IOException {
        Path other = Files.createDirectory(source.resolveSibling("other"));
        Files.writeString(other.resolve("file"), "other before");
        SnapshotProvider provider = provider();
        Snapshot snapshot = provider.create("s1", List.of(source, other));
        try {
            assertThat(snapshot.views()).extracting(Snapshot.View::source).containsExactly(source, other);
            assertThat(snapshot.views().get(0).frozen().resolve("file")).hasContent("before");
            assertThat(snapshot.views().get(1).frozen().resolve("file")).hasContent("other before");
        } finally {
            provider.release(snapshot);
        }
    }

    @Test
    @Tag("W11")
    void what_it_says_of_its_consistency_holds_under_a_writer() throws Exception {
        SnapshotProvider provider = provider();
        assumeTrue(provider.consistency() == Consistency.ATOMIC, "several files are of one instant only when atomic");
        // the writer is never more than one step apart between first and last, though names are far apart
        Path first = Files.createFile(source.resolve("a"));
        Path last = Files.createFile(source.resolve("z"));
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger steps = new AtomicInteger();
        AtomicReference<Exception> failure = new AtomicReference<>();
        Thread writer = new Thread(() -> {
            try {
                while (!stop.get() && steps.get() < 100_000) {
                    Files.write(first, new byte[] {1}, howTheWriterWrites());
                    Files.write(last, new byte[] {1}, howTheWriterWrites());
                    steps.incrementAndGet();
                }
            } catch (IOException e) {
                failure.set(e);
            }
        });
        writer.start();
        try {
            for (int i = 0; i < 5; i++) {
                int seen = steps.get();
                Eventually.holds(() -> steps.get() > seen + 50 || !writer.isAlive());
                Snapshot snapshot = provider.create("s" + i, List.of(source));
                Path view = snapshot.views().get(0).frozen();
                long a = Files.size(view.resolve("a"));
                long z = Files.size(view.resolve("z"));
                provider.release(snapshot);
                assertThat(a - z).as("steps between first %s and last %s", a, z).isBetween(0L, 1L);
                assertThat(z).isGreaterThan(seen);
            }
        } finally {
            stop.set(true);
            writer.join();
        }
        assertThat(failure.get()).isNull();
    }

    @Test
    @Tag("W11")
    @Tag("Q11")
    void another_process_releases_it_and_nothing_is_left() throws IOException {
        List<String> before = everything();
        Snapshot snapshot = provider().create("s1", List.of(source));

        provider().release(snapshot);
        assertThat(everything()).isEqualTo(before);
        provider().release(snapshot);
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void two_snapshots_live_side_by_side_and_an_id_is_not_taken_twice() throws IOException {
        SnapshotProvider provider = provider();
        assumeTrue(provider.independent(), "provider none keeps nothing that an id would name");
        List<String> before = everything();
        Snapshot one = provider.create("one", List.of(source));
        Files.writeString(source.resolve("file"), "between");
        Snapshot two = provider.create("two", List.of(source));
        Files.writeString(source.resolve("file"), "before");

        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> provider.create("one", List.of(source)))
                .matches(e -> e.is(SnapshotFault.FAILED))
                .withMessageContaining("one exists");
        assertThat(one.views().get(0).frozen().resolve("file")).hasContent("before");
        assertThat(two.views().get(0).frozen().resolve("file")).hasContent("between");
        provider.release(one);
        assertThat(two.views().get(0).frozen().resolve("file")).hasContent("between");
        provider.release(two);
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    @Tag("X13")
    void an_id_that_would_leave_its_folder_is_refused() {
        for (String id : List.of("", "..", "a/b", "-x", "a b", "x".repeat(65))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Snapshot(
                            id,
                            "x",
                            Consistency.NONE,
                            true,
                            Instant.EPOCH,
                            java.time.Duration.ZERO,
                            List.of(),
                            Map.of()))
                    .withMessageContaining("is no snapshot id");
        }
    }

    @Test
    void a_path_that_is_not_there_is_refused_and_leaves_nothing() throws IOException {
        SnapshotProvider provider = provider();
        assumeTrue(provider.independent(), "provider none touches nothing");
        List<String> before = everything();

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> provider.create("s1", List.of(source, source.resolve("gone"))));
        assertThat(everything()).isEqualTo(before);
    }

    private List<String> everything() {
        return places().stream()
                .flatMap(place -> {
                    try (Stream<Path> all = Files.walk(place)) {
                        return all.map(Path::toString).toList().stream();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .sorted()
                .toList();
    }

    private static void assertAlike(FileStatus source, FileStatus view) {
        assertThat(view.kind()).isEqualTo(source.kind());
        assertThat(view.mode()).isEqualTo(source.mode());
        assertThat(view.owner()).isEqualTo(source.owner());
        assertThat(view.times().modified()).isEqualTo(source.times().modified());
        assertThat(view.links()).isEqualTo(source.links());
        assertThat(view.device()).isEqualTo(source.device());
        assertThat(view.linkTarget()).isEqualTo(source.linkTarget());
    }
}

package io.saddlebag.snapshot.freeze;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.local.Eventually;
import io.saddlebag.host.local.LoopFileSystem;
import io.saddlebag.host.local.LoopFileSystem.Kind;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.posix.Posix;
import io.saddlebag.posix.PosixException;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.snapshot.Consistency;
import io.saddlebag.snapshot.PreparedSnapshot;
import io.saddlebag.snapshot.SharedRoom;
import io.saddlebag.snapshot.Snapshot;
import io.saddlebag.snapshot.SnapshotFault;
import io.saddlebag.snapshot.SnapshotProvider;
import io.saddlebag.snapshot.SnapshotProviderContract;
import io.saddlebag.snapshot.freeze.FreezeSnapshots.Settings;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FreezeSnapshotsTest extends SnapshotProviderContract {
    private final List<String> events = Collections.synchronizedList(new ArrayList<>());
    private LoopFileSystem xfs;
    private LoopFileSystem ext4;

    @Override
    protected SnapshotProvider provider() throws IOException {
        return provider(posix, RecordingWatchdog.Mood.FAITHFUL, Duration.ofSeconds(10));
    }

    private SnapshotProvider provider(Posix calls, RecordingWatchdog.Mood mood, Duration longest) throws IOException {
        return new FreezeSnapshots(
                calls,
                files,
                new RecordingWatchdog(events, mood),
                Clock.systemUTC(),
                new SystemWaiter(),
                new Settings(Files.createDirectories(folder.resolve("views")), longest, 0, Set.of()));
    }

    @Override
    protected Path mountFileSystem() throws IOException {
        xfs = LoopFileSystem.create(posix, folder.resolve("xfs"), Kind.XFS, ByteCount.ZERO);
        ext4 = LoopFileSystem.create(posix, xfs.path().resolve("disk"), Kind.EXT4, ByteCount.ZERO);
        Files.createDirectories(folder.resolve("views"));
        return ext4.path();
    }

    @Override
    protected List<Path> places() {
        return List.of(xfs.path(), ext4.path(), folder.resolve("views"));
    }

    /** A freeze writes out everything, so that even what nobody asked to be durable is of the same instant. */
    @Override
    protected OpenOption[] howTheWriterWrites() {
        return new OpenOption[] {StandardOpenOption.APPEND};
    }

    @AfterEach
    void unmount() throws IOException {
        if (ext4 != null) {
            posix.thaw(ext4.path());
            ext4.close();
        }
        if (xfs != null) {
            xfs.close();
        }
    }

    @Test
    @Tag("W11")
    void the_room_that_counts_is_that_of_the_file_system_below() throws IOException {
        List<SharedRoom> rooms =
                provider().room(List.of(source, source.getParent())).look();

        assertThat(rooms).singleElement().satisfies(room -> {
            assertThat(room.place()).isEqualTo(xfs.path().toRealPath().toString());
            assertThat(room.sizeBytes()).isEqualTo(files.totalSpaceBytes(xfs.path()));
            assertThat(room.freeBytes()).isPositive().isLessThanOrEqualTo(room.sizeBytes());
        });
    }

    @Test
    @Tag("W7")
    @Tag("W20")
    void the_guard_is_armed_before_the_freeze_and_released_after_the_thaw() throws IOException {
        SnapshotProvider provider =
                provider(recording(() -> {}), RecordingWatchdog.Mood.FAITHFUL, Duration.ofSeconds(3));
        Snapshot snapshot = provider.create("s1", List.of(source));

        assertThat(events)
                .containsExactly(
                        "syncFileSystem",
                        "arm thaw {mountPoint=" + ext4.path() + "} for PT2M3S",
                        "syncFileSystem",
                        "renew for PT3S",
                        "freeze",
                        "cloneFile",
                        "thaw",
                        "release",
                        "syncFileSystem",
                        "mountImage");
        provider().release(snapshot);
    }

    @Test
    @Tag("W7")
    @Tag("W11")
    void a_writer_waits_for_as_long_as_the_freeze_lasts_and_no_longer() throws Exception {
        AtomicReference<Thread> writer = new AtomicReference<>();
        Posix slow = recording(() -> {
            Thread thread = new Thread(() -> write(source.resolve("file"), "after"));
            writer.set(thread);
            thread.start();
            LockSupport.parkNanos(Duration.ofMillis(300).toNanos());
            assertThat(thread.isAlive()).as("the writer waits").isTrue();
        });
        Snapshot snapshot = provider(slow, RecordingWatchdog.Mood.FAITHFUL, Duration.ofSeconds(10))
                .create("s1", List.of(source));
        writer.get().join();

        assertThat(source.resolve("file")).hasContent("after");
        assertThat(snapshot.views().get(0).frozen().resolve("file")).hasContent("before");
        assertThat(snapshot.took()).isBetween(Duration.ofMillis(300), Duration.ofSeconds(10));
        assertThat(snapshot.frozen()).contains(snapshot.took());
        provider().release(snapshot);
    }

    @ParameterizedTest
    @EnumSource(names = {"ACTED_BEFORE", "UNREACHABLE"})
    @Tag("W7")
    @Tag("W20")
    void a_clone_that_outlived_its_lease_is_thrown_away(RecordingWatchdog.Mood mood) throws IOException {
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> provider(posix, mood, Duration.ofSeconds(10)).create("s1", List.of(source)))
                .matches(e -> e.is(SnapshotFault.FAILED));
        assertThat(files.list(xfs.path())).hasSize(2);
        write(source.resolve("file"), "goes on");
    }

    @Test
    @Tag("W7")
    void a_freeze_that_takes_too_long_fails_and_is_thawed() throws IOException {
        Posix slow = recording(() -> LockSupport.parkNanos(Duration.ofMillis(50).toNanos()));
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> provider(slow, RecordingWatchdog.Mood.FAITHFUL, Duration.ofMillis(20))
                        .create("s1", List.of(source)))
                .matches(e -> e.is(SnapshotFault.FAILED))
                .withMessageContaining("longer than PT0.02S");
        assertThat(posix.thaw(ext4.path())).isFalse();
        assertThat(files.list(xfs.path())).hasSize(2);
    }

    @Test
    @Tag("W7")
    void the_limit_of_who_asks_is_the_guards_and_its_own() throws IOException {
        Posix slow = recording(() -> LockSupport.parkNanos(Duration.ofMillis(50).toNanos()));
        SnapshotProvider asked = provider(slow, RecordingWatchdog.Mood.FAITHFUL, Duration.ofSeconds(10))
                .within(Duration.ofMillis(20));
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> asked.create("s1", List.of(source)))
                .withMessageContaining("longer than PT0.02S");
        assertThat(events).contains("renew for PT0.02S");
        assertThat(posix.thaw(ext4.path())).isFalse();
    }

    @Test
    @Tag("W7")
    void all_that_takes_long_is_done_before_and_after_the_source_stands_still() throws IOException {
        SnapshotProvider provider =
                provider(recording(() -> {}), RecordingWatchdog.Mood.FAITHFUL, Duration.ofSeconds(3));
        try (PreparedSnapshot prepared = provider.prepare("s1", List.of(source))) {
            events.add("the source stands still");
            prepared.take();
            events.add("the source goes on");
            provider().release(prepared.finish());
        }

        assertThat(events.subList(events.indexOf("the source stands still"), events.indexOf("the source goes on")))
                .containsExactly("the source stands still", "renew for PT3S", "freeze", "cloneFile", "thaw", "release");
    }

    @Test
    @Tag("W20")
    void a_snapshot_that_is_prepared_and_not_taken_leaves_nothing() throws IOException {
        provider().prepare("s1", List.of(source)).close();

        assertThat(events).contains("release").doesNotContain("freeze", "left to the guard");
        assertThat(files.list(xfs.path())).hasSize(2);
    }

    @Test
    @Tag("W20")
    void without_a_guard_nothing_is_frozen() throws IOException {
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> provider(
                                recording(() -> {}), RecordingWatchdog.Mood.REFUSES_TO_ARM, Duration.ofSeconds(1))
                        .create("s1", List.of(source)));
        assertThat(events).doesNotContain("freeze");
        assertThat(files.list(xfs.path())).hasSize(2);
    }

    @Test
    @Tag("W7")
    @Tag("Q11")
    void a_clone_that_fails_thaws_and_leaves_the_lease_to_the_guard() throws IOException {
        Posix full = recording(() -> {
            throw new PosixException("ioctl FICLONE", "disk", 28);
        });
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> provider(full, RecordingWatchdog.Mood.FAITHFUL, Duration.ofSeconds(10))
                        .create("s1", List.of(source)))
                .matches(e -> e.is(SnapshotFault.FAILED))
                .withMessageContaining("no space left on device (ENOSPC)");
        assertThat(events).contains("thaw", "left to the guard").doesNotContain("release");
        assertThat(posix.thaw(ext4.path())).isFalse();
        assertThat(files.list(xfs.path())).hasSize(2);
    }

    @Test
    @Tag("W5")
    void two_file_systems_are_frozen_together_and_are_of_one_instant() throws IOException {
        try (var second = LoopFileSystem.create(posix, xfs.path().resolve("disk2"), Kind.EXT4, ByteCount.ZERO)) {
            write(second.path().resolve("file"), "second before");
            SnapshotProvider provider =
                    provider(recording(() -> {}), RecordingWatchdog.Mood.FAITHFUL, Duration.ofSeconds(10));
            Snapshot snapshot = provider.create("s1", List.of(source, second.path()));

            assertThat(events.subList(2, events.size() - 4))
                    .filteredOn(event ->
                            !event.startsWith("arm") && !event.startsWith("renew") && !event.equals("syncFileSystem"))
                    .containsExactly(
                            "freeze", "freeze", "cloneFile", "cloneFile", "thaw", "thaw", "release", "release");
            assertThat(snapshot.consistency()).isEqualTo(Consistency.ATOMIC);
            assertThat(snapshot.views().get(1).frozen().resolve("file")).hasContent("second before");
            provider().release(snapshot);
        }
    }

    @Test
    @Tag("W7")
    void what_this_program_needs_itself_is_never_frozen() throws IOException {
        assertThat(provider().suitability(Path.of("/")).suitable()).isFalse();
        assertThat(provider().suitability(folder).suitable()).isFalse();
        SnapshotProvider logsThere = new FreezeSnapshots(
                posix,
                files,
                new RecordingWatchdog(events, RecordingWatchdog.Mood.FAITHFUL),
                Clock.systemUTC(),
                new SystemWaiter(),
                new Settings(
                        folder.resolve("views"),
                        Duration.ofSeconds(1),
                        0,
                        Set.of(ext4.path().resolve("source"))));

        assertThat(logsThere.suitability(source).reason())
                .isEqualTo(ext4.path() + " is never frozen, since this program itself needs " + source + " on it");
    }

    @Test
    @Tag("W11")
    void a_layer_below_that_can_not_be_cloned_is_refused_with_the_reason() throws IOException {
        assertThat(provider().suitability(xfs.path()).reason()).contains("can't clone files");
        try (var btrfs = LoopFileSystem.create(posix, folder.resolve("btrfs"), Kind.BTRFS, ByteCount.ZERO)) {
            assertThat(provider().suitability(btrfs.path()).reason()).contains("type btrfs");
        }
    }

    @Test
    @Tag("Q11")
    @Tag("W7")
    @Tag("W20")
    void a_process_killed_in_the_freeze_leaves_nothing_frozen() throws Exception {
        Process killed = HangInFreeze.start(source, folder.resolve("views"), 0);
        try (var out = killed.inputReader()) {
            assertThat(out.readLine()).isEqualTo("frozen");
            Thread writer = new Thread(() -> write(source.resolve("file"), "after"));
            writer.start();
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            assertThat(writer.isAlive()).as("the writer waits").isTrue();
            killed.destroyForcibly();
            Eventually.holds(() -> !writer.isAlive());
        } finally {
            killed.destroyForcibly();
            posix.thaw(ext4.path());
        }
        assertThat(source.resolve("file")).hasContent("after");
    }

    /** Real calls, written down, with something done just before the clone of the frozen layer. */
    private Posix recording(Hook beforeClone) {
        Set<String> written = Set.of("freeze", "thaw", "cloneFile", "syncFileSystem", "mountImage");
        return (Posix) Proxy.newProxyInstance(
                Posix.class.getClassLoader(), new Class<?>[] {Posix.class}, (proxy, method, arguments) -> {
                    boolean trial = method.getName().equals("cloneFile")
                            && arguments[0].toString().contains(".saddlebag-part");
                    if (written.contains(method.getName()) && !trial) {
                        events.add(method.getName());
                    }
                    if (method.getName().equals("cloneFile") && !trial) {
                        beforeClone.run();
                    }
                    try {
                        return method.invoke(posix, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    interface Hook {
        void run() throws IOException;
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}

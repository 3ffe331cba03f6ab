package io.saddlebag.snapshot.freeze;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.local.Eventually;
import io.saddlebag.host.local.LoopFileSystem;
import io.saddlebag.host.local.LoopFileSystem.Kind;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.host.memory.FaultyFiles;
import io.saddlebag.host.memory.FileFailureKind;
import io.saddlebag.posix.DataRange;
import io.saddlebag.posix.Posix;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.snapshot.CloneTrial;
import io.saddlebag.snapshot.Consistency;
import io.saddlebag.snapshot.PreparedSnapshot;
import io.saddlebag.snapshot.Snapshot;
import io.saddlebag.snapshot.SnapshotFault;
import io.saddlebag.snapshot.SnapshotPlace;
import io.saddlebag.snapshot.SnapshotProvider;
import io.saddlebag.snapshot.SnapshotProviderContract;
import io.saddlebag.snapshot.SnapshotProviders;
import io.saddlebag.snapshot.freeze.FreezeSnapshots.Settings;
import io.saddlebag.snapshot.none.NoSnapshots;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Provider {@code freeze} where the layer below can't be cloned: ext4 in a file on ext4. */
class FreezeCopyTest extends SnapshotProviderContract {
    private static final long LIMIT = 4 << 20;
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final List<String> events = Collections.synchronizedList(new ArrayList<>());
    private LoopFileSystem below;
    private LoopFileSystem ext4;

    @Override
    protected SnapshotProvider provider() throws IOException {
        return provider(files, LIMIT, LONGEST);
    }

    private SnapshotProvider provider(HostFiles with, long limit, Duration longest) throws IOException {
        return provider(with, limit, longest, RecordingWatchdog.Mood.FAITHFUL);
    }

    private SnapshotProvider provider(HostFiles with, long limit, Duration longest, RecordingWatchdog.Mood mood)
            throws IOException {
        return new FreezeSnapshots(
                recordingCalls(),
                with,
                new RecordingWatchdog(events, mood),
                Clock.systemUTC(),
                new SystemWaiter(),
                new Settings(Files.createDirectories(views()), longest, limit, Set.of()));
    }

    private Path views() {
        return folder.resolve("views");
    }

    @Override
    protected Path mountFileSystem() throws IOException {
        Files.createDirectories(views());
        // whatever the temporary folder is on: this can't clone
        below = LoopFileSystem.create(posix, folder.resolve("below"), Kind.EXT4, ByteCount.ZERO);
        ext4 = LoopFileSystem.create(posix, below.path().resolve("disk"), Kind.EXT4, ByteCount.ZERO);
        return ext4.path();
    }

    @Override
    protected List<Path> places() {
        return List.of(below.path(), ext4.path(), views());
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
        if (below != null) {
            below.close();
        }
    }

    @Test
    @Tag("W11")
    void it_says_what_it_would_copy_and_that_it_is_off_unless_it_is_asked_for() throws IOException {
        assertThat(provider().suitability(source).reason())
                .contains("copy of ", " of 4.0 MiB at most, while " + ext4.path() + " is frozen", "can't clone files");

        var off = provider(files, 0, LONGEST).suitability(source);
        assertThat(off.suitable()).isFalse();
        assertThat(off.reason()).contains("can't clone files", "'snapshots: freeze: copy'");
    }

    @Test
    @Tag("W7")
    @Tag("W20")
    @Tag("W11")
    void only_copying_is_within_the_freeze_and_it_waits_for_no_disk() throws IOException {
        Snapshot snapshot = provider().create("s1", List.of(source));

        assertThat(events)
                .containsExactly(
                        "syncFileSystem",
                        "arm thaw {mountPoint=" + ext4.path() + "} for PT2M10S",
                        "syncFileSystem",
                        "renew for PT10S",
                        "freeze",
                        "thaw",
                        "release",
                        "syncFileSystem");
        assertThat(snapshot.consistency()).isEqualTo(Consistency.ATOMIC);
        assertThat(snapshot.frozen()).contains(snapshot.took());
        assertThat(snapshot.took()).isPositive().isLessThan(LONGEST);
        assertThat(provider().keepsInodes(snapshot)).isFalse();
        assertThat(snapshot.views().get(0).frozen()).startsWith(views());
        provider().release(snapshot);
    }

    @Test
    @Tag("W7")
    @Tag("W11")
    void a_writer_waits_for_as_long_as_the_copy_lasts_and_no_longer() throws Exception {
        AtomicReference<Thread> writer = new AtomicReference<>();
        HostFiles slow = onCall("makeFolder", "/s1/0", () -> {
            Thread thread = new Thread(() -> write(source.resolve("file"), "after"));
            writer.set(thread);
            thread.start();
            LockSupport.parkNanos(Duration.ofMillis(300).toNanos());
            assertThat(thread.isAlive()).as("the writer waits").isTrue();
        });
        Snapshot snapshot = provider(slow, LIMIT, LONGEST).create("s1", List.of(source));
        writer.get().join();

        assertThat(source.resolve("file")).hasContent("after");
        assertThat(snapshot.views().get(0).frozen().resolve("file")).hasContent("before");
        assertThat(snapshot.took()).isBetween(Duration.ofMillis(300), LONGEST);
        provider().release(snapshot);
    }

    @Test
    @Tag("W11")
    void more_than_the_limit_is_refused_before_anything_is_frozen() throws IOException {
        fill("large", LIMIT);

        assertThat(provider().suitability(source).reason())
                .contains("is more than the 4.0 MiB that may be copied while it is frozen ('snapshots: freeze: copy')");
        requireRefusedUnfrozen(List.of(source));
    }

    @Test
    @Tag("W11")
    void names_count_too_and_holes_as_much_as_data() throws IOException {
        assertThat(provider(files, 8192, LONGEST).suitability(source).suitable())
                .as("a folder, a file, and its six bytes")
                .isFalse();
        assertThat(provider(files, 8198, LONGEST).suitability(source).suitable())
                .isTrue();

        try (RandomAccessFile sparse =
                new RandomAccessFile(source.resolve("sparse").toFile(), "rw")) {
            sparse.setLength(1L << 40);
        }
        requireRefusedUnfrozen(List.of(source));
    }

    @Test
    @Tag("W11")
    @Tag("W5")
    void the_limit_is_that_of_all_paths_together_and_auto_goes_on_to_the_next() throws IOException {
        Path other = Files.createDirectory(ext4.path().resolve("other"));
        fill("large", LIMIT / 2);
        Files.write(other.resolve("large"), new byte[(int) LIMIT / 2]);
        List<Path> both = List.of(source, other);

        assertThat(provider().suitability(source).suitable()).isTrue();
        assertThat(provider().suitability(other).suitable()).isTrue();
        requireRefusedUnfrozen(both);
        var providers = new SnapshotProviders(List.of(provider(), new NoSnapshots(Clock.systemUTC())));
        assertThat(providers
                        .choose("auto", List.of(source), Consistency.NONE)
                        .provider()
                        .name())
                .isEqualTo("freeze");
        var choice = providers.choose("auto", both, Consistency.NONE);
        assertThat(choice.provider().name()).isEqualTo("none");
        assertThat(choice.others().get("freeze")).contains("is more than the 4.0 MiB");
    }

    private void requireRefusedUnfrozen(List<Path> paths) throws IOException {
        events.clear();
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> provider().create("s1", paths))
                .matches(e -> e.is(SnapshotFault.UNSUITABLE))
                .withMessageContaining("is more than the 4.0 MiB");
        assertThat(events).isEmpty();
        assertThat(files.list(views())).isEmpty();
    }

    @Test
    @Tag("W11")
    void without_room_for_the_copy_it_is_refused() throws IOException {
        long tooMuch = files.usableSpaceBytes(views());
        var answer = provider(files, tooMuch, LONGEST).suitability(source);

        assertThat(answer.suitable()).isFalse();
        assertThat(answer.reason()).contains(" free at " + views() + " are less than twice the ");
    }

    @Test
    @Tag("W7")
    @Tag("W11")
    void what_grows_after_it_was_measured_is_given_up_and_writing_goes_on() throws IOException {
        for (boolean names : new boolean[] {false, true}) {
            try (PreparedSnapshot prepared = provider().prepare("s1", List.of(source))) {
                if (names) {
                    for (int i = 0; i <= LIMIT / 4096; i++) {
                        Files.createLink(source.resolve("name" + i), source.resolve("file"));
                    }
                } else {
                    fill("large", LIMIT);
                }
                assertThatExceptionOfType(BackupException.class)
                        .isThrownBy(prepared::take)
                        .matches(e -> e.is(SnapshotFault.NOT_SMALL))
                        .withMessageContaining("it was more than 4.0 MiB, which it was not before: it grew meanwhile");
                requireThawed();
            }
            assertThat(files.list(views())).isEmpty();
            Files.deleteIfExists(source.resolve("large"));
        }
    }

    @Test
    @Tag("W7")
    @Tag("W11")
    void a_copy_that_takes_too_long_is_given_up_before_its_guard_has_to() throws IOException {
        HostFiles slow = onCall(
                "makeFolder",
                "/s1/0",
                () -> LockSupport.parkNanos(Duration.ofMillis(40).toNanos()));
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> provider(slow, LIMIT, LONGEST)
                        .within(Duration.ofMillis(40))
                        .create("s1", List.of(source)))
                .matches(e -> e.is(SnapshotFault.NOT_SMALL))
                .withMessageContaining("the time for it was over");
        assertThat(events).contains("renew for PT0.04S", "freeze", "thaw", "left to the guard");
        requireThawed();
        assertThat(files.list(views())).isEmpty();
    }

    @Test
    @Tag("W7")
    @Tag("W20")
    void a_copy_that_outlived_its_lease_is_thrown_away() throws IOException {
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> provider(files, LIMIT, LONGEST, RecordingWatchdog.Mood.ACTED_BEFORE)
                        .create("s1", List.of(source)))
                .matches(e -> e.is(SnapshotFault.FAILED));
        assertThat(files.list(views())).isEmpty();
    }

    @Test
    @Tag("Q11")
    @Tag("W7")
    void whichever_call_fails_it_is_thawed_and_there_is_a_whole_snapshot_or_none() throws IOException {
        Files.createDirectory(source.resolve("a"));
        files.makeHardLink(source.resolve("a/second"), source.resolve("file"));
        files.makeLink(source.resolve("link"), Path.of("file"));
        FaultyFiles counting = FaultyFiles.counting(files);
        provider().release(provider(counting, LIMIT, LONGEST).create("s0", List.of(source)));

        for (FileFailureKind kind : List.of(FileFailureKind.IO_ERROR, FileFailureKind.NO_SPACE)) {
            for (long n = 1; n <= counting.calls(); n++) {
                FaultyFiles faulty = FaultyFiles.failing(files, n, kind);
                try {
                    Snapshot snapshot = provider(faulty, LIMIT, LONGEST).create("s" + n, List.of(source));
                    assertThat(snapshot.views().get(0).frozen().resolve("a/second"))
                            .hasContent("before");
                    provider().release(snapshot);
                } catch (BackupException e) {
                    assertThat(faulty.fired())
                            .as("%s at call %s: %s", kind, n, e)
                            .isTrue();
                }
                assertThat(posix.thaw(ext4.path())).as("%s at call %s", kind, n).isFalse();
                assertThat(files.list(views())).as("%s at call %s", kind, n).isEmpty();
                assertThat(files.list(below.path()))
                        .as("%s at call %s", kind, n)
                        .hasSize(3);
            }
        }
    }

    @Test
    @Tag("Q11")
    @Tag("W7")
    @Tag("W20")
    @Tag("W11")
    void a_process_killed_while_it_copies_leaves_nothing_frozen_and_what_it_left_is_removed() throws Exception {
        Process killed = HangInFreeze.start(source, views(), LIMIT);
        try (var out = killed.inputReader()) {
            assertThat(out.readLine()).isEqualTo("frozen");
            Thread writer = new Thread(() -> write(source.resolve("file"), "after"));
            writer.start();
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            assertThat(writer.isAlive()).as("the writer waits").isTrue();
            killed.destroyForcibly();
            Eventually.holds(() -> !writer.isAlive());
        } finally {
            killed.destroyForcibly().waitFor();
            posix.thaw(ext4.path());
        }
        assertThat(source.resolve("file")).hasContent("after");
        assertThat(views().resolve(SnapshotPlace.FOLDER).resolve("killed/0")).isDirectory();

        provider().discard("killed", List.of(source));
        assertThat(files.list(views())).isEmpty();
        provider().discard("killed", List.of(source));
    }

    @Test
    @Tag("W11")
    void holes_stay_holes_and_contents_are_the_same_to_the_byte() throws IOException {
        Path file = source.resolve("sparse");
        byte[] data = new byte[5000];
        java.util.Arrays.fill(data, (byte) 7);
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.seek((1 << 20) - 4096);
            sparse.write(data);
            sparse.setLength(3_000_001);
        }
        Files.createFile(source.resolve("empty"));
        Snapshot snapshot = provider().create("s1", List.of(source));
        Path view = snapshot.views().get(0).frozen();

        assertThat(view.resolve("sparse")).hasSameBinaryContentAs(file);
        assertThat(view.resolve("empty")).isEmptyFile();
        assertThat(posix.dataRanges(view.resolve("sparse"), 10).stream()
                        .mapToLong(DataRange::lengthBytes)
                        .sum())
                .isBetween(5000L, 65_536L);
        provider().release(snapshot);
    }

    @Test
    @Tag("W11")
    void a_copy_that_somebody_removed_is_lost() throws IOException {
        Snapshot snapshot = provider().create("s1", List.of(source.resolve("file")));
        provider().requireIntact(snapshot);
        Files.delete(snapshot.views().get(0).frozen());

        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> provider().requireIntact(snapshot))
                .matches(e -> e.is(SnapshotFault.LOST));
        provider().release(snapshot);
    }

    @Test
    @Tag("X13")
    void facts_that_name_anything_but_its_copies_delete_nothing() throws IOException {
        for (String forged : List.of(
                source.toString(),
                source.resolve(SnapshotPlace.FOLDER + "/s1/0").toString(),
                views().resolve(SnapshotPlace.FOLDER + "/s1/../0").toString())) {
            Snapshot snapshot = new Snapshot(
                    "s1",
                    "freeze",
                    Consistency.ATOMIC,
                    true,
                    java.time.Instant.EPOCH,
                    Duration.ZERO,
                    List.of(),
                    Map.of("copy.0", forged));
            assertThatExceptionOfType(BackupException.class)
                    .isThrownBy(() -> provider().release(snapshot))
                    .matches(e -> e.is(SnapshotFault.NOT_RELEASED));
        }
        assertThat(source.resolve("file")).hasContent("before");
    }

    @Test
    @Tag("W5")
    @Tag("W11")
    void what_can_be_cloned_is_cloned_and_the_rest_is_copied_at_the_same_instant() throws IOException {
        try (var xfs = LoopFileSystem.create(posix, folder.resolve("xfs"), Kind.XFS, ByteCount.ZERO);
                var second = LoopFileSystem.create(posix, xfs.path().resolve("disk"), Kind.EXT4, ByteCount.ZERO)) {
            write(second.path().resolve("file"), "second before");
            Snapshot snapshot = provider().create("s1", List.of(second.path(), source));

            assertThat(events)
                    .filteredOn(event -> Set.of("freeze", "cloneFile", "thaw").contains(event))
                    .containsExactly("freeze", "freeze", "cloneFile", "thaw", "thaw");
            assertThat(snapshot.views().get(0).frozen().resolve("file")).hasContent("second before");
            assertThat(snapshot.views().get(1).frozen().resolve("file")).hasContent("before");
            provider().release(snapshot);
            assertThat(files.list(views())).isEmpty();
            assertThat(files.list(xfs.path())).hasSize(2);
        }
    }

    @Test
    @Tag("W7")
    void what_this_program_writes_to_is_not_frozen_through_a_loop_device_either() throws IOException {
        try (var upper = LoopFileSystem.create(posix, ext4.path().resolve("upper"), Kind.EXT4, ByteCount.ZERO)) {
            Path state = upper.path();
            SnapshotProvider provider = new FreezeSnapshots(
                    posix,
                    files,
                    new RecordingWatchdog(events, RecordingWatchdog.Mood.FAITHFUL),
                    Clock.systemUTC(),
                    new SystemWaiter(),
                    new Settings(state.resolve("views"), LONGEST, LIMIT, Set.of(state)));

            assertThat(provider.suitability(source).reason())
                    .isEqualTo(ext4.path() + " is never frozen, since this program itself needs " + state + " on it");
        }
    }

    /** Closing a file that somebody appends to is a transaction in older kernels' XFS, and waits for the thaw. */
    @Test
    @Tag("W11")
    void files_of_xfs_are_closed_when_it_is_thawed() throws IOException {
        assumeFalse(
                CloneTrial.in(posix, files, folder).suitable(), "the temporary folder can clone, so nothing is copied");
        HostFiles recording = recordingClosing();
        try (var xfs = LoopFileSystem.create(posix, folder.resolve("xfs"), Kind.XFS, ByteCount.ZERO)) {
            write(xfs.path().resolve("file"), "before");
            Snapshot snapshot = provider(recording, LIMIT, LONGEST).create("s1", List.of(xfs.path()));

            assertThat(events.subList(events.indexOf("freeze"), events.size()))
                    .containsSubsequence("open", "thaw", "close")
                    .doesNotHaveDuplicates();
            assertThat(snapshot.views().get(0).frozen().resolve("file")).hasContent("before");
            provider().release(snapshot);
        }
    }

    @Test
    @Tag("W7")
    @Tag("W11")
    void a_database_that_is_written_to_all_the_time_is_of_one_instant_in_the_copy() throws Exception {
        Path database = source.resolve("accounts.db");
        try (Connection connection = open(database);
                Statement statement = connection.createStatement()) {
            statement.execute("pragma journal_mode=wal");
            statement.execute("create table debit (n integer primary key, amount integer)");
            statement.execute("create table credit (n integer primary key, amount integer)");
        }
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong acknowledged = new AtomicLong();
        AtomicReference<Exception> failure = new AtomicReference<>();
        Thread writer = new Thread(() -> book(database, stop, acknowledged, failure));
        writer.start();
        try {
            for (int round = 0; round < 3; round++) {
                long before = acknowledged.get();
                Eventually.holds(() -> acknowledged.get() > before + 20 || failure.get() != null);
                long known = acknowledged.get();
                Snapshot snapshot = provider().create("s" + round, List.of(source));
                long after = acknowledged.get();

                assertThat(snapshot.took()).isLessThan(LONGEST);
                Eventually.holds(() -> acknowledged.get() > after || failure.get() != null);
                Path copy = folder.resolve("restored" + round);
                Files.createDirectory(copy);
                for (Path file : files.list(snapshot.views().get(0).frozen())) {
                    Files.copy(file, copy.resolve(file.getFileName()));
                }
                provider().release(snapshot);
                requireOneInstant(copy.resolve("accounts.db"), known, after);
            }
        } finally {
            stop.set(true);
            writer.join();
        }
        assertThat(failure.get()).isNull();
    }

    private static Connection open(Path database) throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + database);
    }

    private static void book(
            Path database, AtomicBoolean stop, AtomicLong acknowledged, AtomicReference<Exception> failure) {
        try (Connection connection = open(database);
                Statement statement = connection.createStatement()) {
            statement.execute("pragma synchronous=normal");
            for (long n = 1; !stop.get(); n++) {
                statement.execute("begin");
                statement.execute("insert into debit values (" + n + ", 1)");
                statement.execute("insert into credit values (" + n + ", 1)");
                if (n > 200) {
                    statement.execute("delete from debit where n = " + (n - 200));
                    statement.execute("delete from credit where n = " + (n - 200));
                }
                statement.execute("commit");
                acknowledged.set(n);
            }
        } catch (SQLException e) {
            failure.set(e);
        }
    }

    /** @param known acknowledged before, so that it must be there: a freeze writes out what nobody asked to be durable, too */
    private static void requireOneInstant(Path database, long known, long after) throws SQLException {
        try (Connection connection = open(database);
                Statement statement = connection.createStatement()) {
            assertThat(one(statement, "pragma integrity_check")).isEqualTo("ok");
            assertThat(one(statement, "select count(*) from (select n from debit except select n from credit)"))
                    .isEqualTo("0");
            assertThat(one(statement, "select count(*) from (select n from credit except select n from debit)"))
                    .isEqualTo("0");
            // one more may be committed that nobody has been told of
            assertThat(Long.parseLong(one(statement, "select max(n) from debit")))
                    .isBetween(known, after + 1);
        }
    }

    private static String one(Statement statement, String query) throws SQLException {
        try (ResultSet answer = statement.executeQuery(query)) {
            answer.next();
            return answer.getString(1);
        }
    }

    private void fill(String name, long bytes) throws IOException {
        byte[] content = new byte[(int) bytes];
        java.util.Arrays.fill(content, (byte) 1);
        Files.write(source.resolve(name), content);
    }

    private void requireThawed() throws IOException {
        assertThat(posix.thaw(ext4.path())).isFalse();
        write(source.resolve("goes on"), "goes on");
    }

    /** Real calls, those written down that hold, sync or clone. */
    private Posix recordingCalls() {
        Set<String> written = Set.of("freeze", "thaw", "syncFileSystem", "cloneFile");
        return (Posix) Proxy.newProxyInstance(
                Posix.class.getClassLoader(), new Class<?>[] {Posix.class}, (proxy, method, arguments) -> {
                    boolean trial = method.getName().equals("cloneFile")
                            && arguments[0].toString().contains(".saddlebag-part");
                    if (written.contains(method.getName()) && !trial) {
                        events.add(method.getName());
                    }
                    return called(posix, method, arguments);
                });
    }

    /** Real files, with something done before a call on such a path. */
    private HostFiles onCall(String name, String end, Runnable before) {
        return (HostFiles) Proxy.newProxyInstance(
                HostFiles.class.getClassLoader(), new Class<?>[] {HostFiles.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals(name) && arguments[0].toString().endsWith(end)) {
                        before.run();
                    }
                    return called(files, method, arguments);
                });
    }

    /** Real files, with it written down when one that was opened while it was frozen is opened and closed. */
    private HostFiles recordingClosing() {
        return (HostFiles) Proxy.newProxyInstance(
                HostFiles.class.getClassLoader(), new Class<?>[] {HostFiles.class}, (proxy, method, arguments) -> {
                    Object answer = called(files, method, arguments);
                    boolean frozen = events.contains("freeze") && !events.contains("thaw");
                    if (!method.getName().equals("openRead") || !frozen) {
                        return answer;
                    }
                    events.add("open");
                    return Proxy.newProxyInstance(
                            SeekableByteChannel.class.getClassLoader(),
                            new Class<?>[] {SeekableByteChannel.class},
                            (channel, call, with) -> {
                                if (call.getName().equals("close")) {
                                    events.add("close");
                                }
                                return called(answer, call, with);
                            });
                });
    }

    private static Object called(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

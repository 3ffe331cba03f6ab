package io.saddlebag.journal.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.catalog.jdbc.JdbcCatalog;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.InPlaceFiles;
import io.saddlebag.host.Waiter;
import io.saddlebag.host.local.Eventually;
import io.saddlebag.host.local.LocalFiles;
import io.saddlebag.host.local.LocalInPlaceFiles;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.image.Encryption;
import io.saddlebag.journal.JournalBackup;
import io.saddlebag.journal.JournalOptions;
import io.saddlebag.journal.OptionTexts;
import io.saddlebag.journal.folder.FolderJournals;
import io.saddlebag.journal.folder.FolderSettings;
import io.saddlebag.journal.folder.Settling;
import io.saddlebag.journal.jdbc.JdbcJournalChain;
import io.saddlebag.journal.postgresql.SegmentNaming;
import io.saddlebag.posix.linux.LinuxPosix;
import io.saddlebag.store.jdbc.JdbcStore;
import io.saddlebag.workbench.SimulatedTime;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A stream in the background, from a server in memory. */
@Timeout(180)
class JournalStreamTest {
    @TempDir
    Path home;

    private final TwinLog server = new TwinLog() {
        @Override
        void beforeMessage() throws IOException {
            mostReceiving.accumulateAndGet(receiving.incrementAndGet(), Math::max);
            try {
                hanging.await();
            } catch (InterruptedException e) {
                throw new InterruptedIOException();
            } finally {
                receiving.decrementAndGet();
            }
        }
    };
    private final AtomicInteger receiving = new AtomicInteger();
    private final AtomicInteger mostReceiving = new AtomicInteger();
    private volatile CountDownLatch hanging = new CountDownLatch(0);
    private final HostFiles files = new LocalFiles(new LinuxPosix());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final SimulatedTime time = new SimulatedTime();
    private final List<Duration> waited = new ArrayList<>();
    private JdbcStore store;
    private Duration stopLimit = Duration.ofSeconds(30);
    private volatile boolean throttled;
    private volatile boolean full;

    @BeforeEach
    void open() throws IOException {
        store = JdbcStore.openSqlite(home.resolve("node.db"), JdbcCatalog.FAULTS);
        Files.createDirectory(home.resolve("received"));
        server.end = 100;
    }

    @AfterEach
    void close() throws IOException {
        threads.shutdownNow();
        store.close();
    }

    private JournalStream stream(SynchronousMode mode) {
        SystemWaiter real = new SystemWaiter();
        Waiter waiter = new Waiter() {
            @Override
            public void await(Duration duration) throws InterruptedException {
                synchronized (waited) {
                    waited.add(duration);
                }
                real.await(Duration.ofMillis(2));
            }

            @Override
            public long nanos() {
                return real.nanos();
            }
        };
        InPlaceFiles disk = new LocalInPlaceFiles(files, new LinuxPosix());
        LogReceiver receiver = new LogReceiver(new LogReceiver.Parts(
                "wal",
                home.resolve("received"),
                server,
                files,
                (file, length) -> {
                    if (full) {
                        throw new BackupException(
                                io.saddlebag.host.FileFault.NO_SPACE, "the disk is full", "Free space.");
                    }
                    return disk.open(file, length);
                },
                new JdbcJournalChain(store),
                waiter,
                (message, text) -> {},
                Duration.ZERO,
                () -> throttled));
        StreamWatch watch = new StreamWatch(
                new StreamWatch.Parts(
                        "wal",
                        server,
                        home.resolve("received"),
                        files,
                        prefix -> prefix,
                        waiter,
                        (message, text) -> {},
                        Duration.ofMinutes(2)),
                receiver::progress);
        return new JournalStream(receiver, watch, mode, threads, waiter, stopLimit);
    }

    @Test
    @Tag("J19")
    void what_does_not_stop_in_time_is_told_and_nobody_else_receives_before_it_has_ended() throws Exception {
        stopLimit = Duration.ofMillis(1);
        hanging = new CountDownLatch(1);
        JournalStream stream = stream(SynchronousMode.off(server));
        stream.start();
        Eventually.holds(() -> receiving.get() == 1);

        assertThatThrownBy(stream::stop).hasMessageContaining("didn't end within");
        stream.start();
        assertThatThrownBy(stream::check).hasMessageContaining("what was told to stop is still receiving");

        hanging.countDown();
        Eventually.holds(() -> {
            try {
                stream.start();
                stream.check();
            } catch (IOException stillReceiving) {
                return false;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return stream.progress().durable() == server.end;
        });
        assertThat(mostReceiving).hasValue(1);
    }

    @Test
    @Tag("J19")
    void a_full_disk_is_told_and_tried_again_later_and_nothing_was_reported_as_durable() throws Exception {
        full = true;
        StreamedBackup backup = new StreamedBackup(
                stream(SynchronousMode.off(server)), null, Duration.ofSeconds(60), StreamedBackup.OnFailure.FAIL, time);
        List<String> failures = new ArrayList<>();
        Eventually.holds(() -> {
            failures.addAll(step(backup));
            return !failures.isEmpty();
        });
        assertThat(failures.get(0)).contains("the disk is full");
        assertThat(backup.problem()).contains("the disk is full");
        assertThat(server.told).doesNotContain("durable 100");

        full = false;
        assertThat(backup.step()).isEmpty();
        assertThat(backup.progress().connected()).isFalse();
        time.pass(StreamedBackup.PAUSE);
        Eventually.holds(() -> {
            assertThat(step(backup)).isEmpty();
            return backup.progress().durable() == 100 && backup.problem().isEmpty();
        });
        backup.stop();
        assertThat(server.told).contains("durable 100");
    }

    @Test
    @Tag("Q11")
    @Tag("J19")
    void a_clock_that_is_set_back_delays_no_new_attempt() throws Exception {
        full = true;
        StreamedBackup backup = new StreamedBackup(
                stream(SynchronousMode.off(server)), null, Duration.ofSeconds(60), StreamedBackup.OnFailure.FAIL, time);
        List<String> failures = new ArrayList<>();
        Eventually.holds(() -> {
            failures.addAll(step(backup));
            return !failures.isEmpty();
        });

        full = false;
        time.set(Duration.ofHours(-1));
        time.pass(StreamedBackup.PAUSE);

        Eventually.holds(() -> {
            assertThat(step(backup)).isEmpty();
            return backup.progress().durable() == 100 && backup.problem().isEmpty();
        });
        backup.stop();
    }

    @Test
    @Tag("J19")
    @Tag("J25")
    void what_ended_it_between_two_steps_is_told_by_the_next_one() throws Exception {
        full = true;
        StreamedBackup backup = new StreamedBackup(
                stream(SynchronousMode.off(server)), null, Duration.ofSeconds(60), StreamedBackup.OnFailure.FAIL, time);
        List<String> failures = step(backup);
        if (failures.isEmpty()) {
            Eventually.holds(() -> ((ThreadPoolExecutor) threads).getCompletedTaskCount() > 0);
            failures = step(backup);
        }

        assertThat(failures).singleElement().asString().contains("the disk is full");
    }

    @Test
    @Tag("J4")
    @Tag("J19")
    void it_ends_with_the_schedule_of_its_passes_and_what_has_come_is_durable() throws Exception {
        try (Workbench bench = new Workbench(home.resolve("bench"))) {
            JournalOptions options = OptionTexts.parse(
                    Map.of(
                            "continuous",
                            "",
                            "interval",
                            "10",
                            "until",
                            bench.time.instant().plus(Duration.ofHours(2)).toString()),
                    Encryption.NONE,
                    bench.time);
            Workbench.Node node = bench.node();
            JournalBackup passes = node.journals(
                    new FolderJournals(
                            new FolderSettings(
                                    "wal",
                                    home.resolve("received"),
                                    new SegmentNaming(TwinLog.SEGMENT),
                                    null,
                                    Duration.ZERO),
                            files,
                            new Settling(bench.time, bench.time)),
                    node.poolTarget(),
                    options,
                    (message, text) -> {});
            StreamedBackup backup = new StreamedBackup(
                    stream(SynchronousMode.off(server)),
                    passes,
                    Duration.ofSeconds(10),
                    StreamedBackup.OnFailure.FAIL,
                    bench.time);
            Eventually.holds(() -> {
                assertThat(step(backup)).isEmpty();
                return backup.progress().durable() == 100;
            });
            assertThat(backup.ended()).isFalse();

            bench.time.pass(Duration.ofHours(2));
            assertThat(backup.ended()).isTrue();
            server.end = 200;
            assertThat(step(backup)).isEmpty();

            assertThat(backup.progress().connected()).isFalse();
            long end = backup.progress().durable();
            assertThat(step(backup)).isEmpty();
            assertThat(backup.progress().connected()).isFalse();
            assertThat(server.told).contains("durable " + end);
            backup.stop();
        }
    }

    @Test
    @Tag("J4")
    @Tag("J27")
    void a_pass_that_fails_is_tried_again_later_and_meanwhile_it_is_received() throws Exception {
        List<String> told = new ArrayList<>();
        Path segments = Files.createDirectory(home.resolve("segments"));
        try (Workbench bench = new Workbench(home.resolve("bench"))) {
            Workbench.Node node = bench.node();
            JournalBackup passes = node.journals(
                    new FolderJournals(
                            new FolderSettings(
                                    "wal", segments, new SegmentNaming(TwinLog.SEGMENT), null, Duration.ZERO),
                            files,
                            new Settling(bench.time, bench.time)),
                    node.poolTarget(),
                    OptionTexts.parse(Map.of("continuous", "", "interval", "10"), Encryption.NONE, bench.time),
                    (message, text) -> told.add(message + ", " + text));
            StreamedBackup backup = new StreamedBackup(
                    stream(SynchronousMode.off(server)),
                    passes,
                    Duration.ofSeconds(10),
                    StreamedBackup.OnFailure.TRY_AGAIN,
                    bench.time);
            assertThat(step(backup)).isEmpty();
            passes.requireWell();

            Files.delete(segments);
            bench.time.pass(Duration.ofSeconds(10));
            assertThat(step(backup)).isEmpty();
            assertThat(told).hasSize(1);
            assertThat(told.get(0))
                    .startsWith("JNLFAIL, the pass over the journals of wal failed, and is tried again in 10 s: ");
            assertThatThrownBy(passes::requireWell).isInstanceOf(IOException.class);

            bench.time.pass(Duration.ofSeconds(10));
            assertThat(step(backup)).isEmpty();
            assertThat(told.get(1)).contains("failed, as did 1 before it, and is tried again in 20 s: ");
            Eventually.holds(() -> backup.progress().durable() == 100);
            bench.time.pass(Duration.ofSeconds(10));
            assertThat(step(backup)).isEmpty();
            assertThat(told).as("it isn't time yet").hasSize(2);

            Files.createDirectory(segments);
            bench.time.pass(Duration.ofSeconds(10));
            assertThat(step(backup)).isEmpty();
            assertThat(told.get(2))
                    .isEqualTo("JNLAGAIN, passes over the journals of wal go through again, after 2 that failed");
            passes.requireWell();
            backup.stop();
        }
    }

    private static List<String> step(StreamedBackup backup) {
        try {
            backup.step();
            return List.of();
        } catch (IOException e) {
            return List.of(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @Tag("J26")
    void commits_wait_a_little_longer_while_it_throttles() throws Exception {
        throttled = true;
        JournalStream stream = stream(SynchronousMode.off(server));
        stream.start();
        Eventually.holds(() -> stream.progress().durable() == 100);
        stream.stop();

        synchronized (waited) {
            assertThat(waited).contains(Duration.ofMillis(50));
        }
    }

    @Test
    @Tag("J19")
    void a_server_that_does_not_wait_for_the_copy_is_refused_after_ten_seconds() throws Exception {
        SynchronousMode mode = SynchronousMode.required(server);
        StreamProgress connected = new StreamProgress(true, 1, 1, 1, 1);
        long second = 1_000_000_000L;
        mode.begin(0);
        server.synchronous = "the server takes receiver keeper for async";
        mode.check(connected, second);
        mode.check(connected, 7 * second);

        assertThatThrownBy(() -> mode.check(connected, 13 * second))
                .isInstanceOfSatisfying(
                        BackupException.class,
                        e -> assertThat(e.is(StreamFault.NOT_SYNCHRONOUS)).isTrue())
                .hasMessageContaining(
                        "commits of database orders don't wait for the copy: the server takes receiver keeper for async");

        server.synchronous = "";
        mode.check(connected, 20 * second);
        mode.check(StreamProgress.NONE, 26 * second);
        assertThatThrownBy(() -> mode.check(StreamProgress.NONE, 31 * second))
                .hasMessageContaining("the receiver isn't connected");
    }
}

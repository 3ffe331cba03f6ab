package io.saddlebag.lease.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.host.Waiter;
import io.saddlebag.host.local.Eventually;
import io.saddlebag.lease.LeaseState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The guard's conversation, with clocks that the test moves. */
class WatchdogLoopTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    // a guard may still be writing its record when the test has ended
    @TempDir(cleanup = CleanupMode.NEVER)
    Path folder;

    private final AtomicReference<Instant> wall = new AtomicReference<>(NOON);
    private final AtomicLong nanos = new AtomicLong();
    private final ByteArrayOutputStream answers = new ByteArrayOutputStream();
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final AtomicReference<Optional<LeaseFolder.Held>> taken = new AtomicReference<>(Optional.empty());
    private volatile Runnable inPause = () -> {};
    private PipedOutputStream holder;
    private Future<LeaseState> end;

    @BeforeEach
    void begin() throws IOException {
        holder = new PipedOutputStream();
        WatchdogLoop loop = new WatchdogLoop(
                new PipedInputStream(holder),
                new PrintStream(answers, true, StandardCharsets.UTF_8),
                folder,
                "lease",
                TestGuard.returner(),
                new HandWaiter(),
                new WallClock(),
                TestGuard.QUICK);
        end = thread.submit(loop::run);
    }

    @AfterEach
    void stop() throws IOException {
        holder.close();
        thread.shutdownNow();
    }

    @Test
    @Tag("W20")
    @Tag("Q11")
    void a_wall_clock_that_jumps_either_way_moves_no_deadline() throws Exception {
        say("arm {'purpose':'p','action':{'kind':'note','facts':{'file':'" + notes() + "'}},'lengthMillis':60000}");
        hears("ready 2026-11-21T12:01:00Z");

        wall.set(NOON.plus(Duration.ofHours(3)));
        nanos.set(Duration.ofMillis(59_999).toNanos());
        say("renew 60000");
        hears("held 2026-11-21T15:01:00Z");
        wall.set(NOON.minus(Duration.ofHours(3)));
        assertThat(notes()).doesNotExist();

        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        hears("acted ok");
        assertThat(end.get()).isEqualTo(LeaseState.ACTED);
        assertThat(notes()).hasContent("x");
    }

    @Test
    @Tag("W20")
    void a_release_that_comes_at_the_deadline_is_too_late_and_one_before_it_is_not() throws Exception {
        say("arm {'purpose':'p','action':{'kind':'note','facts':{'file':'" + notes() + "'}},'lengthMillis':1000}");
        hears("ready 2026-11-21T12:00:01Z");
        nanos.set(Duration.ofSeconds(1).toNanos() - 1);
        say("release");
        hears("released");
        assertThat(end.get()).isEqualTo(LeaseState.RELEASED);
        assertThat(notes()).doesNotExist();
    }

    @Test
    @Tag("W20")
    void words_it_does_not_know_change_nothing() throws Exception {
        say("arm {'purpose':'p','action':{'kind':'note','facts':{'file':'" + notes() + "'}},'lengthMillis':1000}");
        say("renew -5");
        say("renew soon");
        say("what");
        say("release");
        hears("ready 2026-11-21T12:00:01Z\nunknown\nunknown\nunknown\nreleased");
    }

    @Test
    @Tag("W20")
    void a_request_that_can_not_be_read_is_refused_and_leaves_no_record() throws Exception {
        say("arm {torn");
        Eventually.holds(() -> said().startsWith("refused "));
        assertThat(end.get()).isEqualTo(LeaseState.RELEASED);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    @Tag("W20")
    void a_holder_that_dies_before_it_armed_anything_leaves_nothing_to_do() throws Exception {
        holder.close();
        assertThat(end.get()).isEqualTo(LeaseState.RELEASED);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    @Tag("W20")
    @Tag("Q11")
    void a_holder_that_dies_while_its_guard_waits_for_the_source_has_stopped_nothing() throws Exception {
        try (LeaseFolder.Held earlier =
                new LeaseFolder(folder).lockSource("database orders").orElseThrow()) {
            earlier.requireOpen();
            say("arm {'purpose':'p','action':{'kind':'note','facts':{'file':'" + notes()
                    + "','database':'orders'}},'lengthMillis':60000}");
            holder.close();
            assertThat(end.get()).isEqualTo(LeaseState.RELEASED);
        }
        assertThat(notes()).doesNotExist();
        assertThat(folder.resolve("lease.json")).doesNotExist();
    }

    @Test
    @Tag("W20")
    @Tag("Q11")
    void a_guard_that_waits_too_long_for_the_source_refuses() throws Exception {
        try (LeaseFolder.Held earlier =
                new LeaseFolder(folder).lockSource("database orders").orElseThrow()) {
            earlier.requireOpen();
            say("arm {'purpose':'p','action':{'kind':'note','facts':{'file':'" + notes()
                    + "','database':'orders'}},'lengthMillis':60000}");
            Eventually.holds(() -> {
                nanos.addAndGet(Duration.ofSeconds(5).toNanos());
                return said().startsWith("refused database orders is guarded by another lease");
            });
            assertThat(end.get()).isEqualTo(LeaseState.RELEASED);
        }
    }

    @Test
    @Tag("W20")
    void a_lease_folder_that_can_no_longer_be_written_does_not_keep_the_source_down() throws Exception {
        say("arm {'purpose':'p','action':{'kind':'note','facts':{'file':'" + notes() + "'}},'lengthMillis':60000}");
        hears("ready 2026-11-21T12:01:00Z");
        // a folder in its place: the record can't be replaced any more
        Files.createDirectory(folder.resolve("lease.new"));
        holder.close();

        hears("acted ok");
        assertThat(notes()).hasContent("x");
        assertThat(folder.resolve("lease.json")).doesNotExist();
    }

    @Test
    @Tag("W20")
    void between_two_attempts_a_new_holder_may_take_the_source_over_unless_something_is_half_done() throws Exception {
        inPause = this::takeSource;
        say("arm {'purpose':'p','action':{'kind':'fail','facts':{'database':'orders','whole':'yes'}},"
                + "'lengthMillis':60000}");
        hears("ready 2026-11-21T12:01:00Z");
        holder.close();

        hears("acted failed another lease guards the source now");
        assertThat(end.get()).isEqualTo(LeaseState.RELEASED);
        assertThat(taken.get()).isPresent();
        taken.get().get().close();
    }

    @Test
    @Tag("W20")
    void a_source_with_something_half_done_is_never_taken_over() throws Exception {
        inPause = this::takeSource;
        say("arm {'purpose':'p','action':{'kind':'fail','facts':{'database':'orders'}},'lengthMillis':60000}");
        hears("ready 2026-11-21T12:01:00Z");
        holder.close();

        Eventually.holds(() -> said().contains("acted failed"));
        assertThat(end.get()).isEqualTo(LeaseState.FAILED);
        assertThat(taken.get()).isEmpty();
    }

    /** Another guard asks for it, on this thread's behalf. */
    private void takeSource() {
        try {
            taken.set(new LeaseFolder(folder).lockSource("database orders"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void say(String line) throws IOException {
        holder.write((line.replace('\'', '"') + "\n").getBytes(StandardCharsets.UTF_8));
        holder.flush();
    }

    private void hears(String last) {
        Eventually.holds(() -> said().stripTrailing().endsWith(last));
    }

    private String said() {
        return answers.toString(StandardCharsets.UTF_8);
    }

    private Path notes() {
        return folder.resolve("notes");
    }

    private final class HandWaiter implements Waiter {
        @Override
        public void await(Duration duration) {
            inPause.run();
            nanos.addAndGet(duration.toNanos());
        }

        @Override
        public long nanos() {
            return nanos.get();
        }
    }

    private final class WallClock extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return wall.get();
        }
    }
}

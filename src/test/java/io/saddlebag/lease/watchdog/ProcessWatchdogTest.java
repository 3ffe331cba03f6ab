package io.saddlebag.lease.watchdog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.local.Eventually;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.lease.LeaseFault;
import io.saddlebag.lease.LeaseRecord;
import io.saddlebag.lease.LeaseState;
import io.saddlebag.lease.QuiesceLease;
import io.saddlebag.lease.Watchdog;
import io.saddlebag.lease.WatchdogContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** With real guard processes. */
class ProcessWatchdogTest extends WatchdogContract {
    // a guard may still be writing its record when the test has ended
    @TempDir(cleanup = CleanupMode.NEVER)
    Path folder;

    private final SystemWaiter waiter = new SystemWaiter();

    @Override
    protected Watchdog watchdog() {
        return new ProcessWatchdog(TestGuard.command(), leaseFolder(), Clock.systemUTC(), waiter);
    }

    @Override
    protected Watchdog.Action action() {
        return new Watchdog.Action("note", Map.of("file", notes().toString()));
    }

    @Override
    protected int timesBroughtBack() throws Exception {
        return Files.exists(notes()) ? Files.readString(notes()).length() : 0;
    }

    @Override
    protected int timesCommitted() throws Exception {
        Path committed = Path.of(notes() + ".committed");
        return Files.exists(committed) ? Files.readString(committed).length() : 0;
    }

    @Override
    protected Watchdog.Action uncommittable() {
        return new Watchdog.Action("fail", Map.of());
    }

    @Override
    protected void letShortPass() throws Exception {
        waiter.await(SHORT.multipliedBy(2));
    }

    @Override
    protected void settle() {
        Eventually.holds(() -> records().stream()
                .allMatch(lease -> ProcessHandle.of(lease.guard()).isEmpty()
                        || !ProcessHandle.of(lease.guard()).get().isAlive()
                        || lease.state() == LeaseState.ACTED
                        || lease.state() == LeaseState.FAILED
                        || lease.state() == LeaseState.RELEASED));
    }

    @Override
    protected void killGuard(QuiesceLease lease) {
        ProcessHandle guard =
                ProcessHandle.of(((ProcessLease) lease).guardPid()).orElseThrow();
        guard.destroyForcibly();
        guard.onExit().join();
    }

    @Override
    protected List<LeaseRecord> records() {
        try {
            return register().list();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @Tag("W20")
    void the_guard_leads_a_session_of_its_own() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/self/stat")), "sessions are read from /proc");
        try (QuiesceLease lease = watchdog().arm("stop of orders", action(), LONG)) {
            long guard = ((ProcessLease) lease).guardPid();
            String[] stat = Files.readString(Path.of("/proc/" + guard + "/stat"))
                    .replaceFirst(".*\\) ", "")
                    .split(" ");
            // after the program's name: state, parent, process group, session
            assertThat(Long.parseLong(stat[3])).isEqualTo(guard);
            assertThat(records().get(0).guard()).isEqualTo(guard);
            lease.release();
        }
    }

    @Test
    @Tag("W20")
    void a_guard_that_is_told_to_end_brings_the_source_back_first() throws Exception {
        QuiesceLease lease = watchdog().arm("stop of orders", action(), LONG);

        ProcessHandle.of(((ProcessLease) lease).guardPid()).orElseThrow().destroy();
        settle();

        assertThat(lease.release()).isFalse();
        assertThat(timesBroughtBack()).isEqualTo(1);
    }

    @Test
    @Tag("W20")
    void a_guard_that_hangs_is_lost_and_then_ended_so_that_it_can_not_act_later() throws Exception {
        QuiesceLease lease =
                impatient(ProcessWatchdog.READY_LIMIT).arm("stop of orders", action(), Duration.ofSeconds(3));
        long guard = ((ProcessLease) lease).guardPid();
        signal("STOP", guard);

        assertThat(lease.release()).isTrue();

        assertThat(ProcessHandle.of(guard).filter(ProcessHandle::isAlive)).isEmpty();
        assertThat(timesBroughtBack()).isZero();
        assertThat(records()).extracting(LeaseRecord::state).containsExactly(LeaseState.RELEASED);
    }

    @Test
    @Tag("W20")
    void an_interrupted_thread_still_learns_what_the_lease_was_worth() throws Exception {
        QuiesceLease lease = watchdog().arm("stop of orders", action(), LONG);
        Thread.currentThread().interrupt();

        boolean released = lease.release();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(released).isTrue();
    }

    @Test
    @Tag("W20")
    void a_program_that_is_not_there_or_ends_or_is_slow_is_no_watchdog_and_leaves_nothing() {
        refused(List.of("/nowhere/java"), "/nowhere/java");
        refused(List.of("true"), "with exit code 0");
        assertThatThrownBy(() -> impatient(Duration.ofSeconds(2))
                        .arm("stop of orders", new Watchdog.Action("slow", Map.of()), LONG))
                .hasMessageContaining("SBG-Q001")
                .hasMessageContaining("was not ready within PT2S");
        assertThat(leaseFolder()).isEmptyDirectory();
    }

    @Test
    @Tag("W20")
    void a_source_that_does_not_come_back_becomes_a_durable_alarm_after_bounded_attempts() throws Exception {
        QuiesceLease lease = watchdog().arm("stop of orders", new Watchdog.Action("fail", Map.of()), LONG);
        long guard = ((ProcessLease) lease).guardPid();

        lease.close();
        Eventually.holds(
                () -> ProcessHandle.of(guard).filter(ProcessHandle::isAlive).isEmpty());

        LeaseRecord alarm = records().get(0);
        assertThat(alarm.state()).isEqualTo(LeaseState.FAILED);
        assertThat(alarm.attempts()).isEqualTo(3);
        assertThat(alarm.lastError()).isEqualTo("not today");
        assertThat(Files.readString(leaseFolder().resolve(lease.id() + ".log")))
                .contains(" armed: stop of orders\n")
                .contains(" acting: the holder is gone\n")
                .contains(" attempt 3 of 3 failed: not today\n")
                .contains(" ALARM: the source is not back: not today\n");
        assertThat(register().abandoned()).containsExactly(alarm);
    }

    @Test
    @Tag("W20")
    @Tag("Q11")
    void a_source_has_one_guard_at_a_time() throws Exception {
        QuiesceLease first = watchdog().arm("stop of orders", ofOrders(), LONG);
        Future<QuiesceLease> second;
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            second = other.submit(() -> watchdog().arm("stop of orders again", ofOrders(), LONG));
            // whoever guards another source waits for nobody
            assertThat(watchdog().arm("stop of billing", of("billing"), LONG).release())
                    .isTrue();
            assertThat(second).isNotDone();
            first.close();
            assertThat(second.get(1, TimeUnit.MINUTES).release()).isTrue();
        } finally {
            other.shutdown();
        }
        // what the first brought back, it had brought back before the second was armed
        assertThat(timesBroughtBack()).isEqualTo(1);
    }

    @Test
    @Tag("W20")
    @Tag("Q11")
    void an_abandoned_lease_is_not_acted_on_under_the_hands_of_another_holder() throws Exception {
        QuiesceLease abandoned = watchdog().arm("stop of orders", ofOrders(), LONG);
        killGuard(abandoned);
        QuiesceLease held = watchdog().arm("stop of orders again", ofOrders(), LONG);

        assertThat(register().bringBackAbandoned(TestGuard.returner(), line -> {}))
                .isEmpty();
        assertThat(timesBroughtBack()).isZero();

        assertThat(held.release()).isTrue();
        Eventually.holds(() -> ProcessHandle.of(((ProcessLease) held).guardPid())
                .filter(ProcessHandle::isAlive)
                .isEmpty());
        assertThat(register().bringBackAbandoned(TestGuard.returner(), line -> {}))
                .hasSize(1);
        assertThat(timesBroughtBack()).isEqualTo(1);
    }

    private Watchdog.Action ofOrders() {
        return of("orders");
    }

    private Watchdog.Action of(String database) {
        return new Watchdog.Action("note", Map.of("file", notes().toString(), "database", database));
    }

    @Test
    @Tag("W20")
    @Tag("W3")
    void a_lease_whose_guard_is_dead_is_abandoned_and_the_node_brings_the_source_back() throws Exception {
        QuiesceLease held = watchdog().arm("stop of billing", action(), LONG);
        QuiesceLease left = watchdog().arm("stop of orders", action(), LONG);
        assertThat(register().abandoned()).isEmpty();
        killGuard(left);

        assertThat(register().abandoned()).extracting(LeaseRecord::id).containsExactly(left.id());
        List<String> log = new ArrayList<>();
        List<LeaseRecord> taken = register().bringBackAbandoned(TestGuard.returner(), log::add);

        assertThat(taken).extracting(LeaseRecord::state).containsExactly(LeaseState.ACTED);
        assertThat(timesBroughtBack()).isEqualTo(1);
        assertThat(log.get(0)).contains("(stop of orders) has lost its guard");
        assertThat(register().bringBackAbandoned(TestGuard.returner(), log::add))
                .isEmpty();
        assertThat(left.release()).isFalse();
        assertThat(held.release()).isTrue();
    }

    @Test
    @Tag("W20")
    void a_broken_record_is_named_and_does_not_keep_the_other_sources_down() throws Exception {
        QuiesceLease left = watchdog().arm("stop of orders", action(), LONG);
        killGuard(left);
        Files.writeString(leaseFolder().resolve("00000000T000000.000Z-1-1.json"), "{torn");

        assertThatThrownBy(() -> register().bringBackAbandoned(TestGuard.returner(), line -> {}))
                .hasMessageContaining("00000000T000000.000Z-1-1.json isn't JSON");
        assertThat(timesBroughtBack()).isEqualTo(1);
    }

    private Watchdog impatient(Duration readyLimit) {
        return new ProcessWatchdog(
                TestGuard.command(), leaseFolder(), Clock.systemUTC(), waiter, readyLimit, Duration.ofSeconds(1));
    }

    private void refused(List<String> command, String why) {
        assertThatThrownBy(() -> new ProcessWatchdog(command, leaseFolder(), Clock.systemUTC(), waiter)
                        .arm("stop of orders", action(), LONG))
                .isInstanceOfSatisfying(
                        BackupException.class,
                        failure ->
                                assertThat(failure.is(LeaseFault.NO_WATCHDOG)).isTrue())
                .hasMessageContaining(why);
    }

    private static void signal(String name, long process) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process))
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }

    private Leases register() {
        return new Leases(leaseFolder(), waiter, TestGuard.QUICK);
    }

    private Path leaseFolder() {
        return folder.resolve("leases");
    }

    private Path notes() {
        return folder.resolve("notes");
    }
}

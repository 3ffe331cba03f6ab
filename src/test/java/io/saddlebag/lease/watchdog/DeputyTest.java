package io.saddlebag.lease.watchdog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.local.Eventually;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.lease.LeaseActions;
import io.saddlebag.lease.LeaseFault;
import io.saddlebag.lease.LeaseRecord;
import io.saddlebag.lease.LeaseState;
import io.saddlebag.lease.Watchdog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** With real processes: a freeze that nobody else would end has a guard, and a deputy that outlives that. */
class DeputyTest {
    private static final Duration LONG = Duration.ofMinutes(10);

    @TempDir(cleanup = CleanupMode.NEVER)
    Path folder;

    @Test
    @Tag("W7")
    @Tag("W20")
    void a_guard_that_is_killed_is_stood_in_for_at_once() throws Exception {
        ProcessLease lease = arm(thaw());
        kill(lease.guardPid());

        Eventually.holds(() -> timesThawed() == 1);
        awaitEnd(lease.deputyPid());
        assertThat(records()).extracting(LeaseRecord::state).containsExactly(LeaseState.ACTED);
        assertThatThrownBy(() -> lease.renew(LONG))
                .isInstanceOfSatisfying(
                        BackupException.class,
                        failure -> assertThat(failure.is(LeaseFault.LOST)).isTrue());
        assertThat(lease.release()).as("whatever was frozen was thawed before").isFalse();
        assertThat(timesThawed()).isEqualTo(1);
    }

    @Test
    @Tag("W20")
    void of_a_lease_that_is_released_the_deputy_sees_the_end_only() throws Exception {
        ProcessLease lease = arm(thaw());

        assertThat(lease.release()).isTrue();
        awaitEnd(lease.deputyPid());
        assertThat(timesThawed()).isZero();
    }

    @Test
    @Tag("W20")
    void a_lease_that_its_guard_has_carried_out_is_not_carried_out_twice() throws Exception {
        ProcessLease lease = arm(thaw());
        lease.close();

        awaitEnd(lease.deputyPid());
        assertThat(timesThawed()).isEqualTo(1);
    }

    @Test
    @Tag("W20")
    void a_lease_left_to_a_dead_guard_is_its_deputys() throws Exception {
        ProcessLease lease = arm(thaw());
        signal("STOP", lease.deputyPid());
        kill(lease.guardPid());
        signal("CONT", lease.deputyPid());

        lease.close();
        Eventually.holds(() -> timesThawed() == 1);
    }

    @Test
    @Tag("W20")
    void a_lease_left_to_a_guard_that_hangs_is_its_deputys() throws Exception {
        ProcessLease lease = arm(thaw());
        signal("STOP", lease.guardPid());

        lease.close();
        Eventually.holds(() -> timesThawed() == 1);
    }

    @Test
    @Tag("W20")
    void a_deputy_that_hangs_does_not_act_after_the_release() throws Exception {
        ProcessLease lease = arm(thaw());
        signal("STOP", lease.deputyPid());
        kill(lease.guardPid());

        assertThat(lease.release()).as("nobody has acted").isTrue();
        awaitEnd(lease.deputyPid());
        assertThat(timesThawed()).isZero();
        assertThat(records()).extracting(LeaseRecord::state).containsExactly(LeaseState.RELEASED);
    }

    @Test
    @Tag("W20")
    void what_ends_by_itself_has_no_deputy() throws Exception {
        ProcessLease lease = arm(new Watchdog.Action("note", Map.of("file", notes().toString())));

        assertThat(lease.deputyPid()).isZero();
        assertThat(lease.release()).isTrue();
        assertThat(LeaseActions.outlivesHolders(
                        new Watchdog.Action(LeaseActions.END_BACKUP, Map.of(LeaseActions.ENDS_WITH_PROCESS, "true"))))
                .isFalse();
        assertThat(LeaseActions.outlivesHolders(new Watchdog.Action(LeaseActions.END_BACKUP, Map.of())))
                .isTrue();
    }

    private ProcessLease arm(Watchdog.Action action) throws Exception {
        return (ProcessLease) new ProcessWatchdog(
                        TestGuard.command(),
                        folder.resolve("leases"),
                        Clock.systemUTC(),
                        new SystemWaiter(),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(3))
                .arm("freeze", action, LONG);
    }

    private Watchdog.Action thaw() {
        return new Watchdog.Action(
                LeaseActions.THAW, Map.of("file", notes().toString(), LeaseActions.MOUNT_POINT, folder.toString()));
    }

    private int timesThawed() {
        try {
            return Files.exists(notes()) ? Files.readString(notes()).length() : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path notes() {
        return folder.resolve("notes");
    }

    private List<LeaseRecord> records() throws IOException {
        return new Leases(folder.resolve("leases"), new SystemWaiter(), TestGuard.QUICK).list();
    }

    private static void kill(long process) throws Exception {
        signal("KILL", process);
        awaitEnd(process);
    }

    private static void awaitEnd(long process) throws Exception {
        ProcessHandle handle = ProcessHandle.of(process).orElse(null);
        if (handle != null) {
            handle.onExit().get(60, TimeUnit.SECONDS);
        }
    }

    private static void signal(String name, long process) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process))
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }
}

package io.saddlebag.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.fault.BackupException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Holds for every {@link Watchdog}. Lengths are so that a process can meet them. */
public abstract class WatchdogContract {
    protected static final Duration LONG = Duration.ofMinutes(5);
    protected static final Duration SHORT = Duration.ofMillis(400);

    /** Its actions of kind {@code note} are counted; others it doesn't know. */
    protected abstract Watchdog watchdog();

    /** How often a source was brought back. */
    protected abstract int timesBroughtBack() throws Exception;

    /** How often a guard did what was prepared. */
    protected abstract int timesCommitted() throws Exception;

    /** Lets {@link #SHORT} and a little more pass. */
    protected abstract void letShortPass() throws Exception;

    /** Returns when the guards have nothing left to do. */
    protected abstract void settle() throws Exception;

    /** Ends the guard of the lease without a chance to act. */
    protected abstract void killGuard(QuiesceLease lease) throws Exception;

    protected abstract List<LeaseRecord> records() throws Exception;

    /** An action whose commit fails with {@code not today}. */
    protected abstract Watchdog.Action uncommittable();

    protected Watchdog.Action action() {
        return new Watchdog.Action("note", Map.of());
    }

    @Test
    @Tag("W20")
    void released_in_time_nothing_happens() throws Exception {
        QuiesceLease lease = watchdog().arm("stop of orders", action(), LONG);

        assertThat(lease.release()).isTrue();
        settle();

        assertThat(timesBroughtBack()).isZero();
        assertThat(records()).extracting(LeaseRecord::state).containsExactly(LeaseState.RELEASED);
        lease.close();
        assertThat(lease.release()).isTrue();
        assertThat(timesBroughtBack()).isZero();
    }

    @Test
    @Tag("W20")
    void an_armed_lease_is_shown_with_purpose_action_and_deadline() throws Exception {
        QuiesceLease lease = watchdog().arm("stop of orders", action(), LONG);

        LeaseRecord shown = records().get(0);
        assertThat(shown.id()).isEqualTo(lease.id());
        assertThat(shown.purpose()).isEqualTo("stop of orders");
        assertThat(shown.action()).isEqualTo(action());
        assertThat(shown.state()).isEqualTo(LeaseState.ARMED);
        assertThat(Duration.between(shown.armedAt(), shown.deadline())).isBetween(LONG, LONG.plusSeconds(5));
        lease.release();
    }

    @Test
    @Tag("W20")
    void after_the_deadline_the_source_is_back_once_and_the_lease_is_lost() throws Exception {
        QuiesceLease lease = watchdog().arm("stop of orders", action(), SHORT);
        letShortPass();
        settle();

        assertThatThrownBy(() -> lease.renew(LONG))
                .isInstanceOfSatisfying(
                        BackupException.class,
                        failure -> assertThat(failure.is(LeaseFault.LOST)).isTrue())
                .hasMessageContaining("lease " + lease.id() + " is lost");
        assertThat(lease.release()).isFalse();
        lease.close();
        settle();
        assertThat(timesBroughtBack()).isEqualTo(1);
        assertThat(records()).extracting(LeaseRecord::state).containsExactly(LeaseState.ACTED);
    }

    @Test
    @Tag("W20")
    @Tag("W12")
    void what_was_prepared_is_done_by_the_guard_and_the_lease_goes_on() throws Exception {
        QuiesceLease lease = watchdog().arm("restore of orders", action(), LONG);

        lease.commit();

        assertThat(timesCommitted()).isEqualTo(1);
        lease.renew(LONG);
        assertThat(lease.release()).isTrue();
        assertThat(timesBroughtBack()).isZero();
    }

    @Test
    @Tag("W20")
    @Tag("W12")
    void what_was_prepared_is_never_done_once_the_source_was_brought_back() throws Exception {
        QuiesceLease lease = watchdog().arm("restore of orders", action(), SHORT);
        letShortPass();

        assertThatThrownBy(lease::commit)
                .isInstanceOfSatisfying(
                        BackupException.class,
                        failure -> assertThat(failure.is(LeaseFault.LOST)).isTrue());

        settle();
        assertThat(timesCommitted()).isZero();
        assertThat(timesBroughtBack()).isEqualTo(1);
    }

    @Test
    @Tag("W20")
    @Tag("W12")
    void what_the_guard_can_not_do_is_said_and_the_lease_goes_on() throws Exception {
        QuiesceLease lease = watchdog().arm("stop of orders", uncommittable(), LONG);

        assertThatThrownBy(lease::commit)
                .isInstanceOfSatisfying(
                        BackupException.class,
                        failure ->
                                assertThat(failure.is(LeaseFault.NOT_COMMITTED)).isTrue())
                .hasMessageContaining("not today");

        lease.renew(LONG);
        assertThat(lease.release()).isTrue();
    }

    @Test
    @Tag("W20")
    void a_renewed_lease_outlives_its_first_deadline() throws Exception {
        QuiesceLease lease = watchdog().arm("stop of orders", action(), SHORT);
        lease.renew(LONG);
        letShortPass();

        lease.renew(LONG);
        assertThat(lease.release()).isTrue();
        settle();
        assertThat(timesBroughtBack()).isZero();
    }

    @Test
    @Tag("W20")
    void a_lease_left_to_its_guard_brings_the_source_back_at_once() throws Exception {
        QuiesceLease lease = watchdog().arm("stop of orders", action(), LONG);

        lease.close();
        settle();

        assertThat(timesBroughtBack()).isEqualTo(1);
        assertThat(lease.release()).isFalse();
        assertThat(records()).extracting(LeaseRecord::state).containsExactly(LeaseState.ACTED);
    }

    @Test
    @Tag("W20")
    void with_a_dead_guard_the_lease_is_lost_but_it_is_known_that_nobody_acted() throws Exception {
        QuiesceLease lease = watchdog().arm("stop of orders", action(), LONG);
        killGuard(lease);

        assertThatThrownBy(() -> lease.renew(LONG))
                .isInstanceOfSatisfying(
                        BackupException.class,
                        failure -> assertThat(failure.is(LeaseFault.LOST)).isTrue());
        assertThat(lease.release()).isTrue();
        assertThat(timesBroughtBack()).isZero();
        assertThat(records()).extracting(LeaseRecord::state).containsExactly(LeaseState.RELEASED);
    }

    @Test
    @Tag("W20")
    void leaving_a_lease_to_a_dead_guard_is_an_alarm() throws Exception {
        QuiesceLease lease = watchdog().arm("stop of orders", action(), LONG);
        killGuard(lease);

        assertThatThrownBy(lease::close)
                .isInstanceOfSatisfying(
                        BackupException.class,
                        failure ->
                                assertThat(failure.is(LeaseFault.ACTION_FAILED)).isTrue());
        assertThat(records()).extracting(LeaseRecord::state).containsExactly(LeaseState.ARMED);
    }

    @Test
    @Tag("W20")
    void an_action_that_the_guard_does_not_know_is_refused_before_anything_is_stopped() throws Exception {
        assertThatThrownBy(
                        () -> watchdog().arm("stop of orders", new Watchdog.Action("start-database", Map.of()), LONG))
                .isInstanceOfSatisfying(
                        BackupException.class,
                        failure ->
                                assertThat(failure.is(LeaseFault.NO_WATCHDOG)).isTrue())
                .hasMessageContaining("start-database");
        assertThat(records()).isEmpty();
    }
}

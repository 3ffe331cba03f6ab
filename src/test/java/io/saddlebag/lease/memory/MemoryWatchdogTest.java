package io.saddlebag.lease.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.lease.LeaseRecord;
import io.saddlebag.lease.LeaseState;
import io.saddlebag.lease.QuiesceLease;
import io.saddlebag.lease.ReturnAttempts;
import io.saddlebag.lease.SourceReturner;
import io.saddlebag.lease.Watchdog;
import io.saddlebag.lease.WatchdogContract;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class MemoryWatchdogTest extends WatchdogContract {
    private final HandClock clock = new HandClock();
    private final Notes returner = new Notes();
    private final MemoryWatchdog watchdog = new MemoryWatchdog(clock, returner);

    @Override
    protected Watchdog watchdog() {
        return watchdog;
    }

    @Override
    protected int timesBroughtBack() {
        return returner.times;
    }

    @Override
    protected int timesCommitted() {
        return returner.commits;
    }

    @Override
    protected Watchdog.Action uncommittable() {
        return new Watchdog.Action("note", Map.of("uncommittable", "true"));
    }

    @Override
    protected void letShortPass() {
        clock.now = clock.now.plus(SHORT);
    }

    @Override
    protected void settle() throws Exception {
        watchdog.look();
    }

    @Override
    protected void killGuard(QuiesceLease lease) {
        watchdog.guardsDie();
    }

    @Override
    protected List<LeaseRecord> records() {
        return watchdog.list();
    }

    @Test
    @Tag("W20")
    void a_holder_that_dies_gets_its_sources_back_at_once() throws Exception {
        watchdog.arm("stop of orders", action(), LONG);
        watchdog.holderDies();
        assertThat(returner.times).isEqualTo(1);
    }

    @Test
    @Tag("W20")
    void a_source_that_does_not_come_back_becomes_an_alarm_after_a_bounded_number_of_attempts() throws Exception {
        returner.failures = Integer.MAX_VALUE;
        watchdog.arm("stop of orders", action(), SHORT);
        letShortPass();
        watchdog.look();
        LeaseRecord failed = watchdog.list().get(0);
        assertThat(failed.state()).isEqualTo(LeaseState.FAILED);
        assertThat(failed.attempts()).isEqualTo(ReturnAttempts.DEFAULT.most());
        assertThat(failed.lastError()).isEqualTo("not yet");
    }

    @Test
    @Tag("W20")
    void refused_guards_stop_nothing() {
        watchdog.refuse();
        assertThatThrownBy(() -> watchdog.arm("stop of orders", action(), LONG)).hasMessageContaining("SBG-Q001");
    }

    private static final class Notes implements SourceReturner {
        private int times;
        private int failures;
        private int commits;

        @Override
        public void prepare(Watchdog.Action action) throws IOException {
            if (!action.kind().equals("note")) {
                throw new IOException("unknown action " + action.kind());
            }
        }

        @Override
        public void commit(Watchdog.Action action, Consumer<String> log) throws IOException {
            if (action.facts().containsKey("uncommittable")) {
                throw new IOException("not today");
            }
            commits++;
        }

        @Override
        public void bringBack(Watchdog.Action action, Consumer<String> log) throws IOException {
            if (failures > 0) {
                failures--;
                throw new IOException("not yet");
            }
            times++;
        }
    }

    private static final class HandClock extends Clock {
        private Instant now = Instant.parse("2026-11-21T02:00:00Z");

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
            return now;
        }
    }
}

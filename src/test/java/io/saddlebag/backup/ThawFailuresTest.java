package io.saddlebag.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.database.DatabaseFault;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Obligation;
import io.saddlebag.lease.LeaseActions;
import io.saddlebag.lease.LeaseRecord;
import io.saddlebag.lease.LeaseState;
import io.saddlebag.workbench.Trouble;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who lets writes go on when a thaw fails, and the next one, and the one after that: the second table of docs/outcomes.md. */
@Tag("W22")
@Tag("W20")
@Tag("W7")
class ThawFailuresTest {
    private static final Trouble REFUSES = () -> {
        throw Workbench.failure(DatabaseFault.BACKUP_MODE_LOST, "the engine doesn't thaw");
    };

    @TempDir
    Path home;

    private Workbench bench;
    private int abandoned;

    @BeforeEach
    void open() throws IOException {
        bench = new Workbench(home);
        bench.orders.writer.beforeThaw = REFUSES;
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    /** The first so many attempts to end it in the other way fail. */
    private void otherWayFails(int times) {
        abandoned = 0;
        bench.orders.writer.beforeAbandon = () -> {
            if (abandoned++ < times) {
                throw new IOException("the engine doesn't answer");
            }
        };
    }

    private Job failed() throws Exception {
        Job job = bench.node().backupOnline();
        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(bench.backupState()).isEqualTo("none");
        assertThat(bench.snapshots.left()).isEmpty();
        return job;
    }

    private void open(boolean expected) throws IOException {
        assertThat(bench.orders.writer.frozen).isEqualTo(!expected);
        assertThat(bench.orders.writer.mode == null).isEqualTo(expected);
        assertThat(bench.log().owed().stream().map(Obligation::kind).anyMatch(LeaseActions.END_BACKUP::equals))
                .isEqualTo(!expected);
    }

    private LeaseState lease() {
        return bench.watchdog.list().stream()
                .map(LeaseRecord::state)
                .reduce((first, last) -> last)
                .orElseThrow();
    }

    private void nextStart() throws Exception {
        bench.node().recover();
    }

    @Test
    void a_thaw_that_fails_is_made_good_by_the_job_itself() throws Exception {
        Job job = failed();

        assertThat(job.cause()).contains("SBG-D010", "the engine doesn't thaw").doesNotContain("SBG-B029");
        open(true);
        assertThat(lease()).isEqualTo(LeaseState.RELEASED);
    }

    @Test
    void what_the_job_cant_end_in_either_way_its_guard_ends_at_once() throws Exception {
        otherWayFails(1);

        Job job = failed();

        assertThat(job.cause())
                .contains("the engine doesn't thaw", "SBG-B029 writes to database orders may still WAIT");
        assertThat(bench.orders.writer.frozen).isFalse();
        assertThat(lease()).isEqualTo(LeaseState.ACTED);
        nextStart();
        open(true);
    }

    @Test
    void when_the_guard_cant_either_the_job_says_that_writes_may_wait_and_the_next_start_ends_it() throws Exception {
        otherWayFails(Integer.MAX_VALUE);

        Job job = failed();

        assertThat(job.cause())
                .contains("the engine doesn't thaw", "SBG-B029 writes to database orders may still WAIT");
        assertThat(lease()).isEqualTo(LeaseState.FAILED);
        open(false);

        nextStart();
        open(false);
        otherWayFails(0);
        nextStart();
        open(true);
    }

    @Test
    void a_guard_that_cant_thaw_at_the_limit_leaves_it_to_the_job() throws Exception {
        bench.orders.writer.beforeThaw = Trouble.NONE;
        otherWayFails(Integer.MAX_VALUE);
        bench.snapshots.afterCreate = () -> {
            bench.time.pass(Workbench.FREEZE);
            bench.watchdog.look();
            assertThat(lease()).isEqualTo(LeaseState.FAILED);
            assertThat(bench.orders.writer.frozen).isTrue();
            otherWayFails(0);
        };

        Job job = failed();

        assertThat(job.cause()).contains("SBG-B021", "they waited for").doesNotContain("SBG-B029");
        open(true);
    }

    /** Nobody has seen that writes go on, so nobody says it. */
    @Test
    void when_neither_guard_nor_job_can_thaw_at_the_limit_it_isnt_said_that_writes_go_on() throws Exception {
        otherWayFails(Integer.MAX_VALUE);
        bench.snapshots.afterCreate = () -> {
            bench.time.pass(Workbench.FREEZE);
            bench.watchdog.look();
        };

        Job job = failed();

        assertThat(job.cause())
                .contains("the engine doesn't thaw", "SBG-B029 writes to database orders may still WAIT")
                .doesNotContain("SBG-B021")
                .doesNotContain("writes go on");
        open(false);
        otherWayFails(0);
        nextStart();
        open(true);
    }
}

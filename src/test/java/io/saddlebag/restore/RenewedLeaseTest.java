package io.saddlebag.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("R7")
@Tag("W20")
class RenewedLeaseTest {
    private static final Duration OFTEN = Duration.ofMillis(1);

    private final ExecutorService workers = Executors.newFixedThreadPool(1);
    private final AtomicInteger renewals = new AtomicInteger();

    @AfterEach
    void end() {
        workers.shutdownNow();
    }

    @Test
    void it_is_renewed_again_and_again_while_the_work_says_nothing_and_not_afterwards() throws Exception {
        CountDownLatch threeTimes = new CountDownLatch(3);
        RenewedLease lease = new RenewedLease(
                workers,
                () -> {
                    renewals.incrementAndGet();
                    threeTimes.countDown();
                },
                OFTEN);

        lease.during(() -> assertThat(threeTimes.await(60, TimeUnit.SECONDS)).isTrue());

        int atTheEnd = renewals.get();
        // the only worker is free again, and nothing renews
        workers.submit(() -> {}).get(60, TimeUnit.SECONDS);
        assertThat(renewals).hasValue(atTheEnd);
    }

    @Test
    void one_that_is_lost_is_not_asked_for_again_and_the_work_comes_to_its_end() throws Exception {
        CountDownLatch lost = new CountDownLatch(1);
        RenewedLease lease = new RenewedLease(
                workers,
                () -> {
                    renewals.incrementAndGet();
                    lost.countDown();
                    throw new IOException("lost");
                },
                OFTEN);

        lease.during(() -> {
            assertThat(lost.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(free()).isTrue();
        });

        assertThat(renewals).hasValue(1);
    }

    @Test
    void the_works_failure_is_its_own_and_ends_the_renewals() throws Exception {
        RenewedLease lease = new RenewedLease(workers, renewals::incrementAndGet, Duration.ofHours(1));

        assertThatThrownBy(() -> lease.during(() -> {
                    throw new IOException("the engine gave up");
                }))
                .hasMessage("the engine gave up");

        workers.submit(() -> {}).get(60, TimeUnit.SECONDS);
        assertThat(renewals).hasValue(0);
    }

    @Test
    void without_a_worker_to_spare_the_work_is_done_all_the_same() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        var blocker = workers.submit(() -> busy.await(60, TimeUnit.SECONDS));

        new RenewedLease(workers, renewals::incrementAndGet, OFTEN).during(() -> {});

        busy.countDown();
        blocker.get(60, TimeUnit.SECONDS);
        workers.submit(() -> {}).get(60, TimeUnit.SECONDS);
        assertThat(renewals).hasValue(0);
    }

    /** Whether the only worker comes to something else. */
    private boolean free() throws InterruptedException {
        CountDownLatch came = new CountDownLatch(1);
        workers.execute(came::countDown);
        return came.await(60, TimeUnit.SECONDS);
    }
}

package io.saddlebag.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("M28")
final class LaneGroupTest {
    private final ExecutorService workers = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        workers.shutdownNow();
    }

    @Test
    void results_come_in_the_lanes_order_whoever_ends_first() throws Exception {
        CountDownLatch second = new CountDownLatch(1);
        assertThat(LaneGroup.run(workers, 2, (index, others) -> {
                    if (index == 0) {
                        assertThat(second.await(1, TimeUnit.MINUTES)).isTrue();
                    } else {
                        second.countDown();
                    }
                    return "lane " + index;
                }))
                .containsExactly("lane 0", "lane 1");
    }

    @Test
    void the_first_failure_is_the_groups_and_stops_the_others_before_it_is_reported() throws Exception {
        AtomicInteger running = new AtomicInteger();
        assertThatThrownBy(() -> LaneGroup.run(workers, 3, (index, others) -> {
                    running.incrementAndGet();
                    try {
                        if (index == 1) {
                            throw new IOException("tape tore");
                        }
                        while (true) {
                            others.requireWell();
                        }
                    } finally {
                        running.decrementAndGet();
                    }
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("tape tore");
        assertThat(running).hasValue(0);
    }

    @Test
    void a_lane_that_waits_for_an_operator_is_waked_when_another_fails() {
        CountDownLatch waits = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        assertThatThrownBy(() -> LaneGroup.run(workers, 2, (index, others) -> {
                    if (index == 0) {
                        return others.outside(() -> {
                            waits.countDown();
                            never.await();
                            return 1;
                        });
                    }
                    assertThat(waits.await(1, TimeUnit.MINUTES)).isTrue();
                    throw new IOException("tape tore");
                }))
                .hasMessage("tape tore");
    }

    @Test
    void an_interrupt_stops_all_lanes_and_waits_for_them() {
        AtomicInteger running = new AtomicInteger();
        Thread waiting = Thread.currentThread();
        assertThatThrownBy(() -> LaneGroup.run(workers, 2, (index, others) -> {
                    running.incrementAndGet();
                    waiting.interrupt();
                    try {
                        while (true) {
                            others.requireWell();
                        }
                    } finally {
                        running.decrementAndGet();
                    }
                }))
                .isInstanceOf(InterruptedException.class);
        assertThat(running).hasValue(0);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void without_threads_it_fails_and_does_not_hang() {
        workers.shutdown();
        assertThatThrownBy(() -> LaneGroup.run(workers, 2, (index, others) -> 1))
                .isInstanceOf(RejectedExecutionException.class);
    }
}

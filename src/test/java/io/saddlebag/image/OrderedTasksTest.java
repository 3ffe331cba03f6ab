package io.saddlebag.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("D7")
@Timeout(30)
class OrderedTasksTest {
    private final ExecutorService many = Executors.newCachedThreadPool();
    private final AtomicInteger workers = new AtomicInteger();
    private final OrderedTasks<Integer> tasks = new OrderedTasks<>(
            work -> {
                workers.incrementAndGet();
                many.execute(work);
            },
            6,
            2);

    @AfterEach
    void stop() {
        many.shutdownNow();
    }

    @Test
    void however_many_tasks_wait_there_are_no_more_workers_than_allowed_and_results_come_in_order() throws IOException {
        CountDownLatch go = new CountDownLatch(1);
        for (int i = 0; i < 6; i++) {
            int number = i;
            tasks.submit(() -> {
                go.await();
                return number;
            });
        }
        assertThat(workers).hasValue(2);
        assertThat(tasks.hasRoom()).isFalse();
        go.countDown();
        for (int i = 0; i < 6; i++) {
            assertThat(tasks.take()).isEqualTo(i);
        }
        assertThat(tasks.isEmpty()).isTrue();
    }

    @Test
    void a_failure_is_that_of_its_own_task_and_its_worker_goes_on() throws IOException {
        tasks.submit(() -> {
            throw new IOException("first");
        });
        tasks.submit(() -> 2);
        assertThatThrownBy(tasks::take).hasMessage("first");
        assertThat(tasks.take()).isEqualTo(2);
    }

    @Test
    void those_not_begun_when_it_is_closed_never_begin() {
        AtomicInteger begun = new AtomicInteger();
        OrderedTasks<Integer> lazy = new OrderedTasks<>(work -> {}, 6, 2);
        for (int i = 0; i < 6; i++) {
            lazy.submit(begun::incrementAndGet);
        }
        lazy.close();
        assertThat(lazy.isEmpty()).isTrue();
        assertThat(begun).hasValue(0);
    }
}

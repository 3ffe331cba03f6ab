package io.saddlebag.restore;

import static io.saddlebag.restore.LaneQueue.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("M28")
final class LaneQueueTest {
    @Test
    void there_are_no_more_readers_than_lanes_or_drives() {
        assertThat(new LaneQueue(3, 2).readers()).isEqualTo(2);
        assertThat(new LaneQueue(2, 3).readers()).isEqualTo(2);
    }

    @Test
    void a_lane_without_a_drive_is_read_by_the_reader_that_has_one() {
        LaneQueue queue = new LaneQueue(2, 2);
        assertThat(queue.take()).isEqualTo(1);
        assertThat(queue.take()).isEqualTo(2);
        assertThat(queue.without(2, queue.ended())).isEqualTo(LaneQueue.Verdict.LEFT_TO_OTHERS);
        assertThat(queue.take()).isEqualTo(2);
        assertThat(queue.take()).isEqualTo(NONE);
    }

    @Test
    void the_last_reader_tries_once_more_when_another_gave_its_drive_back_meanwhile() {
        LaneQueue queue = new LaneQueue(2, 2);
        assertThat(queue.take()).isEqualTo(1);
        assertThat(queue.take()).isEqualTo(2);
        long before = queue.ended();
        assertThat(queue.take()).isEqualTo(NONE);
        assertThat(queue.without(2, before)).isEqualTo(LaneQueue.Verdict.TRY_AGAIN);
        assertThat(queue.without(2, queue.ended())).isEqualTo(LaneQueue.Verdict.IN_VAIN);
    }

    @Test
    void when_two_find_no_drive_the_second_tries_again_and_then_gives_up() {
        LaneQueue queue = new LaneQueue(2, 2);
        queue.take();
        queue.take();
        long before = queue.ended();
        assertThat(queue.without(1, before)).isEqualTo(LaneQueue.Verdict.LEFT_TO_OTHERS);
        assertThat(queue.without(2, before)).isEqualTo(LaneQueue.Verdict.TRY_AGAIN);
        assertThat(queue.without(2, queue.ended())).isEqualTo(LaneQueue.Verdict.IN_VAIN);
    }
}

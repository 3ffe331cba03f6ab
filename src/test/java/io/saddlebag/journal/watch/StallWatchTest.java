package io.saddlebag.journal.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Limit 16 s, so that each second is remembered. */
@Tag("J27")
class StallWatchTest {
    private static final long SECOND = 1_000_000_000L;

    private final StallWatch<Long> watch = new StallWatch<>(Duration.ofSeconds(16));

    @Test
    void a_source_that_stands_still_stalls_nobody() {
        watch.source(0, 10L);
        watch.stored(10L);
        watch.source(100 * SECOND, 10L);
        watch.stored(10L);

        assertThat(watch.isStalled(1000 * SECOND)).isFalse();
        assertThat(watch.behind(1000 * SECOND)).isZero();
    }

    @Test
    void a_copy_that_stands_still_while_the_source_goes_on_is_stalled_at_the_limit() {
        watch.source(0, 10L);
        watch.stored(9L);

        assertThat(watch.isStalled(16 * SECOND - 1)).isFalse();
        assertThat(watch.isStalled(16 * SECOND)).isTrue();
    }

    @Test
    void a_copy_that_goes_on_but_ever_further_behind_is_stalled_too() {
        for (long second = 0; second < 40; second++) {
            watch.source(second * SECOND, second * 10);
            watch.stored(second * 2);
        }

        assertThat(watch.isStalled(40 * SECOND)).isTrue();
    }

    @Test
    void a_copy_that_is_always_a_bit_behind_is_not() {
        for (long second = 0; second < 1000; second++) {
            watch.source(second * SECOND, second);
            watch.stored(second - 10);

            assertThat(watch.isStalled(second * SECOND)).as("second %d", second).isFalse();
        }
    }

    @Test
    void it_goes_on_when_what_was_late_has_arrived() {
        watch.source(0, 10L);
        watch.source(20 * SECOND, 20L);
        watch.stored(10L);

        assertThat(watch.isStalled(21 * SECOND)).isFalse();
        assertThat(watch.behind(21 * SECOND)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void what_took_the_place_of_something_late_is_late_as_well() {
        watch.source(0, 1000L);
        watch.instead(10L);
        watch.source(15 * SECOND, 20L);
        watch.instead(5L);

        assertThat(watch.isStalled(16 * SECOND)).isTrue();
        watch.stored(5L);
        assertThat(watch.behind(16 * SECOND)).isZero();
        watch.instead(7L);
        assertThat(watch.behind(1000 * SECOND)).isZero();
    }

    @Test
    void no_stall_of_twice_the_limit_is_missed_whatever_was_seen_and_none_is_invented() {
        for (int seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            StallWatch<Long> seen = new StallWatch<>(Duration.ofSeconds(16));
            long now = 0;
            long source = 0;
            long stored = 0;
            long heldSince = -1;
            long heldAt = -1;
            for (int step = 0; step < 60; step++) {
                now += random.nextInt(3) * SECOND;
                source += random.nextInt(3);
                boolean hangs = (random.nextInt(20) > 0 && heldSince >= 0) || random.nextInt(15) == 0;
                if (!hangs) {
                    stored = source;
                    heldSince = -1;
                } else if (heldSince < 0 && source > stored) {
                    heldSince = now;
                    heldAt = stored;
                }
                seen.source(now, source);
                seen.stored(stored);
                boolean certain = heldSince >= 0 && heldAt == stored && now - heldSince >= 32 * SECOND;
                assertThat(seen.isStalled(now) || !certain)
                        .as("missed, seed %d", seed)
                        .isTrue();
                assertThat(seen.isStalled(now) && stored == source)
                        .as("invented, seed %d", seed)
                        .isFalse();
            }
        }
    }
}

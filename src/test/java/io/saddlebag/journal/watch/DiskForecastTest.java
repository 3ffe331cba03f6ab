package io.saddlebag.journal.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A window of 60 s, in which each second is remembered. */
@Tag("J26")
class DiskForecastTest {
    private static final long SECOND = 1_000_000_000L;

    private final DiskForecast forecast = new DiskForecast(Duration.ofSeconds(60));

    @Test
    void nothing_is_known_at_first_and_a_disk_that_does_not_shrink_never_fills() {
        assertThat(forecast.full()).isEmpty();
        forecast.seen(0, 1000);
        assertThat(forecast.full()).isEmpty();
        forecast.seen(SECOND, 1000);
        assertThat(forecast.full()).isEmpty();
        forecast.seen(2 * SECOND, 1500);
        assertThat(forecast.full()).isEmpty();
    }

    @Test
    void steady_growth_is_forecast_to_the_second() {
        for (long second = 0; second <= 50; second++) {
            forecast.seen(second * SECOND, 1000 - 10 * second);
        }

        assertThat(forecast.full())
                .hasValueSatisfying(full -> assertThat(full).isCloseTo(Duration.ofSeconds(50), Duration.ofMillis(100)));
    }

    @Test
    void a_burst_counts_at_once() {
        for (long second = 0; second <= 50; second++) {
            forecast.seen(second * SECOND, 10_000);
        }
        for (long second = 51; second <= 66; second++) {
            forecast.seen(second * SECOND, 10_000 - (second - 50) * 100);
        }

        assertThat(forecast.full()).hasValueSatisfying(full -> assertThat(full).isLessThan(Duration.ofSeconds(95)));
    }

    @Test
    void a_pause_after_growth_does_not_hide_it_within_the_window() {
        for (long second = 0; second <= 30; second++) {
            forecast.seen(second * SECOND, 10_000 - second * 100);
        }
        for (long second = 31; second <= 55; second++) {
            forecast.seen(second * SECOND, 7_000);
        }

        assertThat(forecast.full()).isPresent();
    }

    @Test
    void no_room_is_now() {
        forecast.seen(0, 0);

        assertThat(forecast.full()).contains(Duration.ZERO);
    }

    @Test
    void looks_a_thousand_times_a_second_are_as_good_as_one() {
        for (long milli = 0; milli <= 50_000; milli++) {
            forecast.seen(milli * 1_000_000, 1_000_000 - 10 * milli);
        }

        assertThat(forecast.full())
                .hasValueSatisfying(full -> assertThat(full).isCloseTo(Duration.ofSeconds(50), Duration.ofSeconds(1)));
    }

    @Test
    void whatever_the_source_does_a_warning_comes_before_the_disk_is_full() {
        for (int seed = 1; seed <= 1_000; seed++) {
            Random random = new Random(seed);
            DiskForecast seen = new DiskForecast(Duration.ofSeconds(60));
            long room = 10_000;
            long rate = 1 + random.nextInt(40);
            boolean warned = false;
            for (long second = 0; room > 0; second++) {
                // doubles at most: what grows without measure can't be forecast
                rate = Math.min(60, Math.max(1, rate + random.nextInt(5) - 2));
                room -= rate;
                seen.seen(second * SECOND, room);
                warned |= seen.full().filter(full -> full.toSeconds() <= 30).isPresent() && room > 0;
            }
            assertThat(warned).as("seed %d", seed).isTrue();
        }
    }
}

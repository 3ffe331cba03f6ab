package io.saddlebag.journal.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.journal.watch.GovernorStep.Measure;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("J26")
class MeasureBookTest {
    private static GovernorStep step(Measure measure, long minutes) {
        return new GovernorStep(measure, Duration.ofMinutes(minutes));
    }

    private final MeasureBook book = new MeasureBook(List.of(
            step(Measure.SPILL, 60), step(Measure.WARN, 40), step(Measure.THROTTLE, 20), step(Measure.DROP, 10)));

    private String decide(long minutes) {
        StringBuilder said = new StringBuilder();
        for (MeasureBook.Change change : book.decide(Optional.of(Duration.ofMinutes(minutes)))) {
            said.append(change.begins() ? "+" : "-").append(change.measure()).append(' ');
        }
        return said.toString().strip();
    }

    @Test
    void measures_are_taken_in_declared_order_as_the_time_gets_short() {
        assertThat(decide(61)).isEmpty();
        assertThat(decide(60)).isEqualTo("+SPILL");
        assertThat(decide(59)).isEmpty();
        assertThat(decide(40)).isEqualTo("+WARN");
        assertThat(decide(15)).isEqualTo("+THROTTLE");
        assertThat(decide(10)).isEqualTo("+DROP");
    }

    @Test
    void a_jump_takes_all_of_them_in_declared_order() {
        assertThat(decide(1)).isEqualTo("+SPILL +WARN +THROTTLE +DROP");
    }

    @Test
    void they_end_only_when_there_is_half_as_much_time_again() {
        decide(5);
        assertThat(decide(15)).isEmpty();
        assertThat(decide(16)).isEqualTo("-DROP");
        assertThat(decide(60)).isEqualTo("-THROTTLE");
        assertThat(book.decide(Optional.empty())).hasSize(2);
        assertThat(book.isTaken(Measure.SPILL)).isFalse();
    }

    @Test
    void nothing_is_dropped_that_was_not_declared_to_be() {
        MeasureBook careful = new MeasureBook(List.of(step(Measure.WARN, 40)));

        careful.decide(Optional.of(Duration.ZERO));

        assertThat(careful.isTaken(Measure.DROP)).isFalse();
    }

    @Test
    void an_order_that_cannot_be_kept_is_refused() {
        assertThatThrownBy(() -> GovernorStep.inOrder(List.of(step(Measure.WARN, 10), step(Measure.SPILL, 20))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("spill within PT20M is declared after warn within PT10M: the last step is the one for the"
                        + " shortest time");
        assertThatThrownBy(() -> GovernorStep.inOrder(List.of(step(Measure.WARN, 10), step(Measure.WARN, 10))))
                .hasMessage("warn is declared twice");
        assertThatThrownBy(() -> GovernorStep.inOrder(List.of(step(Measure.WARN, 0))))
                .hasMessage("warn is never taken within PT0S");
    }
}

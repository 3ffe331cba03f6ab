package io.saddlebag.incarnation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.recovery.LogPosition;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("R12")
class TimelineHistoryTest {
    private static final long SEGMENT = 16L << 20;

    @Test
    void each_line_is_an_ancestor_and_where_the_next_one_went_off_it() throws Exception {
        List<Incarnation> all = TimelineHistory.parse(
                3,
                "1\t0/3001F60\tbefore 2026-01-31 12:00:00+00\n\n# hand-made\n2\t0/5000110\tno recovery target specified\n",
                SEGMENT);

        assertThat(all)
                .containsExactly(
                        new Incarnation(
                                2, 1, LogPosition.parse("0/3001F60"), 3, null, null, "before 2026-01-31 12:00:00+00"),
                        new Incarnation(
                                3, 2, LogPosition.parse("0/5000110"), 5, null, null, "no recovery target specified"));
    }

    @Test
    @Tag("R9")
    void a_history_that_got_lost_is_written_anew() throws Exception {
        String text = "1\t0/3001F60\tat restore point \"a\"\n2\t0/5000110\tbefore LSN\n";
        Incarnations known = Incarnations.of(TimelineHistory.parse(3, text, SEGMENT), 3);

        assertThat(TimelineHistory.text(known, 3)).isEqualTo(text);
        assertThat(TimelineHistory.text(known, 1)).isEmpty();
    }

    @Test
    void an_empty_history_tells_of_none() throws Exception {
        assertThat(TimelineHistory.parse(2, "\n", SEGMENT)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "1 somewhere", "2\t0/10\tx", "3\t0/10\tx", "0\t0/10\tx", "\u0000\u0001"})
    void what_is_no_history_is_refused(String text) {
        assertThatThrownBy(() -> TimelineHistory.parse(2, text, SEGMENT))
                .hasMessageContaining("SBG-V043")
                .hasMessageContaining("the history of timeline 2");
    }
}

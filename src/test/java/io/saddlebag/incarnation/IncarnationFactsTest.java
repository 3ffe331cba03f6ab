package io.saddlebag.incarnation;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.recovery.JournalOffset;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What backups say of their incarnation. */
@Tag("R9")
class IncarnationFactsTest {
    private static final Instant NOON = Instant.parse("2026-10-25T12:00:00Z");
    private static final Incarnation SECOND =
            new Incarnation(2, 1, new JournalOffset(3, 60).position(), 1, NOON, null, "as far as its journals go");
    private static final Incarnation THIRD =
            new Incarnation(3, 2, new JournalOffset(1, 0).position(), 1, null, null, "");
    private static final List<Incarnation> ALL = List.of(Incarnation.root(1), SECOND, THIRD);

    @Test
    @Tag("C11")
    void a_backup_knows_all_that_its_incarnation_goes_back_to() throws Exception {
        Map<String, String> facts = IncarnationFacts.of(Incarnations.of(ALL, 3), 3);

        assertThat(IncarnationFacts.said(facts)).isEqualTo(3);
        assertThat(IncarnationFacts.path(facts)).containsExactly(SECOND, THIRD);
        assertThat(IncarnationFacts.of(Incarnations.of(ALL, 3), 1)).isEqualTo(Map.of("incarnation", "1"));
        // of one that was raised by hand nothing more is known
        assertThat(IncarnationFacts.of(Incarnations.of(ALL, 3), 7)).isEqualTo(Map.of("incarnation", "7"));
    }

    @Test
    @Tag("Q11")
    void it_is_what_the_backup_says_whatever_clocks_say() {
        Instant hourBefore = NOON.minusSeconds(3600);

        assertThat(IncarnationFacts.of(Map.of("incarnation", "2"), hourBefore, ALL))
                .isEqualTo(2);
        assertThat(IncarnationFacts.of(Map.of("timeline", "3"), hourBefore, ALL))
                .isEqualTo(3);
        assertThat(IncarnationFacts.of(Map.of(), hourBefore, ALL)).isEqualTo(1);
        assertThat(IncarnationFacts.of(Map.of(), NOON, ALL)).isEqualTo(2);
    }

    @Test
    void what_means_something_else_tells_nothing() {
        assertThat(IncarnationFacts.said(Map.of("incarnation", "the second"))).isNull();
        assertThat(IncarnationFacts.said(Map.of("incarnation", "0"))).isNull();
        assertThat(IncarnationFacts.path(Map.of("incarnationPath", "2\t1\tnowhere\t1\t-\t")))
                .isEmpty();
    }
}

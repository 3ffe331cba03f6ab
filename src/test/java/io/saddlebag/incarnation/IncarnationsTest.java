package io.saddlebag.incarnation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.recovery.LogPosition;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The figure of the guide: incarnation 1 has SCN 1 to 2000; at 2000 back to 1000 begins 2, which goes from 1000 to 3000; at 3000 back to
 * 2000 begins 3.
 */
@Tag("R9")
class IncarnationsTest {
    private static LogPosition scn(long number) {
        return new LogPosition(LogPosition.Form.SCN, number);
    }

    private static Incarnation begun(long number, long parent, long reset, @Nullable LogPosition end) {
        return new Incarnation(
                number, parent, scn(reset), 1, Instant.parse("2026-02-0" + number + "T00:00:00Z"), end, "");
    }

    private static final List<Incarnation> FIGURE =
            List.of(Incarnation.root(1).reaching(scn(2000)), begun(2, 1, 1000, scn(3000)), begun(3, 2, 2000, null));

    private static Incarnations figure(long current) throws Exception {
        return Incarnations.of(FIGURE, current);
    }

    @ParameterizedTest
    @Tag("R10")
    @CsvSource({
        "1,    1, false",
        "1,  999, false",
        "1, 1000, false",
        "1, 1001, true",
        "1, 1500, true",
        "1, 2000, true",
        "2, 1001, false",
        "2, 1500, false",
        "2, 2000, false",
        "2, 2001, true",
        "2, 3000, true",
        "3, 2001, false",
        "3, 9999, false",
    })
    void orphaned_are_states_of_1_after_1000_and_of_2_after_2000(long incarnation, long scn, boolean orphan)
            throws Exception {
        assertThat(figure(3).isOrphan(new StatePoint(incarnation, scn(scn)))).isEqualTo(orphan);
    }

    @Test
    @Tag("R10")
    void scn_1500_is_ambiguous_without_an_incarnation() throws Exception {
        assertThatThrownBy(() -> figure(3).lineOf(scn(1500), null))
                .hasMessageContaining("SBG-V041")
                .hasMessageContaining("1500 is a place of incarnations 1, 2")
                .hasMessageContaining("--incarnation");

        assertThat(figure(3).lineOf(scn(1500), 1L)).isEqualTo(1);
        assertThat(figure(3).lineOf(scn(1500), 2L)).isEqualTo(2);
        assertThat(figure(3).lineOf(scn(1500), 3L)).isEqualTo(3);
    }

    @Test
    void a_place_before_the_current_incarnation_needs_a_named_one() throws Exception {
        assertThat(figure(3).lineOf(scn(2000), null)).isEqualTo(3);
        assertThat(figure(3).lineOf(scn(2500), null)).isEqualTo(3);
        assertThatThrownBy(() -> figure(3).lineOf(scn(500), null))
                .hasMessageContaining("SBG-V042")
                .hasMessageContaining("500 lies before incarnation 3, which began at 2000; it may be of 1");
    }

    @Test
    void reset_to_another_incarnation_makes_its_places_reachable_and_the_others_orphans() throws Exception {
        Incarnations reset = figure(1);

        assertThat(reset.lineOf(scn(1500), null)).isEqualTo(1);
        assertThat(reset.isOrphan(new StatePoint(1, scn(1500)))).isFalse();
        assertThat(reset.isOrphan(new StatePoint(2, scn(1500)))).isTrue();
        assertThat(reset.kinship(3)).isEqualTo(Incarnations.Kinship.ORPHAN);
    }

    @Test
    void the_direct_ancestral_path_leaves_siblings_out() throws Exception {
        List<Incarnation> all =
                List.of(Incarnation.root(1), begun(2, 1, 1000, null), begun(3, 1, 500, null), begun(4, 3, 800, null));
        Incarnations known = Incarnations.of(all, 4);

        assertThat(known.path(4)).extracting(Incarnation::number).containsExactly(1L, 3L, 4L);
        assertThat(known.kinship(1)).isEqualTo(Incarnations.Kinship.PARENT);
        assertThat(known.kinship(2)).isEqualTo(Incarnations.Kinship.ORPHAN);
        assertThat(known.kinship(4)).isEqualTo(Incarnations.Kinship.CURRENT);
        assertThat(known.endOnLine(4, 1)).contains(scn(500));
        assertThat(known.endOnLine(4, 3)).contains(scn(800));
        assertThat(known.endOnLine(4, 4)).isEmpty();
        assertThat(known.isOrphan(new StatePoint(1, scn(501)))).isTrue();
    }

    @Test
    void an_instant_before_the_current_incarnation_was_opened_needs_a_named_one() throws Exception {
        Incarnations known = figure(3);

        assertThat(known.lineOf(Instant.parse("2026-02-03T00:00:00Z"), null)).isEqualTo(3);
        assertThatThrownBy(() -> known.lineOf(Instant.parse("2026-02-02T23:59:59Z"), null))
                .hasMessageContaining("SBG-V042")
                .hasMessageContaining("lies before incarnation 3 was opened")
                .hasMessageContaining("it may be of 1, 2");
        assertThat(known.lineOf(Instant.parse("2026-02-02T23:59:59Z"), 2L)).isEqualTo(2);
        assertThat(Incarnations.of(List.of(Incarnation.root(1)), 1).lineOf(Instant.EPOCH, null))
                .isEqualTo(1);
    }

    @Test
    void an_unknown_incarnation_is_refused_with_those_that_there_are() {
        assertThatThrownBy(() -> figure(3).lineOf(scn(1500), 7L))
                .hasMessageContaining("SBG-V040")
                .hasMessageContaining("there is no incarnation 7; there are 1, 2, 3");
    }

    @Test
    void a_parent_that_is_only_named_is_a_first_one() throws Exception {
        Incarnations known = Incarnations.of(List.of(begun(5, 4, 1000, null)), 5);

        assertThat(known.path(5)).extracting(Incarnation::number).containsExactly(4L, 5L);
        assertThat(known.isOrphan(new StatePoint(4, scn(1000)))).isFalse();
        assertThat(known.isOrphan(new StatePoint(4, scn(1001)))).isTrue();
    }

    @Test
    void incarnations_in_a_circle_are_refused() {
        assertThatThrownBy(() -> Incarnations.of(List.of(begun(1, 2, 10, null), begun(2, 1, 20, null)), 1))
                .hasMessageContaining("its own ancestor");
    }
}

package io.saddlebag.rollforward;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.incarnation.Incarnation;
import io.saddlebag.incarnation.Incarnations;
import io.saddlebag.journal.JournalId;
import io.saddlebag.recovery.LogPosition;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Journals of 10 places each. Incarnation 2 goes off 1 at 35, within journal 3; incarnation 3 goes off 2 at 60, at the begin of 6. */
@Tag("R9")
class CoverageTest {
    private static LogPosition at(long place) {
        return LogPosition.lsn(place);
    }

    private static Line line(long number) throws Exception {
        return new Line(
                Incarnations.of(
                        List.of(
                                Incarnation.root(1),
                                new Incarnation(2, 1, at(35), 3, null, null, ""),
                                new Incarnation(3, 2, at(60), 6, null, null, "")),
                        3),
                number,
                10);
    }

    private static Set<JournalId> journals(String text) {
        return Arrays.stream(text.split(" "))
                .filter(each -> !each.isBlank())
                .map(each -> each.split("/"))
                .map(each -> new JournalId(Long.parseLong(each[0]), Long.parseLong(each[1])))
                .collect(Collectors.toSet());
    }

    private static String text(List<JournalId> journals) {
        return journals.stream()
                .map(each -> each.incarnation() + "/" + each.sequence())
                .collect(Collectors.joining(" "));
    }

    private static final String ALL = "1/1 1/2 1/3 1/4 1/5 2/3 2/4 2/5 2/6 2/7 3/6 3/7";

    @Test
    @Tag("R11")
    @Tag("J20")
    void from_a_parents_backup_through_resets_to_now() throws Exception {
        Coverage found = Coverage.of(line(3), 1, -1, journals(ALL), journals(ALL)::contains);

        assertThat(text(found.there())).isEqualTo("1/1 1/2 1/3 2/3 2/4 2/5 2/6 3/6 3/7");
        assertThat(found.missing()).isEmpty();
    }

    @Test
    @Tag("R10")
    void journals_off_the_line_are_never_applied() throws Exception {
        assertThat(text(Coverage.of(line(1), 2, -1, journals(ALL), journals(ALL)::contains)
                        .there()))
                .isEqualTo("1/2 1/3 1/4 1/5");
        assertThat(text(Coverage.of(line(2), 2, -1, journals(ALL), journals(ALL)::contains)
                        .there()))
                .isEqualTo("1/2 1/3 2/3 2/4 2/5 2/6 2/7");
    }

    @Test
    @Tag("J25")
    void a_hole_is_missing_whether_it_is_recorded_or_not() throws Exception {
        Set<JournalId> held = journals("1/1 1/2 2/3 2/5 3/6 3/7");

        assertThat(text(Coverage.of(line(3), 1, -1, held, held::contains).missing()))
                .isEqualTo("2/4");
        assertThat(text(Coverage.of(line(3), 1, -1, journals(ALL), held::contains)
                        .missing()))
                .isEqualTo("2/4");
    }

    @Test
    @Tag("J25")
    void a_gap_at_the_end_isnt_the_end() throws Exception {
        Set<JournalId> held = journals("1/1 1/2 2/3 2/4 2/5 3/6");

        assertThat(text(Coverage.of(line(3), 1, -1, journals(ALL), held::contains)
                        .missing()))
                .isEqualTo("3/7");
    }

    @Test
    @Tag("R8")
    void up_to_a_place_only_what_is_before_it_has_to_be_there() throws Exception {
        Set<JournalId> held = journals("1/1 1/2 2/3 2/4");
        Line line = line(3);

        Coverage whole = Coverage.of(line, 1, line.sequenceBefore(at(50)), journals(ALL), held::contains);
        assertThat(whole.missing()).isEmpty();
        assertThat(text(whole.there())).isEqualTo("1/1 1/2 2/3 2/4");
        assertThat(text(Coverage.of(line, 1, line.sequenceBefore(at(51)), journals(ALL), held::contains)
                        .missing()))
                .isEqualTo("2/5");
        assertThat(text(Coverage.of(line, 1, line.sequenceBefore(at(95)), journals(ALL), journals(ALL)::contains)
                        .missing()))
                .isEqualTo("3/8 3/9");
    }

    @Test
    void a_parents_journal_does_where_its_child_has_none_yet() throws Exception {
        Set<JournalId> held = journals("1/1 1/2 1/3");

        Coverage found = Coverage.of(line(2), 1, -1, held, held::contains);
        assertThat(text(found.there())).isEqualTo("1/1 1/2 1/3");
        assertThat(found.missing()).isEmpty();
    }

    @Test
    void without_any_journals_behind_the_backup_none_are_needed() throws Exception {
        Coverage found = Coverage.of(line(1), 4, -1, journals("1/1 1/2"), id -> true);

        assertThat(found.there()).isEmpty();
        assertThat(found.missing()).isEmpty();
        assertThat(found.last()).isLessThan(found.first());
    }
}

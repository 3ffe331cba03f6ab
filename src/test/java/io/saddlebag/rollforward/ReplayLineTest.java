package io.saddlebag.rollforward;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.incarnation.Incarnation;
import io.saddlebag.incarnation.Incarnations;
import io.saddlebag.incarnation.StatePoint;
import io.saddlebag.journal.JournalId;
import io.saddlebag.journal.Remnant;
import io.saddlebag.recovery.JournalOffset;
import io.saddlebag.recovery.LogPosition;
import io.saddlebag.recovery.RecoveryTarget;
import java.io.InputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Journals of 100 bytes, some in two parts. Incarnation 2 goes off 1 at byte 60 of journal 3; incarnation 3 off 2 at the end of its journal 2.
 * Each begins with a journal 1 of its own.
 */
@Tag("R9")
@Tag("R10")
class ReplayLineTest {
    private static LogPosition at(long journal, long bytes) {
        return new JournalOffset(journal, bytes).position();
    }

    private static List<Incarnation> path(long line) throws Exception {
        return Incarnations.of(
                        List.of(
                                Incarnation.root(1),
                                new Incarnation(2, 1, at(3, 60), 1, null, null, ""),
                                new Incarnation(3, 2, at(2, 100), 1, null, null, "")),
                        3)
                .path(line);
    }

    /** {@code 1/3:0-60}: those bytes of journal 3 of incarnation 1; without them all 100. */
    private static ReplayHoldings holdings(String text) throws Exception {
        List<Remnant> all = Arrays.stream(text.split(" "))
                .map(each -> each.split("[/:-]"))
                .map(each -> {
                    long from = each.length > 2 ? Long.parseLong(each[2]) : 0;
                    long end = each.length > 2 ? Long.parseLong(each[3]) : 100;
                    return new Remnant(
                            new JournalId(Long.parseLong(each[0]), Long.parseLong(each[1])),
                            "log",
                            from,
                            end - from,
                            InputStream::nullInputStream);
                })
                .toList();
        return ReplayHoldings.of(null, List.of(), all, Instant.EPOCH);
    }

    private static final String ALL = "1/1 1/2 1/3:0-60 1/3:60-100 1/4 2/1 2/2 2/3 3/1";

    private static String line(long number, StatePoint start, String holdings, RecoveryTarget target) throws Exception {
        ReplayLine line = ReplayLine.of(path(number), start, holdings(holdings), target);
        return line.stretches().stream()
                        .map(each -> each.journals().stream()
                                        .flatMap(List::stream)
                                        .map(part -> part.id().incarnation() + "/"
                                                + part.id().sequence() + ":" + part.from())
                                        .collect(Collectors.joining(" "))
                                + " (" + each.from() + " to " + each.to() + ")")
                        .collect(Collectors.joining("; "))
                + line.missing().stream().map(each -> " without " + each).collect(Collectors.joining());
    }

    private static StatePoint backup(long incarnation, long journal, long bytes) {
        return new StatePoint(incarnation, at(journal, bytes));
    }

    @Test
    @Tag("R11")
    void of_each_incarnation_what_lies_on_the_line_and_nothing_else() throws Exception {
        assertThat(line(3, backup(1, 2, 40), ALL, RecoveryTarget.end()))
                .isEqualTo("1/2:0 1/3:0 (40 to 60); 2/1:0 2/2:0 (0 to 100); 3/1:0 (0 to 0)");
        assertThat(line(1, backup(1, 2, 40), ALL, RecoveryTarget.end()))
                .isEqualTo("1/2:0 1/3:0 1/3:60 1/4:0 (40 to 0)");
        assertThat(line(2, backup(2, 2, 10), ALL, RecoveryTarget.end())).isEqualTo("2/2:0 2/3:0 (10 to 0)");
    }

    /** Opened, and recovered again before anything was written: nothing of its journal 1, which others wrote later, is of the line. */
    @Test
    @Tag("R10")
    void a_journal_that_was_left_at_its_beginning_is_not_of_the_line() throws Exception {
        List<Incarnation> path = Incarnations.of(
                        List.of(
                                Incarnation.root(1),
                                new Incarnation(2, 1, at(3, 60), 1, null, null, ""),
                                new Incarnation(3, 2, at(1, 0), 1, null, null, "")),
                        3)
                .path(3);

        ReplayLine line = ReplayLine.of(path, backup(2, 1, 0), holdings(ALL), RecoveryTarget.end());

        assertThat(line.missing()).isEmpty();
        assertThat(line.parts()).extracting(each -> each.id().toString()).containsExactly("3/1");
    }

    @Test
    @Tag("R8")
    void up_to_a_journal_and_to_a_place_in_one() throws Exception {
        assertThat(line(1, backup(1, 2, 40), ALL, new RecoveryTarget.Sequence(3)))
                .isEqualTo("1/2:0 1/3:0 1/3:60 (40 to 0)");
        assertThat(line(1, backup(1, 2, 40), ALL, new RecoveryTarget.Position(at(2, 80))))
                .isEqualTo("1/2:0 (40 to 0)");
        assertThat(line(1, backup(1, 2, 40), ALL, new RecoveryTarget.Sequence(6)))
                .isEqualTo(" without 5 without 6");
    }

    @Test
    @Tag("J25")
    void what_nobody_has_is_missing_and_nothing_is_applied() throws Exception {
        assertThat(line(1, backup(1, 1, 0), "1/1 1/3", RecoveryTarget.end())).isEqualTo(" without 2");
        assertThat(line(1, backup(1, 1, 0), "1/1 1/2:10-100 1/3", RecoveryTarget.end()))
                .isEqualTo(" without 2");
        assertThat(line(2, backup(1, 3, 0), "1/3:0-59 2/1", RecoveryTarget.end()))
                .isEqualTo(" without 3");
    }

    /** Applied, it would take the backup's files back to what they were before. */
    @Test
    void what_ends_before_the_backup_is_not_applied_to_it() throws Exception {
        assertThat(line(1, backup(1, 3, 80), "1/1 1/2 1/3:0-60", RecoveryTarget.end()))
                .isEmpty();
        assertThat(line(1, backup(1, 5, 0), ALL, RecoveryTarget.end())).isEmpty();
    }

    @Test
    void a_place_is_written_as_its_numbers_and_read_back() {
        assertThat(JournalOffset.of(at(43, 880))).isEqualTo(new JournalOffset(43, 880));
        assertThat(JournalOffset.target("journal.000043")).isEqualTo(new RecoveryTarget.Sequence(43));
        assertThat(JournalOffset.target("journal.000043:880")).isEqualTo(new RecoveryTarget.Position(at(43, 880)));
        assertThat(RecoveryTarget.before("0-7-57")).isEqualTo(new RecoveryTarget.BeforeGtid(0, 7, 57));
        assertThat(RecoveryTarget.before("742")).isEqualTo(new RecoveryTarget.BeforeTransaction(742));
    }
}

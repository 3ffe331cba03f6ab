package io.saddlebag.recoverability;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.journal.JournalId;
import io.saddlebag.recovery.JournalOffset;
import io.saddlebag.recovery.LogPosition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Hours of one day: backups, journals, and what follows from them. */
class IntervalsTest {
    private static final Instant MIDNIGHT = Instant.parse("2026-11-21T00:00:00Z");

    private final List<Base> bases = new ArrayList<>();
    private final List<Link> chain = new ArrayList<>();
    private final List<Branch> branches = new ArrayList<>();

    private static Instant hour(double hour) {
        return MIDNIGHT.plus(Duration.ofMinutes(Math.round(hour * 60)));
    }

    private static HeldImage image(long backup, String pool) {
        return new HeldImage(backup, List.of(new HeldImage.Copy(Set.of(), Set.of(pool))), Set.of());
    }

    /** Taken while that journal was current. */
    private Base backup(long id, double hour, @Nullable Long sequence) {
        Base base = new Base(
                id,
                hour(hour),
                1,
                List.of(image(id, "bases")),
                new Base.Entry(1, null, sequence, null),
                Proof.WRITTEN,
                null);
        bases.add(base);
        return base;
    }

    private void journal(long sequence, double closed) {
        chain.add(new Link(
                new JournalId(1, sequence), 0, 1, 0, 0, hour(closed), image(100 + sequence, "disk"), false, false));
    }

    private void gap(long sequence) {
        chain.add(new Link(new JournalId(1, sequence), 0, 0, 0, 0, Instant.EPOCH, null, false, false));
    }

    private Known known() {
        return new Known("orders", Known.Kind.DATABASE, bases, chain, branches, List.of(), !chain.isEmpty());
    }

    private List<String> intervals() {
        return intervals(Without.NOTHING);
    }

    private List<String> intervals(Without without) {
        return Intervals.of(known(), without).stream()
                .map(each -> each.incarnation() + ": " + each.from().toString().substring(11, 16)
                        + (each.isPoint() ? "" : "-" + each.to().toString().substring(11, 16)) + " "
                        + each.end().display() + " from "
                        + String.join(
                                ",",
                                each.bases().stream()
                                        .map(base -> Long.toString(base.backup()))
                                        .toList()))
                .toList();
    }

    @Test
    @Tag("C11")
    void journals_make_an_interval_of_a_backup() {
        backup(1, 2, 5L);
        journal(5, 3);
        journal(6, 4.5);

        assertThat(intervals()).containsExactly("1: 02:00-04:30 newest from 1");
    }

    @Test
    @Tag("C11")
    @Tag("J25")
    void a_gap_ends_an_interval_and_the_next_backup_begins_another() {
        backup(1, 2, 5L);
        journal(5, 3);
        gap(6);
        journal(7, 5);
        backup(2, 6, 8L);
        journal(8, 7);

        assertThat(intervals()).containsExactly("1: 02:00-03:00 gap from 1", "1: 06:00-07:00 newest from 2");
    }

    @Test
    @Tag("C11")
    void an_interval_spans_the_backups_in_it() {
        backup(1, 2, 5L);
        journal(5, 3);
        backup(2, 3.5, 6L);
        journal(6, 4);

        assertThat(intervals()).containsExactly("1: 02:00-04:00 newest from 1,2");
    }

    @Test
    @Tag("C11")
    void a_missing_number_without_any_record_is_a_gap() {
        backup(1, 2, 5L);
        journal(5, 3);
        journal(7, 4);

        assertThat(intervals()).containsExactly("1: 02:00-03:00 gap from 1");
    }

    @Test
    @Tag("C11")
    void by_time_alone_the_journal_before_the_first_one_has_to_be_known() {
        backup(1, 2, null);
        journal(5, 3);
        assertThat(intervals()).as("whether 4 is needed isn't known").containsExactly("1: 02:00 gap from 1");

        chain.add(new Link(new JournalId(1, 4), 0, 1, 0, 0, hour(1), image(0, "disk"), false, false));
        assertThat(intervals()).containsExactly("1: 02:00-03:00 newest from 1");
    }

    @Test
    @Tag("C11")
    @Tag("Q11")
    void a_clock_that_was_set_back_does_not_hide_a_missing_journal() {
        journal(4, 11.5);
        bases.add(new Base(
                110,
                hour(12),
                1,
                List.of(image(110, "bases")),
                new Base.Entry(1, null, null, null),
                Proof.WRITTEN,
                null));
        // set back by an hour: 5 was closed at 11:10 by the clock, after the backup, and is lost
        gap(5);
        chain.add(new Link(new JournalId(1, 6), 0, 1, 0, 0, hour(11.5), image(111, "disk"), false, false));
        chain.add(new Link(new JournalId(1, 7), 0, 1, 0, 0, hour(12.5), image(112, "disk"), false, false));

        assertThat(intervals()).containsExactly("1: 12:00 gap from 110");
    }

    @Test
    @Tag("C11")
    void what_is_gone_ends_intervals_and_is_told() {
        backup(1, 2, 5L);
        journal(5, 3);
        journal(6, 4);
        chain.set(
                0,
                new Link(
                        new JournalId(1, 5),
                        0,
                        1,
                        0,
                        0,
                        hour(3),
                        new HeldImage(
                                105,
                                List.of(
                                        new HeldImage.Copy(Set.of("V1", "V2"), Set.of()),
                                        new HeldImage.Copy(Set.of(), Set.of("disk"))),
                                Set.of()),
                        false,
                        false));

        assertThat(intervals(new Without(Set.of("V2"), Set.of(), Set.of())))
                .as("there is a copy of 5 on disk")
                .containsExactly("1: 02:00-04:00 newest from 1");
        Without without = new Without(Set.of(), Set.of("disk"), Set.of());
        assertThat(intervals(without)).containsExactly("1: 02:00-03:00 unreadable from 1");
        assertThat(Recoverable.of(known(), without).lost()).containsExactly(new Lost(1, hour(3), true, hour(4), false));
        Without bases = new Without(Set.of(), Set.of("bases"), Set.of());
        assertThat(intervals(bases)).isEmpty();
        assertThat(Recoverable.of(known(), bases).lost()).containsExactly(new Lost(1, hour(2), false, hour(4), false));
    }

    @Test
    @Tag("C11")
    void a_key_counts_only_when_it_is_the_last_one_that_opens_an_image() {
        bases.add(new Base(
                1,
                hour(2),
                1,
                List.of(new HeldImage(1, List.of(new HeldImage.Copy(Set.of("V1"), Set.of())), Set.of("old", "new"))),
                new Base.Entry(1, null, null, null),
                Proof.QUERIED,
                hour(3)));

        assertThat(intervals(new Without(Set.of(), Set.of(), Set.of("old")))).hasSize(1);
        assertThat(intervals(new Without(Set.of(), Set.of(), Set.of("old", "new"))))
                .isEmpty();
        assertThat(Intervals.of(known(), Without.NOTHING).get(0).proof()).isEqualTo(Proof.QUERIED);
    }

    @Test
    @Tag("C11")
    void a_backup_that_lacks_its_journals_is_no_point_until_they_are_there() {
        LogPosition start = new LogPosition(LogPosition.Form.SCN, 10);
        LogPosition stop = new LogPosition(LogPosition.Form.SCN, 25);
        bases.add(new Base(
                1, hour(2), 1, List.of(image(1, "bases")), new Base.Entry(1, start, null, stop), Proof.WRITTEN, null));
        placed(5, 0, 20, 2.5);
        assertThat(intervals()).isEmpty();

        placed(6, 20, 30, 3);
        placed(7, 30, 40, 4);
        assertThat(intervals()).containsExactly("1: 03:00-04:00 newest from 1");
    }

    private void placed(long sequence, long first, long end, double closed) {
        chain.add(new Link(
                new JournalId(1, sequence),
                0,
                1,
                first,
                end,
                hour(closed),
                image(100 + sequence, "disk"),
                false,
                false));
    }

    @Test
    @Tag("J6")
    @Tag("C11")
    void a_journal_without_a_quiet_point_at_the_end_is_told() {
        backup(1, 2, 5L);
        chain.add(new Link(new JournalId(1, 5), 0, 1, 0, 0, hour(3), image(105, "disk"), false, true));

        assertThat(intervals()).containsExactly("1: 02:00-03:00 dependent from 1");
    }

    @Test
    @Tag("J13")
    @Tag("C11")
    void a_broken_chain_is_told() {
        backup(1, 2, 5L);
        journal(5, 3);
        chain.add(new Link(new JournalId(1, 6), 0, 1, 0, 0, Instant.EPOCH, null, true, false));

        assertThat(intervals()).containsExactly("1: 02:00-03:00 broken from 1");
    }

    @Test
    @Tag("C11")
    @Tag("R9")
    @Tag("R10")
    @Tag("R11")
    void the_guides_figure() {
        LogPosition.Form scn = LogPosition.Form.SCN;
        // inc 1: SCN 1-2000, then back to 1000: inc 2 to 3000, then back to 2000: inc 3
        branches.add(new Branch(2, 1, new LogPosition(scn, 1000), null, null));
        branches.add(new Branch(3, 2, new LogPosition(scn, 2000), null, null));
        for (int i = 0; i < 20; i++) {
            scn(1, i + 1, i * 100L, 1 + i * 0.1);
        }
        for (int i = 10; i < 30; i++) {
            scn(2, i + 1, i * 100L, 4 + i * 0.1);
        }
        for (int i = 20; i < 25; i++) {
            scn(3, i + 1, i * 100L, 8 + i * 0.1);
        }
        base(1, 1, 500, 1.5);
        base(2, 1, 1500, 2.5);
        base(3, 2, 1800, 5.8);
        base(4, 2, 2500, 6.5);

        assertThat(intervals())
                .containsExactly(
                        "1: 01:30-02:54 newest from 1,2",
                        // from its parent's backup of SCN 500, not from the orphan of 1500
                        "2: 01:54-06:54 newest from 1,3,4",
                        // through two resets, not from the orphan of 2500
                        "3: 05:54-10:24 newest from 1,3");
    }

    private void scn(long incarnation, long sequence, long first, double closed) {
        chain.add(new Link(
                new JournalId(incarnation, sequence),
                0,
                1,
                first,
                first + 100,
                hour(closed),
                image(1000 * incarnation + sequence, "disk"),
                false,
                false));
    }

    private void base(long id, long incarnation, long scn, double hour) {
        bases.add(new Base(
                id,
                hour(hour),
                1,
                List.of(image(id, "bases")),
                new Base.Entry(incarnation, new LogPosition(LogPosition.Form.SCN, scn), null, null),
                Proof.WRITTEN,
                null));
    }

    @Test
    @Tag("J23")
    void the_limit_of_a_database_with_journals() {
        backup(1, 2, 5L);
        journal(5, 3);

        RecoveryLimit limit = limit(hour(3.5));

        assertThat(limit.protection()).isEqualTo(RecoveryLimit.Protection.ARCHIVE_LOG);
        assertThat(limit.recoverableTo()).isEqualTo(hour(3));
        assertThat(limit.lost())
                .isEqualTo("transactions that are not finished, and what was committed after 2026-11-21T03:00:00Z,"
                        + " 30 minutes ago");
        assertThat(limit.warnings()).isEmpty();
        assertThat(limit.lastJournal()).isEqualTo("5");
    }

    @Test
    @Tag("J23")
    void the_limit_behind_a_gap() {
        backup(1, 2, 5L);
        journal(5, 3);
        gap(6);
        journal(7, 5);

        assertThat(limit(hour(5)).recoverableTo()).isEqualTo(hour(3));
        assertThat(limit(hour(5)).warnings())
                .containsExactly(
                        "journals are missing behind journal 5: later ones can't be applied; make a full backup"
                                + " now");
    }

    @Test
    @Tag("J23")
    @Tag("Q11")
    void the_limit_without_journals_and_after_the_clock_was_set_back() {
        backup(1, 2, null);

        assertThat(limit(hour(26)).lost()).isEqualTo("all since backup 1 of 2026-11-21T02:00:00Z, 24 hours ago");
        assertThat(limit(hour(1)).ageSeconds()).isZero();
    }

    @Test
    @Tag("J23")
    void the_limit_without_any_backup() {
        assertThat(limit(hour(1)).lost()).isEqualTo("everything: it was never backed up");
        assertThat(limit(hour(1)).protection()).isEqualTo(RecoveryLimit.Protection.NONE);
    }

    private RecoveryLimit limit(Instant now) {
        return RecoveryLimit.of(known(), Intervals.of(known(), Without.NOTHING), now);
    }

    private void numbered(long id, double hour, long incarnation, long journal, long bytes) {
        bases.add(new Base(
                id,
                hour(hour),
                1,
                List.of(image(id, "bases")),
                new Base.Entry(incarnation, null, null, null, new JournalOffset(journal, bytes)),
                Proof.WRITTEN,
                null));
    }

    /** Of journals with numbers of their own in each incarnation, one that was left in the middle leads on, too, as far as it counts. */
    @Test
    @Tag("R11")
    @Tag("R10")
    void a_backup_counts_in_a_child_up_to_the_very_place_where_that_went_off() {
        branches.add(new Branch(2, 1, new JournalOffset(3, 60).position(), 3L, 1L));
        journal(2, 2);
        journal(3, 3);
        chain.add(new Link(new JournalId(2, 1), 0, 1, 0, 0, hour(6), image(201, "disk"), false, false));

        numbered(1, 2.8, 1, 3, 80);
        assertThat(newest().incarnation()).isEqualTo(1);

        numbered(2, 2.5, 1, 3, 60);
        assertThat(newest().incarnation()).isEqualTo(2);
        assertThat(newest().to()).isEqualTo(hour(6));
        assertThat(newest().bases()).extracting(Interval.Start::backup).containsExactly(2L);

        numbered(3, 4, 2, 1, 0);
        assertThat(newest().bases()).extracting(Interval.Start::backup).containsExactly(2L, 3L);
    }

    private Interval newest() {
        List<Interval> all = Intervals.of(known(), Without.NOTHING);
        return all.get(all.size() - 1);
    }
}

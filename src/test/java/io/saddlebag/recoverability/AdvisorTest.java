package io.saddlebag.recoverability;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.journal.JournalId;
import io.saddlebag.recovery.Medium;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is said to somebody who has a problem. */
@Tag("R13")
class AdvisorTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final long GIB = 1L << 30;

    private final List<Base> bases = new ArrayList<>();
    private final List<Link> chain = new ArrayList<>();

    private void backup(long id, long minutesBeforeNoon, long sequence, HeldImage.Copy... copies) {
        bases.add(new Base(
                id,
                NOON.minusSeconds(60 * minutesBeforeNoon),
                10 * GIB,
                List.of(new HeldImage(id, List.of(copies), Set.of())),
                new Base.Entry(1, null, sequence, null),
                Proof.WRITTEN,
                null));
    }

    private static HeldImage.Copy tape(String... volumes) {
        return new HeldImage.Copy(Set.of(volumes), Set.of());
    }

    private static HeldImage.Copy disk() {
        return new HeldImage.Copy(Set.of(), Set.of("disk"));
    }

    private void journal(long sequence, long minutesBeforeNoon) {
        chain.add(new Link(
                new JournalId(1, sequence),
                0,
                GIB,
                0,
                0,
                NOON.minusSeconds(60 * minutesBeforeNoon),
                new HeldImage(100 + sequence, List.of(disk()), Set.of()),
                false,
                false));
    }

    private Advice advice(Problem problem, Instant at, Without without) {
        return advice(problem, at, without, Set.of(Repair.WHOLE));
    }

    private Advice advice(Problem problem, Instant at, Without without, Set<Repair> repairs) {
        Known known = new Known("orders", Known.Kind.DATABASE, bases, chain, List.of(), List.of(), !chain.isEmpty());
        Rates rates = new Rates(Map.of(Medium.DISK, new Rates.Rate(GIB, "3 restores")));
        return new Advisor(known, without, rates, NOON, repairs).about(problem, at);
    }

    @Test
    void a_lost_disk() {
        backup(1, 600, 5, tape("V1", "V2"));
        backup(2, 60, 6, disk());
        journal(5, 90);
        journal(6, 10);

        Advice advice = advice(Problem.MEDIA_FAILURE, NOON, Without.NOTHING);

        assertThat(advice.first()).singleElement().asString().contains("journals at the source survived");
        assertThat(advice.ways()).hasSize(2);
        Advice.Way first = advice.ways().get(0);
        assertThat(first.what())
                .isEqualTo("recover the whole database to now, beginning with backup 2 of" + " 2026-11-21T11:00:00Z");
        // 10 around, 10 GiB at 1 GiB/s, one journal of 1 GiB at 40 MiB/s
        assertThat(first.seconds()).isEqualTo(10 + 10 + 26);
        assertThat(first.estimate())
                .isEqualTo(
                        "10 GiB from disk at 1.0 GiB/s (measured in 3 restores), 1 journal of 1.0 GiB to apply at 40 MiB/s"
                                + " (assumed, nothing was measured)");
        assertThat(first.lost())
                .isEqualTo("transactions that were not finished, and what was committed after 2026-11-21T11:50:00Z, 10"
                        + " minutes ago");
        assertThat(first.command()).isEqualTo("saddlebag recover orders");
        assertThat(advice.ways().get(1).what()).contains("the backup before it, 1 of");
    }

    @Test
    void with_the_pool_gone_too_it_takes_a_tape_and_loses_more() {
        backup(1, 600, 5, tape("V1", "V2"));
        backup(2, 60, 6, disk());
        journal(5, 90);

        Advice.Way way = advice(Problem.MEDIA_FAILURE, NOON, new Without(Set.of(), Set.of("disk"), Set.of()))
                .ways()
                .get(0);

        assertThat(way.seconds()).isEqualTo(10 + 103 + 2 * Rates.SECONDS_A_VOLUME);
        assertThat(way.estimate()).contains("from tape").contains("2 volumes to load");
        assertThat(way.lost()).contains("after 2026-11-21T02:00:00Z, 10 hours ago");
    }

    @Test
    void a_mistake_of_somebody() {
        backup(1, 60, 5, disk());
        journal(5, 5);
        Instant at = NOON.minusSeconds(1800);

        List<Advice.Way> ways = advice(Problem.USER_ERROR, at, Without.NOTHING).ways();

        assertThat(ways.get(0).what()).startsWith("restore it beside the database");
        assertThat(ways.get(0).lost()).endsWith("nothing of the rest");
        assertThat(ways.get(1).command()).isEqualTo("saddlebag recover orders --until-time 2026-11-21T11:29:59.999Z");
        assertThat(ways.get(1).lost()).contains("after 2026-11-21T11:29:59.999Z, 30 minutes ago");
    }

    @Test
    void a_mistake_after_the_last_journal_is_reached_up_to_there() {
        backup(1, 60, 5, disk());
        journal(5, 40);

        List<Advice.Way> ways = advice(Problem.USER_ERROR, NOON.minusSeconds(60), Without.NOTHING)
                .ways();

        assertThat(ways.get(0).lost()).contains("what was committed from 2026-11-21T11:20:00Z until then");
        assertThat(ways.get(1).lost()).contains("after 2026-11-21T11:20:00Z");
    }

    @Test
    @Tag("R8")
    void a_damaged_block_of_an_engine_whose_blocks_can_be_replaced_loses_nothing() {
        backup(1, 60, 5, disk());
        journal(5, 5);

        Advice.Way first = advice(Problem.CORRUPT_BLOCK, NOON, Without.NOTHING, Set.of(Repair.WHOLE, Repair.BLOCKS))
                .ways()
                .get(0);

        assertThat(first.obstacle()).isNull();
        assertThat(first.seconds()).isEqualTo(10 + 10 + 26);
        assertThat(first.lost()).startsWith("nothing");
        assertThat(first.command()).isEqualTo("saddlebag recover orders --block FILE:NUMBER");
    }

    @Test
    void a_damaged_block_behind_lost_journals_or_without_any_cant_be_replaced() {
        backup(1, 60, 5, disk());
        Set<Repair> all = Set.of(Repair.values());
        assertThat(advice(Problem.CORRUPT_BLOCK, NOON, Without.NOTHING, all).ways())
                .filteredOn(way -> way.what().startsWith("replace"))
                .singleElement()
                .extracting(Advice.Way::obstacle)
                .isEqualTo("no journals of it are backed up");

        journal(5, 30);
        journal(7, 5);
        assertThat(advice(Problem.CORRUPT_BLOCK, NOON, Without.NOTHING, all).ways())
                .filteredOn(way -> way.what().startsWith("replace"))
                .singleElement()
                .extracting(Advice.Way::obstacle)
                .asString()
                .contains("are lost");
    }

    @Test
    void a_mistake_in_one_database_of_a_cluster_leaves_the_others_alone() {
        backup(1, 60, 5, disk());
        journal(5, 5);

        Advice.Way first = advice(
                        Problem.USER_ERROR,
                        NOON.minusSeconds(1800),
                        Without.NOTHING,
                        Set.of(Repair.WHOLE, Repair.ONE_DATABASE))
                .ways()
                .get(0);

        assertThat(first.command())
                .isEqualTo("saddlebag recover orders --database NAME --until-time 2026-11-21T11:29:59.999Z");
        assertThat(first.lost()).endsWith("nothing of the others");
    }

    @Test
    void recover_is_named_only_where_it_works() {
        backup(1, 60, 5, disk());
        journal(5, 5);

        assertThat(advice(Problem.MEDIA_FAILURE, NOON, Without.NOTHING, Set.of())
                        .ways())
                .extracting(Advice.Way::command)
                .containsExactly("saddlebag restore 1 --database orders");
    }

    @Test
    void a_damaged_block() {
        backup(1, 60, 5, disk());
        journal(5, 5);

        List<Advice.Way> ways =
                advice(Problem.CORRUPT_BLOCK, NOON, Without.NOTHING).ways();

        assertThat(ways).extracting(way -> way.obstacle() == null).containsExactly(true, true, false);
        assertThat(ways.get(0).lost()).startsWith("of the damaged parts, ").endsWith("nothing of the rest");
    }

    @Test
    void without_any_backup_nothing_is_promised() {
        for (Problem problem : Problem.values()) {
            assertThat(advice(problem, NOON, Without.NOTHING).ways())
                    .isNotEmpty()
                    .allSatisfy(way -> assertThat(way.obstacle()).isNotNull());
        }
    }
}

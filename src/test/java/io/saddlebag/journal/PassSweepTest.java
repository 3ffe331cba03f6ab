package io.saddlebag.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One thing goes wrong at each call of a pass to source, target, catalog, job log and chain: the pass ends well and with the right data, or
 * fails and the next one converges.
 */
@Tag("J18")
@Tag("Q15")
class PassSweepTest {
    /** Calls of one pass are some dozens. */
    private static final int MOST_CALLS = 400;

    private static final int MOST_PASSES = 20;
    private static final ExecutorService WORKERS = Executors.newCachedThreadPool();

    @AfterAll
    static void end() {
        WORKERS.shutdownNow();
    }

    /** Two journals are durable, one of them not released; two are to be backed up; one is missing between. */
    private static PassWorld world() {
        PassWorld world = new PassWorld(WORKERS);
        world.close(new JournalId(1, 1), false, false);
        world.close(new JournalId(1, 2), false, false);
        world.source.lie = SimulatedJournals.Lie.NOT_RELEASED;
        assertThat(world.pass(new Faults(0, null, world.time))).isNull();
        assertThat(world.source.there).hasSize(1);
        world.close(new JournalId(1, 3), false, false);
        world.close(new JournalId(1, 4), false, false);
        world.close(new JournalId(1, 5), true, false);
        world.close(new JournalId(1, 6), false, false);
        world.time.pass(60);
        return world;
    }

    @ParameterizedTest
    @EnumSource(Faults.Kind.class)
    void at_every_call(Faults.Kind kind) throws Exception {
        int reached = 0;
        for (long call = 1; call < MOST_CALLS; call++) {
            PassWorld world = world();
            Faults faults = new Faults(call, kind, world.time);
            Throwable failure = world.pass(faults);
            if (faults.calls() < call) {
                assertThat(reached).isGreaterThan(40);
                return;
            }
            reached++;
            world.requireNothingLost();
            if (failure == null) {
                assertThat(world.source.there.keySet()).as("%s", faults).containsExactly(new JournalId(1, 6));
            }
            converges(world, faults.toString(), call);
        }
        throw new AssertionError("a pass of more than " + MOST_CALLS + " calls");
    }

    @ParameterizedTest
    @EnumSource(SimulatedJournals.Lie.class)
    void a_source_that_lies(SimulatedJournals.Lie lie) throws Exception {
        PassWorld world = world();
        world.source.lie = lie;

        world.pass(new Faults(0, null, world.time));

        converges(world, lie.toString(), 1);
    }

    @ParameterizedTest
    @EnumSource(SimulatedPool.Lie.class)
    void a_target_that_lies(SimulatedPool.Lie lie) throws Exception {
        PassWorld world = world();
        world.pool.lie = lie;

        assertThat(world.pass(new Faults(0, null, world.time))).isNotNull();
        assertThat(world.source.there)
                .as("3 and 4 are not durable")
                .containsKeys(new JournalId(1, 3), new JournalId(1, 4));

        converges(world, lie.toString(), 1);
    }

    private static void converges(PassWorld world, String at, long seed) throws IOException {
        try {
            world.requireNothingLost();
            world.drain(MOST_PASSES, new Random(seed));
            world.requireNothingLost();
            world.requireWholeChain();
            assertThat(world.chain.pieces("ledger"))
                    .extracting(each -> each.id().sequence() + " " + each.state())
                    .containsExactly("1 READY", "2 READY", "3 READY", "4 READY", "5 GAP", "6 READY");
            assertThat(world.chain.intended("ledger")).isEmpty();
            assertThat(world.log.owed()).isEmpty();
        } catch (AssertionError e) {
            throw new AssertionError(at, e);
        }
    }

    @Test
    @Tag("J25")
    void a_hole_before_a_reset_is_a_gap_all_the_same() throws Exception {
        PassWorld world = new PassWorld(WORKERS);
        world.close(new JournalId(1, 4), false, false);
        world.close(new JournalId(1, 5), true, false);
        assertThat(world.pass(new Faults(0, null, world.time))).isNull();
        world.close(new JournalId(1, 6), false, false);
        world.close(new JournalId(2, 6), false, false);

        world.drain(MOST_PASSES, new Random(1));

        world.requireWholeChain();
        assertThat(world.chain.pieces("ledger"))
                .extracting(each -> each.id() + " " + each.state())
                .containsExactly("4 READY", "5 GAP", "6 READY", "2/6 READY");
    }

    @Test
    @Tag("J18")
    void another_journal_under_a_number_that_was_released_is_left_alone() {
        PassWorld world = new PassWorld(WORKERS);
        JournalId id = new JournalId(1, 4);
        world.close(id, false, false);
        assertThat(world.pass(new Faults(0, null, world.time))).isNull();
        JournalPiece before = world.piece(id);
        world.source.there.put(id, new byte[] {1, 2, 3});

        assertThat(world.pass(new Faults(0, null, world.time)))
                .isInstanceOfSatisfying(
                        BackupException.class,
                        e -> assertThat(e.is(JournalFault.CHANGED)).isTrue());

        assertThat(world.source.there).containsKey(id);
        assertThat(world.piece(id)).isEqualTo(before);
    }

    @Test
    @Tag("J18")
    void the_same_journal_delivered_again_is_released_and_not_copied() throws Exception {
        PassWorld world = new PassWorld(WORKERS);
        JournalId id = new JournalId(1, 4);
        world.close(id, false, false);
        assertThat(world.pass(new Faults(0, null, world.time))).isNull();
        world.close(id, false, false);

        assertThat(world.pass(new Faults(0, null, world.time))).isNull();

        assertThat(world.source.there).isEmpty();
        world.requireWholeChain();
    }
}

package io.saddlebag.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random workloads and random faults - of source, target, catalog, job log, chain, clock, and death - on the real code of passes with twins
 * of what they touch. A seed that fails reproduces: {@code -Djournal.seed=N}.
 */
@Tag("J16")
@Tag("J18")
@Tag("J25")
@Tag("Q11")
class PassSimulationTest {
    private static final int TICKS = 5;
    private static final int MOST_PASSES = 60;
    /** Calls of one pass are some dozens. */
    private static final int CALLS = 70;

    private static final ExecutorService WORKERS = Executors.newCachedThreadPool();

    @AfterAll
    static void end() {
        WORKERS.shutdownNow();
    }

    @Test
    void a_sample_of_seeds() {
        SimulatedSeeds.sample(PassSimulationTest::run);
    }

    @Test
    @Tag("long")
    void a_hundred_thousand_seeds() throws Exception {
        SimulatedSeeds.all(WORKERS, PassSimulationTest::run);
    }

    private static void run(long first, long last) {
        Seen seen = new Seen();
        SimulatedSeeds.each(first, last, seed -> live(seed, seen));
        if (last - first > 1000) {
            assertThat(seen.deaths).as("%s", seen).isGreaterThan((last - first) / 10);
            assertThat(seen.failures).as("%s", seen).isGreaterThan((last - first) / 10);
        }
    }

    /** So that a simulation in which nothing happens is noticed. */
    private static final class Seen {
        private long passes;
        private long deaths;
        private long failures;
        private long gaps;

        @Override
        public String toString() {
            return passes + " passes, " + deaths + " deaths, " + failures + " failures, " + gaps + " gaps";
        }
    }

    private static void live(long seed, Seen seen) throws Exception {
        Random random = new Random(seed);
        PassWorld world = new PassWorld(WORKERS);
        JournalId next = new JournalId(1, random.nextInt(20));
        for (int tick = 0; tick < TICKS; tick++) {
            for (int drops = random.nextInt(4); drops > 0; drops--) {
                int fate = random.nextInt(20);
                world.close(next, fate == 0, fate > 0 && fate < 3);
                boolean reset = random.nextInt(30) == 0;
                next = reset ? new JournalId(next.incarnation() + 1, next.sequence()) : next.next();
            }
            world.arrive(random.nextInt(2));
            world.time.pass(60);
            if (random.nextInt(12) == 0) {
                world.time.setBack(3600);
            }
            count(seen, pass(world, random));
            world.requireNothingLost();
        }
        // whatever was closed last arrives, so that a loss before it can be told
        world.close(next, false, false);
        world.drain(MOST_PASSES, random);
        world.requireNothingLost();
        world.requireWholeChain();
        seen.gaps += world.chain.pieces("ledger").stream()
                .filter(each -> each.state() == PieceState.GAP)
                .count();
    }

    private static void count(Seen seen, @Nullable Throwable failure) {
        seen.passes++;
        if (failure instanceof Faults.Death) {
            seen.deaths++;
        } else if (failure != null) {
            seen.failures++;
        }
    }

    private static @Nullable Throwable pass(PassWorld world, Random random) {
        int what = random.nextInt(10);
        Faults faults = new Faults(0, null, world.time);
        if (what < 5) {
            Faults.Kind[] kinds = Faults.Kind.values();
            faults = new Faults(1 + random.nextInt(CALLS), kinds[random.nextInt(kinds.length)], world.time);
        } else if (what == 5) {
            SimulatedJournals.Lie[] lies = SimulatedJournals.Lie.values();
            world.source.lie = lies[random.nextInt(lies.length)];
        } else if (what == 6) {
            SimulatedPool.Lie[] lies = SimulatedPool.Lie.values();
            world.pool.lie = lies[random.nextInt(lies.length)];
        }
        Throwable failure = world.pass(faults);
        if (faults.dead() || world.somebodyRuns()) {
            world.restart(random);
        }
        return failure;
    }
}

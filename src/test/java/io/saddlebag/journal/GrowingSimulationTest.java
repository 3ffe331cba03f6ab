package io.saddlebag.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * As {@link PassSimulationTest} and {@link PassSweepTest}, for a journal that grows (J2, J5): single passes, with and without a quiet point,
 * over a threshold, and continuous operations, while the application writes. {@code -Djournal.seed=N} reproduces.
 */
@Tag("J2")
@Tag("J5")
@Tag("J18")
@Tag("Q11")
@Tag("Q15")
@Tag("slow")
class GrowingSimulationTest {
    private static final int TICKS = 5;
    private static final int MOST_PASSES = 30;
    private static final int CALLS = 80;
    private static final int MOST_CALLS = 500;

    private static final ExecutorService WORKERS = Executors.newCachedThreadPool();

    @AfterAll
    static void end() {
        WORKERS.shutdownNow();
    }

    @Test
    void a_sample_of_seeds() {
        SimulatedSeeds.sample(GrowingSimulationTest::run);
    }

    @Test
    @Tag("long")
    void a_hundred_thousand_seeds() throws Exception {
        SimulatedSeeds.all(WORKERS, GrowingSimulationTest::run);
    }

    private static void run(long first, long last) {
        long[] deathsAndFailures = new long[2];
        SimulatedSeeds.each(first, last, seed -> live(seed, deathsAndFailures));
        if (last - first > 1000) {
            assertThat(deathsAndFailures[0]).as("deaths").isGreaterThan((last - first) / 10);
            assertThat(deathsAndFailures[1]).as("failures").isGreaterThan((last - first) / 10);
        }
    }

    private static void live(long seed, long[] deathsAndFailures) {
        Random random = new Random(seed);
        GrowingWorld world = new GrowingWorld(WORKERS);
        for (int tick = 0; tick < TICKS; tick++) {
            for (int writes = random.nextInt(4); writes > 0; writes--) {
                world.source.write("t" + tick + "w" + writes + " ");
            }
            world.source.running = random.nextBoolean() ? "running" + tick + " " : "";
            world.source.readers = random.nextInt(4) == 0;
            int thisTick = tick;
            world.source.onRead = () -> {
                if (random.nextInt(3) == 0) {
                    world.source.write("read" + thisTick + " ");
                }
            };
            world.world.time.onWait = () -> world.source.write("between" + thisTick + " ");
            if (random.nextInt(25) == 0) {
                world.lose();
                world.source.write("after a loss ");
            }
            world.world.time.pass(60);
            if (random.nextInt(12) == 0) {
                world.world.time.setBack(3600);
            }
            Throwable failure = pass(world, random);
            if (failure instanceof Faults.Death) {
                deathsAndFailures[0]++;
            } else if (failure != null) {
                deathsAndFailures[1]++;
            }
            world.requireNothingLost();
        }
        world.source.write("end");
        world.drain(MOST_PASSES, random);
        world.requireWholeChain();
    }

    private static @Nullable Throwable pass(GrowingWorld world, Random random) {
        Faults faults = new Faults(0, null, world.world.time);
        switch (random.nextInt(10)) {
            case 0, 1, 2, 3, 4 -> {
                Faults.Kind[] kinds = Faults.Kind.values();
                faults = new Faults(1 + random.nextInt(CALLS), kinds[random.nextInt(kinds.length)], world.world.time);
            }
            case 5, 6 -> {
                SimulatedGrowing.Lie[] lies = SimulatedGrowing.Lie.values();
                world.source.lie = lies[random.nextInt(lies.length)];
            }
            case 7 -> {
                SimulatedPool.Lie[] lies = SimulatedPool.Lie.values();
                world.world.pool.lie = lies[random.nextInt(lies.length)];
            }
            default -> {
                // nothing goes wrong
            }
        }
        Throwable failure = world.pass(faults, options(random.nextInt(4)));
        if (faults.dead() || world.world.somebodyRuns()) {
            world.world.restart(random);
        }
        return failure;
    }

    /** A pass with a quiet point, without, over a threshold, or a continuous operation. */
    private static JournalOptions options(int which) {
        Wishes wishes = new Wishes();
        switch (which) {
            case 1 -> wishes.quietPoint = false;
            case 2 -> wishes.thresholdBlocks = 0L;
            case 3 -> {
                wishes.continuous = true;
                wishes.passes = 2L;
                wishes.interval = Duration.ofSeconds(30);
            }
            default -> {
                // as it is by itself
            }
        }
        return wishes.options();
    }

    /** One journal was cut, one is durable in part and goes on, and the application writes. */
    private static GrowingWorld begun() {
        GrowingWorld world = new GrowingWorld(WORKERS);
        world.source.write("one ");
        assertThat(world.pass(new Faults(0, null, world.world.time), options(0)))
                .isNull();
        world.source.write("two ");
        world.source.readers = true;
        assertThat(world.pass(new Faults(0, null, world.world.time), options(0)))
                .isNull();
        world.source.readers = false;
        world.source.write("three ");
        world.source.running = "running ";
        world.world.time.onWait = () -> world.source.write("between ");
        world.world.time.pass(60);
        return world;
    }

    @ParameterizedTest
    @EnumSource(Faults.Kind.class)
    void at_every_call_of_a_pass(Faults.Kind kind) {
        sweep(kind, options(0));
    }

    @ParameterizedTest
    @EnumSource(Faults.Kind.class)
    void at_every_call_of_a_pass_without_a_quiet_point(Faults.Kind kind) {
        sweep(kind, options(1));
    }

    @ParameterizedTest
    @EnumSource(Faults.Kind.class)
    @Tag("J4")
    void at_every_call_of_a_continuous_operation(Faults.Kind kind) {
        sweep(kind, options(3));
    }

    private static void sweep(Faults.Kind kind, JournalOptions options) {
        int reached = 0;
        for (long call = 1; call < MOST_CALLS; call++) {
            GrowingWorld world = begun();
            Faults faults = new Faults(call, kind, world.world.time);
            world.pass(faults, options);
            if (faults.calls() < call) {
                assertThat(reached).isGreaterThan(30);
                return;
            }
            reached++;
            converges(world, faults.toString(), call);
        }
        throw new AssertionError("more than " + MOST_CALLS + " calls");
    }

    @ParameterizedTest
    @EnumSource(SimulatedGrowing.Lie.class)
    void a_source_that_lies(SimulatedGrowing.Lie lie) {
        for (int which = 0; which < 4; which++) {
            GrowingWorld world = begun();
            world.source.lie = lie;
            world.pass(new Faults(0, null, world.world.time), options(which));
            converges(world, lie + " with options " + which, which);
        }
    }

    @ParameterizedTest
    @EnumSource(SimulatedPool.Lie.class)
    void a_target_that_lies(SimulatedPool.Lie lie) {
        for (int which = 0; which < 4; which++) {
            GrowingWorld world = begun();
            world.world.pool.lie = lie;
            assertThat(world.pass(new Faults(0, null, world.world.time), options(which)))
                    .as("%s with options %s", lie, which)
                    .isNotNull();
            assertThat(world.source.number()).as("it is not cut").isEqualTo(2);
            converges(world, lie + " with options " + which, which);
        }
    }

    private static void converges(GrowingWorld world, String at, long seed) {
        try {
            world.requireNothingLost();
            world.source.write("end");
            world.drain(MOST_PASSES, new Random(seed));
            world.requireWholeChain();
            assertThat(world.world.chain.pieces(JournalSite.NAME)).noneMatch(each -> each.state() == PieceState.GAP);
        } catch (AssertionError e) {
            throw new AssertionError(at, e);
        }
    }
}

package io.saddlebag.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.catalog.BackupId;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    /** Who else looks at a chain, and records what he finds in the catalog. */
    private enum Look {
        /** A list, a fetch, a recovery, pruning. */
        AT_THE_CHAIN {
            @Override
            void by(GrowingWorld world, JournalServices other) throws IOException {
                other.chain().pieces(JournalSite.NAME);
            }
        },
        /** Another pass, before it waits for the job. */
        AT_WHAT_IS_OPEN {
            @Override
            void by(GrowingWorld world, JournalServices other) throws IOException {
                new PieceRecorder(world.source, other).reconcile();
            }
        };

        abstract void by(GrowingWorld world, JournalServices other) throws IOException;
    }

    /**
     * An image whose process had died before the catalog knew is read in while another pass copies the same bytes, and what was written since:
     * before any of its calls, by somebody who goes on at once, or when the pass is over, from any call of his own on.
     */
    @ParameterizedTest
    @CsvSource({"AT_THE_CHAIN, 0", "AT_THE_CHAIN, 1", "AT_WHAT_IS_OPEN, 0", "AT_WHAT_IS_OPEN, 1"})
    @Tag("J13")
    void an_image_that_is_read_in_at_every_call_of_a_pass(Look look, int options) throws Exception {
        long death = deathBeforeTheCatalogKnows();
        int[] found = new int[1];
        for (long call = 1; call < MOST_CALLS; call++) {
            if (!readsInAt(call, look, death, options(options), found)) {
                assertThat(call).isGreaterThan(40);
                assertThat(found[0]).as("images that came into the chain").isGreaterThan(20);
                return;
            }
        }
        throw new AssertionError("more than " + MOST_CALLS + " calls");
    }

    /** @return whether a pass has so many calls */
    private static boolean readsInAt(long call, Look look, long death, JournalOptions options, int[] found)
            throws Exception {
        for (long stop = 1; stop < MOST_CALLS; stop++) {
            GrowingWorld world = begun();
            BackupId dead = dies(world, death);
            Stopped other = new Stopped(world, look, stop);
            Faults faults = Faults.meanwhile(
                    call,
                    () -> {
                        world.world.readIn(dead);
                        other.begin();
                    },
                    world.world.time);
            Throwable failure = world.pass(faults, options);
            if (faults.calls() < call) {
                return false;
            }
            other.end();
            String at = faults + ", the other one at " + other.faults;
            assertThat(failure).as(at).isNull();
            if (world.world.chain.pieces(JournalSite.NAME).stream()
                    .anyMatch(piece -> piece.backup() != null && world.world.catalog.isReadIn(piece.backup()))) {
                found[0]++;
            }
            converges(world, at, call);
            if (other.faults.calls() < stop) {
                return true;
            }
        }
        throw new AssertionError("looks with more than " + MOST_CALLS + " calls");
    }

    /** A process that stops before one of its calls, until another one has come to an end. */
    private static final class Stopped {
        final Faults faults;
        private final Callable<Void> work;
        private final CountDownLatch stands = new CountDownLatch(1);
        private final CountDownLatch goesOn = new CountDownLatch(1);
        private @Nullable Future<?> running;

        Stopped(GrowingWorld world, Look look, long stop) {
            faults = Faults.meanwhile(
                    stop,
                    () -> {
                        stands.countDown();
                        await(goesOn);
                    },
                    world.world.time);
            work = () -> {
                try {
                    look.by(world, world.world.services(faults));
                } finally {
                    stands.countDown();
                }
                return null;
            };
        }

        void begin() {
            running = WORKERS.submit(work);
            await(stands);
        }

        void end() throws Exception {
            goesOn.countDown();
            Future<?> begun = running;
            if (begun != null) {
                begun.get(1, TimeUnit.MINUTES);
            }
        }

        private static void await(CountDownLatch latch) {
            try {
                assertThat(latch.await(1, TimeUnit.MINUTES)).as("in time").isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** Before which call a pass dies with an image that is whole and that the catalog doesn't know. */
    private static long deathBeforeTheCatalogKnows() {
        for (long call = 1; call < MOST_CALLS; call++) {
            GrowingWorld world = begun();
            world.pass(new Faults(call, Faults.Kind.CRASH_BEFORE, world.world.time), options(0));
            if (!world.world.wholeAndUnknown().isEmpty()) {
                return call;
            }
        }
        throw new AssertionError("no image was whole");
    }

    /** A pass dies so, and the application goes on. */
    private static BackupId dies(GrowingWorld world, long death) {
        world.pass(new Faults(death, Faults.Kind.CRASH_BEFORE, world.world.time), options(0));
        world.world.endJobs();
        world.source.write("four ");
        world.source.running = "still running ";
        return world.world.wholeAndUnknown().get(0);
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

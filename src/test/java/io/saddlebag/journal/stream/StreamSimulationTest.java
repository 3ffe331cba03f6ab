package io.saddlebag.journal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.fault.BackupException;
import io.saddlebag.journal.Faults;
import io.saddlebag.journal.JournalFault;
import io.saddlebag.journal.SimulatedPool;
import io.saddlebag.journal.SimulatedSeeds;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Seeded lives of a server, the receiver of its log, and their disk: connections break, servers take over with less than was received, fall
 * behind, lose their slot and what they kept; disks are full, fail, tear writes and lose what wasn't flushed; processes die at any call;
 * clocks jump. In each {@value #PASSES_EACH}th seed passes back up the segments meanwhile, which costs more than all the rest.
 * {@code -Djournal.seed=N} reproduces.
 */
@Tag("J18")
@Tag("J19")
@Tag("J25")
@Tag("Q11")
@Tag("Q15")
@Tag("slow")
class StreamSimulationTest {
    private static final int LIVES = 5;
    private static final int PASSES_EACH = 16;
    private static final int MOST_LOOKS = 200;
    private static final int DRAIN_LOOKS = 5000;
    private static final int MOST_TIMELINES = 5;
    /** Calls of a life are some dozens. */
    private static final int CALLS = 90;

    private static final int SEGMENT = TwinLog.SEGMENT;
    private static final ExecutorService WORKERS = Executors.newCachedThreadPool();

    @AfterAll
    static void end() {
        WORKERS.shutdownNow();
    }

    @Test
    void a_sample_of_seeds() {
        SimulatedSeeds.sample(StreamSimulationTest::run);
    }

    @Test
    @Tag("long")
    void a_hundred_thousand_seeds() throws Exception {
        SimulatedSeeds.all(WORKERS, StreamSimulationTest::run);
    }

    private static void run(long first, long last) {
        Seen seen = new Seen();
        SimulatedSeeds.each(first, last, seed -> live(seed, seen));
        System.out.println("streams, seeds " + first + " to " + last + ": " + seen);
        if (last - first > 1000) {
            long few = (last - first) / 50;
            assertThat(List.of(seen.deaths, seen.powerLosses, seen.failures, seen.gaps, seen.promotions))
                    .as("%s", seen)
                    .allMatch(each -> each > few);
        }
    }

    /** What a failed flush left in memory only is taken for clean by the next one. */
    @Test
    void a_flush_that_failed_is_made_up_for_by_writing_again() {
        StreamWorld world = new StreamWorld(WORKERS);
        world.server.end = 2 * SEGMENT - 10;
        world.disk.lie = SimulatedDisk.Lie.FLUSH_FAILS;
        assertThat(receive(world, none(world))).hasMessageContaining("a flush failed");

        assertThat(receive(world, none(world))).isNull();

        assertThat(world.server.slot.restart()).isEqualTo(world.server.end);
        world.restart(true, new Random(1));
        world.requireNothingLost();
    }

    /** At one of the calls the second segment has its name, and neither that nor the file was ever flushed to the folder. */
    @Test
    void killed_at_each_call_names_are_durable_before_they_are_gone_by() throws Exception {
        boolean died = true;
        for (int call = 1; died; call++) {
            StreamWorld world = new StreamWorld(WORKERS);
            world.server.end = 10;
            assertThat(receive(world, none(world))).isNull();
            world.server.chunk = SEGMENT;
            world.server.end = 2 * SEGMENT;
            died = receive(world, new Faults(call, Faults.Kind.CRASH_AFTER, world.world.time)) instanceof Faults.Death;
            world.restart(false, new Random(call));

            assertThat(receive(world, none(world))).isNull();

            world.requireWhole(false);
        }
    }

    @Test
    void a_slot_that_is_lost_long_after_the_connection_was_made_is_a_gap() throws Exception {
        StreamWorld world = new StreamWorld(WORKERS);
        world.server.end = 10;
        int[] messages = new int[1];
        world.onMessage = () -> {
            if (++messages[0] == 2) {
                world.server.end = 3 * SEGMENT;
                world.server.loseSlot(true, world.server.end);
            }
        };

        assertThat(receive(world, none(world)))
                .isInstanceOfSatisfying(
                        BackupException.class,
                        e -> assertThat(e.is(JournalFault.GAP)).isTrue());

        world.drain(DRAIN_LOOKS, new Random(1), false);
        world.requireWhole(false);
        assertThat(world.gaps()).isEqualTo(3);
    }

    private static Faults none(StreamWorld world) {
        return new Faults(0, null, world.world.time);
    }

    private static @Nullable Throwable receive(StreamWorld world, Faults faults) {
        return world.receive(faults, DRAIN_LOOKS, Duration.ZERO);
    }

    /** So that a simulation in which nothing happens is noticed. */
    private static final class Seen {
        private long lives;
        private long deaths;
        private long powerLosses;
        private long failures;
        private long promotions;
        private long lostSlots;
        private long passes;
        private long gaps;

        @Override
        public String toString() {
            return lives + " lives, " + deaths + " deaths, " + powerLosses + " losses of power, " + failures
                    + " failures, " + promotions + " promotions, " + lostSlots + " lost slots, " + passes + " passes, "
                    + gaps + " gaps";
        }
    }

    private static void live(long seed, Seen seen) throws Exception {
        Random random = new Random(seed);
        StreamWorld world = new StreamWorld(WORKERS);
        boolean passes = seed % PASSES_EACH == 0;
        world.server.end = random.nextInt(3 * SEGMENT);
        for (int life = 0; life < LIVES; life++) {
            world.server.chunk = 1 + random.nextInt(random.nextBoolean() ? SEGMENT : 40_000) + SEGMENT / 50;
            happen(world, random, seen);
            world.world.time.pass(60);
            if (random.nextInt(12) == 0) {
                world.world.time.setBack(3600);
            }
            Faults faults = trouble(world, random);
            world.onMessage = () -> {
                if (random.nextInt(3) == 0) {
                    happen(world, random, seen);
                }
                if (passes && random.nextInt(6) == 0) {
                    pass(world, faults, random, seen);
                }
            };
            Throwable failure = world.receive(
                    faults, random.nextInt(MOST_LOOKS), random.nextBoolean() ? Duration.ZERO : Duration.ofMillis(3));
            world.requireExplained(failure);
            count(seen, failure);
            boolean powerLost = random.nextInt(3) == 0;
            seen.powerLosses += powerLost ? 1 : 0;
            world.restart(powerLost, random);
            world.requireNothingLost();
            if (random.nextBoolean()) {
                world.disk.makeRoom();
            }
        }
        world.drain(DRAIN_LOOKS, random, passes);
        world.requireWhole(passes);
        seen.gaps += world.gaps();
    }

    private static void count(Seen seen, @Nullable Throwable failure) {
        seen.lives++;
        if (failure instanceof Faults.Death) {
            seen.deaths++;
        } else if (failure != null) {
            seen.failures++;
        }
    }

    /** What goes wrong in one life. */
    private static Faults trouble(StreamWorld world, Random random) {
        switch (random.nextInt(10)) {
            case 0, 1, 2, 3, 4 -> {
                Faults.Kind[] kinds = Faults.Kind.values();
                return new Faults(1 + random.nextInt(CALLS), kinds[random.nextInt(kinds.length)], world.world.time);
            }
            case 5, 6, 7 -> {
                SimulatedDisk.Lie[] lies = SimulatedDisk.Lie.values();
                world.disk.lie = lies[random.nextInt(lies.length)];
            }
            default -> {
                // nothing goes wrong
            }
        }
        return new Faults(0, null, world.world.time);
    }

    /** What happens at the server, or between it and the receiver. */
    private static void happen(StreamWorld world, Random random, Seen seen) {
        SimulatedLog server = world.server;
        switch (random.nextInt(24)) {
            case 0 -> server.breaksAfter = 1 + random.nextInt(10);
            case 1 -> {
                long least = server.ends.isEmpty() ? 0 : server.ends.lastEntry().getValue();
                if (server.timeline < MOST_TIMELINES && server.end > least) {
                    seen.promotions++;
                    boolean all = random.nextBoolean();
                    long back = random.nextInt((int) Math.min(server.end - least, 2 * SEGMENT));
                    server.promote(all ? server.end : server.end - back, random.nextBoolean());
                }
            }
            case 2 -> {
                if (random.nextInt(4) == 0) {
                    seen.lostSlots++;
                    server.loseSlot(random.nextBoolean(), server.end - (random.nextBoolean() ? SEGMENT : 0));
                    server.breaksAfter = random.nextInt(3);
                }
            }
            case 3 -> {
                long least = server.ends.isEmpty() ? 0 : server.ends.lastEntry().getValue();
                if (server.end > least) {
                    server.fallBehind(Math.max(least, server.end - random.nextInt(SEGMENT)));
                }
            }
            case 4 -> server.catchUp();
            case 5, 6, 7, 8 -> server.removeWhatNobodyNeeds();
            case 9, 10, 11 -> server.end += random.nextInt(SEGMENT);
            case 12, 13 -> server.end = (server.end / SEGMENT + 1) * SEGMENT;
            default -> server.end += 1 + random.nextInt(5000);
        }
    }

    private static void pass(StreamWorld world, Faults faults, Random random, Seen seen) {
        if (world.world.somebodyRuns()) {
            // its end could not be recorded: the next process sees to that
            return;
        }
        seen.passes++;
        if (random.nextInt(5) == 0) {
            SimulatedPool.Lie[] lies = SimulatedPool.Lie.values();
            world.world.pool.lie = lies[random.nextInt(lies.length)];
        }
        Throwable failure = world.pass(faults);
        world.world.pool.lie = null;
        if (failure instanceof Faults.Death death) {
            throw death;
        }
    }
}

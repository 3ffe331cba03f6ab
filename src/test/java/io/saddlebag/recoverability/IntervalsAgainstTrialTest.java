package io.saddlebag.recoverability;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random databases with resets, losses and media that are gone: what is said to be recoverable is, and nothing is forgotten. */
@Tag("C11")
@Tag("R10")
@Tag("R11")
class IntervalsAgainstTrialTest {
    private static final int WORLDS = Integer.getInteger("recoverability.worlds", 4000);

    @Test
    void intervals_are_what_trying_everything_finds() {
        int reached = 0;
        for (long seed = 1; seed <= WORLDS; seed++) {
            reached += compare(seed);
        }
        assertThat(reached).as("commits that journals brought back").isGreaterThan(WORLDS);
    }

    @Test
    void what_is_lost_is_what_was_there_and_is_no_more() {
        for (long seed = 1; seed <= WORLDS; seed++) {
            World world = new World(seed);
            Without without = World.without(new Random(seed));
            List<Interval> before = Intervals.of(world.known(), Without.NOTHING);
            List<Interval> after = Intervals.of(world.known(), without);
            List<Lost> lost = Lost.between(before, after);
            for (World.History history : world.histories) {
                for (long time = 1000; time <= world.clock; time++) {
                    Instant at = World.at(time);
                    long incarnation = history.incarnation;
                    assertThat(lost.stream().anyMatch(each -> each.incarnation() == incarnation && each.has(at)))
                            .as("seed %s, incarnation %s, %s of %s and %s", seed, incarnation, time, before, after)
                            .isEqualTo(claimed(before, incarnation, at) && !claimed(after, incarnation, at));
                }
            }
        }
    }

    private static boolean claimed(List<Interval> intervals, long incarnation, Instant at) {
        return intervals.stream().anyMatch(each -> each.incarnation() == incarnation && each.has(at));
    }

    private static int compare(long seed) {
        World world = new World(seed);
        Without without = World.without(new Random(seed));
        List<Interval> claims = Intervals.of(world.known(), without);
        int reached = 0;
        for (World.History history : world.histories) {
            int[] reaches = world.copies.stream()
                    .mapToInt(each -> world.reach(history, each, without))
                    .toArray();
            for (long time = 1000; time <= world.clock; time++) {
                if (claimed(claims, history.incarnation, World.at(time))) {
                    assertThat(isReached(world, history, time, reaches))
                            .as(
                                    "seed %s: %s of incarnation %s is claimed by %s",
                                    seed, time, history.incarnation, claims)
                            .isTrue();
                }
            }
            reached += requireComplete(seed, world, history, reaches, without, claims);
        }
        return reached;
    }

    private static boolean isReached(World world, World.History history, long time, int[] reaches) {
        int wanted = history.lengthAt(time);
        for (int i = 0; i < reaches.length; i++) {
            if (world.copies.get(i).length() <= wanted && wanted <= reaches[i]) {
                return true;
            }
        }
        return false;
    }

    /** Where enough is known; by times alone some of it can't be told. */
    private static int requireComplete(
            long seed, World world, World.History history, int[] reaches, Without without, List<Interval> claims) {
        int reached = 0;
        for (int i = 0; i < reaches.length; i++) {
            World.Copied copy = world.copies.get(i);
            boolean tells = tells(world, history, copy, without);
            for (int place = Math.max(copy.length(), history.branchedAt); place < reaches[i]; place++) {
                reached++;
                Instant at = World.at(history.commits.get(place).time());
                if (tells) {
                    assertThat(claimed(claims, history.incarnation, at))
                            .as(
                                    "seed %s: %s of incarnation %s, reached from backup %s, is missing in %s",
                                    seed, at, history.incarnation, copy.base().backup(), claims)
                            .isTrue();
                }
            }
        }
        return reached;
    }

    /** Whether what the catalog knows is enough to find all that trying does. */
    private static boolean tells(World world, World.History history, World.Copied copy, Without without) {
        Base.Entry entry = Objects.requireNonNull(copy.base().entry());
        if (world.knowing == World.Knowing.POSITIONS) {
            return entry.consistentAt() == null;
        }
        Long sequence = entry.sequence();
        boolean onPath = history.incarnation == entry.incarnation()
                || (sequence != null
                        && world.branches.stream()
                                .filter(each -> each.parent() == entry.incarnation())
                                .allMatch(each -> sequence < Objects.requireNonNull(each.lastOfParent())));
        // one that holds nothing behind the backup would not be needed, but a number alone doesn't tell
        return world.knowing == World.Knowing.NUMBERS
                && onPath
                && !world.parts
                && world.journals.stream()
                        .anyMatch(each -> each.id().incarnation() == entry.incarnation()
                                && Objects.equals(each.id().sequence(), entry.sequence())
                                && Objects.requireNonNull(each.image()).isReadable(without));
    }
}

package io.saddlebag.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Two programs at once, interleaved at every boundary: no image comes on a volume of another family or id, nothing is
 * written over before it expires, what was acknowledged can be read, and nobody touches a drive that the other has.
 */
@Tag("M14")
@Tag("M15")
@Tag("M16")
@Tag("M19")
@Tag("Q11")
@Tag("Q12")
class ProgramRaceTest {
    private static final int MOST_STEPS = 20_000;

    /** What is played. */
    enum Play {
        DIFFERENT_FAMILIES,
        ONE_FAMILY,
        READING_AND_WRITING
    }

    private static ProgramRace.Job writer(ProgramRace race, String family, boolean first) {
        int own = first ? 1 : 5;
        var media = family.equals("red") ? ProgramRace.RED : ProgramRace.BLUE;
        return program -> {
            race.keep(program, family + own, media, 4);
            race.keep(program, family + (own + 1), media, 30);
            ProgramRace.putAway(program);
            race.keep(program, family + (own + 2), media, 3);
        };
    }

    private static void play(ProgramRace race, Play play) throws Exception {
        switch (play) {
            case DIFFERENT_FAMILIES -> race.play(writer(race, "red", true), writer(race, "blue", true));
            case ONE_FAMILY -> race.play(writer(race, "red", true), writer(race, "red", false));
            case READING_AND_WRITING ->
                race.play(writer(race, "red", true), program -> {
                    race.promises.readAll(program);
                    ProgramRace.putAway(program);
                    race.promises.readAll(program);
                });
        }
    }

    /** What came of many schedules. */
    private static final class Tally {
        int schedules;
        int failures;
        int images;
        final Map<String, Integer> reasons = new TreeMap<>();

        void add(ProgramRace race) {
            schedules++;
            failures += race.failures.size();
            race.failures.forEach(
                    each -> reasons.merge(each.replaceAll("[0-9]+", "0").replaceAll("^\\w+: ", ""), 1, Integer::sum));
            images += race.promises.count() - 2;
        }

        void print(String what) {
            System.out.println("races, " + what + ": " + schedules + " schedules, " + images + " images, " + failures
                    + " programs that failed loudly " + reasons);
        }
    }

    private static void one(String what, ProgramRace race, Play play, Tally tally) {
        try {
            play(race, play);
            tally.add(race);
        } catch (Exception | AssertionError e) {
            throw new AssertionError(what + ": " + e.getMessage() + "\n" + race.history(), e);
        }
    }

    /** The other program runs as far as it can, once, before each of the first one's steps. */
    private static void preempted(Play play, boolean ownSessions, int every) throws Exception {
        Tally tally = new Tally();
        for (int first = 0; first <= 1; first++) {
            int begins = first;
            boolean reached = true;
            for (int n = 1; reached && n < MOST_STEPS; n += every) {
                int at = n;
                ProgramRace race = new ProgramRace((step, now) -> step < at ? begins : 1 - begins, ownSessions);
                one("program " + (2 - begins) + " comes in at step " + n, race, play, tally);
                reached = race.steps() > n;
            }
        }
        tally.print(play + ", one change, every " + every + "th step" + (ownSessions ? ", own sessions" : ""));
        assertThat(tally.images).isGreaterThan(tally.schedules * 3 / 2);
    }

    /** Who goes on is drawn, sometimes at each step and sometimes rarely; people come, too. */
    private static void drawn(Play play, long from, int schedules, boolean withPeople) throws Exception {
        Tally tally = new Tally();
        for (long seed = from; seed < from + schedules; seed++) {
            Random chance = new Random(seed * 0x9E37_79B9_7F4A_7C15L);
            int run = new int[] {2, 5, 20, 100, 400}[chance.nextInt(5)];
            ProgramRace race =
                    new ProgramRace((step, now) -> chance.nextInt(run) == 0 ? 1 - now : now, chance.nextBoolean());
            if (withPeople) {
                for (int step = 1 + chance.nextInt(300); step < 2_000; step += 1 + chance.nextInt(400)) {
                    race.at(step, race.swap(chance, chance.nextBoolean()));
                }
            }
            one("seed " + seed, race, play, tally);
        }
        tally.print(play + ", drawn" + (withPeople ? ", with people" : ""));
        assertThat(tally.images).isGreaterThan(schedules);
    }

    @ParameterizedTest
    @CsvSource({
        "DIFFERENT_FAMILIES,false",
        "DIFFERENT_FAMILIES,true",
        "ONE_FAMILY,false",
        "ONE_FAMILY,true",
        "READING_AND_WRITING,true"
    })
    void nothing_goes_wrong_when_one_comes_in_between(Play play, boolean ownSessions) throws Exception {
        preempted(play, ownSessions, 11);
    }

    @ParameterizedTest
    @CsvSource({
        "DIFFERENT_FAMILIES,false",
        "DIFFERENT_FAMILIES,true",
        "ONE_FAMILY,false",
        "ONE_FAMILY,true",
        "READING_AND_WRITING,true",
        "READING_AND_WRITING,false"
    })
    @Tag("long")
    void nothing_goes_wrong_wherever_one_comes_in_between(Play play, boolean ownSessions) throws Exception {
        preempted(play, ownSessions, 1);
    }

    @Test
    void nothing_goes_wrong_when_both_and_people_come_at_any_time() throws Exception {
        for (Play play : Play.values()) {
            drawn(play, 1, 60, false);
            drawn(play, 1, 60, true);
        }
    }

    @Test
    @Tag("long")
    void nothing_goes_wrong_in_many_drawn_schedules() throws Exception {
        for (Play play : Play.values()) {
            drawn(play, 10_000, 3_000, false);
            drawn(play, 20_000, 3_000, true);
        }
    }
}

package io.saddlebag.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.workbench.Life;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The program dies at a SCSI command of a backup over two volumes or of its restore: before the command was sent, or when
 * it was carried out and the program didn't know yet; or at a call of the register. The kernel takes its locks away, and
 * nothing of it is sent any more. The next program finds out how things stand, and repeats: what was acknowledged stays,
 * what stands whole on tape is right, nobody's volume is written over, and no lock and no reservation is left.
 */
@Tag("Q11")
@Tag("Q15")
@Tag("M19")
@Tag("slow")
class ScsiDeathSweepTest {
    /** Programs that die one after the other. */
    private static final int MOST_DEATHS = 4;

    /** The call at which a program dies, and whether that has had its effect. */
    private record Moment(int n, Life.When when) {
        static List<Moment> upTo(long calls) {
            List<Moment> all = new ArrayList<>();
            for (int n = 1; n <= calls; n++) {
                all.add(new Moment(n, Life.When.BEFORE));
                all.add(new Moment(n, Life.When.AFTER));
            }
            return all;
        }

        static Moment within(int calls, Random chance) {
            return new Moment(1 + chance.nextInt(calls), chance.nextBoolean() ? Life.When.BEFORE : Life.When.AFTER);
        }
    }

    /** A play in which programs die. */
    private static final class Deadly {
        final ScsiPlay play;
        String in = "";
        String at = "";

        Deadly(ScsiSite.Layout layout) throws Exception {
            play = new ScsiPlay(layout);
            play.watchWrites();
        }

        /** Of a program that dies at a command; they are counted from now on. */
        Life untilCommand(Moment end) {
            Life life = Life.unending();
            int before = play.commands();
            play.listen(new Traffic.Listener() {
                @Override
                public void before(int n, Traffic.Call call) {
                    dieAt(n, call, Life.When.BEFORE);
                }

                @Override
                public void answered(int n, Traffic.Call call) {
                    dieAt(n, call, Life.When.AFTER);
                }

                private void dieAt(int n, Traffic.Call call, Life.When when) {
                    if (n - before == end.n && when == end.when) {
                        at = when + " " + call.command().name();
                        throw life.die();
                    }
                }
            });
            return life;
        }

        /** Of a program that dies at a call of the register. */
        Life untilCall(Moment end) {
            return Life.endingAt(end.n, end.when);
        }

        /** @return whether it died */
        boolean runs(Life life) throws Exception {
            return dies(() -> {
                play.run(life);
                assertThat(play.failure).isNull();
            });
        }

        boolean repeats(String id, char blocks, Life life) throws Exception {
            return dies(() -> play.later(id, blocks, life));
        }

        private boolean dies(Act act) throws Exception {
            boolean died = false;
            try {
                act.run();
            } catch (Life.Death e) {
                died = true;
                in = play.site.traffic.phase();
            }
            assertThat(play.site.locks.taken()).as("locks").isEmpty();
            return died;
        }

        void recovers(boolean powerFails) throws Exception {
            play.check();
            play.repairAndRepeat(powerFails);
            play.check();
            assertThat(play.site.locks.taken()).as("locks").isEmpty();
            assertThat(play.site.registrations()).as("registrations").isEmpty();
        }

        /** What became of the image that was under way. */
        String outcome() {
            if (play.isAcknowledged("two")) {
                return "acknowledged";
            }
            return play.found().isEmpty() ? "gone" : "found on tape";
        }
    }

    private interface Act {
        void run() throws Exception;
    }

    private interface LifeOf {
        Life of(Deadly deadly, Moment end);
    }

    static Stream<Arguments> sites() {
        return Stream.concat(
                ScsiFaultSweepTest.drives(),
                Stream.of(Arguments.of(
                        "devices that hosts share", ScsiFaultSweepTest.layout().sharedByHosts())));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sites")
    @Tag("long")
    void the_death_of_the_program_at_every_command_is_survived(String name, ScsiSite.Layout layout) throws Exception {
        atCommands(name, layout, 1);
        atCalls(name, layout);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sites")
    void the_death_of_the_program_at_a_sample_of_commands_is_survived(String name, ScsiSite.Layout layout)
            throws Exception {
        atCommands(name, layout, name.equals("a real drive") ? 11 : 41);
    }

    @Test
    void the_death_of_the_program_at_every_call_of_the_register_is_survived() throws Exception {
        atCalls("devices that hosts share", ScsiFaultSweepTest.layout().sharedByHosts());
    }

    /** Each phase's first command, and every so many commands one; of all commands, with and without a power failure. */
    private static void atCommands(String name, ScsiSite.Layout layout, int every) throws Exception {
        Map<String, Integer> beginnings = new TreeMap<>();
        ScsiPlay calm = new ScsiPlay(layout);
        calm.listen((n, call) -> beginnings.putIfAbsent(calm.site.traffic.phase(), n));
        calm.run();
        SweepTable table = new SweepTable();
        List<Moment> moments = Moment.upTo(calm.commands());
        for (int i = 0; i < moments.size(); i++) {
            Moment moment = moments.get(i);
            if (i % every == 0 || beginnings.containsValue(moment.n)) {
                one(layout, Deadly::untilCommand, moment, moment.n % 2 == 0, table);
                if (every == 1) {
                    one(layout, Deadly::untilCommand, moment, moment.n % 2 != 0, table);
                }
            }
        }
        table.print("SCSI deaths, " + name + ", before and after each of " + calm.commands() + " commands, every "
                + every + "th");
        assertThat(table.defects()).isEmpty();
        assertThat(table.cases()).as("deaths").isGreaterThan(2 * calm.commands() / every);
        assertThat(table.phases()).as("phases in which one died").isEqualTo(beginnings.keySet());
    }

    private static void atCalls(String name, ScsiSite.Layout layout) throws Exception {
        Life calm = Life.unending();
        new Deadly(layout).runs(calm);
        SweepTable table = new SweepTable();
        for (Moment moment : Moment.upTo(calm.calls())) {
            one(layout, Deadly::untilCall, moment, false, table);
            one(layout, Deadly::untilCall, moment, true, table);
        }
        table.print("Deaths, " + name + ", before and after each of " + calm.calls() + " calls of the register");
        assertThat(table.defects()).isEmpty();
        assertThat(table.cases()).as("deaths").isEqualTo((int) (4 * calm.calls()));
    }

    private static void one(ScsiSite.Layout layout, LifeOf lives, Moment end, boolean powerFails, SweepTable table)
            throws Exception {
        Deadly deadly = new Deadly(layout.seed(end.n));
        Life life = lives.of(deadly, end);
        try {
            assertThat(deadly.runs(life)).as("died").isTrue();
            deadly.recovers(powerFails);
        } catch (Exception | AssertionError e) {
            table.defect("death at " + end + ", " + deadly.at + " in " + deadly.in + ", power "
                    + (powerFails ? "fails" : "stays") + ": " + e);
            return;
        }
        table.add(deadly.at.isEmpty() ? end.when + " " + life.end() : deadly.at, deadly.in, deadly.outcome());
    }

    @Test
    void several_programs_that_die_one_after_the_other_are_survived() throws Exception {
        inARow(60);
    }

    @Test
    @Tag("long")
    void several_programs_that_die_one_after_the_other_are_survived_wherever_they_die() throws Exception {
        inARow(10_000);
    }

    private static void inARow(int seeds) throws Exception {
        ScsiSite.Layout layout =
                ScsiSite.Layout.of(70, "A1", "B2", "F3", "C4", "C5", "C6", "C7", "C8", "C9", "D1", "D2", "CLN008");
        ScsiPlay calm = new ScsiPlay(layout);
        calm.run();
        int commands = calm.commands();
        SweepTable table = new SweepTable();
        int deaths = 0;
        for (long seed = 1; seed <= seeds; seed++) {
            Random chance = new Random(seed * 0x9E37_79B9_7F4A_7C15L);
            ScsiSite.Layout site = layout.seed(seed);
            Deadly deadly = new Deadly(chance.nextBoolean() ? site : site.sharedByHosts());
            int died = 0;
            try {
                died += deadly.runs(deadly.untilCommand(Moment.within(commands, chance))) ? 1 : 0;
                for (int i = 1; i < MOST_DEATHS; i++) {
                    if (chance.nextInt(4) == 0) {
                        deadly.play.site.powerCycle();
                    }
                    Life life = deadly.untilCommand(Moment.within(commands, chance));
                    died += deadly.repeats("again" + i, (char) ('d' + i), life) ? 1 : 0;
                }
                deadly.recovers(chance.nextBoolean());
            } catch (Exception | AssertionError e) {
                table.defect("seed " + seed + " after " + died + " deaths, the last " + deadly.at + " in " + deadly.in
                        + ": " + e);
                continue;
            }
            deaths += died;
            table.add(died + " deaths", "seeds", deadly.outcome());
        }
        table.print("SCSI deaths in a row, seeds 1 to " + seeds + ", " + deaths + " deaths");
        assertThat(table.defects()).isEmpty();
        assertThat(deaths).isGreaterThan(2 * seeds);
    }
}

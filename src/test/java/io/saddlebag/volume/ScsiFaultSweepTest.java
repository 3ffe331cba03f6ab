package io.saddlebag.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.scsi.memory.ChangerFault;
import io.saddlebag.scsi.memory.TapeFaultKind;
import io.saddlebag.scsi.memory.TapeHabit;
import io.saddlebag.tape.scsi.DriveOptions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every fault of drive and robot at every SCSI command of a backup over two volumes and of its restore: right data, or a
 * loud failure after which a repeat succeeds; what was acknowledged stays, nobody else's volume is touched, and no block is
 * sent twice.
 */
@Tag("Q11")
@Tag("Q15")
@Tag("slow")
class ScsiFaultSweepTest {
    /** Commands from one fault to the next. */
    private static final int NEAR = 12;

    private static final int MOVE_MEDIUM = 0xa5;

    /** Whose command fails how. */
    private record Fault(TapeFaultKind ofTape, ChangerFault ofChanger) {
        static List<Fault> all() {
            List<Fault> all = new ArrayList<>();
            Stream.of(TapeFaultKind.values()).forEach(kind -> all.add(new Fault(kind, null)));
            Stream.of(ChangerFault.values()).forEach(kind -> all.add(new Fault(null, kind)));
            return all;
        }

        boolean hits(Traffic.Call call) {
            return call.device().startsWith("drive") == (ofTape != null);
        }

        /** A robot does nothing wrong with a cartridge when it moves none. */
        boolean canStrike(Traffic.Call call) {
            return hits(call) && (!isOfMoves() || call.operation() == MOVE_MEDIUM);
        }

        /** A cartridge that has become shorter stays so. */
        boolean shortens() {
            return ofTape == TapeFaultKind.HARD_END || ofTape == TapeFaultKind.EARLY_WARNING;
        }

        boolean isOfMoves() {
            return ofChanger != null && ofChanger.ofMoves();
        }

        @Override
        public String toString() {
            return ofTape != null ? "drive " + ofTape : "robot " + ofChanger;
        }
    }

    private static final List<Fault> HARMLESS = List.of(
            new Fault(TapeFaultKind.RECOVERED, null),
            new Fault(TapeFaultKind.CLEANING_REQUESTED, null),
            new Fault(null, ChangerFault.MEDIUM_CHANGED),
            new Fault(null, ChangerFault.MAIL_SLOT_ACCESSED),
            new Fault(null, ChangerFault.RESET),
            new Fault(null, ChangerFault.BECOMING_READY),
            new Fault(null, ChangerFault.BUSY),
            new Fault(null, ChangerFault.CUTS_REPORTS));

    /** A play with faults in it. */
    private static final class Struck {
        final ScsiPlay play;
        private boolean struck;
        private String in = "";

        /** @param plan by the number of the command that is hit */
        Struck(ScsiSite.Layout layout, Map<Integer, Fault> plan) throws Exception {
            play = new ScsiPlay(layout);
            if (plan.values().stream().anyMatch(Fault::shortens)) {
                play.shortens();
            }
            play.listen((n, call) -> {
                Fault fault = plan.get(n);
                if (fault != null && fault.hits(call)) {
                    strike(fault, call);
                }
            });
        }

        private void strike(Fault fault, Traffic.Call call) {
            struck = true;
            in = play.site.traffic.phase();
            if (fault.ofTape != null) {
                play.site.tapes.stream()
                        .filter(tape -> tape.name().equals(call.device()))
                        .forEach(tape -> tape.next(call.operation(), fault.ofTape));
            } else {
                play.site.changer.next(fault.ofChanger);
            }
        }

        /** As the devices have it, not as it was planned. */
        boolean hasStruck(Fault fault) {
            return fault.ofTape != null
                    ? play.site.tapes.stream().anyMatch(tape -> tape.struck().contains(fault.ofTape))
                    : play.site.changer.struck().contains(fault.ofChanger);
        }
    }

    static ScsiSite.Layout layout() {
        return ScsiSite.Layout.of(70, "A1", "B2", "F3", "C4", "C5", "C6", "C7", "CLN008");
    }

    static Stream<Arguments> drives() {
        return Stream.of(
                Arguments.of("a real drive", layout()),
                Arguments.of(
                        "a drive with logical block protection",
                        layout().like(Set.of(TapeHabit.CRC32C), DriveOptions.DEFAULT)),
                Arguments.of(
                        "a drive that stands behind errors and speaks in descriptors",
                        layout().like(
                                        Set.of(
                                                TapeHabit.DESCRIPTOR_SENSE,
                                                TapeHabit.SHORT_POSITION_ONLY,
                                                TapeHabit.STANDS_BEHIND_ERRORS),
                                        DriveOptions.DEFAULT)),
                Arguments.of(
                        "a drive without LOCATE", layout().like(Set.of(TapeHabit.NO_LOCATE), DriveOptions.DEFAULT)),
                Arguments.of(
                        "tgt, counted",
                        layout().like(
                                        EnumSet.copyOf(TapeHabit.TGT),
                                        DriveOptions.DEFAULT.counting().withLongReads())));
    }

    @Test
    @Tag("M6")
    void nothing_goes_wrong_by_itself() throws Exception {
        ScsiPlay play = new ScsiPlay(layout());
        play.run();
        assertThat(play.failure).isNull();
        assertThat(play.acknowledged.keySet().stream()
                        .filter(i -> i.image().imageId().equals("two"))
                        .findFirst()
                        .orElseThrow()
                        .sections())
                .hasSize(2);
        play.repairAndRepeat(true);
        play.check();
    }

    @Test
    void several_faults_close_together_are_survived() throws Exception {
        pairs(1, 1_500);
    }

    /** Two cartridges got one label, the first of them in vain, and the robot couldn't read the second one's barcode. */
    @ParameterizedTest
    @ValueSource(longs = {9_945, 29_085, 59_279})
    @Tag("M16")
    void a_label_alone_does_not_say_which_cartridge_a_volume_is(long seed) throws Exception {
        pairs(seed, seed);
    }

    @Test
    @Tag("long")
    void several_faults_close_together_are_survived_wherever_they_strike() throws Exception {
        pairs(1, 60_000);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("drives")
    @Tag("long")
    void every_fault_at_every_command_is_survived(String name, ScsiSite.Layout layout) throws Exception {
        sweep(name, layout, 1, 1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("drives")
    void a_sample_of_faults_is_survived(String name, ScsiSite.Layout layout) throws Exception {
        sweep(name, layout, name.equals("a real drive") ? 7 : 29, 1);
    }

    /** @param every so many commands that a fault can hit one is hit, others with each fault; of moves, which are few, each */
    private static void sweep(String name, ScsiSite.Layout layout, int every, int seeds) throws Exception {
        List<Traffic.Call> commands = new ArrayList<>();
        ScsiPlay calm = new ScsiPlay(layout);
        Map<String, Integer> beginnings = new TreeMap<>();
        calm.listen((n, call) -> {
            commands.add(call);
            beginnings.putIfAbsent(calm.site.traffic.phase(), commands.size());
        });
        calm.run();
        assertThat(calm.failure).isNull();
        SweepTable table = new SweepTable();
        for (int n : beginnings.values()) {
            Fault fault = Fault.all().stream()
                    .filter(each -> each.canStrike(commands.get(n - 1)))
                    .findFirst()
                    .orElseThrow();
            one(Map.of(n, fault), layout.seed(n), table);
        }
        int first = 0;
        for (Fault fault : Fault.all()) {
            first++;
            List<Integer> hit = new ArrayList<>();
            for (int n = 1; n <= commands.size(); n++) {
                if (fault.canStrike(commands.get(n - 1))) {
                    hit.add(n);
                }
            }
            int step = fault.isOfMoves() ? 1 : every;
            for (int i = Math.min(first % step, hit.size() - 1); i < hit.size(); i += step) {
                int n = hit.get(i);
                for (long seed = n; seed < n + seeds; seed++) {
                    one(Map.of(n, fault), layout.seed(seed), table);
                }
            }
        }
        table.print("SCSI sweep, " + name + ", " + commands.size() + " commands, every " + every + "th");
        assertThat(table.defects()).isEmpty();
        assertThat(table.faults())
                .as("faults that devices say have struck")
                .containsExactlyInAnyOrderElementsOf(
                        Fault.all().stream().map(Fault::toString).toList());
        assertThat(table.phases()).as("phases in which one struck").isEqualTo(beginnings.keySet());
    }

    private static int commandsOf(ScsiSite.Layout layout) throws Exception {
        ScsiPlay calm = new ScsiPlay(layout);
        calm.run();
        assertThat(calm.failure).isNull();
        return calm.commands();
    }

    /** One that comes while the first is being dealt with. */
    private static void pairs(long from, long to) throws Exception {
        int commands = commandsOf(layout());
        List<Fault> all = Fault.all();
        SweepTable table = new SweepTable();
        for (long seed = from; seed <= to; seed++) {
            Random chance = new Random(seed * 0x9E37_79B9_7F4A_7C15L);
            Map<Integer, Fault> plan = new TreeMap<>();
            int first = 1 + chance.nextInt(commands);
            plan.put(first, all.get(chance.nextInt(all.size())));
            for (int next = first + 1; next <= first + NEAR; next += 1 + chance.nextInt(NEAR)) {
                plan.put(next, all.get(chance.nextInt(all.size())));
            }
            one(plan, layout().seed(seed), table);
        }
        table.print("SCSI sweep, several faults");
        assertThat(table.defects()).isEmpty();
    }

    private static void one(Map<Integer, Fault> plan, ScsiSite.Layout layout, SweepTable table) throws Exception {
        Struck struck = new Struck(layout, plan);
        ScsiPlay play = struck.play;
        String what = plan.size() == 1 ? plan.values().iterator().next().toString() : plan.size() + " faults";
        try {
            play.run();
            if (!struck.struck) {
                return;
            }
            play.check();
            boolean all = plan.values().stream().allMatch(struck::hasStruck);
            assertThat(plan.size() > 1 || all).as("a planned fault struck").isTrue();
            play.repairAndRepeat(layout.seed() % 2 == 0);
            play.check();
            if (HARMLESS.containsAll(plan.values())) {
                assertThat(play.failure).as("harmless").isNull();
            }
        } catch (Exception | AssertionError e) {
            table.defect(what + " at command " + plan + ", seed " + layout.seed() + ", in " + struck.in + " ("
                    + play.failure + "): " + e);
            return;
        }
        table.add(what, struck.in, play.failure == null ? "right" : play.failure.codeId());
    }
}

package io.saddlebag.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.fault.BackupException;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.scsi.memory.ChangerFault;
import io.saddlebag.scsi.memory.TapeFaultKind;
import io.saddlebag.scsi.memory.TapeHabit;
import io.saddlebag.tape.scsi.DriveOptions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
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

    private static final MediaFamily YEARLY = new MediaFamily("yearly", null, null, MediaFamily.Expiration.TIME);

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

    /** One play: what stood there before, a backup, its restore, and what comes after the repair. */
    private static final class Play {
        final ScsiSite site;
        final Map<StoredImage, String> acknowledged = new LinkedHashMap<>();
        final Map<String, String> foreign = new TreeMap<>();
        private int begun;
        private boolean struck;
        private boolean shortened;
        private String struckIn = "";
        private BackupException failure;

        Play(ScsiSite.Layout layout) throws Exception {
            site = new ScsiSite(layout, new MemoryVolumeRegister().with(YEARLY));
            site.writeForeign("F3");
            try (ScsiSite.Program program = site.open("before")) {
                acknowledge(program, "one", null, blocks('a', 10));
                acknowledge(program, "kept", YEARLY.name(), blocks('y', 8));
            }
            foreign.putAll(site.drawings());
            foreign.keySet().retainAll(Set.of("B2", "F3"));
            begun = site.traffic.count();
        }

        /** @param plan by the number of the command that is hit */
        void plan(Map<Integer, Fault> plan) {
            shortened = plan.values().stream()
                    .anyMatch(fault ->
                            fault.ofTape == TapeFaultKind.HARD_END || fault.ofTape == TapeFaultKind.EARLY_WARNING);
            site.traffic.listen((n, call) -> {
                Fault fault = plan.get(n - begun);
                if (fault != null && fault.hits(call)) {
                    strike(fault, call);
                }
            });
        }

        private void strike(Fault fault, Traffic.Call call) {
            struck = true;
            struckIn = site.traffic.phase();
            if (fault.ofTape != null) {
                site.tapes.stream()
                        .filter(tape -> tape.name().equals(call.device()))
                        .forEach(tape -> tape.next(call.operation(), fault.ofTape));
            } else {
                site.changer.next(fault.ofChanger);
            }
        }

        /** As the devices have it, not as it was planned. */
        boolean hasStruck(Fault fault) {
            return fault.ofTape != null
                    ? site.tapes.stream().anyMatch(tape -> tape.struck().contains(fault.ofTape))
                    : site.changer.struck().contains(fault.ofChanger);
        }

        private void acknowledge(ScsiSite.Program program, String id, String family, String data) throws Exception {
            acknowledged.put(program.append(id, family, data, this::volumeReached), data);
        }

        private String section = "";

        private void volumeReached(long bytes, io.saddlebag.media.VolumeId volume) {
            if (!section.equals(volume.value())) {
                section = volume.value();
                phase("section on " + volume);
            }
        }

        private void phase(String name) {
            site.traffic.phase(name);
        }

        /** Commands of backup and restore when nothing goes wrong. */
        void run() throws Exception {
            try {
                backUp();
                restore();
            } catch (BackupException e) {
                failure = e;
                assertThat(e.hint()).isNotEmpty();
                assertThat(e.codeId()).startsWith("SBG-");
            }
        }

        private void backUp() throws Exception {
            phase("open");
            try (ScsiSite.Program program = site.open("backup")) {
                phase("mount");
                acknowledge(program, "two", null, blocks('b', 60));
                phase("close");
            }
        }

        private void restore() throws Exception {
            phase("open for restore");
            try (ScsiSite.Program program = site.open("restore")) {
                phase("restore");
                readBack(program, "two");
            }
        }

        private void readBack(ScsiSite.Program program, String id) throws Exception {
            for (Map.Entry<StoredImage, String> image : acknowledged.entrySet()) {
                if (image.getKey().image().imageId().equals(id)) {
                    assertThat(program.read(image.getKey())).isEqualTo(image.getValue());
                }
            }
        }

        private void readAll(ScsiSite.Program program) throws Exception {
            for (Map.Entry<StoredImage, String> image : acknowledged.entrySet()) {
                assertThat(program.read(image.getKey()))
                        .as("image %s", image.getKey().image().imageId())
                        .isEqualTo(image.getValue());
            }
        }

        /** @param powerFails what drives have in their buffers only is lost before */
        void repairAndRepeat(boolean powerFails) throws Exception {
            site.traffic.listen((n, call) -> {});
            if (powerFails) {
                site.powerCycle();
            }
            site.repair();
            phase("repeat");
            try (ScsiSite.Program program = site.open("repeat")) {
                acknowledge(program, "three", null, blocks('c', 60));
            } catch (VolumeException e) {
                // a cartridge that has become shorter stays so, and that is found out once
                if (!shortened) {
                    throw e;
                }
                try (ScsiSite.Program program = site.open("repeat")) {
                    acknowledge(program, "three", null, blocks('d', 60));
                }
            }
            site.powerCycle();
            try (ScsiSite.Program program = site.open("check")) {
                readAll(program);
            }
        }

        void check() {
            Map<String, String> now = site.drawings();
            now.keySet().retainAll(foreign.keySet());
            assertThat(now).as("other people's cartridges").isEqualTo(foreign);
            assertNothingIsSentTwice();
            assertNoBlindRepeat();
        }

        /** Blocks of images differ all from each other, so that one that comes again was sent again. */
        private void assertNothingIsSentTwice() {
            assertThat(site.traffic.all().stream()
                            .filter(each -> each.fate() != Traffic.Fate.NEVER_SENT)
                            // a drive that is too busy takes nothing: what comes later comes for the first time
                            .filter(each -> each.status() != ScsiReply.BUSY && each.status() != ScsiReply.TASK_SET_FULL)
                            .map(Traffic.Sent::data)
                            .filter(data -> data.length() == 4)
                            .toList())
                    .as("blocks sent")
                    .doesNotHaveDuplicates();
        }

        /** What writes or moves is not sent again after an unknown fate before the device was looked at. */
        private void assertNoBlindRepeat() {
            Map<String, Traffic.Sent> open = new TreeMap<>();
            for (Traffic.Sent each : site.traffic.all()) {
                String device = each.call().device();
                Traffic.Sent before = open.get(device);
                if (before != null) {
                    boolean same = before.operation() == each.operation()
                            && before.data().equals(each.data());
                    assertThat(same).as("%s was sent again", each).isFalse();
                }
                if (changes(each) && each.fate() == Traffic.Fate.UNKNOWN) {
                    open.put(device, each);
                } else if (before != null && looks(each)) {
                    open.remove(device);
                }
            }
        }

        private static boolean changes(Traffic.Sent each) {
            return Set.of(0x0a, 0x10, 0x19, 0xa5).contains(each.operation());
        }

        /** READ POSITION, REWIND, LOCATE; READ ELEMENT STATUS. */
        private static boolean looks(Traffic.Sent each) {
            return each.status() == 0 && Set.of(0x34, 0x01, 0x2b, 0x92, 0xb8).contains(each.operation());
        }

        static String blocks(char of, int count) {
            StringBuilder text = new StringBuilder();
            for (int i = 1; i <= count; i++) {
                text.append(of).append(String.format("%03d", i));
            }
            return text.toString();
        }
    }

    private static ScsiSite.Layout layout() {
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
        Play play = new Play(layout());
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
        pairs(1_500);
    }

    @Test
    @Tag("long")
    void several_faults_close_together_are_survived_wherever_they_strike() throws Exception {
        pairs(60_000);
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
        Play calm = new Play(layout);
        Map<String, Integer> beginnings = new TreeMap<>();
        calm.site.traffic.listen((n, call) -> {
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
        Play calm = new Play(layout);
        calm.run();
        assertThat(calm.failure).isNull();
        return calm.site.traffic.count() - calm.begun;
    }

    /** One that comes while the first is being dealt with. */
    private static void pairs(int seeds) throws Exception {
        int commands = commandsOf(layout());
        List<Fault> all = Fault.all();
        SweepTable table = new SweepTable();
        for (long seed = 1; seed <= seeds; seed++) {
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
        Play play = new Play(layout);
        play.plan(plan);
        String what = plan.size() == 1 ? plan.values().iterator().next().toString() : plan.size() + " faults";
        try {
            play.run();
            if (!play.struck) {
                return;
            }
            play.check();
            boolean all = plan.values().stream().allMatch(play::hasStruck);
            assertThat(plan.size() > 1 || all).as("a planned fault struck").isTrue();
            play.repairAndRepeat(layout.seed() % 2 == 0);
            play.check();
            if (HARMLESS.containsAll(plan.values())) {
                assertThat(play.failure).as("harmless").isNull();
            }
        } catch (Exception | AssertionError e) {
            table.defect(what + " at command " + plan + ", seed " + layout.seed() + ", in " + play.struckIn + " ("
                    + play.failure + "): " + e);
            return;
        }
        table.add(what, play.struckIn, play.failure == null ? "right" : play.failure.codeId());
    }
}

package io.saddlebag.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.fault.BackupException;
import io.saddlebag.library.memory.MemoryLibrary;
import io.saddlebag.library.memory.RobotFault;
import io.saddlebag.library.memory.RobotOperation;
import io.saddlebag.media.Volume;
import io.saddlebag.tape.memory.Capacity;
import io.saddlebag.tape.memory.DriveFault;
import io.saddlebag.tape.memory.DriveOperation;
import io.saddlebag.tape.memory.Fault;
import io.saddlebag.tape.memory.FaultPlan;
import io.saddlebag.tape.memory.Operation;
import io.saddlebag.tape.memory.PowerFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * One fault of every kind at every operation of a small backup over two volumes and of its restore: right data or a loud
 * failure, nothing that was acknowledged is lost, and a repeat converges.
 */
class FaultSweepTest {
    private static final int REPEATS = 4;

    private final Map<StoredImage, String> acknowledged = new LinkedHashMap<>();
    private FaultPlan plan = FaultPlan.none();
    private Tapes tapes = Tapes.ofDataBlocks(1, "A1");
    private boolean framed;

    private Tapes fresh() throws IOException {
        acknowledged.clear();
        MemoryLibrary library = MemoryLibrary.named("l")
                .slots(20)
                .cartridges("A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9")
                .capacity(Capacity.ofBlocks(50, Tapes.MARGIN))
                .faults(plan)
                .build();
        Tapes fresh = new Tapes(library, new MemoryVolumeRegister());
        return framed ? fresh.framed("autodin-ii", 2) : fresh;
    }

    private void append(String id, String data) throws IOException, InterruptedException {
        acknowledged.put(tapes.append(id, data), data);
    }

    /** Three images, the second one on two volumes. */
    private void backUp() throws IOException, InterruptedException {
        append("one", Tapes.letters(10));
        append("two", Tapes.letters(70));
        append("three", Tapes.letters(9));
    }

    private void readAll() throws IOException {
        for (Map.Entry<StoredImage, String> image : acknowledged.entrySet()) {
            assertThat(tapes.read(image.getKey())).isEqualTo(image.getValue());
        }
    }

    /** What a program finds when it starts again on repaired devices. */
    private void repairAndRestart() throws IOException {
        plan.stop();
        plan.power().restore();
        tapes.library.closeDoor();
        tapes.restart();
    }

    private void repeatUntilDone(String context) throws InterruptedException {
        for (int i = 1; ; i++) {
            try {
                append("repeat" + i, Tapes.letters(70));
                return;
            } catch (IOException e) {
                if (i == REPEATS) {
                    throw new AssertionError("no convergence after " + context, e);
                }
            }
        }
    }

    /** After faults of the barcode scanner a volume may be suspect, but it is there to be read by the right barcode. */
    private void verify(String context) throws IOException {
        try {
            readAll();
        } catch (IOException | AssertionError e) {
            throw new AssertionError("acknowledged data lost after " + context + ", " + tapes.notes, e);
        }
        assertSectionsAreLabelledRight(context);
    }

    private void assertSectionsAreLabelledRight(String context) {
        List<String> places = new ArrayList<>();
        acknowledged.keySet().forEach(i -> i.sections().forEach(s -> places.add(s.volume() + "@" + s.label())));
        assertThat(places).as("two images in one place after %s", context).doesNotHaveDuplicates();
        assertThat(tapes.register.volumes().stream()
                        .filter(v -> v.state() == Volume.State.APPENDABLE && v.files() > 0)
                        .count())
                .as("appendable volumes after %s", context)
                .isLessThanOrEqualTo(3);
    }

    private FaultPlan cleanRun() throws IOException, InterruptedException {
        plan = FaultPlan.none();
        tapes = fresh();
        backUp();
        readAll();
        return plan;
    }

    private boolean runWith(Fault fault, Operation kind, long n, long seed) throws IOException, InterruptedException {
        String context = fault + " at " + kind + " " + n + " (seed " + seed + ")";
        plan = FaultPlan.seeded(seed).at(kind, n, fault);
        tapes = fresh();
        try {
            backUp();
            readAll();
        } catch (BackupException e) {
            assertThat(e.hint()).as(context).isNotEmpty();
        } catch (PowerFailure e) {
            assertThat(fault.toString()).startsWith("POWER_LOSS");
        } catch (AssertionError e) {
            throw new AssertionError("wrong data without an error after " + context, e);
        }
        if (plan.struck().isEmpty()) {
            return false;
        }
        repairAndRestart();
        try {
            repeatUntilDone(context);
            if (fault == RobotFault.WRONG_BARCODE || fault == RobotFault.NO_BARCODE) {
                readBarcodesAgain();
            }
            verify(context);
        } catch (RuntimeException e) {
            throw new AssertionError(context, e);
        }
        return true;
    }

    private void readBarcodesAgain() throws IOException {
        for (int i = 1; i <= 9; i++) {
            tapes.library.misread("A" + i, "A" + i);
        }
        tapes.restart();
    }

    private long sweep(Fault[] faults, Operation[] kinds, int seeds) throws IOException, InterruptedException {
        FaultPlan clean = cleanRun();
        long struck = 0;
        for (Fault fault : faults) {
            for (Operation kind : kinds) {
                long last = fault.canHitA(kind) ? clean.operations(kind) : 0;
                for (long n = 1; n <= last; n++) {
                    for (long seed = n; seed < n + seeds; seed++) {
                        struck += runWith(fault, kind, n, seed) ? 1 : 0;
                    }
                }
            }
        }
        return struck;
    }

    @Test
    @Tag("Q11")
    @Tag("Q15")
    @Tag("M6")
    void every_fault_of_the_drive_at_every_operation_is_survived() throws Exception {
        assertThat(sweep(DriveFault.values(), DriveOperation.values(), 1)).isGreaterThan(1000);
    }

    @Test
    @Tag("Q11")
    @Tag("M7")
    void every_fault_of_the_drive_is_survived_with_protected_framing() throws Exception {
        framed = true;
        assertThat(sweep(DriveFault.values(), DriveOperation.values(), 1)).isGreaterThan(1000);
    }

    @Test
    @Tag("Q11")
    @Tag("long")
    void every_fault_of_the_drive_at_every_operation_is_survived_whatever_its_seed() throws Exception {
        assertThat(sweep(DriveFault.values(), DriveOperation.values(), 10)).isGreaterThan(10_000);
    }

    @Test
    @Tag("Q11")
    @Tag("Q15")
    @Tag("M15")
    void every_fault_of_the_robot_at_every_operation_is_survived() throws Exception {
        assertThat(sweep(RobotFault.values(), RobotOperation.values(), 5)).isGreaterThan(20);
    }

    @Test
    @Tag("Q12")
    void days_with_random_faults_lose_nothing_that_was_acknowledged() throws Exception {
        List<Fault> drive = List.of(DriveFault.values());
        List<Fault> all = new ArrayList<>(drive);
        all.addAll(List.of(
                RobotFault.SOURCE_EMPTY,
                RobotFault.JAMMED,
                RobotFault.ROBOT_ERROR,
                RobotFault.RESERVED,
                RobotFault.INVENTORY_CHANGED,
                RobotFault.POWER_LOSS_DURING,
                RobotFault.DOOR_OPEN));
        for (long seed = 1; seed <= 200; seed++) {
            plan = FaultPlan.seeded(seed);
            tapes = fresh();
            for (int day = 1; day <= 6; day++) {
                plan.often(150, all);
                try {
                    append("d" + day, Tapes.letters(10 * day));
                } catch (BackupException | PowerFailure e) {
                    assertThat(plan.struck()).as("seed %d", seed).isNotEmpty();
                }
                repairAndRestart();
            }
            verify("seed " + seed + ", " + plan);
        }
    }
}

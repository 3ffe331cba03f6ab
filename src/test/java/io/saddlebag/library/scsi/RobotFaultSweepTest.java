package io.saddlebag.library.scsi;

import static io.saddlebag.library.scsi.SimulatedSite.DTE1;
import static io.saddlebag.library.scsi.SimulatedSite.IEE1;
import static io.saddlebag.library.scsi.SimulatedSite.SE1;
import static io.saddlebag.library.scsi.SimulatedSite.SE2;
import static io.saddlebag.library.scsi.SimulatedSite.SE3;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.fault.BackupException;
import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import io.saddlebag.library.ElementStatus;
import io.saddlebag.library.Inventory;
import io.saddlebag.library.LibraryException;
import io.saddlebag.library.LibraryFault;
import io.saddlebag.scsi.memory.ChangerFault;
import io.saddlebag.scsi.memory.ChangerPlan;
import io.saddlebag.tape.TapeDrawing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each fault at each command of a robot's day: what returned has happened, what has not happened is an error, nothing is
 * moved twice, and the inventory read afterwards is the truth.
 */
@Tag("M14")
@Tag("Q11")
@Tag("Q12")
class RobotFaultSweepTest {
    private static final int SEEDS = 4;

    private static SimulatedSite site(long seed) {
        return SimulatedSite.of(ChangerPlan.ofSlots(4, 1).media("A1", "B2").seed(seed), 1);
    }

    /** A cartridge is written, put elsewhere, and another read. */
    private static final class Day {
        private final SimulatedSite site;
        private final List<String> asked = new ArrayList<>();
        private BackupException failed;

        Day(SimulatedSite site) {
            this.site = site;
        }

        void run() throws IOException {
            try (ScsiLibrary library = site.open()) {
                library.inventory();
                move(library, "A1", SE1, DTE1);
                var drive = library.drives().get(DTE1);
                drive.load();
                TapeDrawing.write(drive, "abcd|#");
                drive.unload();
                move(library, "A1", DTE1, SE3);
                library.inventory();
                move(library, "B2", SE2, IEE1);
                library.scan();
            } catch (BackupException e) {
                failed = e;
            }
        }

        private void move(ScsiLibrary library, String medium, Element from, Element to) throws IOException {
            asked.add(site.address(from) + ">" + site.address(to));
            library.move(new Barcode(medium), from, to);
            assertThat(site.placeOf(medium)).as("a move that returned").isEqualTo(to);
        }
    }

    @Test
    void nothing_goes_wrong_by_itself() throws IOException {
        Day day = new Day(site(0));
        day.run();
        assertThat(day.failed).isNull();
        assertThat(day.site.changer.log()).hasSize(4);
    }

    @ParameterizedTest
    @EnumSource(ChangerFault.class)
    void what_is_reported_is_what_happened(ChangerFault fault) throws IOException {
        SimulatedSite clean = site(0);
        new Day(clean).run();
        int hits = 0;
        for (long n = 1; n <= clean.changer.commands(); n++) {
            for (long seed = 0; seed < SEEDS; seed++) {
                SimulatedSite site = site(seed);
                site.changer.at(n, fault);
                Day day = new Day(site);
                try {
                    day.run();
                    hits += site.changer.struck().size();
                    check(day, fault);
                } catch (AssertionError | RuntimeException | IOException e) {
                    throw new AssertionError(fault + " at command " + n + ", seed " + seed + ": " + e.getMessage(), e);
                }
            }
        }
        assertThat(hits).as("how often it struck").isPositive();
    }

    private static void check(Day day, ChangerFault fault) throws IOException {
        SimulatedSite site = day.site;
        List<String> moves =
                site.changer.log().stream().filter(line -> line.contains(">")).toList();
        if (fault != ChangerFault.MISPLACES && fault != ChangerFault.JAMMED) {
            assertThat(moves)
                    .as("each move once, and none that wasn't asked for")
                    .isSubsetOf(day.asked);
            assertThat(moves).doesNotHaveDuplicates();
        }
        Set<ChangerFault> harmless = EnumSet.of(
                ChangerFault.MEDIUM_CHANGED,
                ChangerFault.MAIL_SLOT_ACCESSED,
                ChangerFault.RESET,
                ChangerFault.BECOMING_READY,
                ChangerFault.BUSY,
                ChangerFault.CUTS_REPORTS);
        if (harmless.contains(fault)) {
            assertThat(day.failed).as("harmless").isNull();
        }
        Set<ChangerFault> neverSilent =
                EnumSet.of(ChangerFault.LIES, ChangerFault.MISPLACES, ChangerFault.SOURCE_EMPTY);
        if (neverSilent.contains(fault) && !site.changer.struck().isEmpty()) {
            assertThat(day.failed).isNotNull();
        }
        site.changer.doorOpen(false);
        try (ScsiLibrary again = site.open(DTE1, null)) {
            Inventory now = again.scan();
            for (ElementStatus status : now.elements()) {
                assertThat(status.full())
                        .as("%s of %s", status.element(), now)
                        .isEqualTo(site.changer
                                .mediumAt(site.address(status.element()))
                                .isPresent());
            }
        }
    }

    @Test
    void a_move_of_unknown_fate_is_looked_at_and_never_sent_again() throws IOException {
        int done = 0;
        for (long seed = 0; seed < 16; seed++) {
            SimulatedSite site = site(seed);
            try (ScsiLibrary library = site.open()) {
                library.inventory();
                // news and the four kinds are read again before a move is sent
                site.changer.at(site.changer.commands() + 5, ChangerFault.TIMED_OUT);
                try {
                    library.move(SE1, SE3);
                    assertThat(site.placeOf("A1")).isEqualTo(SE3);
                    done++;
                } catch (LibraryException e) {
                    assertThat(e).hasMessageContaining("failed to move se1 to se3: the cartridge is still in se1");
                    assertThat(site.placeOf("A1")).isEqualTo(SE1);
                }
                assertThat(site.changer.struck()).containsExactly(ChangerFault.TIMED_OUT);
                assertThat(site.changer.log().size()).isLessThanOrEqualTo(1);
            }
        }
        assertThat(done).isBetween(1, 15);
    }

    @Test
    @Tag("M16")
    void what_was_moved_behind_its_back_is_not_what_is_moved_now() throws IOException {
        SimulatedSite site = site(0);
        try (ScsiLibrary library = site.open()) {
            library.inventory();
            site.operatorMoves(SE1, SE3);
            site.operatorMoves(SE2, SE1);

            assertThatThrownBy(() -> library.move(SE1, DTE1))
                    .isInstanceOfSatisfying(
                            LibraryException.class,
                            e -> assertThat(e.code()).isEqualTo(LibraryFault.INVENTORY_CHANGED));
            assertThat(site.changer.log()).isEmpty();

            library.move(new Barcode("A1"), SE3, DTE1);
            assertThat(site.placeOf("A1")).isEqualTo(DTE1);
        }
    }

    @Test
    void one_that_others_have_locked_or_opened_says_so() throws IOException {
        SimulatedSite site = site(0);
        try (ScsiLibrary library = site.open()) {
            site.changer.doorOpen(true);
            assertThatThrownBy(() -> library.move(SE1, SE3)).hasMessageContaining("SBG-L005 can't move se1 to se3");
            assertThatThrownBy(library::scan)
                    .hasMessageContaining("SBG-L005 the robot of library lib is not ready (2/04/03)");
            site.changer.doorOpen(false);
            library.inventory();
            site.changer.at(site.changer.commands() + 5, ChangerFault.REMOVAL_PREVENTED);
            assertThatThrownBy(() -> library.move(SE1, IEE1)).hasMessageContaining("SBG-L012 can't move se1 to iee1");
            assertThat(site.changer.log()).isEmpty();
        }
    }
}

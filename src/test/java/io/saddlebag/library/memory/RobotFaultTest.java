package io.saddlebag.library.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import io.saddlebag.library.ElementKind;
import io.saddlebag.library.ElementStatus;
import io.saddlebag.library.LibraryException;
import io.saddlebag.library.LibraryFault;
import io.saddlebag.tape.TapeDrawing;
import io.saddlebag.tape.memory.DriveFault;
import io.saddlebag.tape.memory.DriveOperation;
import io.saddlebag.tape.memory.FaultPlan;
import io.saddlebag.tape.memory.PowerFailure;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The simulated robot does what it says, and never loses or doubles a cartridge. */
@Tag("Q11")
@Tag("Q12")
@Tag("M14")
class RobotFaultTest {
    private static final Element SE1 = Element.slot(1);
    private static final Element SE3 = Element.slot(3);
    private static final Element HAND = new Element(ElementKind.MTE, 1);
    private static final Element DTE1 = Element.drive(1);

    @Test
    void a_source_found_empty_and_a_destination_found_full_move_nothing() {
        MemoryLibrary robbed = library(FaultPlan.none().at(RobotOperation.MOVE, 1, RobotFault.SOURCE_EMPTY));
        refuses(LibraryFault.SOURCE_EMPTY, () -> robbed.move(SE1, DTE1));
        assertThat(robbed.placeOf("A")).isNotIn(SE1, DTE1);

        MemoryLibrary stuffed = library(FaultPlan.none().at(RobotOperation.MOVE, 1, RobotFault.DESTINATION_FULL));
        refuses(LibraryFault.DESTINATION_FULL, () -> stuffed.move(SE1, DTE1));
        assertThat(stuffed.placeOf("A")).isEqualTo(SE1);
        assertThat(stuffed.scan().at(DTE1).orElseThrow().barcode()).isEqualTo(new Barcode("STRANGE1"));
    }

    @Test
    void a_jam_leaves_the_cartridge_anywhere_on_its_way_and_a_scan_finds_it() throws IOException {
        Set<Element> seen = new HashSet<>();
        for (long seed = 0; seed < 30; seed++) {
            MemoryLibrary library = library(FaultPlan.seeded(seed).at(RobotOperation.MOVE, 1, RobotFault.JAMMED));
            refuses(LibraryFault.JAMMED, () -> library.move(SE1, DTE1));

            Element stuck = library.placeOf("A");
            seen.add(stuck);
            assertThat(library.scan().find(new Barcode("A")).map(ElementStatus::element))
                    .contains(stuck);
            library.move(stuck, SE3);
            assertThat(library.placeOf("A")).isEqualTo(SE3);
        }
        assertThat(seen).containsExactlyInAnyOrder(SE1, HAND, DTE1);
    }

    @Test
    void a_robot_error_moved_it_or_not() {
        Set<Element> seen = new HashSet<>();
        for (long seed = 0; seed < 30; seed++) {
            MemoryLibrary library = library(FaultPlan.seeded(seed).at(RobotOperation.MOVE, 1, RobotFault.ROBOT_ERROR));
            refuses(LibraryFault.ROBOT_ERROR, () -> library.move(SE1, DTE1));
            seen.add(library.placeOf("A"));
        }
        assertThat(seen).containsExactlyInAnyOrder(SE1, DTE1);
    }

    @Test
    @Tag("M16")
    void barcodes_are_read_wrong_or_not_at_all() {
        MemoryLibrary wrong = library(FaultPlan.seeded(1).at(RobotOperation.SCAN, 1, RobotFault.WRONG_BARCODE));
        assertThat(wrong.scan().elements())
                .filteredOn(ElementStatus::full)
                .extracting(s -> String.valueOf(s.barcode()))
                .anyMatch(b -> b.startsWith("WRONG"));

        MemoryLibrary blind = library(FaultPlan.none());
        blind.misread("A", null);
        assertThat(blind.inventory().at(SE1)).contains(new ElementStatus(SE1, true, null, null));
        assertThatThrownBy(() -> blind.move(SE1, Element.slot(2)))
                .hasMessageContaining("se1 (holds a cartridge without barcode)");
    }

    @Test
    void a_change_that_was_noticed_refuses_one_move() throws IOException {
        MemoryLibrary library = library(FaultPlan.seeded(2).at(RobotOperation.MOVE, 1, RobotFault.INVENTORY_CHANGED));
        refuses(LibraryFault.INVENTORY_CHANGED, () -> library.move(SE1, DTE1));
        Element now = library.inventory().find(new Barcode("A")).orElseThrow().element();
        library.move(now, DTE1);
    }

    @Test
    void a_change_that_nobody_saw_shows_at_the_sensor_and_in_a_scan_only() {
        MemoryLibrary library = library(FaultPlan.none());
        library.operatorMovesUnseen(SE1, SE3);

        assertThat(library.inventory().at(SE1).orElseThrow().full()).isTrue();
        refuses(LibraryFault.SOURCE_EMPTY, () -> library.move(SE1, DTE1));
        assertThat(library.scan().at(SE1).orElseThrow().full()).isFalse();
    }

    @Test
    void a_door_opened_by_somebody_stays_open_until_it_is_closed() throws IOException {
        MemoryLibrary library = library(FaultPlan.none().at(RobotOperation.MOVE, 1, RobotFault.DOOR_OPEN));
        refuses(LibraryFault.DOOR_OPEN, () -> library.move(SE1, DTE1));
        refuses(LibraryFault.DOOR_OPEN, () -> library.move(SE1, DTE1));
        library.closeDoor();
        library.move(SE1, DTE1);
    }

    @Test
    @Tag("M19")
    void a_power_loss_releases_reservations_and_unloads_drives() throws IOException {
        FaultPlan plan = FaultPlan.none().at(DriveOperation.WRITE, 2, DriveFault.POWER_LOSS_BEFORE);
        MemoryLibrary library = library(plan);
        library.move(SE1, DTE1);
        var reservation = library.reserve(DTE1);
        reservation.drive().load();
        TapeDrawing.write(reservation.drive(), "abcd|#");
        assertThatThrownBy(() -> reservation.drive().write(TapeDrawing.block("efgh")))
                .isInstanceOf(PowerFailure.class);
        assertThatThrownBy(library::inventory).isInstanceOf(PowerFailure.class);
        reservation.close();

        library.powerOn();

        try (var next = library.reserve(DTE1)) {
            assertThat(next.drive().state().loaded()).isFalse();
            next.drive().load();
            assertThat(TapeDrawing.rest(next.drive())).isEqualTo("abcd|#");
        }
        assertThat(library.drawing("A")).isEqualTo("abcd|#");
    }

    @Test
    void whatever_goes_wrong_no_cartridge_is_lost_or_doubled() {
        for (RobotFault fault : RobotFault.values()) {
            for (long n = 1; n <= 6; n++) {
                FaultPlan plan = FaultPlan.seeded(n).atOperation(n, fault);
                MemoryLibrary library = library(plan);
                try {
                    library.inventory();
                    library.scan();
                    library.move(SE1, DTE1);
                    library.openDoor();
                    library.closeDoor();
                    library.reserve(DTE1).close();
                } catch (IOException | PowerFailure e) {
                    library.powerOn();
                }
                assertThat(library.scan().elements())
                        .as("%s at operation %d", fault, n)
                        .filteredOn(ElementStatus::full)
                        .extracting(s -> String.valueOf(s.barcode()))
                        .filteredOn(b -> !b.startsWith("STRANGE"))
                        .hasSize(2)
                        .doesNotHaveDuplicates();
            }
        }
    }

    private static MemoryLibrary library(FaultPlan plan) {
        return MemoryLibrary.with("A", "B").faults(plan).build();
    }

    private static void refuses(LibraryFault fault, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        LibraryException.class, e -> assertThat(e.code()).isEqualTo(fault));
    }
}

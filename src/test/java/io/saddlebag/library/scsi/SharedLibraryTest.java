package io.saddlebag.library.scsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.library.Element;
import io.saddlebag.library.ElementKind;
import io.saddlebag.library.Library;
import io.saddlebag.library.LibraryException;
import io.saddlebag.library.LibraryFault;
import io.saddlebag.scsi.ChangerCommands;
import io.saddlebag.scsi.DeviceClaim;
import io.saddlebag.scsi.PersistentClaim;
import io.saddlebag.scsi.ReservationKey;
import io.saddlebag.scsi.ReservationType;
import io.saddlebag.scsi.memory.ChangerPlan;
import io.saddlebag.scsi.memory.SimulatedChanger;
import io.saddlebag.scsi.memory.SimulatedReservations;
import io.saddlebag.scsi.memory.SimulatedTape;
import io.saddlebag.tape.memory.MemoryTapeDrive;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Hosts that share a robot and a drive: each has its own locks, and claims what it uses. */
@Tag("M19")
class SharedLibraryTest {
    private static final Element DTE1 = Element.drive(1);
    private static final Element HAND = new Element(ElementKind.MTE, 1);
    private static final Element SE1 = Element.slot(1);
    private static final Element SE3 = Element.slot(3);

    private final MemoryTapeDrive drive = new MemoryTapeDrive("drive1");
    private final SimulatedChanger changer = ChangerPlan.ofSlots(3, 1)
            .media("SBG001L6", "SBG002L6")
            .drive("DRV00001", new DriveBay(drive, new ConcurrentHashMap<>()))
            .build();
    private final SimulatedReservations robots = SimulatedReservations.of(changer);
    private final SimulatedReservations drives = SimulatedReservations.of(new SimulatedTape("drive1", 1, Set.of()));
    private final QuickWaiter waiter = new QuickWaiter();

    /** A process of a host; processes that see the same locks are of one host, and know of each other's life. */
    private ScsiLibrary process(String host, long pid, HeapLocks locks) throws IOException {
        String nexus = host + pid;
        ReservationKey key = ReservationKey.of(host, pid);
        DeviceClaim ofDrive =
                new PersistentClaim("drive drive1", drives.from(nexus), key, ReservationType.EXCLUSIVE_ACCESS, waiter);
        DeviceClaim ofRobot =
                new PersistentClaim("library lib", robots.from(nexus), key, ReservationType.WRITE_EXCLUSIVE, waiter);
        return ScsiLibrary.open(new ScsiLibrary.Parts(
                "lib",
                robots.from(nexus),
                "LIB0001",
                ofRobot,
                List.of(new LibraryDrive(drive, "DRV00001", null, null, ofDrive)),
                locks,
                waiter,
                ScsiLibrary.Probing.REFUSED));
    }

    private static void refuses(LibraryFault fault, String why, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        LibraryException.class, e -> assertThat(e.code()).isEqualTo(fault))
                .hasMessageContaining(why);
    }

    @Test
    void a_drive_is_one_hosts_at_a_time() throws IOException {
        ScsiLibrary chicago = process("chicago", 1, new HeapLocks());
        ScsiLibrary boston = process("boston", 2, new HeapLocks());

        Library.Reservation mine = chicago.reserve(DTE1);
        assertThat(drives.holder()).isEqualTo("chicago1");
        refuses(
                LibraryFault.IN_USE,
                "drive drive1 is reserved by another host (key " + ReservationKey.of("chicago", 1) + ")",
                () -> boston.reserve(DTE1));
        mine.close();

        assertThat(drives.registrations()).isEmpty();
        boston.reserve(DTE1).close();
        chicago.reserve(DTE1).close();
    }

    @Test
    void processes_of_one_host_are_told_apart_by_its_locks() throws IOException {
        HeapLocks locks = new HeapLocks();
        ScsiLibrary one = process("chicago", 1, locks);
        ScsiLibrary other = process("chicago", 2, locks);
        Library.Reservation mine = one.reserve(DTE1);

        refuses(
                LibraryFault.IN_USE,
                "drive dte1 of library lib is reserved by process 4711",
                () -> other.reserve(DTE1));

        assertThat(drives.holder()).as("not taken over from the living").isEqualTo("chicago1");
        mine.close();
        other.reserve(DTE1).close();
    }

    @Test
    void what_a_dead_process_of_this_host_held_goes_to_the_next_one() throws IOException {
        process("chicago", 1, new HeapLocks()).reserve(DTE1);

        // the kernel gave its locks back
        Library.Reservation next = process("chicago", 2, new HeapLocks()).reserve(DTE1);

        assertThat(drives.holder()).isEqualTo("chicago2");
        next.close();
        assertThat(drives.registrations()).isEmpty();
    }

    @Test
    void what_a_dead_host_held_goes_to_the_next_one_when_an_operator_says_so() throws IOException {
        process("chicago", 1, new HeapLocks()).reserve(DTE1);
        ScsiLibrary boston = process("boston", 2, new HeapLocks());

        assertThat(boston.breakReservation(DTE1))
                .contains(ReservationKey.of("chicago", 1).toString());

        boston.reserve(DTE1).close();
        assertThat(boston.breakReservation(DTE1)).isEmpty();
    }

    @Test
    void nobody_takes_a_drive_away_from_a_living_process_of_the_same_host() throws IOException {
        HeapLocks locks = new HeapLocks();
        process("chicago", 1, locks).reserve(DTE1);

        refuses(
                LibraryFault.IN_USE,
                "is reserved by process 4711",
                () -> process("chicago", 2, locks).breakReservation(DTE1));
        assertThat(drives.holder()).isEqualTo("chicago1");
    }

    @Test
    void the_robot_moves_for_one_host_at_a_time_and_the_other_waits() throws IOException {
        ScsiLibrary chicago = process("chicago", 1, new HeapLocks());
        DeviceClaim boston = new PersistentClaim(
                "library lib",
                robots.from("boston2"),
                ReservationKey.of("boston", 2),
                ReservationType.WRITE_EXCLUSIVE,
                waiter);
        boston.take();

        assertThat(chicago.inventory().at(SE1).orElseThrow().full())
                .as("others may look")
                .isTrue();
        refuses(LibraryFault.IN_USE, "library lib is reserved by another host", () -> chicago.move(SE1, SE3));
        assertThat(Duration.ofNanos(waiter.nanos()))
                .isBetween(ChangerCommands.MOVE, ChangerCommands.MOVE.plusMinutes(1));
        assertThat(changer.log()).isEmpty();

        boston.release();
        chicago.move(SE1, SE3);
        assertThat(robots.registrations()).as("given back after the move").isEmpty();
        boston.take();
        assertThat(chicago.breakReservation(HAND))
                .contains(ReservationKey.of("boston", 2).toString());
        chicago.move(SE3, SE1);
        assertThat(changer.log()).hasSize(2);
    }

    @Test
    void nothing_is_put_into_a_drive_that_another_host_has() throws IOException {
        ScsiLibrary chicago = process("chicago", 1, new HeapLocks());
        ScsiLibrary boston = process("boston", 2, new HeapLocks());
        Library.Reservation mine = chicago.reserve(DTE1);

        refuses(LibraryFault.IN_USE, "drive drive1 is reserved by another host", () -> boston.move(SE1, DTE1));
        assertThat(changer.log()).isEmpty();

        chicago.move(SE1, DTE1);
        assertThat(drives.holder()).as("still that of the reservation").isEqualTo("chicago1");
        mine.close();
        boston.move(DTE1, SE1);
        assertThat(drives.registrations()).isEmpty();
    }

    @Test
    void what_no_host_reserves_can_not_be_taken_away() throws IOException {
        ScsiLibrary plain = SimulatedSite.small().open();

        refuses(LibraryFault.NOT_SHARED, "dte1 of library lib has no reservation", () -> plain.breakReservation(DTE1));
        refuses(LibraryFault.NOT_SHARED, "mte1 of library lib has no reservation", () -> plain.breakReservation(HAND));
        refuses(LibraryFault.NO_SUCH_ELEMENT, "dte9", () -> plain.breakReservation(Element.drive(9)));
    }
}

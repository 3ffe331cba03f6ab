package io.saddlebag.tape.scsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.library.scsi.QuickWaiter;
import io.saddlebag.scsi.PersistentClaim;
import io.saddlebag.scsi.ReservationKey;
import io.saddlebag.scsi.ReservationType;
import io.saddlebag.scsi.ScsiTransport;
import io.saddlebag.scsi.memory.SimulatedCartridge;
import io.saddlebag.scsi.memory.SimulatedReservations;
import io.saddlebag.scsi.memory.SimulatedTape;
import io.saddlebag.scsi.memory.TapeFaultKind;
import io.saddlebag.tape.TapeDrawing;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A drive on a SAN, which another host takes away. */
@Tag("M19")
@Tag("M3")
class ReservedDriveTest {
    private static final int WRITE = 0x0a;

    private final SimulatedTape tape =
            new SimulatedTape("drive1", 3, Set.of()).insert(SimulatedCartridge.ofBlocks("SBG001L6", 1000, 2));
    private final SimulatedReservations device = SimulatedReservations.of(tape);
    private final QuickWaiter waiter = new QuickWaiter();

    private record Host(ScsiTapeDrive drive, PersistentClaim claim) {}

    private Host host(String name) throws IOException {
        ScsiTransport way = device.from(name);
        PersistentClaim claim = new PersistentClaim(
                "drive drive1", way, ReservationKey.of(name, 1), ReservationType.EXCLUSIVE_ACCESS, waiter);
        return new Host(ScsiTapeDrive.open("drive1", way, waiter, DriveOptions.DEFAULT, claim), claim);
    }

    private Host loaded(String name) throws IOException {
        Host host = host(name);
        host.claim().take();
        host.drive().load();
        return host;
    }

    private static void refuses(TapeFault fault, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TapeException.class, e -> assertThat(e.code()).isEqualTo(fault));
    }

    @Test
    void a_host_that_does_not_have_it_opens_it_and_is_kept_out() throws IOException {
        loaded("chicago");
        Host other = host("boston");

        refuses(TapeFault.IN_USE, () -> other.drive().load());
        refuses(TapeFault.IN_USE, () -> other.drive().state());
    }

    @Test
    void a_preempted_host_is_told_with_its_next_write_and_believes_nothing_any_more() throws IOException {
        Host victim = loaded("chicago");
        TapeDrawing.write(victim.drive(), "ab|#");
        host("boston").claim().preempt();

        assertThatThrownBy(() -> victim.drive().write(TapeDrawing.block("cd")))
                .isInstanceOfSatisfying(
                        TapeException.class, e -> assertThat(e.code()).isEqualTo(TapeFault.RESERVATION_LOST))
                .hasMessageContaining(
                        "SBG-T017 this host has lost its reservation of drive drive1: another host took it away (6/2a/05)");

        // nobody has the drive now, so that the drive itself would take any of these
        refuses(TapeFault.RESERVATION_LOST, () -> victim.drive().write(TapeDrawing.block("cd")));
        refuses(TapeFault.RESERVATION_LOST, () -> victim.drive().writeFilemarks(1));
        refuses(TapeFault.RESERVATION_LOST, () -> victim.drive().read(ByteBuffer.allocate(4)));
        refuses(TapeFault.RESERVATION_LOST, () -> victim.drive().position());
        refuses(TapeFault.RESERVATION_LOST, () -> victim.drive().rewind());
        refuses(TapeFault.RESERVATION_LOST, () -> victim.drive().erase());
        refuses(TapeFault.RESERVATION_LOST, () -> victim.drive().load());
        refuses(TapeFault.RESERVATION_LOST, () -> victim.drive().unload());
        assertThat(tape.count(WRITE)).as("the second one was never sent").isEqualTo(1);
        assertThat(tape.isLoaded()).isTrue();
    }

    @Test
    void while_the_other_host_has_it_the_drive_keeps_the_victim_out() throws IOException {
        Host victim = loaded("chicago");
        victim.drive().write(TapeDrawing.block("ab"));
        host("boston").claim().preempt();
        Host taker = loaded("boston");
        TapeDrawing.write(taker.drive(), "xyz|#");

        refuses(TapeFault.RESERVATION_LOST, () -> victim.drive().writeFilemarks(1));
        refuses(TapeFault.RESERVATION_LOST, () -> victim.drive().writeFilemarks(1));

        assertThat(tape.cartridge().orElseThrow().drawing()).isEqualTo("xyz|#");
        assertThat(taker.drive().position().next().value()).isEqualTo(2);
    }

    @Test
    void whoever_takes_the_drive_anew_begins_at_the_beginning() throws IOException {
        Host first = loaded("chicago");
        TapeDrawing.write(first.drive(), "ab|#");
        first.claim().release();
        Host second = loaded("boston");
        second.drive().spaceToEndOfData();
        TapeDrawing.write(second.drive(), "cd|#");
        second.claim().release();

        first.claim().take();
        refuses(TapeFault.POSITION_LOST, () -> first.drive().write(TapeDrawing.block("ef")));
        first.drive().load();

        assertThat(first.drive().position().atBeginning()).isTrue();
        assertThat(TapeDrawing.rest(first.drive())).isEqualTo("ab|#|cd|#");
    }

    @Test
    void after_a_reset_the_drive_is_asked_whose_it_is() throws IOException {
        Host host = loaded("chicago");
        TapeDrawing.write(host.drive(), "ab|#");
        tape.next(WRITE, TapeFaultKind.RESET);
        refuses(TapeFault.UNIT_ATTENTION, () -> host.drive().write(TapeDrawing.block("cd")));
        assertThat(host.drive().position().atBeginning())
                .as("a reset leaves reservations")
                .isTrue();

        tape.next(WRITE, TapeFaultKind.RESET);
        refuses(TapeFault.UNIT_ATTENTION, () -> host.drive().write(TapeDrawing.block("cd")));
        device.powerLoss();
        refuses(TapeFault.RESERVATION_LOST, () -> host.drive().position());

        host.claim().take();
        host.drive().load();
        assertThat(TapeDrawing.rest(host.drive())).isEqualTo("ab|#");
    }
}

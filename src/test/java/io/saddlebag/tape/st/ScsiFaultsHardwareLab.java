package io.saddlebag.tape.st;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.scsi.sg.ScsiDebug;
import io.saddlebag.scsi.sg.SgTransport;
import io.saddlebag.tape.TapeDrive;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFault;
import io.saddlebag.tape.scsi.DriveOptions;
import io.saddlebag.tape.scsi.DriveTimeouts;
import io.saddlebag.tape.scsi.ScsiTapeDrive;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Our own drive over SG_IO, on the kernel's simulated one that fails; run by {@code scripts/hardware-lab} only. */
@Tag("M3")
class ScsiFaultsHardwareLab extends StFaultsHardwareLab {
    private static final DriveOptions OPTIONS = DriveOptions.DEFAULT.withTimeouts(
            new DriveTimeouts(Map.of(DriveTimeouts.Kind.WRITE, Duration.ofSeconds(2))));

    @Override
    protected TapeDrive opened() throws IOException {
        return ScsiTapeDrive.open("DRIVE1", SgTransport.open(ScsiDebug.device()), new SystemWaiter(), OPTIONS);
    }

    @Override
    protected TapeFault markWithoutRoom() {
        return TapeFault.END_OF_MEDIUM;
    }

    @Test
    @Tag("M6")
    @Tag("Q11")
    void a_block_that_is_never_answered_is_looked_for_and_not_sent_blindly_again() throws IOException {
        record(3);
        ScsiDebug.swallow(1, WRITE);
        TapeException failure = catchThrowableOfType(TapeException.class, () -> write(3));
        assertThat(failure.code()).isEqualTo(TapeFault.DRIVE_ERROR);
        assertThat(failure).hasMessageContaining("no answer within 2.0 s");
        assertThat(asked()).isEqualTo(3).isEqualTo(ScsiDebug.stands());
        write(3);
        holds(0, 1, 2, 3);
    }

    @Test
    void a_drive_that_is_becoming_ready_is_waited_for() throws IOException {
        record(2);
        closeDrive();
        ScsiDebug.answer(2, TEST_UNIT_READY, 0, CHECK_CONDITION, NOT_READY, 0x04, 0x01);
        loadAgain();
        holds(0, 1);
    }
}

package io.saddlebag.tape.scsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.library.scsi.QuickWaiter;
import io.saddlebag.scsi.ScsiCommand;
import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.scsi.ScsiTransport;
import io.saddlebag.scsi.TapeCommands;
import io.saddlebag.scsi.memory.SimulatedCartridge;
import io.saddlebag.scsi.memory.SimulatedTape;
import io.saddlebag.scsi.memory.TapeHabit;
import io.saddlebag.tape.TapeDrawing;
import io.saddlebag.tape.scsi.DriveTimeouts.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each kind of command has its own limit, and the one for loading depends on the drive. */
@Tag("M3")
@Tag("M18")
class DriveTimeoutsTest {
    private final Map<String, Duration> limits = new HashMap<>();
    private final QuickWaiter waiter = new QuickWaiter();

    /** Notes the limit that each command came with; calls itself as it is told. */
    private final class Noted implements ScsiTransport {
        private final SimulatedTape tape;
        private final String product;

        Noted(SimulatedTape tape, String product) {
            this.tape = tape;
            this.product = product;
        }

        @Override
        public ScsiReply execute(ScsiCommand command) throws IOException {
            limits.put(command.name(), command.timeout());
            ScsiReply reply = tape.execute(command);
            if (command.cdb().operation() == 0x12 && !product.isEmpty()) {
                byte[] text = "%-16s".formatted(product).getBytes(StandardCharsets.US_ASCII);
                Objects.requireNonNull(command.data()).duplicate().position(16).put(text);
            }
            return reply;
        }

        @Override
        public String name() {
            return tape.name();
        }

        @Override
        public int longestTransferBytes() {
            return tape.longestTransferBytes();
        }

        @Override
        public void close() {}
    }

    private ScsiTapeDrive loaded(String product, DriveTimeouts timeouts, TapeHabit... habits) throws IOException {
        SimulatedTape tape = new SimulatedTape("drive1", 3, Set.of(habits))
                .slowLoads(1)
                .insert(SimulatedCartridge.ofBlocks("SBG001L6", 100, 2));
        ScsiTapeDrive drive = ScsiTapeDrive.open(
                "drive1", new Noted(tape, product), waiter, DriveOptions.DEFAULT.withTimeouts(timeouts));
        drive.load();
        return drive;
    }

    @ParameterizedTest
    @CsvSource({
        "ULT3580-TD9, 150",
        "ULTRIUM-HH9, 150",
        "Ultrium 9-SCSI, 150",
        "LTO-10, 150",
        "ULTRIUM-TD8, 16",
        "Ultrium 6-SCSI, 16",
    })
    void from_lto_9_on_a_new_cartridge_is_measured_for_two_and_a_half_hours(String product, int minutes)
            throws IOException {
        loaded(product, DriveTimeouts.STANDARD);

        assertThat(limits)
                .containsEntry("LOAD", Duration.ofMinutes(minutes))
                .doesNotContainKey("REPORT DENSITY SUPPORT");
    }

    @Test
    void another_drive_is_asked_for_its_densities_and_an_unknown_one_given_the_time() throws IOException {
        ScsiTapeDrive drive = loaded("", DriveTimeouts.STANDARD);
        assertThat(limits).containsEntry("LOAD", TapeCommands.FIRST_LOAD).containsKey("REPORT DENSITY SUPPORT");
        drive.unload();
        drive.load();
        assertThat(limits).as("an LTO-6, as it says").containsEntry("LOAD", TapeCommands.LOAD);

        drive = loaded("", DriveTimeouts.STANDARD, TapeHabit.NO_DENSITY_REPORT);
        drive.unload();
        drive.load();
        assertThat(limits).containsEntry("LOAD", TapeCommands.FIRST_LOAD);
    }

    @Test
    void the_configuration_goes_before_what_is_known_of_the_drive() throws IOException {
        Map<Kind, Duration> named = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            named.put(kind, Duration.ofSeconds(100L + named.size()));
        }
        ScsiTapeDrive drive = loaded("ULT3580-TD9", new DriveTimeouts(named));
        TapeDrawing.write(drive, "ab|#");
        drive.locate(io.saddlebag.tape.BlockAddress.BEGINNING);
        drive.spaceToEndOfData();
        drive.erase();
        drive.rewind();
        TapeDrawing.rest(drive);
        drive.unload();

        Map<String, Kind> kinds = Map.of(
                "LOAD", Kind.LOAD,
                "UNLOAD", Kind.UNLOAD,
                "REWIND", Kind.REWIND,
                "LOCATE(10)", Kind.LOCATE,
                "SPACE(6)", Kind.LOCATE,
                "READ(6)", Kind.READ,
                "WRITE(6)", Kind.WRITE,
                "WRITE FILEMARKS(6)", Kind.FILEMARKS,
                "ERASE", Kind.ERASE,
                "TEST UNIT READY", Kind.OTHER);
        kinds.forEach((command, kind) -> assertThat(limits).as(command).containsEntry(command, named.get(kind)));
    }

    @Test
    void waiting_for_a_medium_ends_with_the_same_limit() throws IOException {
        SimulatedTape tape = new SimulatedTape("drive1", 3, Set.of())
                .slowLoads(1_000_000)
                .insert(SimulatedCartridge.ofBlocks("SBG001L6", 100, 2));
        ScsiTapeDrive drive = ScsiTapeDrive.open(
                "drive1",
                tape,
                waiter,
                DriveOptions.DEFAULT.withTimeouts(new DriveTimeouts(Map.of(Kind.LOAD, Duration.ofMinutes(3)))));

        assertThatThrownBy(drive::load)
                .hasMessageContaining("drive drive1 is still loading after 3 minutes")
                .hasMessageContaining("timeouts.load");

        assertThat(waiter.nanos()).isEqualTo(Duration.ofMinutes(3).toNanos());
    }

    @Test
    void a_limit_that_nobody_means_is_refused() {
        for (Duration wrong : new Duration[] {
            Duration.ZERO, Duration.ofMillis(999), Duration.ofDays(7).plusNanos(1)
        }) {
            assertThatThrownBy(() -> new DriveTimeouts(Map.of(Kind.LOAD, wrong)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("for LOAD; valid are 1s to 7d");
        }
    }
}

package io.saddlebag.tape.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.tape.BlockAddress;
import io.saddlebag.tape.TapeDrive;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("Q12")
class TimedDriveTest {
    private static final long GIGABYTE = 1_000_000_000;

    private Duration passed = Duration.ZERO;
    private final MemoryTapeDrive plain = new MemoryTapeDrive("d");

    private TapeDrive drive(LtoModel model) {
        plain.insert(new MemoryCartridge("A1", Capacity.ENDLESS));
        return new TimedDrive(plain, model, GIGABYTE, time -> passed = passed.plus(time));
    }

    private Duration taken() {
        Duration taken = passed;
        passed = Duration.ZERO;
        return taken;
    }

    @Test
    void a_terabyte_takes_as_long_as_the_generation_is_fast() throws Exception {
        TapeDrive drive = drive(LtoModel.LTO_9);
        drive.load();
        taken();
        for (int i = 0; i < 1000; i++) {
            drive.write(ByteBuffer.allocate(4));
        }
        assertThat(taken()).isEqualTo(Duration.ofSeconds(2500)); // 400 MB/s
    }

    @Test
    void a_new_lto_9_cartridge_is_measured_at_its_first_load_only() throws Exception {
        TapeDrive drive = drive(LtoModel.LTO_9);
        drive.load();
        assertThat(taken()).isGreaterThan(Duration.ofMinutes(30));
        drive.unload();
        taken();
        drive.load();
        assertThat(taken()).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(30));
    }

    @Test
    void the_way_back_from_the_end_of_a_cartridge_takes_longer_than_one_from_its_beginning() throws Exception {
        TapeDrive drive = drive(LtoModel.LTO_5);
        drive.load();
        for (int i = 0; i < 1500; i++) {
            drive.write(ByteBuffer.allocate(4));
        }
        taken();
        drive.rewind();
        assertThat(taken()).isBetween(Duration.ofSeconds(100), Duration.ofSeconds(110));
        drive.locate(new BlockAddress(15));
        assertThat(taken()).isEqualTo(Duration.ofSeconds(3));
    }
}

package io.saddlebag.tape.scsi;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.lab.TapeLab;
import io.saddlebag.tape.BlockAddress;
import io.saddlebag.tape.DriveCapability;
import io.saddlebag.tape.ReadOutcome;
import io.saddlebag.tape.TapeDrive;
import io.saddlebag.tape.WriteOutcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A drive of tgt, which others made, through libiscsi. */
@Tag("M3")
class IscsiDriveTest {
    private static final DriveOptions TGT = DriveOptions.DEFAULT.counting().withLongReads();

    @TempDir
    Path folder;

    private static TapeDrive open(TapeLab lab) throws IOException {
        return ScsiTapeDrive.open("left", lab.connect(lab.drive(1)), new SystemWaiter(), TGT);
    }

    private static byte[] noise(int bytes) {
        byte[] noise = new byte[bytes];
        new Random(bytes).nextBytes(noise);
        return noise;
    }

    @Test
    @Tag("M9")
    void blocks_filemarks_and_positions_survive_unloading_and_another_connection() throws Exception {
        try (TapeLab lab = TapeLab.start(folder, new TapeLab.Size(1, 2, 8))) {
            try (TapeDrive drive = open(lab)) {
                assertThat(drive.state().loaded()).isFalse();
                lab.load(1, 1);
                drive.load();
                assertThat(drive.state().loaded()).isTrue();
                for (int size : new int[] {4, 80, 65_537, 262_144, 1_000_001}) {
                    assertThat(drive.write(ByteBuffer.wrap(noise(size)))).isEqualTo(WriteOutcome.WRITTEN);
                }
                drive.writeFilemarks(1);
                drive.write(ByteBuffer.wrap(noise(80)));
                drive.writeFilemarks(2);
                assertThat(drive.position().next()).isEqualTo(new BlockAddress(9));
                drive.unload();
            }
            try (TapeDrive drive = open(lab)) {
                drive.load();
                for (int size : new int[] {4, 80, 65_537, 262_144, 1_000_001}) {
                    ByteBuffer into = ByteBuffer.allocate(1 << 20);
                    assertThat(drive.read(into)).isEqualTo(ReadOutcome.block(size));
                    assertThat(Arrays.copyOf(into.array(), size)).isEqualTo(noise(size));
                }
                assertThat(drive.read(ByteBuffer.allocate(80))).isEqualTo(ReadOutcome.FILEMARK);
                drive.locate(new BlockAddress(3));
                ByteBuffer into = ByteBuffer.allocateDirect(262_144);
                assertThat(drive.read(into)).isEqualTo(ReadOutcome.block(262_144));
                drive.spaceToEndOfData();
                assertThat(drive.position().next()).isEqualTo(new BlockAddress(9));
                assertThat(drive.read(ByteBuffer.allocate(80))).isEqualTo(ReadOutcome.END_OF_DATA);
                drive.spaceFilemarks(-3);
                assertThat(drive.position().next()).isEqualTo(new BlockAddress(5));
            }
        }
    }

    @Test
    @Tag("M9")
    void a_target_that_always_says_block_0_is_counted_without_being_told_so() throws Exception {
        try (TapeLab lab = TapeLab.start(folder, new TapeLab.Size(1, 2, 8))) {
            lab.load(1, 1);
            DriveOptions asIfReal = DriveOptions.DEFAULT.withLongReads();
            for (int written : new int[] {0, 3}) {
                try (ScsiTapeDrive drive =
                        ScsiTapeDrive.open("left", lab.connect(lab.drive(1)), new SystemWaiter(), asIfReal)) {
                    drive.load();
                    assertThat(drive.capabilities()).doesNotContain(DriveCapability.CAN_LOCATE_BY_BLOCK);
                    drive.spaceToEndOfData();
                    assertThat(drive.position().next()).isEqualTo(new BlockAddress(written));
                    drive.write(ByteBuffer.wrap(noise(80)));
                    drive.write(ByteBuffer.wrap(noise(80)));
                    drive.writeFilemarks(1);
                    assertThat(drive.position().next()).isEqualTo(new BlockAddress(written + 3));
                    drive.locate(new BlockAddress(2));
                    assertThat(drive.read(ByteBuffer.allocate(80))).isEqualTo(ReadOutcome.FILEMARK);
                    drive.unload();
                }
            }
        }
    }

    @Test
    @Tag("M6")
    void early_warning_comes_with_a_block_that_is_written() throws Exception {
        try (TapeLab lab = TapeLab.start(folder, new TapeLab.Size(1, 2, 1))) {
            lab.load(1, 1);
            try (TapeDrive drive = open(lab)) {
                drive.load();
                int blocks = 0;
                WriteOutcome outcome = WriteOutcome.WRITTEN;
                while (outcome == WriteOutcome.WRITTEN) {
                    outcome = drive.write(ByteBuffer.wrap(noise(100_000)));
                    blocks++;
                }
                assertThat(drive.position().pastEarlyWarning()).isTrue();
                drive.writeFilemarks(1);
                drive.rewind();
                for (int i = 0; i < blocks; i++) {
                    assertThat(drive.read(ByteBuffer.allocate(100_000))).isEqualTo(ReadOutcome.block(100_000));
                }
                assertThat(drive.read(ByteBuffer.allocate(100_000))).isEqualTo(ReadOutcome.FILEMARK);
            }
        }
    }
}

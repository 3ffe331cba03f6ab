package io.saddlebag.snapshot.lvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.saddlebag.fault.BackupException;
import io.saddlebag.snapshot.SnapshotFault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("W11")
class VolumeReportTest {
    /** Of the real program, LVM 2.03.16, of volumes that were made without device mapper. */
    private static List<String> real() throws IOException {
        try (InputStream in = VolumeReportTest.class.getResourceAsStream("lvs-2.03.16-inactive.txt")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }

    @Test
    void what_lvm_really_prints_is_read_whatever_it_warns_of_before() throws IOException {
        assertThat(real().get(0)).contains("WARNING");
        List<LogicalVolume> volumes = VolumeReport.parse(real());

        assertThat(volumes).extracting(LogicalVolume::fullName).containsExactly("vg0/data", "vg0/tagged");
        LogicalVolume data = volumes.get(0);
        assertThat(data.path()).isEqualTo("/dev/vg0/data");
        assertThat(data.sizeBytes()).isEqualTo(40L << 20);
        assertThat(data.freeBytes()).isEqualTo(148L << 20);
        assertThat(data.usedPercent()).isEqualTo(-1);
        assertThat(data.deviceNumber()).isEqualTo("-1:-1");
        assertThat(data.invalid()).isEqualTo(LogicalVolume.Validity.UNKNOWN);
        assertThat(data.ours()).isFalse();
        assertThat(data.thin()).isFalse();
        assertThat(volumes.get(1).ours()).isTrue();
    }

    @Test
    void a_report_with_a_part_missing_is_refused() throws IOException {
        List<String> whole = real();
        List<List<String>> broken = List.of(
                List.of(),
                List.of("  Command failed with status code 5."),
                List.of("{}"),
                List.of("{\"report\":[]}"),
                List.of("{\"report\":[{\"lv\":[{\"vg_name\":\"vg0\"}]}]}"),
                whole.subList(0, whole.size() - 3),
                whole.stream()
                        .map(line -> line.replace("\"41943040\"", "\"40m\""))
                        .toList());
        for (List<String> lines : broken) {
            assertThatExceptionOfType(BackupException.class)
                    .as("%s", lines)
                    .isThrownBy(() -> VolumeReport.parse(lines))
                    .matches(e -> e.is(SnapshotFault.FAILED))
                    .withMessageContaining("the report of lvs was not understood");
        }
    }

    @Test
    @Tag("Q13")
    void whatever_is_printed_it_is_read_or_refused() throws IOException {
        long seed = 20_261_121L;
        Random random = new Random(seed);
        String whole = String.join("\n", real());
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            for (int i = 0; i < 5_000; i++) {
                StringBuilder text = new StringBuilder(whole);
                for (int change = random.nextInt(4); change >= 0; change--) {
                    int at = random.nextInt(text.length());
                    if (random.nextBoolean()) {
                        text.setCharAt(at, (char) (random.nextInt(126) + 1));
                    } else {
                        text.delete(at, Math.min(text.length() - 1, at + random.nextInt(80)));
                    }
                }
                try {
                    VolumeReport.parse(new ArrayList<>(text.toString().lines().toList()));
                } catch (BackupException refused) {
                    assertThat(refused.is(SnapshotFault.FAILED))
                            .as("seed %s, round %s", seed, i)
                            .isTrue();
                }
            }
        });
    }
}

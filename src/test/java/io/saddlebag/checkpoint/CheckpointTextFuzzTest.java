package io.saddlebag.checkpoint;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.image.ByteString;
import io.saddlebag.image.PartEnd;
import io.saddlebag.image.PartInFile;
import io.saddlebag.media.Lane;
import io.saddlebag.media.PoolFile;
import io.saddlebag.media.VolumeId;
import io.saddlebag.quantity.BlockSize;
import io.saddlebag.tape.BlockAddress;
import io.saddlebag.volume.ImageToStore;
import io.saddlebag.volume.StoredImage;
import io.saddlebag.volume.StoredSection;
import io.saddlebag.workbench.TextDamage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever stands in a checkpoint, under a right checksum as well, it is read or refused: the backup then starts over (D6). */
@Tag("Q13")
@Tag("D6")
final class CheckpointTextFuzzTest {
    private static final int ROUNDS = 5_000;
    private static final Instant TIME = Instant.parse("2026-05-04T03:02:01Z");
    private static final String DIGEST = "0123456789abcdef".repeat(4);

    private static final List<Checkpoint> WHOLE = List.of(
            checkpoint(
                    List.of(new StoredSection(
                            1,
                            1,
                            new VolumeId("VOL000001"),
                            1,
                            1,
                            new BlockAddress(4),
                            new BlockAddress(8),
                            new BlockSize(65_536),
                            20,
                            1_000_000)),
                    List.of()),
            checkpoint(
                    List.of(),
                    List.of(new PoolFile("disk", "nightly/image-4f1c.1.tar.zst", 1, 4096, 0xfedcba98L, TIME))));

    private static Checkpoint checkpoint(List<StoredSection> sections, List<PoolFile> files) {
        ImageToStore image = new ImageToStore(
                "image-4f1c", Lane.ONLY, "docs", "admin/12", "root", "größe", List.of("tar", "zstd"), TIME);
        return new Checkpoint(
                new BackupId(7),
                "admin/12",
                Map.of("level", "0", "roots", "/srv"),
                TIME,
                TIME.plusSeconds(60),
                new PartEnd(
                        10_240,
                        1,
                        0,
                        5,
                        4,
                        1000,
                        DIGEST,
                        ByteString.copyOf(new byte[] {'s', (byte) 0xff}),
                        new PartInFile(5120, ByteString.of("headers"), 512, DIGEST, "8:1:12")),
                new StoredImage(image, sections, files, 4096),
                "btrfs:1",
                Map.of("VOL000001", TIME));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void any_checkpoint_is_read_or_refused(long seed) {
        Assertions.assertTimeoutPreemptively(Duration.ofMinutes(1), () -> readAll(seed), "seed " + seed);
    }

    private static void readAll(long seed) throws IOException {
        Random random = new Random(seed);
        int read = 0;
        for (int i = 0; i < ROUNDS; i++) {
            byte[] whole = CheckpointText.encode(WHOLE.get(i % WHOLE.size()));
            byte[] text = damaged(whole, random);
            try {
                Checkpoint checkpoint = CheckpointText.decode(text);
                byte[] again = CheckpointText.encode(checkpoint);
                assertThat(CheckpointText.encode(CheckpointText.decode(again))).isEqualTo(again);
                read++;
            } catch (IOException e) {
                assertThat(e).hasMessageMatching("(?s)(is|can't be read).*");
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + new String(text, UTF_8), e);
            }
        }
        assertThat(read).isBetween(ROUNDS / 100, ROUNDS * 99 / 100);
    }

    private static byte[] damaged(byte[] whole, Random random) {
        if (random.nextInt(4) == 0) {
            return TextDamage.ofBytes(whole, random);
        }
        int line = new String(whole, US_ASCII).indexOf('\n') + 1;
        byte[] body = Arrays.copyOfRange(whole, line, whole.length);
        byte[] other = random.nextInt(4) == 0 ? TextDamage.ofBytes(body, random) : TextDamage.ofJson(body, random);
        CRC32C crc = new CRC32C();
        crc.update(other, 0, other.length);
        byte[] begin = String.format(Locale.ROOT, "saddlebag-checkpoint 1 %08x%n", crc.getValue())
                .getBytes(US_ASCII);
        byte[] all = Arrays.copyOf(begin, begin.length + other.length);
        System.arraycopy(other, 0, all, begin.length, other.length);
        return all;
    }
}

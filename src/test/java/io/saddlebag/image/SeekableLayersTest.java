package io.saddlebag.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("Q4")
final class SeekableLayersTest {
    private static final List<String> ZSTD = List.of(Layers.TAR, Layers.ZSTD);

    /** Of frames of 1 MiB: several, the last one short. */
    private static final int PLAIN_BYTES = 5_000_001;

    private static byte[] plain(long seed, int bytes) {
        byte[] plain = new byte[bytes];
        Random random = new Random(seed);
        for (int i = 0; i < bytes; i++) {
            plain[i] = (byte) (random.nextInt(8) * 31);
        }
        return plain;
    }

    private static byte[] packed(byte[] plain) throws IOException {
        try (InputStream in =
                Layers.apply(new ByteArrayInputStream(plain), Compression.ZSTD, Encryption.NONE, Runnable::run)) {
            return in.readAllBytes();
        }
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static Optional<SeekableBytes> open(byte[] stored, List<String> layers) throws IOException {
        return Layers.seek(new MemoryBytes(stored), layers, Decryption.NONE, Runnable::run);
    }

    private static byte[] at(SeekableBytes bytes, long offset, int count) throws IOException {
        try (InputStream in = bytes.from(offset)) {
            return in.readNBytes(count);
        }
    }

    @Test
    void a_zstd_layer_yields_the_same_from_any_place_on() throws IOException {
        byte[] plain = plain(1, PLAIN_BYTES);
        SeekableBytes layer = open(packed(plain), ZSTD).orElseThrow();

        assertThat(layer.length()).isEqualTo(PLAIN_BYTES);
        for (int offset : new int[] {0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 4 << 20, PLAIN_BYTES - 1}) {
            int count = Math.min(3000, PLAIN_BYTES - offset);
            assertThat(at(layer, offset, count))
                    .as("from %s", offset)
                    .isEqualTo(Arrays.copyOfRange(plain, offset, offset + count));
        }
        assertThat(at(layer, PLAIN_BYTES, 1)).isEmpty();
        assertThat(at(layer, 2_000_000, Integer.MAX_VALUE))
                .isEqualTo(Arrays.copyOfRange(plain, 2_000_000, PLAIN_BYTES));
    }

    @Test
    void parts_with_tables_of_their_own_are_one_stream() throws IOException {
        byte[] one = plain(2, 2_500_000);
        byte[] two = plain(3, 1);
        byte[] three = plain(4, 3_000_000);
        byte[] plain = joined(one, two, three);
        SeekableBytes layer =
                open(joined(packed(one), packed(two), packed(three)), ZSTD).orElseThrow();

        assertThat(layer.length()).isEqualTo(plain.length);
        for (int offset : new int[] {0, 2_499_999, 2_500_000, 2_500_001, 5_000_000}) {
            assertThat(at(layer, offset, Integer.MAX_VALUE))
                    .as("from %s", offset)
                    .isEqualTo(Arrays.copyOfRange(plain, offset, plain.length));
        }
    }

    @Test
    void a_layer_without_a_table_or_with_half_of_one_can_only_be_read_from_its_beginning() throws IOException {
        byte[] stored = packed(plain(5, PLAIN_BYTES));
        byte[] cut = Arrays.copyOf(stored, stored.length - 1);
        byte[] behind = Arrays.copyOf(stored, stored.length + 1);

        assertThat(open(cut, ZSTD)).isEmpty();
        assertThat(open(behind, ZSTD)).isEmpty();
        assertThat(open(joined(new byte[100], stored), ZSTD)).isEmpty();
        assertThat(open(stored, List.of(Layers.TAR, Layers.GZIP))).isEmpty();
        assertThat(open(stored, List.of(Layers.TAR, Layers.LZ4))).isEmpty();
    }

    /** A table of any content: it is none, or what it leads to is read, or refused; nothing hangs or grows. */
    @Test
    @Tag("Q13")
    void a_damaged_table_gives_no_other_content_silently() throws IOException {
        byte[] plain = plain(6, 3_000_000);
        byte[] stored = packed(plain);
        int refused = 0;
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            byte[] bytes = stored.clone();
            bytes[bytes.length - 1 - random.nextInt(40)] ^= (byte) (1 + random.nextInt(255));
            try {
                Optional<SeekableBytes> layer = open(bytes, ZSTD);
                if (layer.isPresent()) {
                    at(layer.get(), 2_000_000, 100);
                } else {
                    refused++;
                }
            } catch (IOException e) {
                assertThat(e).as("seed %s", seed).isInstanceOf(ImageException.class);
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(100);
    }

    @Test
    void damage_in_a_frame_is_loud_from_there_on_and_silent_before() throws IOException {
        byte[] plain = plain(7, PLAIN_BYTES);
        byte[] stored = packed(plain);
        stored[stored.length / 2] ^= 1;
        SeekableBytes layer = open(stored, ZSTD).orElseThrow();

        assertThat(at(layer, PLAIN_BYTES - 100, 100))
                .isEqualTo(Arrays.copyOfRange(plain, PLAIN_BYTES - 100, PLAIN_BYTES));
        assertThatThrownBy(() -> at(layer, 0, PLAIN_BYTES)).isInstanceOf(ImageException.class);
    }

    @Test
    void without_keys_an_encrypted_image_is_refused() {
        assertThatThrownBy(() -> open(new byte[100], List.of(Layers.TAR, Layers.AGE)))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("encrypted");
    }
}

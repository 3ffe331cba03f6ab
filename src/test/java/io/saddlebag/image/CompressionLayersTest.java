package io.saddlebag.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.testing.Program;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every compression there is, in frames of 1 MiB. */
@Tag("M2")
class CompressionLayersTest {
    private static final int FRAME = 1 << 20;
    private static final Executor SAME_THREAD = Runnable::run;

    private final ExecutorService threads = Executors.newFixedThreadPool(3);

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    private static byte[] noise(int bytes) {
        byte[] noise = new byte[bytes];
        new Random(bytes).nextBytes(noise);
        return noise;
    }

    /** Words of eight random letters of sixteen: searches find them, and letters shrink to a half. */
    private static byte[] text(int bytes) {
        Random random = new Random(bytes);
        byte[] text = new byte[bytes];
        for (int at = 0; at < bytes; at += 8) {
            Random word = new Random(random.nextInt(500));
            for (int i = at; i < Math.min(at + 8, bytes); i++) {
                text[i] = (byte) "etaoinshrdlu cmf".charAt(word.nextInt(16));
            }
        }
        return text;
    }

    private static byte[] packed(byte[] plain, String compression, Executor executor) throws IOException {
        try (InputStream in = Layers.apply(
                new ByteArrayInputStream(plain), Compression.parse(compression), Encryption.NONE, executor)) {
            return in.readAllBytes();
        }
    }

    private static InputStream layer(byte[] stored, String compression, Executor executor) throws IOException {
        return Layers.undo(
                new ByteArrayInputStream(stored),
                Layers.names(Compression.parse(compression)),
                Decryption.NONE,
                executor);
    }

    private static byte[] unpacked(byte[] stored, String compression, Executor executor) throws IOException {
        try (InputStream in = layer(stored, compression, executor)) {
            return in.readAllBytes();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "zstd", "zstd=1", "zlib", "zlib=1", "zlib=9", "lz4", "huffman", "lzss"})
    void what_was_compressed_comes_back(String compression) throws IOException {
        for (int bytes : new int[] {1, 2, 511, FRAME - 1, FRAME, FRAME + 1, 3 * FRAME + 5}) {
            byte[] plain = text(bytes);
            byte[] stored = packed(plain, compression, threads);
            assertThat(unpacked(stored, compression, threads)).isEqualTo(plain);
            assertThat(packed(plain, compression, SAME_THREAD)).isEqualTo(stored);
            assertThat(unpacked(stored, compression, SAME_THREAD)).isEqualTo(plain);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zstd", "zlib", "lz4", "huffman"})
    void what_shrinks_gets_smaller_and_what_does_not_is_stored(String compression) throws IOException {
        byte[] plain = text(2 * FRAME);
        byte[] noise = noise(2 * FRAME);

        assertThat(packed(plain, compression, threads).length).isLessThan((int) (0.6 * plain.length));
        byte[] stored = packed(noise, compression, threads);
        assertThat(stored.length).isLessThan(noise.length + noise.length / 1000);
        assertThat(unpacked(stored, compression, threads)).isEqualTo(noise);
    }

    @ParameterizedTest
    @CsvSource({
        "none, none",
        "ZSTD, zstd=3",
        "zstd=7, zstd=7",
        "zlib, zlib=6",
        "zlib=9, zlib=9",
        "lz4, lz4",
        "lzss, lz4",
        "huffman, huffman"
    })
    void compressions_are_called_by_these_names(String text, String means) {
        assertThat(Compression.parse(text)).hasToString(means).isEqualTo(Compression.parse(means));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "zstd=0", "zstd=20", "zlib=0", "zlib=10", "lz4=1", "gzip", "zlib=", "huffman=2"})
    void other_names_are_refused(String text) {
        assertThatThrownBy(() -> Compression.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"zlib=4, gzip, .tar.gz", "huffman, gzip, .tar.gz", "lz4, lz4, .tar.lz4", "lzss, lz4, .tar.lz4"})
    @Tag("M1")
    void layers_are_called_as_the_programs_that_undo_them(String compression, String layer, String suffix)
            throws IOException {
        assertThat(Layers.names(Compression.parse(compression))).containsExactly("tar", layer);
        assertThat(Layers.fileSuffix(Layers.names(Compression.parse(compression))))
                .isEqualTo(suffix);
    }

    @ParameterizedTest
    @CsvSource({"zlib, gzip", "huffman, gzip", "lz4, lz4", "zstd, zstd"})
    @Tag("M1")
    void ordinary_programs_read_it(String compression, String program, @TempDir Path folder) throws Exception {
        Program.need(program);
        byte[] plain = Arrays.copyOf(text(2 * FRAME + 77), 3 * FRAME);
        System.arraycopy(noise(FRAME), 0, plain, FRAME, FRAME);
        Files.write(folder.resolve("stored"), packed(plain, compression, threads));

        Program.run(folder, "sh", "-c", program + " -t < stored && " + program + " -dc < stored > plain");

        assertThat(Files.readAllBytes(folder.resolve("plain"))).isEqualTo(plain);
    }

    @ParameterizedTest
    @ValueSource(strings = {"zlib", "lz4", "huffman"})
    @Tag("M1")
    void layers_are_detected_by_their_first_bytes(String compression) throws IOException {
        byte[] tar = Members.image(Members.file("a", "abc"));
        try (InputStream in = Layers.detect(new ByteArrayInputStream(packed(tar, compression, threads)), threads)) {
            assertThat(in.readAllBytes()).isEqualTo(tar);
        }
    }

    @Test
    void what_other_programs_compressed_is_refused_with_what_to_do(@TempDir Path folder) throws Exception {
        Program.need("gzip", "lz4");
        Files.write(folder.resolve("plain"), text(1000));
        Program.run(folder, "sh", "-c", "gzip < plain > a.gz; lz4 -q < plain > a.lz4");
        for (String[] each :
                new String[][] {{"a.gz", "undo that with gunzip first"}, {"a.lz4", "undo that with lz4"}}) {
            byte[] stored = Files.readAllBytes(folder.resolve(each[0]));
            assertThatThrownBy(() -> Layers.detect(new ByteArrayInputStream(stored), threads))
                    .hasMessageContaining(each[1]);
            String compression = each[0].equals("a.gz") ? "zlib" : "lz4";
            assertThatThrownBy(() -> unpacked(stored, compression, threads))
                    .hasMessageStartingWith("SBG-I010")
                    .hasMessageContaining("is none that was written here");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zlib", "lz4", "huffman"})
    @Tag("Q13")
    void damage_is_loud_and_what_is_before_it_comes_out(String compression) throws IOException {
        byte[] plain = text(3 * FRAME);
        byte[] stored = packed(plain, compression, threads);
        int first = packed(Arrays.copyOf(plain, FRAME), compression, SAME_THREAD).length;
        Random random = new Random(11);
        for (int i = 0; i < 60; i++) {
            byte[] damaged = stored.clone();
            int at = i < 30 ? first + i : random.nextInt(stored.length);
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            Read read = read(damaged, compression);
            String what = compression + ", bit turned at " + at;
            // what the bytes say of themselves may be another, harmless thing: never other data
            assertThat(read.plain).as(what).isEqualTo(Arrays.copyOf(plain, read.plain.length));
            assertThat(read.failure != null || read.plain.length == plain.length)
                    .as(what)
                    .isTrue();
            assertThat(read.plain.length).as(what).isGreaterThanOrEqualTo(at < first ? 0 : FRAME);
            Read cut = read(Arrays.copyOf(stored, at), compression);
            assertThat(cut.plain).isEqualTo(Arrays.copyOf(plain, cut.plain.length));
            if (at != first) {
                assertThat(cut.failure).as(compression + ", cut off at " + at).isNotNull();
            }
        }
    }

    /** What came out, and why no more did. */
    private static final class Read {
        final byte[] plain;
        final @Nullable IOException failure;

        Read(byte[] plain, @Nullable IOException failure) {
            this.plain = plain;
            this.failure = failure;
        }
    }

    private Read read(byte[] stored, String compression) throws IOException {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        try (InputStream in = layer(stored, compression, threads)) {
            in.transferTo(plain);
            return new Read(plain.toByteArray(), null);
        } catch (ImageException e) {
            return new Read(plain.toByteArray(), e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zlib", "lz4"})
    @Tag("Q13")
    void noise_is_refused(String compression) throws IOException {
        byte[] good = packed(text(5000), compression, SAME_THREAD);
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            byte[] bad = new byte[1 + random.nextInt(2000)];
            random.nextBytes(bad);
            // behind what a frame begins with, too
            System.arraycopy(good, 0, bad, 0, Math.min(bad.length, random.nextInt(24)));
            assertThat(read(bad, compression).failure).as("seed " + seed).isNotNull();
        }
    }

    @Test
    @Tag("Q13")
    void a_frame_that_says_it_is_huge_takes_no_memory() throws IOException {
        byte[] gzip = packed(text(1000), "zlib", SAME_THREAD);
        for (int says : new int[] {Integer.MAX_VALUE, -1, 5 << 20, 0, 27}) {
            byte[] bad = gzip.clone();
            ByteBuffer.wrap(bad).order(ByteOrder.LITTLE_ENDIAN).putInt(16, says);
            assertThatThrownBy(() -> unpacked(bad, "zlib", SAME_THREAD)).hasMessageStartingWith("SBG-I010");
        }
        // a member of a few kilobytes, which holds more than it says
        byte[] bomb = packed(new byte[FRAME], "zlib", SAME_THREAD);
        ByteBuffer.wrap(bomb).order(ByteOrder.LITTLE_ENDIAN).putInt(bomb.length - 4, 100);
        assertThatThrownBy(() -> unpacked(bomb, "zlib", SAME_THREAD)).hasMessageStartingWith("SBG-I010");
        ByteBuffer.wrap(bomb).order(ByteOrder.LITTLE_ENDIAN).putInt(bomb.length - 4, 1 << 30);
        assertThatThrownBy(() -> unpacked(bomb, "zlib", SAME_THREAD))
                .hasMessageContaining("says that it holds 1073741824 bytes");

        byte[] lz4 = packed(text(1000), "lz4", SAME_THREAD);
        for (long says : new long[] {Long.MAX_VALUE, -1, 5 << 20, 0}) {
            byte[] bad = lz4.clone();
            ByteBuffer.wrap(bad).order(ByteOrder.LITTLE_ENDIAN).putLong(6, says);
            assertThatThrownBy(() -> unpacked(bad, "lz4", SAME_THREAD)).hasMessageStartingWith("SBG-I010");
        }
    }

    @Test
    void a_frame_that_does_not_decompress_to_what_it_was_is_never_handed_out() throws IOException {
        FrameEncoder broken = new FrameEncoder() {
            private final FrameEncoder real = new Lz4Frame.Encoder();

            @Override
            public int maxPackedBytes(int plainBytes) {
                return real.maxPackedBytes(plainBytes);
            }

            @Override
            public int encode(byte[] plain, int plainBytes, byte[] packed) {
                byte[] other = plain.clone();
                other[plainBytes / 2] ^= 1;
                return real.encode(other, plainBytes, packed);
            }

            @Override
            public boolean reproduces(byte[] packed, int packedBytes, byte[] plain, int plainBytes) {
                return real.reproduces(packed, packedBytes, plain, plainBytes);
            }

            @Override
            public void close() {
                real.close();
            }
        };
        try (InputStream in =
                new PieceStream(new PackingPieces(new ByteArrayInputStream(text(100)), () -> broken), SAME_THREAD)) {
            assertThatThrownBy(in::read).hasMessageStartingWith("SBG-I013 frame 0 of the image does not decompress");
        }
    }
}

package io.saddlebag.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames of 100 bytes, so that every edge is near. */
@Tag("M1")
@Tag("M2")
class ZstdLayerTest {
    private static final int FRAME = 100;
    private static final Executor SAME_THREAD = Runnable::run;
    private static final Executor REFUSING = task -> {
        throw new RejectedExecutionException("shut down");
    };
    /** Takes tasks and never gets round to them. */
    private static final Executor IDLE = task -> {};

    private final ExecutorService threads = Executors.newFixedThreadPool(3);

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private static ZstdPolicy policy(int level) {
        return new ZstdPolicy(level, FRAME, 3, true);
    }

    private static byte[] text(int length) {
        byte[] bytes = new byte[length];
        Random random = new Random(length);
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) ('a' + random.nextInt(3));
        }
        return bytes;
    }

    private static byte[] packed(byte[] plain, Executor executor) throws IOException {
        try (InputStream in = new ZstdSeekableInputStream(new ByteArrayInputStream(plain), policy(3), executor)) {
            return in.readAllBytes();
        }
    }

    private static byte[] unpacked(byte[] packed, Executor executor) throws IOException {
        try (InputStream in = new ZstdLayerReader(new ByteArrayInputStream(packed), executor)) {
            return in.readAllBytes();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 99, 100, 101, 199, 200, 201, 5_000})
    void comes_back_from_any_executor(int length) throws IOException {
        byte[] plain = text(length);
        byte[] packed = packed(plain, threads);
        for (Executor executor : new Executor[] {SAME_THREAD, REFUSING, IDLE, threads}) {
            assertThat(packed(plain, executor)).isEqualTo(packed);
            assertThat(unpacked(packed, executor)).isEqualTo(plain);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "100, 1", "101, 2", "1000, 10"})
    void the_seek_table_leads_to_every_frame(int length, int frames) throws IOException {
        byte[] plain = text(length);
        byte[] packed = packed(plain, threads);
        ByteBuffer buffer = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);

        assertThat(buffer.getInt(packed.length - 4)).isEqualTo(0x8F92EAB1);
        assertThat(buffer.get(packed.length - 5)).isZero();
        assertThat(buffer.getInt(packed.length - 9)).isEqualTo(frames);
        int table = packed.length - 9 - 8 * frames;
        assertThat(buffer.getInt(table - 8)).isEqualTo(0x184D2A5E);
        assertThat(buffer.getInt(table - 4)).isEqualTo(8 * frames + 9);
        int at = 0;
        int plainAt = 0;
        for (int i = 0; i < frames; i++) {
            int size = buffer.getInt(table + 8 * i);
            int plainSize = buffer.getInt(table + 8 * i + 4);
            byte[] frame = Arrays.copyOfRange(packed, at, at + size);
            assertThat(Zstd.getFrameContentSize(frame)).isEqualTo(plainSize);
            assertThat(Zstd.decompress(frame, plainSize))
                    .isEqualTo(Arrays.copyOfRange(plain, plainAt, plainAt + plainSize));
            assertThat(frame[4] & 0x04).as("content checksum").isNotZero();
            at += size;
            plainAt += plainSize;
        }
        assertThat(at).isEqualTo(table - 8);
        assertThat(plainAt).isEqualTo(length);
    }

    @Test
    void what_does_not_shrink_is_stored() throws IOException {
        byte[] noise = new byte[5 << 20];
        new Random(5).nextBytes(noise);
        try (InputStream in =
                new ZstdSeekableInputStream(new ByteArrayInputStream(noise), ZstdPolicy.ofLevel(19), threads)) {
            assertThat(in.readAllBytes().length - noise.length).isBetween(0, 400);
        }
    }

    @Test
    @Tag("Q16")
    void a_frame_that_does_not_decompress_to_its_content_never_gets_out() {
        ZstdFrame.Encoder flipping = (compressor, out, plain) -> {
            ByteBuffer other = ByteBuffer.allocateDirect(plain.remaining());
            other.put(plain.duplicate()).flip();
            other.put(50, (byte) (other.get(50) ^ 1));
            return ZstdFrame.ZSTD.encode(compressor, out, other);
        };
        ZstdFrame.Encoder garbling = (compressor, out, plain) -> {
            int size = ZstdFrame.ZSTD.encode(compressor, out, plain);
            out.put(size - 5, (byte) (out.get(size - 5) ^ 1));
            return size;
        };
        for (ZstdFrame.Encoder wrong : new ZstdFrame.Encoder[] {flipping, garbling}) {
            InputStream in =
                    new ZstdSeekableInputStream(new ByteArrayInputStream(text(250)), policy(3), threads, wrong);
            assertThatThrownBy(in::readAllBytes)
                    .isInstanceOfSatisfying(
                            ImageException.class,
                            e -> assertThat(e.codeId()).isEqualTo(ImageFault.FRAME_NOT_REPRODUCED.id()))
                    .hasMessageContaining("frame 0 of the zstd layer");
            assertThatCode(in::close).doesNotThrowAnyException();
        }
    }

    @Test
    void a_failure_of_the_source_stays() {
        IOException failure = new IOException("unplugged");
        InputStream source = new FilterInputStream(new ByteArrayInputStream(text(150))) {
            @Override
            public int read(byte[] b, int off, int len) throws IOException {
                int n = super.read(b, off, len);
                if (n < 0) {
                    throw failure;
                }
                return n;
            }
        };
        InputStream in = new ZstdSeekableInputStream(source, policy(3), threads);
        assertThatThrownBy(in::readAllBytes).isSameAs(failure);
        assertThatThrownBy(in::read).isSameAs(failure);
    }

    @Test
    void no_more_frames_are_filled_than_may_be_in_flight() throws IOException {
        AtomicInteger read = new AtomicInteger();
        InputStream source = new FilterInputStream(new ByteArrayInputStream(text(10_000))) {
            @Override
            public int read(byte[] b, int off, int len) throws IOException {
                int n = super.read(b, off, len);
                read.addAndGet(n);
                return n;
            }
        };
        try (InputStream in = new ZstdSeekableInputStream(source, policy(3), IDLE)) {
            assertThat(in.read()).isEqualTo(0x28);
            assertThat(read).hasValue(3 * FRAME);
        }
    }

    @Test
    void closing_early_closes_the_source_and_ends_the_work() throws IOException {
        AtomicInteger closed = new AtomicInteger();
        InputStream source = new FilterInputStream(new ByteArrayInputStream(text(10_000))) {
            @Override
            public void close() {
                closed.incrementAndGet();
            }
        };
        InputStream in = new ZstdSeekableInputStream(source, policy(19), threads);
        assertThat(in.read()).isNotNegative();
        in.close();
        in.close();
        assertThat(closed).hasValue(1);
        assertThatThrownBy(in::read).isInstanceOf(IOException.class).hasMessage("the zstd layer is closed");
    }

    @Test
    @Tag("Q16")
    void a_layer_cut_off_within_a_frame_is_never_taken_for_whole() throws IOException {
        byte[] plain = text(250);
        byte[] packed = packed(plain, SAME_THREAD);
        int ends = 0;
        for (int length = 0; length < packed.length; length++) {
            byte[] cut = Arrays.copyOf(packed, length);
            try {
                // at a frame's end it is what zstd itself takes for whole; the tar inside knows better
                byte[] got = unpacked(cut, SAME_THREAD);
                assertThat(got.length % FRAME == 0 || got.length == plain.length)
                        .isTrue();
                ends++;
            } catch (ImageException e) {
                assertThat(e.codeId()).isEqualTo(ImageFault.TRUNCATED.id());
            }
        }
        assertThat(ends).isEqualTo(4);
    }

    @Test
    void frames_before_the_damage_are_handed_out() throws IOException {
        byte[] plain = text(1_000);
        byte[] packed = packed(plain, threads);
        packed[packed.length / 2] ^= 1;
        for (Executor executor : new Executor[] {SAME_THREAD, threads}) {
            ByteArrayOutputStream got = new ByteArrayOutputStream();
            try (InputStream in = new ZstdLayerReader(new ByteArrayInputStream(packed), executor)) {
                assertThatThrownBy(() -> in.transferTo(got))
                        .isInstanceOfSatisfying(
                                ImageException.class,
                                e -> assertThat(e.codeId()).isEqualTo(ImageFault.LAYER_DAMAGED.id()));
            }
            assertThat(got.size()).isBetween(300, 500);
            assertThat(got.toByteArray()).isEqualTo(Arrays.copyOf(plain, got.size()));
        }
    }

    @Test
    void a_seek_table_of_other_frames_is_refused() throws IOException {
        byte[] packed = packed(text(250), SAME_THREAD);
        byte[] other = packed.clone();
        other[packed.length - 9 - 8] ^= 1;
        assertThatThrownBy(() -> unpacked(other, SAME_THREAD)).hasMessageContaining("seek table that is not the one");
        other[packed.length - 9 - 8] ^= 1;
        other[packed.length - 9] ^= 1;
        assertThatThrownBy(() -> unpacked(other, SAME_THREAD)).hasMessageContaining("seek table that is not the one");
    }

    @Test
    void layers_joined_one_behind_the_other_are_one() throws IOException {
        ByteArrayOutputStream two = new ByteArrayOutputStream();
        two.writeBytes(packed(text(250), SAME_THREAD));
        two.writeBytes(packed(text(150), SAME_THREAD));
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        plain.writeBytes(text(250));
        plain.writeBytes(text(150));
        assertThat(unpacked(two.toByteArray(), threads)).isEqualTo(plain.toByteArray());
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24})
    @Tag("Q13")
    void mutated_layers_neither_hang_nor_crash_nor_lie(long seed) throws IOException {
        Random random = new Random(seed);
        byte[] plain = text(650);
        byte[] packed = packed(plain, SAME_THREAD);
        for (int i = 0; i < 1_000; i++) {
            byte[] mutated = Mutation.of(packed, random);
            try {
                byte[] got = unpacked(mutated, SAME_THREAD);
                boolean whole = Arrays.equals(got, plain);
                boolean wholeFrames = got.length % FRAME == 0 && Arrays.equals(got, Arrays.copyOf(plain, got.length));
                assertThat(whole || wholeFrames)
                        .as("seed %d, mutation %d", seed, i)
                        .isTrue();
            } catch (ImageException e) {
                assertThat(e.codeId()).startsWith("SBG-I");
            } catch (RuntimeException e) {
                fail("seed " + seed + ", mutation " + i, e);
            }
        }
    }

    @Test
    @Tag("Q13")
    @Tag("Q9")
    void a_frame_that_lies_about_its_length_costs_no_memory() {
        // single segment, eight bytes of content size, then blocks without end
        ByteBuffer liar = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
        liar.putInt(0xFD2FB528).put((byte) 0xE0).putLong(100);
        while (liar.remaining() >= 3) {
            liar.put((byte) 0).put((byte) 0).put((byte) 0);
        }
        assertThatThrownBy(() -> unpacked(liar.array(), SAME_THREAD))
                .hasMessageContaining("has a frame longer than its content allows");
        ByteBuffer huge = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        huge.putInt(0xFD2FB528).put((byte) 0xE0).putLong(Long.MAX_VALUE);
        assertThatThrownBy(() -> unpacked(huge.array(), SAME_THREAD)).isInstanceOf(ImageException.class);
    }

    @Test
    void frames_that_need_a_dictionary_and_what_is_no_frame_are_refused() {
        byte[] dictionary = {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0x21, 1, 1};
        assertThatThrownBy(() -> unpacked(dictionary, SAME_THREAD)).hasMessageContaining("needs a dictionary");
        assertThatThrownBy(() -> unpacked("no zstd".getBytes(java.nio.charset.StandardCharsets.UTF_8), SAME_THREAD))
                .hasMessageContaining("something that is no frame");
    }

    @Test
    void layers_are_detected_by_their_first_bytes() throws IOException {
        byte[] tar = Members.image(Members.file("a", "abc"));
        byte[] packed = packed(tar, SAME_THREAD);
        for (byte[] stored : new byte[][] {tar, packed}) {
            try (InputStream in = Layers.detect(new ByteArrayInputStream(stored), threads)) {
                assertThat(in.readAllBytes()).isEqualTo(tar);
            }
        }
        assertThatThrownBy(() -> Layers.detect(
                        new ByteArrayInputStream(
                                "age-encryption.org/v1".getBytes(java.nio.charset.StandardCharsets.US_ASCII)),
                        threads))
                .hasMessage("""
                        SBG-I011 the image is encrypted, and there are no keys here
                        DATA: nothing was read
                        HINT: Decrypt it with age first, or read it by a node that has the key.""");
        assertThatThrownBy(() -> Layers.detect(new ByteArrayInputStream(new byte[0]), threads))
                .hasMessageContaining("there are no bytes at all");
        assertThatThrownBy(() -> Layers.detect(new ByteArrayInputStream(new byte[] {0x1f, (byte) 0x8b, 8}), threads))
                .hasMessageContaining("gunzip");
    }

    @Test
    void layers_have_names_and_suffixes() throws IOException {
        assertThat(Layers.names(Compression.NONE)).containsExactly("tar");
        assertThat(Layers.names(Compression.ZSTD)).containsExactly("tar", "zstd");
        assertThat(Layers.fileSuffix(Layers.names(Compression.NONE))).isEqualTo(".tar");
        assertThat(Layers.fileSuffix(Layers.names(Compression.ZSTD))).isEqualTo(".tar.zst");
        assertThatThrownBy(() -> Layers.undo(
                        InputStream.nullInputStream(), java.util.List.of("tar", "lzma"), Decryption.NONE, threads))
                .hasMessageStartingWith(
                        "SBG-I011 the layers [tar, lzma] are not known; known are [tar], [tar, zstd], [tar, gzip] and [tar, lz4], and each with age behind\n");
    }
}

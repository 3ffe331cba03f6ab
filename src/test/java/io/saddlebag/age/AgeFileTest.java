package io.saddlebag.age;

import static io.saddlebag.age.TestKeys.RANDOM;
import static io.saddlebag.age.TestKeys.SAME_THREAD;
import static io.saddlebag.age.TestKeys.decrypt;
import static io.saddlebag.age.TestKeys.encrypt;
import static io.saddlebag.age.TestKeys.noise;
import static io.saddlebag.age.TestKeys.open;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.image.ImageException;
import io.saddlebag.image.ImageFault;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("X10")
class AgeFileTest {
    private static final int CHUNK = 65_536;
    private static final int SEALED = CHUNK + 16;

    private final X25519Identity ours = X25519Identity.generate(RANDOM);
    private final X25519Identity theirs = X25519Identity.generate(RANDOM);
    private final X25519Identity strange = X25519Identity.generate(RANDOM);

    private static int headerBytes(byte[] stored) {
        String text = new String(stored, US_ASCII);
        return text.indexOf('\n', text.indexOf("\n---") + 1) + 1;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 17, 65_535, 65_536, 65_537, 131_072, 1_048_575, 1_048_576, 1_048_577, 5_000_001})
    void what_was_encrypted_comes_back(int bytes) throws IOException {
        byte[] plain = noise(bytes);

        byte[] stored = encrypt(plain, ours.recipient());

        assertThat(decrypt(stored, ours)).isEqualTo(plain);
        long chunks = Math.max(1, (bytes + CHUNK - 1) / CHUNK);
        assertThat(stored.length).isEqualTo(headerBytes(stored) + 16 + bytes + 16 * chunks);
    }

    @Test
    void threads_or_none_make_no_difference() throws IOException {
        byte[] plain = noise(3_000_000);
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            byte[] stored;
            try (InputStream in =
                    AgeFile.encrypt(new ByteArrayInputStream(plain), List.of(ours.recipient()), RANDOM, threads)) {
                stored = in.readAllBytes();
            }
            assertThat(open(new ByteArrayInputStream(stored), threads, ours).plain())
                    .isEqualTo(plain);
            assertThat(open(
                                    new ByteArrayInputStream(stored),
                                    task -> {
                                        throw new RejectedExecutionException();
                                    },
                                    ours)
                            .plain())
                    .isEqualTo(plain);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void each_of_several_recipients_can_read_it_and_nobody_else() throws IOException {
        byte[] stored = encrypt(noise(100), ours.recipient(), theirs.recipient());

        assertThat(decrypt(stored, ours)).isEqualTo(noise(100));
        assertThat(decrypt(stored, strange, theirs)).isEqualTo(noise(100));
        assertThatThrownBy(() -> decrypt(stored, strange)).hasMessageStartingWith("SBG-K001");
    }

    @Test
    void no_two_files_have_a_key_in_common() throws IOException {
        assertThat(encrypt(new byte[64], ours.recipient())).isNotEqualTo(encrypt(new byte[64], ours.recipient()));
    }

    @Test
    void a_password_opens_what_it_closed_and_stands_alone() throws IOException {
        Password password = new Password("paper", "correct horse", 10);
        byte[] stored = encrypt(noise(70_000), password);

        assertThat(decrypt(stored, new Password("other", "wrong", 10), password))
                .isEqualTo(noise(70_000));
        assertThat(decrypt(stored, new Password("called otherwise", "correct horse", 12)))
                .isEqualTo(noise(70_000));
        assertThatThrownBy(() -> decrypt(stored, ours)).hasMessageStartingWith("SBG-K001");
        assertThatThrownBy(() -> encrypt(noise(1), password, ours.recipient()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("password.paper");
    }

    @Test
    void a_password_that_would_take_all_memory_is_not_tried() throws IOException {
        Password password = new Password("paper", "correct horse", 10);
        byte[] stored = encrypt(noise(10), password);
        String text = new String(stored, java.nio.charset.StandardCharsets.ISO_8859_1);
        byte[] costly = text.replaceFirst(" 10\n", " 29\n").getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);

        assertThatThrownBy(() -> decrypt(costly, password)).hasMessageStartingWith("SBG-K006 the password's work");
        Password.requireAffordable(18, 1L << 30);
        assertThatThrownBy(() -> Password.requireAffordable(18, 256L << 20))
                .hasMessageStartingWith(
                        "SBG-K006 trying the password takes 256 MiB of memory, and this process has 256");
        Password.requireAffordable(Password.WORK, 256L << 20);
    }

    @Test
    void a_file_cut_off_at_any_border_of_a_chunk_is_said_to_be_cut_off() throws IOException {
        byte[] stored = encrypt(noise(3 * CHUNK), ours.recipient());
        int payload = headerBytes(stored) + 16;

        for (int chunks = 0; chunks < 3; chunks++) {
            TestKeys.Opened opened =
                    open(new ByteArrayInputStream(stored, 0, payload + chunks * SEALED), SAME_THREAD, ours);
            assertThat(opened.failure()).isNotNull();
            assertThat(opened.failure().is(ImageFault.TRUNCATED)).isTrue();
            assertThat(opened.plain()).isEqualTo(Arrays.copyOf(noise(3 * CHUNK), chunks * CHUNK));
        }
    }

    @Test
    @Tag("Q13")
    void a_file_cut_off_anywhere_or_with_any_bit_turned_is_never_taken_for_whole() throws IOException {
        byte[] plain = noise(CHUNK + 100);
        byte[] stored = encrypt(plain, ours.recipient(), theirs.recipient());
        Random random = new Random(4);
        for (int i = 0; i < 400; i++) {
            int at = i < 300 ? i * 2 : random.nextInt(stored.length);
            byte[] cut = Arrays.copyOf(stored, Math.min(at, stored.length - 1));
            requireRefused(cut, plain, "cut off at " + at);
            byte[] turned = stored.clone();
            turned[Math.min(at, stored.length - 1)] ^= (byte) (1 << random.nextInt(8));
            requireRefused(turned, plain, "bit turned at " + at);
        }
    }

    private void requireRefused(byte[] stored, byte[] plain, String what) throws IOException {
        TestKeys.Opened opened = open(new ByteArrayInputStream(stored), SAME_THREAD, ours);
        assertThat(opened.failure()).as(what).isNotNull();
        assertThat(opened.plain()).as(what).isEqualTo(Arrays.copyOf(plain, opened.plain().length));
        assertThat(opened.plain().length).as(what).isIn(0, CHUNK);
    }

    @Test
    void what_is_joined_behind_the_last_chunk_is_refused() throws IOException {
        byte[] stored = encrypt(noise(CHUNK), ours.recipient());
        for (int more : new int[] {1, 16, 17, SEALED}) {
            byte[] joined = Arrays.copyOf(stored, stored.length + more);
            assertThat(open(new ByteArrayInputStream(joined), SAME_THREAD, ours).failure())
                    .isNotNull()
                    .hasMessageContaining("chunk 0 of 64 KiB is the last one, and something stands behind it");
        }
    }

    @Test
    void an_empty_chunk_ends_only_what_is_empty() throws Exception {
        assertThat(decrypt(encrypt(new byte[0], ours.recipient()), ours)).isEmpty();

        FileKey key = FileKey.generate(RANDOM);
        byte[] nonce = new byte[16];
        ChunkCipher cipher = new ChunkCipher(key.payloadKey(nonce));
        byte[] sealed = new byte[SEALED + 16];
        cipher.seal(new ChunkCipher.ChunkNumber(0, false), new byte[CHUNK], 0, CHUNK, sealed, 0);
        cipher.seal(new ChunkCipher.ChunkNumber(1, true), new byte[0], 0, 0, sealed, SEALED);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(
                AgeHeader.of(key, List.of(ours.recipient().wrap(key, RANDOM))).encode());
        file.write(nonce);
        file.write(sealed);

        assertThat(open(new ByteArrayInputStream(file.toByteArray()), SAME_THREAD, ours)
                        .failure())
                .isNotNull()
                .matches(e -> ((ImageException) e).is(ImageFault.LAYER_DAMAGED));
    }

    @Test
    void recipients_of_kinds_not_known_are_passed_over() throws IOException {
        FileKey key = FileKey.generate(RANDOM);
        Stanza grease = new Stanza(List.of("abc-grease", "x", "!~"), new byte[100]);
        Stanza empty = new Stanza(List.of("e"), new byte[0]);
        Stanza full = new Stanza(List.of("f"), new byte[48]);
        AgeHeader header =
                AgeHeader.of(key, List.of(grease, empty, ours.recipient().wrap(key, RANDOM), full));

        AgeHeader read = AgeHeader.read(new ByteArrayInputStream(header.encode()));

        assertThat(read.encode()).isEqualTo(header.encode());
        FileKey found = ours.unwrap(read);
        assertThat(found).isNotNull();
        read.authenticate(found);
        assertThat(found.bytes()).isEqualTo(key.bytes());
    }

    @Test
    void a_header_changed_by_somebody_without_the_key_is_refused_before_anything_is_read() throws IOException {
        byte[] stored = encrypt(noise(10), ours.recipient(), theirs.recipient());
        String text = new String(stored, java.nio.charset.StandardCharsets.ISO_8859_1);
        int second = text.indexOf("-> ", text.indexOf("-> ") + 1);
        String without = text.substring(0, second) + text.substring(text.indexOf("---"));

        assertThatThrownBy(() -> decrypt(without.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1), ours))
                .hasMessageContaining("does not carry the right authentication code");
    }

    @Test
    void a_header_for_other_recipients_opens_the_same_payload() throws IOException {
        byte[] stored = encrypt(noise(200_000), ours.recipient());
        ByteArrayInputStream in = new ByteArrayInputStream(stored);

        byte[] header = AgeFile.rewrap(in, new TestKeys(ours), List.of(theirs.recipient()), RANDOM);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(header);
        in.transferTo(file);

        assertThat(decrypt(file.toByteArray(), theirs)).isEqualTo(noise(200_000));
        assertThatThrownBy(() -> decrypt(file.toByteArray(), ours)).hasMessageStartingWith("SBG-K001");
        assertThat(file.toByteArray()).endsWith(Arrays.copyOfRange(stored, headerBytes(stored), stored.length));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 17, 65_511, 65_535, 65_536, 65_537, 262_000, 262_143, 262_144, 1_048_576, 1_300_001})
    @Tag("D6")
    void files_one_behind_the_other_are_read_as_one(int bytes) throws IOException {
        ByteArrayOutputStream row = new ByteArrayOutputStream();
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        for (int length : new int[] {bytes, 70_000, bytes, 3}) {
            row.write(encrypt(noise(length), theirs.recipient(), ours.recipient()));
            plain.write(noise(length));
        }

        assertThat(decrypt(row.toByteArray(), ours)).isEqualTo(plain.toByteArray());
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            assertThat(open(new ByteArrayInputStream(row.toByteArray()), threads, ours)
                            .plain())
                    .isEqualTo(plain.toByteArray());
        } finally {
            threads.shutdown();
        }
    }

    @Test
    @Tag("D6")
    void of_a_row_whose_first_file_is_cut_off_nothing_behind_that_is_handed_out() throws IOException {
        byte[] first = encrypt(noise(100_000), ours.recipient());
        ByteArrayOutputStream row = new ByteArrayOutputStream();
        row.write(first, 0, first.length - 10);
        row.write(encrypt(noise(5), ours.recipient()));

        TestKeys.Opened opened = open(new ByteArrayInputStream(row.toByteArray()), SAME_THREAD, ours);

        assertThat(opened.failure()).isNotNull();
        assertThat(opened.plain()).isEqualTo(Arrays.copyOf(noise(100_000), CHUNK));
    }

    @Test
    void a_failing_source_makes_no_whole_file() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the source broke");
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                throw new IOException("the source broke");
            }
        };
        InputStream failing = new SequenceInputStream(new ByteArrayInputStream(new byte[100_000]), broken);
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        assertThatThrownBy(() -> {
                    try (InputStream in = AgeFile.encrypt(failing, List.of(ours.recipient()), RANDOM, SAME_THREAD)) {
                        in.transferTo(stored);
                    }
                })
                .hasMessage("the source broke");
        @Nullable Object failure;
        try {
            failure = open(new ByteArrayInputStream(stored.toByteArray()), SAME_THREAD, ours)
                    .failure();
        } catch (IOException e) {
            failure = e;
        }
        assertThat(failure).isNotNull();
    }
}

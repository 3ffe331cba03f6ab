package io.saddlebag.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damage is never silent: an image reads as it was written, or is refused. */
class RefusedImagesTest {
    private static byte[] small() throws IOException {
        return Members.image(
                Members.directory("d"),
                Members.file("d/a", "abc"),
                Members.file("d/" + "n".repeat(150), "long name"),
                ImageMember.symbolicLink(ByteString.of("d/l"), Members.attributes(0777), ByteString.of("é")));
    }

    private static AbstractThrowableAssert<?, ?> assertRefused(byte[] tar, ImageFault fault) {
        return assertThatThrownBy(() -> Members.read(tar))
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.codeId()).isEqualTo(fault.id()));
    }

    /** One member as another program would write it, with the two blocks at the end. */
    private static byte[] foreign(byte[]... parts) {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            tar.writeBytes(part);
            tar.writeBytes(new byte[TarBlock.padding(part.length)]);
        }
        tar.writeBytes(new byte[2 * TarBlock.BYTES]);
        return tar.toByteArray();
    }

    private static UstarHeader header(char type, String name, long size) {
        byte[] bytes = name.getBytes(UTF_8);
        return new UstarHeader(type).text(TarBlock.NAME, bytes, 0, bytes.length).number(TarBlock.SIZE, size);
    }

    private static byte[][] pax(String keyword, String value, byte[] header) {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        PaxRecords.append(records, keyword, value.getBytes(ISO_8859_1));
        return new byte[][] {header('x', "PaxHeaders/x", records.size()).finish(), records.toByteArray(), header};
    }

    @Test
    @Tag("M1")
    @Tag("Q16")
    void an_image_cut_off_anywhere_is_never_taken_for_whole() throws IOException {
        byte[] tar = small();
        for (int length = 0; length < tar.length; length++) {
            byte[] cut = Arrays.copyOf(tar, length);
            assertRefused(cut, ImageFault.TRUNCATED);
        }
    }

    @Test
    @Tag("Q16")
    void an_image_cut_off_at_a_member_and_closed_with_zero_blocks_is_refused() throws IOException {
        byte[] tar = small();
        for (int length = TarBlock.BYTES; length < tar.length - 2 * TarBlock.BYTES; length += TarBlock.BYTES) {
            byte[] cut = Arrays.copyOf(Arrays.copyOf(tar, length), length + 4 * TarBlock.BYTES);
            assertThatThrownBy(() -> Members.read(cut)).isInstanceOf(ImageException.class);
        }
    }

    @Test
    @Tag("D8")
    @Tag("C12")
    void any_changed_byte_is_refused_or_means_nothing() throws IOException {
        byte[] tar = small();
        List<Members.Seen> whole = Members.read(tar);
        int meaningless = 0;
        for (int i = 0; i < tar.length; i++) {
            byte[] changed = tar.clone();
            changed[i] ^= 0x10;
            try {
                assertThat(Members.read(changed)).as("byte %d", i).isEqualTo(whole);
                meaningless++;
            } catch (ImageException e) {
                assertThat(e.codeId()).startsWith("SBG-I");
            }
        }
        // the last member's padding and the like, behind the last digest
        assertThat(meaningless).isLessThan(TarBlock.BYTES);
    }

    @Test
    @Tag("D8")
    void the_damaged_file_is_named_and_the_others_are_read() throws IOException {
        byte[] tar = Members.image(Members.file("a", "aaaa"), Members.file("b\\", "bbbb"), Members.file("c", "cccc"));
        tar[new String(tar, ISO_8859_1).indexOf("bbbb")] = 'x';
        List<String> seen = new ArrayList<>();

        try (ImageReader reader = ImageReader.open(new ByteArrayInputStream(tar))) {
            assertThatThrownBy(
                            () -> reader.readAll(m -> seen.add(m.member().path().toString())))
                    .hasMessage("""
                            SBG-I007 1 file is not as recorded: b\\\\
                            DATA: the files named are not as they were backed up; other files are
                            HINT: Restore the files named from another copy or another backup.""");
            assertThat(reader.summary().files()).isEqualTo(3);
        }
        assertThat(seen).containsExactly("a", "b\\", "c");
    }

    @Test
    @Tag("D8")
    void a_missing_member_is_noticed() throws IOException {
        byte[] tar = Members.image(Members.file("a", "aaaa"), Members.file("b", "bbbb"));
        int b = new String(tar, ISO_8859_1).indexOf("b\0");
        byte[] without = new byte[tar.length - 1024];
        System.arraycopy(tar, 0, without, 0, b);
        System.arraycopy(tar, b + 1024, without, b, without.length - b);

        assertRefused(without, ImageFault.CHECKSUM_MISMATCH)
                .hasMessageContaining("2 files precede .saddlebag/checksums.000001, which lists 3");
    }

    @Test
    @Tag("Q13")
    void a_newer_format_is_refused_before_anything_is_read() throws IOException {
        byte[] json = "{\"format\":\"saddlebag-image\",\"version\":2}".getBytes(UTF_8);
        byte[] tar = foreign(header('0', ".saddlebag/image.json", json.length).finish(), json);
        assertRefused(tar, ImageFault.NEWER_FORMAT)
                .hasMessageStartingWith("SBG-I008 the image has format version 2, and versions up to 1 are known\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "\u0000\u0000\u0000{",
                "{\"format\":\"saddlebag-image\"}",
                "{\"format\":\"saddlebag-image\",\"version\":1}",
                "{\"format\":\"saddlebag-image\",\"version\":1,\"image\":7}"
            })
    @Tag("Q13")
    void a_description_that_makes_no_sense_is_refused(String json) {
        byte[] bytes = json.getBytes(UTF_8);
        assertRefused(
                foreign(header('0', ".saddlebag/image.json", bytes.length).finish(), bytes), ImageFault.BAD_MANIFEST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "a/../../x", "..", "/../x", "a/.."})
    @Tag("Q13")
    void names_that_lead_outside_are_refused(String name) {
        assertRefused(foreign(header('0', name, 0).finish()), ImageFault.BAD_NAME)
                .hasMessageContaining("..");
        assertRefused(foreign(pax("path", name, header('0', "x", 0).finish())), ImageFault.BAD_NAME);
        assertRefused(foreign(pax("linkpath", name, header('1', "x", 0).finish())), ImageFault.BAD_NAME);
    }

    @Test
    @Tag("Q13")
    void names_with_nul_or_of_endless_length_are_refused() {
        assertRefused(foreign(pax("path", "a\0b", header('0', "x", 0).finish())), ImageFault.BAD_NAME)
                .hasMessageContaining("which holds NUL");
        assertRefused(
                foreign(pax("path", "a".repeat(32_768), header('0', "x", 0).finish())), ImageFault.BAD_NAME);
        assertRefused(foreign(header('0', "", 0).finish()), ImageFault.BAD_NAME).hasMessageContaining("is empty");
    }

    @Test
    @Tag("Q13")
    @Tag("Q9")
    void extended_headers_without_bound_are_refused_unread() {
        assertRefused(foreign(header('x', "x", (1 << 20) + 1).finish()), ImageFault.HEADER_TOO_LARGE)
                .hasMessageContaining("has 1048577 bytes; the limit is 1048576");
        assertRefused(foreign(header('L', "x", 077777777777L).finish()), ImageFault.HEADER_TOO_LARGE);
        byte[][] row = new byte[40][];
        Arrays.setAll(row, i -> i % 2 == 0 ? header('x', "x", 6).finish() : "6 a=b\n".getBytes(UTF_8));
        assertRefused(foreign(row), ImageFault.HEADER_TOO_LARGE).hasMessageContaining("more than 16 headers");
    }

    @Test
    @Tag("Q9")
    @Tag("Q13")
    void global_headers_do_not_add_up_without_bound() {
        byte[][] parts = new byte[40][];
        for (int i = 0; i < parts.length / 4; i++) {
            ByteArrayOutputStream records = new ByteArrayOutputStream();
            PaxRecords.append(records, "comment" + i, new byte[200_000]);
            parts[4 * i] = header('g', "g", records.size()).finish();
            parts[4 * i + 1] = records.toByteArray();
            parts[4 * i + 2] = header('0', "f" + i, 0).finish();
            parts[4 * i + 3] = new byte[0];
        }
        assertRefused(foreign(parts), ImageFault.HEADER_TOO_LARGE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "6 a=b",
                "7 a=b\n",
                "5 a=b\n",
                "x a=b\n",
                "6 ab=\n0",
                " 6 a=b\n",
                "-6 a=b\n",
                "4 =\n",
                "99999999999 a=b\n",
                "00000006 a=b\n"
            })
    @Tag("Q13")
    void rows_that_are_no_pax_records_are_refused(String records) {
        byte[] bytes = records.getBytes(UTF_8);
        assertRefused(
                foreign(
                        header('x', "x", bytes.length).finish(),
                        bytes,
                        header('0', "f", 0).finish()),
                ImageFault.MALFORMED);
    }

    @Test
    @Tag("Q13")
    void records_with_nonsense_are_refused() {
        Map<String, String> nonsense = Map.of(
                "size",
                "-1",
                "uid",
                "x",
                "gid",
                "9223372036854775808",
                "mtime",
                "1.2.3",
                "atime",
                "99999999999999999999",
                "uname",
                "a\0");
        nonsense.forEach((keyword, value) ->
                assertRefused(foreign(pax(keyword, value, header('0', "f", 0).finish())), ImageFault.MALFORMED));
    }

    @Test
    @Tag("Q13")
    void a_damaged_header_is_told_from_no_header() {
        byte[] damaged = header('0', "f", 0).finish();
        damaged[0] ^= 1;
        assertRefused(foreign(damaged), ImageFault.HEADER_CHECKSUM).hasMessageContaining("the header at byte 0 ");
        byte[] noise = new byte[1024];
        new Random(7).nextBytes(noise);
        assertRefused(noise, ImageFault.MALFORMED);
        assertRefused(new byte[512], ImageFault.TRUNCATED);
        assertRefused(new byte[0], ImageFault.TRUNCATED);
    }

    @Test
    @Tag("Q13")
    void what_stands_behind_the_end_is_told() throws IOException {
        byte[] tar = small();
        assertThat(Members.read(Arrays.copyOf(tar, tar.length + 10_000))).hasSize(4);
        byte[] twice = Arrays.copyOf(tar, 2 * tar.length);
        System.arraycopy(tar, 0, twice, tar.length, tar.length);
        assertRefused(twice, ImageFault.TRAILING_DATA);
    }

    @Test
    @Tag("Q13")
    @Tag("Q9")
    void an_image_that_owes_its_checksums_is_refused_before_they_pile_up() throws IOException {
        byte[] json = Members.MANIFEST.toJson();
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        tar.writeBytes(foreign(header('0', ".saddlebag/image.json", json.length).finish(), json));
        byte[] begin = Arrays.copyOf(tar.toByteArray(), tar.size() - 1024);
        tar.reset();
        tar.writeBytes(begin);
        for (int i = 0; i < 20_000; i++) {
            tar.writeBytes(header('0', "f" + i, 0).finish());
        }
        assertRefused(tar.toByteArray(), ImageFault.MALFORMED).hasMessageContaining("checksums of the files before");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    @Tag("Q13")
    void mutated_images_neither_hang_nor_crash_nor_lie(long seed) throws IOException {
        Random random = new Random(seed);
        byte[] tar = small();
        List<Members.Seen> whole = Members.read(tar);
        for (int i = 0; i < 1_000; i++) {
            byte[] mutated = Mutation.of(tar, random);
            try {
                List<Members.Seen> seen = Members.read(mutated);
                assertThat(seen).as("seed %d, mutation %d", seed, i).isEqualTo(whole);
            } catch (ImageException e) {
                assertThat(e.codeId()).startsWith("SBG-I");
            } catch (RuntimeException e) {
                fail("seed " + seed + ", mutation " + i, e);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    @Tag("Q13")
    void mutated_headers_with_right_checksums_neither_hang_nor_crash(long seed) throws IOException {
        Random random = new Random(seed);
        byte[] own = small();
        // without its description, so that no digest hides what the parser does
        byte[] tar = Arrays.copyOfRange(own, 1024, own.length);
        for (int i = 0; i < 2_000; i++) {
            byte[] mutated = Mutation.withRightChecksums(Mutation.of(tar, random));
            try {
                Members.read(mutated);
            } catch (ImageException e) {
                assertThat(e.codeId()).startsWith("SBG-I");
            } catch (RuntimeException e) {
                fail("seed " + seed + ", mutation " + i, e);
            }
        }
    }
}

package io.saddlebag.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.quantity.ByteCount;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parts are one tar stream; each can be left out or exchanged by nobody. */
@Tag("D6")
class ImagePartsTest {
    private static final PartLength SHORT = new PartLength(ByteCount.kibibytes(8));
    private static final List<ImageMember> FILES = IntStream.range(0, 20)
            .mapToObj(i -> Members.file("f%02d".formatted(i), random(i)))
            .toList();

    @TempDir
    Path folder;

    private static byte[] random(int seed) {
        byte[] bytes = new byte[3000];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static List<byte[]> parts(Compression compression, List<PartEnd> ends) throws IOException {
        List<byte[]> parts = new ArrayList<>();
        try (ImageParts image = ImageParts.open(
                Members.manifest(Layers.names(compression)),
                ImageSource.of(FILES),
                new Members.Recorder(),
                SHORT,
                compression,
                Encryption.NONE,
                Runnable::run)) {
            takeAll(image, parts, ends);
        }
        return parts;
    }

    private static void takeAll(ImageParts image, List<byte[]> parts, List<PartEnd> ends) throws IOException {
        PartEnd end;
        do {
            try (InputStream part = image.next()) {
                parts.add(part.readAllBytes());
            }
            end = image.end();
            if (end != null) {
                ends.add(end);
            }
        } while (end != null);
    }

    private static byte[] joined(List<byte[]> parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        parts.forEach(all::writeBytes);
        return all.toByteArray();
    }

    private static ImageSummary read(byte[] stored, Compression compression) throws IOException {
        try (ImageReader reader =
                ImageReader.open(new ByteArrayInputStream(stored), Layers.names(compression), Runnable::run)) {
            return reader.readAll(member -> member.content().readAllBytes());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "zstd", "zlib", "lz4", "huffman"})
    void one_behind_the_other_they_are_the_image(String name) throws IOException {
        Compression compression = Compression.parse(name);
        List<PartEnd> ends = new ArrayList<>();

        List<byte[]> parts = parts(compression, ends);

        assertThat(parts).hasSizeGreaterThan(4).hasSize(ends.size() + 1);
        ImageSummary summary = read(joined(parts), compression);
        assertThat(summary.files()).isEqualTo(20);
        assertThat(summary.dataBytes()).isEqualTo(60_000);
    }

    @Test
    void a_process_that_knows_no_more_than_an_end_goes_on_with_the_same_bytes() throws IOException {
        List<PartEnd> ends = new ArrayList<>();
        List<byte[]> parts = parts(Compression.NONE, ends);

        for (int i = 0; i < ends.size(); i++) {
            PartEnd end = ends.get(i);
            int next = Integer.parseInt(end.last().toString().substring(1)) + 1;
            List<byte[]> again = new ArrayList<>(parts.subList(0, i + 1));
            try (ImageParts image = ImageParts.behind(
                    end,
                    Members.MANIFEST.created(),
                    ImageSource.of(FILES.subList(next, FILES.size())),
                    new Members.Recorder(),
                    SHORT,
                    Compression.NONE,
                    Encryption.NONE,
                    Runnable::run)) {
                takeAll(image, again, new ArrayList<>());
            }

            assertThat(again).containsExactlyElementsOf(parts);
        }
    }

    @Test
    void an_image_shorter_than_a_part_is_as_ever() throws IOException {
        byte[] asEver = Members.image(FILES.toArray(ImageMember[]::new));

        try (ImageParts image = ImageParts.open(
                Members.MANIFEST,
                ImageSource.of(FILES),
                new Members.Recorder(),
                new PartLength(ByteCount.mebibytes(1)),
                Compression.NONE,
                Encryption.NONE,
                Runnable::run)) {
            assertThat(image.next().readAllBytes()).isEqualTo(asEver);
            assertThat(image.end()).isNull();
            assertThatThrownBy(image::next).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    @Tag("Q16")
    void the_first_parts_alone_are_no_image() throws IOException {
        List<byte[]> parts = parts(Compression.NONE, new ArrayList<>());

        for (int i = 1; i < parts.size(); i++) {
            byte[] early = joined(parts.subList(0, i));
            assertThatExceptionOfType(ImageException.class)
                    .isThrownBy(() -> read(early, Compression.NONE))
                    .matches(e -> e.is(ImageFault.TRUNCATED));
        }
    }

    @Test
    @Tag("Q16")
    void a_part_left_out_or_from_another_image_is_noticed() throws IOException {
        List<byte[]> parts = parts(Compression.NONE, new ArrayList<>());
        List<byte[]> without = new ArrayList<>(parts);
        without.remove(2);
        List<byte[]> twice = new ArrayList<>(parts);
        twice.add(2, parts.get(2));
        List<byte[]> changed = new ArrayList<>(parts);
        byte[] first = parts.get(0).clone();
        // the mode of a file, in its header, whose checksum is made to fit
        int header = new String(first, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("f00\0");
        first[header + 106]++;
        first[header + 153]++;
        changed.set(0, first);

        for (List<byte[]> wrong : List.of(without, twice, changed)) {
            assertThatExceptionOfType(ImageException.class).isThrownBy(() -> read(joined(wrong), Compression.NONE));
        }
    }

    @Test
    void parts_of_a_large_image_are_longer() {
        PartLength length = new PartLength(ByteCount.of(1000));

        assertThat(length.isReached(0, 999)).isFalse();
        assertThat(length.isReached(0, 1000)).isTrue();
        assertThat(length.isReached(32_000, 33_000)).isTrue();
        assertThat(length.isReached(64_000, 65_999)).isFalse();
        assertThat(length.isReached(64_000, 66_000)).isTrue();
        assertThat(PartLength.ENDLESS.isReached(0, Long.MAX_VALUE - 1)).isFalse();
    }

    @Test
    @Tag("M1")
    void tar_reads_the_parts_as_one_archive() throws Exception {
        Files.write(folder.resolve("image.tar"), joined(parts(Compression.NONE, new ArrayList<>())));

        ForeignTool.Result listed = new ForeignTool(folder).run("tar", "-tf", "image.tar");

        assertThat(listed.err()).isEmpty();
        assertThat(listed.out().lines().filter(name -> !name.startsWith(".saddlebag")))
                .hasSize(20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"zstd", "zlib:gzip", "lz4"})
    @Tag("M2")
    void the_programs_of_the_layers_read_them(String layer) throws Exception {
        String[] names = layer.split(":");
        String program = names[names.length - 1];
        ForeignTool.need(program);
        Files.write(folder.resolve("packed"), joined(parts(Compression.parse(names[0]), new ArrayList<>())));

        ForeignTool.Result unpacked =
                new ForeignTool(folder).run("sh", "-c", program + " -dc < packed > image.tar && tar -xf image.tar");

        assertThat(unpacked.exit()).as(unpacked.err()).isZero();
        assertThat(Files.readAllBytes(folder.resolve("f19"))).isEqualTo(random(19));
    }
}

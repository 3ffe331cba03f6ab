package io.saddlebag.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The vectors were made from docs/formats/tape-labels.md, not by the code under test. */
class LabelVectorsTest {
    private static final Path VECTORS = Path.of("src/test/resources/vectors/labels");
    private static final List<String> KINDS = List.of("volume", "image", "trailer", "end-of-data");

    record Vector(String name, String kind, String fault, List<byte[]> records) {
        static Vector read(Path file) {
            try {
                Map<String, String> about = new HashMap<>();
                List<byte[]> records = new ArrayList<>();
                for (String line :
                        Files.readString(file, StandardCharsets.ISO_8859_1).split("\n")) {
                    if (line.startsWith("|")) {
                        records.add(line.substring(1, line.length() - 1).getBytes(StandardCharsets.ISO_8859_1));
                    } else if (line.contains(": ")) {
                        String[] pair = line.substring(2).split(": ", 2);
                        about.put(pair[0], pair[1]);
                    }
                }
                return new Vector(
                        file.getFileName().toString(), about.get("kind"), about.getOrDefault("fault", ""), records);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Stream<Vector> vectors(String folder) throws IOException {
        try (Stream<Path> files = Files.list(VECTORS.resolve(folder))) {
            return files.sorted().map(Vector::read).toList().stream();
        }
    }

    static Stream<Vector> good() throws IOException {
        return vectors("good");
    }

    static Stream<Vector> refused() throws IOException {
        return vectors("refused");
    }

    private static ImageLabel image() {
        try {
            return ImageLabel.decode(
                    Vector.read(VECTORS.resolve("good/image.txt")).records());
        } catch (LabelException e) {
            throw new AssertionError(e);
        }
    }

    private static List<byte[]> decodeAndEncode(String kind, List<byte[]> records) throws LabelException {
        return switch (kind) {
            case "volume" -> VolumeLabel.decode(records).encode();
            case "image" -> ImageLabel.decode(records).encode();
            case "trailer" -> SectionTrailer.decode(records, image()).encode(image());
            case "end-of-data" -> EndOfDataLabel.decode(records).encode();
            default -> throw new AssertionError(kind);
        };
    }

    @ParameterizedTest
    @MethodSource("good")
    @Tag("M8")
    void a_good_label_is_read_and_written_again_byte_for_byte(Vector vector) throws LabelException {
        assertThat(decodeAndEncode(vector.kind(), vector.records())).containsExactlyElementsOf(vector.records());
    }

    @ParameterizedTest
    @MethodSource("refused")
    @Tag("M8")
    @Tag("M10")
    void a_bad_label_is_refused_with_its_reason(Vector vector) {
        assertThatThrownBy(() -> decodeAndEncode(vector.kind(), vector.records()))
                .isInstanceOfSatisfying(
                        LabelException.class,
                        e -> assertThat(e.fault().name()).as(e.what()).isEqualTo(vector.fault()));
    }

    @Test
    @Tag("M8")
    void every_reason_for_refusal_has_a_vector() throws IOException {
        assertThat(refused().map(Vector::fault).distinct())
                .containsExactlyInAnyOrder(
                        Stream.of(LabelFault.values()).map(Enum::name).toArray(String[]::new));
    }

    @Test
    @Tag("M8")
    void fields_are_where_the_page_says() throws LabelException {
        VolumeLabel volume = VolumeLabel.decode(
                Vector.read(VECTORS.resolve("good/volume.txt")).records());
        assertThat(volume.id().value()).isEqualTo("full-000012");
        assertThat(volume.barcode()).hasToString("A00012L6");
        assertThat(volume.set().value()).isEqualTo("full-000011");
        assertThat(volume.sequence()).isEqualTo(2);
        assertThat(volume.firstFile()).isEqualTo(7);
        assertThat(volume.family()).isEqualTo("full");
        assertThat(volume.created()).isEqualTo("2026-01-02T03:04:05Z");
        assertThat(volume.setCreated()).isEqualTo("2026-01-01T12:00:00Z");
        assertThat(volume.writeWindowEnds()).isEqualTo("2026-01-08T12:00:00Z");
        assertThat(volume.expires()).isEqualTo("2026-01-22T12:00:00Z");
        VolumeLabel escaped = VolumeLabel.decode(
                Vector.read(VECTORS.resolve("good/volume-escaped.txt")).records());
        assertThat(escaped.owner()).isEqualTo("J\u00fcrgen 100%");
        assertThat(escaped.host()).isEqualTo(" x ");
        assertThat(image().blockSize().bytes()).isEqualTo(262_144);
        assertThat(image().layers()).containsExactly("tar", "zstd");
        assertThat(image().previous()).hasToString("full-000011");
        SectionTrailer eov = SectionTrailer.decode(
                Vector.read(VECTORS.resolve("good/trailer-eov.txt")).records(), image());
        assertThat(eov.blocks()).isEqualTo(1_234_567);
        assertThat(eov.crc32c()).isEqualTo(0xE3069283);
        assertThat(eov.next()).hasToString("full-000013");
    }

    @Test
    @Tag("M29")
    void a_volume_label_says_who_may_do_what() throws LabelException {
        VolumeLabel label = VolumeLabel.decode(
                Vector.read(VECTORS.resolve("good/volume-protected.txt")).records());
        assertThat(label.protection()).hasToString("S:RW,O:RW,G:RW,W:R");
        assertThat(label.owner()).isEqualTo("[sales,jane]");
    }

    @Test
    @Tag("M7")
    void an_image_label_says_how_its_blocks_are_framed() throws LabelException {
        ImageLabel framed = ImageLabel.decode(
                Vector.read(VECTORS.resolve("good/image-framed.txt")).records());
        assertThat(framed.framing()).hasToString("blocks of 262144 bytes with autodin-ii in groups of 10");
        assertThat(image().framing()).isNull();
    }

    @Test
    @Tag("M28")
    void an_image_label_says_which_lane_it_is_in() throws LabelException {
        ImageLabel second = ImageLabel.decode(
                Vector.read(VECTORS.resolve("good/image-lane.txt")).records());
        assertThat(second.lane()).isEqualTo(new Lane(2, 3));
        assertThat(image().lane()).isEqualTo(Lane.ONLY);
    }

    @Test
    @Tag("Q13")
    @Tag("M8")
    void a_label_with_any_wrong_byte_is_refused_or_says_something_else() throws Exception {
        for (Vector vector : good().toList()) {
            for (long seed = 1; seed <= 1000; seed++) {
                Random random = new Random(seed);
                List<byte[]> records = new ArrayList<>();
                vector.records().forEach(r -> records.add(r.clone()));
                mutate(records, random);
                try {
                    byte[][] again = decodeAndEncode(vector.kind(), records).toArray(byte[][]::new);
                    if (!Arrays.deepEquals(again, records.toArray(byte[][]::new))) {
                        throw new AssertionError(vector + ", seed " + seed);
                    }
                } catch (LabelException e) {
                    if (e.what().isEmpty()) {
                        throw new AssertionError(vector + ", seed " + seed);
                    }
                }
            }
        }
    }

    private static void mutate(List<byte[]> records, Random random) {
        int i = random.nextInt(records.size());
        byte[] record = records.get(i);
        switch (random.nextInt(6)) {
            case 0 -> record[random.nextInt(80)] = (byte) random.nextInt(256);
            case 1 -> record[random.nextInt(80)] ^= (byte) (1 << random.nextInt(8));
            case 2 -> records.remove(i);
            case 3 -> records.add(i, records.get(random.nextInt(records.size())).clone());
            case 4 -> records.set(i, new byte[random.nextInt(200)]);
            default -> {
                int from = random.nextInt(80);
                for (int at = from; at < Math.min(80, from + 20); at++) {
                    record[at] = (byte) (' ' + random.nextInt(95));
                }
            }
        }
    }

    @Test
    @Tag("Q13")
    void noise_is_never_a_label_and_never_crashes() {
        for (long seed = 1; seed <= 1000; seed++) {
            Random random = new Random(seed);
            List<byte[]> records = new ArrayList<>();
            for (int i = random.nextInt(12); i >= 0; i--) {
                byte[] record = new byte[random.nextInt(3) == 0 ? random.nextInt(300) : 80];
                random.nextBytes(record);
                records.add(record);
            }
            for (String kind : KINDS) {
                assertThatThrownBy(() -> decodeAndEncode(kind, records))
                        .as("seed %d", seed)
                        .isInstanceOf(LabelException.class);
            }
            assertThatCode(() -> VolumeLabel.isTorn(records)).doesNotThrowAnyException();
        }
    }

    @Test
    @Tag("M8")
    void any_text_survives_as_far_as_it_fits() throws LabelException {
        String[] texts = {
            "",
            " ",
            "  a  ",
            "%",
            "%41",
            "\u00e4\u00f6\u00fc",
            "\ud83d\ude00",
            "\ud83d",
            "\n\t\u0000",
            "a".repeat(200),
            "\u00e9".repeat(200),
            "a".repeat(75) + " b",
            "a".repeat(74) + "\u00e9"
        };
        for (String text : texts) {
            VolumeLabel label = new VolumeLabel(
                    new VolumeId("V"),
                    null,
                    null,
                    new VolumeId("V"),
                    1,
                    1,
                    text,
                    null,
                    text,
                    java.time.Instant.EPOCH,
                    java.time.Instant.EPOCH,
                    null,
                    null);
            VolumeLabel read = VolumeLabel.decode(label.encode());
            assertThat(read).isEqualTo(label);
            assertThat(text.replace("\ud83d\ude00", "X").replace('\ud83d', '?').replace("X", "\ud83d\ude00"))
                    .startsWith(read.owner());
        }
    }
}

package io.saddlebag.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Images of every format version released, which every later version reads. Files of a version are never changed; a new
 * version gets files of its own, written by {@link #main}.
 */
class GoldenImageTest {
    private static final String VECTORS = "/vectors/image/";

    /** What {@code v1.tar} and {@code v1.tar.zst} hold. */
    private static List<ImageMember> members() {
        Instant exact = Instant.ofEpochSecond(1_700_000_000L, 123_456_789);
        var full = new MemberAttributes(
                04750,
                new Owner(4_294_967_294L, 1001, "anna", "ställ"),
                new MemberTimes(exact, exact.plusNanos(1), exact.plusNanos(2)),
                Map.of("user.colour", ByteString.of("chestnut")));
        ByteString latin = ByteString.copyOf("caf\u00e9".getBytes(ISO_8859_1));
        return List.of(
                Members.directory("d"),
                Members.file("d/plain", "abc\n"),
                Members.file("d/empty", ""),
                ImageMember.file(ByteString.of("d/full"), full, 1, Content.of(new byte[] {0})),
                Members.file("d/" + "p".repeat(150) + "/" + "n".repeat(150), "long"),
                Members.file("d/new\nline\\", "awkward"),
                ImageMember.file(latin, Members.attributes(0600), 0, Content.NONE),
                ImageMember.hardLink(ByteString.of("d/hard"), Members.attributes(0644), ByteString.of("d/plain")),
                ImageMember.symbolicLink(
                        ByteString.of("d/soft"), Members.attributes(0777), ByteString.of("../nowhere")),
                ImageMember.fifo(ByteString.of("d/fifo"), Members.attributes(0600)),
                ImageMember.device(
                        ByteString.of("d/null"),
                        MemberType.CHARACTER_DEVICE,
                        Members.attributes(0666),
                        new DeviceNumber(1, 3)),
                ImageMember.device(
                        ByteString.of("d/disk"),
                        MemberType.BLOCK_DEVICE,
                        Members.attributes(0660),
                        new DeviceNumber(8, 0)));
    }

    private static InputStream open(Compression compression) {
        ImageManifest manifest = Members.manifest(Layers.names(compression));
        return ImageStream.open(
                manifest, ImageSource.of(members()), new Members.Recorder(), compression, Runnable::run);
    }

    private static InputStream vector(String name) {
        return Objects.requireNonNull(GoldenImageTest.class.getResourceAsStream(VECTORS + name), name);
    }

    /** Writes the vectors of the version that the code writes into a folder. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        for (String text : List.of("none", "zstd", "zlib", "lz4", "huffman")) {
            Compression compression = Compression.parse(text);
            try (InputStream image = open(compression)) {
                String version = "v" + ImageManifest.FORMAT_VERSION + (text.equals("huffman") ? "-huffman" : "");
                String name = version + Layers.fileSuffix(Layers.names(compression));
                Files.write(folder.resolve(name), image.readAllBytes());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1.tar", "v1.tar.zst", "v1.tar.gz", "v1.tar.lz4", "v1-huffman.tar.gz"})
    @Tag("Q14")
    @Tag("M2")
    @Tag("M1")
    void version_1_is_read(String name) throws IOException {
        List<Members.Seen> expected = new ArrayList<>();
        for (ImageMember member : members()) {
            expected.add(Members.Seen.of(member));
        }
        List<Members.Seen> seen = new ArrayList<>();
        try (ImageReader reader = ImageReader.open(Layers.detect(vector(name), Runnable::run))) {
            assertThat(reader.manifest().orElseThrow().image()).isEqualTo("20260504-030201-orders");
            ImageSummary summary = reader.readAll(member -> seen.add(Members.Seen.of(member.member())));
            assertThat(summary.members()).isEqualTo(12);
        }
        assertThat(seen).isEqualTo(expected);
    }

    @Test
    @Tag("Q14")
    void version_1_is_still_written_byte_for_byte() throws IOException {
        try (InputStream golden = vector("v1.tar");
                InputStream now = open(Compression.NONE)) {
            assertThat(now.readAllBytes()).isEqualTo(golden.readAllBytes());
        }
    }

    @Test
    @Tag("Q14")
    @Tag("M1")
    void archives_of_bsdtar_are_read() throws IOException {
        for (String name : List.of("bsdtar-3.6.2-pax.tar", "bsdtar-3.6.2-gnutar.tar")) {
            List<Members.Seen> seen;
            try (InputStream in = vector(name)) {
                seen = Members.read(in);
            }
            assertThat(seen)
                    .as(name)
                    .extracting(Members.Seen::path)
                    .containsExactlyInAnyOrder("t", "t/a", "t/hard", "t/soft", "t/" + "l".repeat(120), "t/Grüße");
            assertThat(seen)
                    .filteredOn(m -> m.path().equals("t/a") || m.path().equals("t/hard"))
                    .extracting(m -> m.member().type() + " " + m.text())
                    .containsExactlyInAnyOrder("FILE abc\n", "HARD_LINK ");
        }
    }

    @ParameterizedTest
    @CsvFileSource(resources = VECTORS + "refused.csv", numLinesToSkip = 1)
    @Tag("Q13")
    void refused_vectors_are_refused_for_their_reason(String name, String id, String reason) {
        assertThatThrownBy(() -> {
                    try (ImageReader reader = ImageReader.open(Layers.detect(vector(name), Runnable::run))) {
                        reader.readAll(MemberSink.NOWHERE);
                    }
                })
                .isInstanceOf(ImageException.class)
                .hasMessageStartingWith(id + " ")
                .hasMessageContaining(reason);
    }
}

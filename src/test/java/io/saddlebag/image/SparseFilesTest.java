package io.saddlebag.image;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.image.SparseMap.Piece;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("D3")
class SparseFilesTest {
    private static final int SIZE = 1_000_000;
    private static final SparseMap MAP =
            new SparseMap(List.of(new Piece(0, 512), new Piece(71_680, 1024), new Piece(999_936, 64)));
    private static final byte[] PIECES = "abcdefgh".repeat(200).getBytes(US_ASCII);

    @TempDir
    private Path scratch;

    private static byte[] whole() {
        byte[] whole = new byte[SIZE];
        System.arraycopy(PIECES, 0, whole, 0, 512);
        System.arraycopy(PIECES, 512, whole, 71_680, 1024);
        System.arraycopy(PIECES, 1536, whole, 999_936, 64);
        return whole;
    }

    private static ImageMember sparse(String name, SparseMap map, byte[] pieces) {
        return ImageMember.sparseFile(ByteString.of(name), Members.attributes(0644), SIZE, map, Content.of(pieces));
    }

    private static byte[] image(ImageMember... members) throws IOException {
        return Members.image(members);
    }

    @Test
    void only_the_pieces_are_stored_and_the_whole_is_read_back_with_its_checksum() throws Exception {
        byte[] image = image(sparse("d/holes", MAP, PIECES), Members.file("after", "x"));
        assertThat(image).hasSizeLessThan(20_000);

        try (ImageReader reader = ImageReader.open(new ByteArrayInputStream(image))) {
            ReadMember read = reader.next().orElseThrow();
            assertThat(read.member().path()).hasToString("d/holes");
            assertThat(read.member().size()).isEqualTo(SIZE);
            assertThat(read.member().sparse()).isEqualTo(MAP);
            assertThat(read.content().readAllBytes()).isEqualTo(whole());
            assertThat(read.sha256()).isEqualTo(Sha256.of(whole(), 0, SIZE));
            assertThat(reader.next().orElseThrow().member().path()).hasToString("after");
            assertThat(reader.next()).isEmpty();
            assertThat(reader.summary().dataBytes()).isEqualTo(PIECES.length + 1);
        }
    }

    @Test
    void pieces_are_widened_to_blocks_and_joined_where_they_touch() {
        assertThat(SparseMap.of(
                                List.of(new Piece(0, 1), new Piece(600, 10), new Piece(2000, 100), new Piece(9999, 1)),
                                10_000)
                        .pieces())
                .containsExactly(new Piece(0, 1024), new Piece(1536, 1024), new Piece(9728, 272));
        assertThat(SparseMap.of(List.of(), 10_000).pieces()).isEmpty();
    }

    @Test
    void a_file_of_nothing_but_a_hole_has_no_pieces() throws Exception {
        byte[] image = image(sparse("nothing", new SparseMap(List.of()), new byte[0]));
        try (ImageReader reader = ImageReader.open(new ByteArrayInputStream(image))) {
            assertThat(reader.next().orElseThrow().content().readAllBytes()).isEqualTo(new byte[SIZE]);
            assertThat(reader.next()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tar -xpf -", "bsdtar -xpf -"})
    @Tag("M1")
    void other_tars_extract_it_with_its_holes(String command) throws Exception {
        Path target = Files.createDirectory(scratch.resolve("target"));
        ForeignTool tools = new ForeignTool(target);
        byte[] image = image(sparse("d/holes", MAP, PIECES), sparse("all", new SparseMap(List.of()), new byte[0]));
        ForeignTool.Result result = tools.run(new ByteArrayInputStream(image), command.split(" "));
        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(Files.readAllBytes(target.resolve("d/holes"))).isEqualTo(whole());
        assertThat(Files.size(target.resolve("all"))).isEqualTo(SIZE);
        assertThat(tools.run("sha256sum", "-c", "--quiet", ".saddlebag/checksums.000001")
                        .exit())
                .isZero();
    }

    @Test
    @Tag("M1")
    void what_gnu_tar_wrote_is_read() throws Exception {
        Path source = Files.createDirectory(scratch.resolve("source"));
        try (RandomAccessFile file =
                new RandomAccessFile(source.resolve("holes").toFile(), "rw")) {
            file.setLength(SIZE);
            file.seek(500_000);
            file.write(PIECES);
        }
        ForeignTool.Result made = new ForeignTool(source)
                .run("tar", "-cSf", "../made.tar", "--format=posix", "--sparse-version=1.0", "holes");
        assertThat(made.exit()).as(made.err()).isZero();
        try (ImageReader reader = ImageReader.open(Files.newInputStream(scratch.resolve("made.tar")))) {
            ReadMember read = reader.next().orElseThrow();
            assertThat(read.member().path()).hasToString("holes");
            assertThat(read.member().sparse()).isNotNull();
            assertThat(read.content().readAllBytes()).isEqualTo(Files.readAllBytes(source.resolve("holes")));
            assertThat(reader.next()).isEmpty();
        }
    }

    @Test
    @Tag("D4")
    void a_sparse_file_that_shrank_is_padded_and_said_so() throws Exception {
        ImageMember promised = sparse("holes", MAP, Arrays.copyOf(PIECES, 600));
        List<MemberWarning> warnings = new ArrayList<>();
        ImageListener listener = new ImageListener() {
            @Override
            public void written(WrittenMember member) {}

            @Override
            public void warning(MemberWarning warning) {
                warnings.add(warning);
            }

            @Override
            public void finished(ImageSummary summary) {}
        };
        byte[] image = Members.image(listener, promised);
        assertThat(warnings).hasSize(1);
        byte[] expected = new byte[SIZE];
        System.arraycopy(whole(), 0, expected, 0, 71_680 + 88);
        try (ImageReader reader = ImageReader.open(new ByteArrayInputStream(image))) {
            assertThat(reader.next().orElseThrow().content().readAllBytes()).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "99999999\n", // more pieces than anybody has
                "1\n0\n99999999\n", // longer than the file
                "2\n10\n5\n0\n5\n", // not in order
                "2\n0\n5\n4\n5\n", // one over the other
                "x\n", // no number
                "\n", // nothing
                "99999999999999999999\n", // no number that fits
                "1\n0\n13\n", // not what follows
                "1\n-5\n5\n",
                "2\n0\n500\n71680\n1100\n", // a piece that is no whole blocks before another
            })
    @Tag("Q13")
    void a_map_that_makes_no_sense_is_refused(String map) throws Exception {
        byte[] image = image(sparse("holes", MAP, PIECES));
        byte[] good = MAP.encode(SIZE);
        int at = indexOf(image, good);
        byte[] bad = Arrays.copyOf(map.getBytes(US_ASCII), good.length);
        System.arraycopy(bad, 0, image, at, bad.length);
        assertThatThrownBy(() -> {
                    try (ImageReader reader = ImageReader.open(new ByteArrayInputStream(image))) {
                        reader.next();
                    }
                })
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.code()).isEqualTo(ImageFault.MALFORMED));
    }

    @Test
    @Tag("Q13")
    void a_damaged_map_never_reads_as_whole_and_never_hangs() throws Exception {
        byte[] image = image(sparse("holes", MAP, PIECES));
        byte[] map = MAP.encode(SIZE);
        int at = indexOf(image, map);
        for (int seed = 0; seed < 2000; seed++) {
            byte[] bad = image.clone();
            Random random = new Random(seed);
            // digits and line ends only: zeros behind the map mean nothing
            bad[at + random.nextInt(new String(map, US_ASCII).trim().length())] ^= (byte) (1 << random.nextInt(8));
            try (ImageReader reader = ImageReader.open(new ByteArrayInputStream(bad))) {
                ReadMember read = reader.next().orElseThrow();
                byte[] content = read.content().readAllBytes();
                reader.next();
                assertThat(content).as("seed " + seed).isEqualTo(whole());
            } catch (ImageException e) {
                assertThat(e.what()).isNotEmpty();
            }
        }
    }

    private static int indexOf(byte[] in, byte[] what) {
        for (int i = 0; i <= in.length - what.length; i++) {
            if (Arrays.equals(in, i, i + what.length, what, 0, what.length)) {
                return i;
            }
        }
        throw new AssertionError("not there");
    }
}

package io.saddlebag.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.quantity.ByteCount;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A part may end in the middle of a long file, and the image is gone on with there. */
@Tag("D6")
@Tag("M1")
class PartsInFilesTest {
    private static final PartLength SHORT = new PartLength(ByteCount.of(4000));
    private static final int LONG_BYTES = 50_001;
    private static final byte[] LONG = random(1, LONG_BYTES);

    private static byte[] random(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static final class Known implements Content {
        private final byte[] bytes;
        private final String identity;

        Known(byte[] bytes, String identity) {
            this.bytes = bytes;
            this.identity = identity;
        }

        @Override
        public String identity() {
            return identity;
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(bytes);
        }
    }

    private static ImageMember file(String name, byte[] bytes, String identity) {
        return ImageMember.file(
                ByteString.of(name), Members.attributes(0640), bytes.length, new Known(bytes, identity));
    }

    private static List<ImageMember> tree(ImageMember longFile) {
        return List.of(
                file("a", random(2, 100), "a"),
                longFile,
                file("m", random(3, 1500), "m"),
                file("z", random(4, 20_000), "z"));
    }

    private static ImageMember longFile() {
        return file("long", LONG, "as ever");
    }

    private static ImageMember sparseFile() {
        List<SparseMap.Piece> pieces = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            pieces.add(new SparseMap.Piece(i * 10_240L, 1024));
        }
        byte[] stored = random(5, 20 * 1024);
        return ImageMember.sparseFile(
                ByteString.of("long"),
                Members.attributes(0640),
                300_000,
                new SparseMap(pieces),
                new Known(stored, "holes"));
    }

    private static List<byte[]> takeAll(ImageParts image, List<PartEnd> ends) throws IOException {
        List<byte[]> parts = new ArrayList<>();
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
        return parts;
    }

    private static List<byte[]> parts(List<ImageMember> members, Compression compression, List<PartEnd> ends)
            throws IOException {
        try (ImageParts image = ImageParts.open(
                Members.manifest(Layers.names(compression)),
                ImageSource.of(members),
                new Members.Recorder(),
                SHORT,
                compression,
                Encryption.NONE,
                Runnable::run)) {
            return takeAll(image, ends);
        }
    }

    private static ImageParts behind(PartEnd end, List<ImageMember> rest) {
        return ImageParts.behind(
                end,
                Members.MANIFEST.created(),
                ImageSource.of(rest),
                new Members.Recorder(),
                SHORT,
                Compression.NONE,
                Encryption.NONE,
                Runnable::run);
    }

    private static List<ImageMember> from(PartEnd end, List<ImageMember> members) {
        int last = 0;
        while (!members.get(last).path().equals(end.last())) {
            last++;
        }
        return members.subList(end.within() == null ? last + 1 : last, members.size());
    }

    private static ImageSummary read(List<byte[]> parts, Compression compression) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        parts.forEach(all::writeBytes);
        try (ImageReader reader = ImageReader.open(
                new ByteArrayInputStream(all.toByteArray()), Layers.names(compression), Runnable::run)) {
            return reader.readAll(member -> member.content().readAllBytes());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "zstd", "zlib", "lz4"})
    void parts_that_end_in_files_are_the_image_one_behind_the_other(String name) throws IOException {
        Compression compression = Compression.parse(name);
        List<PartEnd> ends = new ArrayList<>();

        List<byte[]> parts = parts(tree(longFile()), compression, ends);

        assertThat(ends.stream().filter(end -> end.within() != null)).hasSizeGreaterThan(12);
        assertThat(read(parts, compression).dataBytes()).isEqualTo(100 + LONG_BYTES + 1500 + 20_000);
    }

    @Test
    void a_process_that_knows_no_more_than_an_end_goes_on_with_the_same_bytes() throws IOException {
        for (ImageMember each : List.of(longFile(), sparseFile())) {
            List<ImageMember> members = tree(each);
            List<PartEnd> ends = new ArrayList<>();
            List<byte[]> parts = parts(members, Compression.NONE, ends);
            for (int i = 0; i < ends.size(); i++) {
                PartEnd end = ends.get(i);
                List<byte[]> again = new ArrayList<>(parts.subList(0, i + 1));
                try (ImageParts image = behind(end, from(end, members))) {
                    image.resume();
                    again.addAll(takeAll(image, new ArrayList<>()));
                }
                assertThat(again).containsExactlyElementsOf(parts);
            }
            assertThat(read(parts, Compression.NONE).files()).isEqualTo(4);
        }
    }

    @Test
    void a_file_that_changed_is_not_gone_on_with() throws IOException {
        List<PartEnd> ends = new ArrayList<>();
        parts(tree(longFile()), Compression.NONE, ends);
        PartEnd end =
                ends.stream().filter(each -> each.within() != null).toList().get(3);
        byte[] other = LONG.clone();
        other[0]++;

        for (ImageMember now : List.of(
                file("long", LONG, "another"),
                file("other", LONG, "as ever"),
                file("long", other, "as ever"),
                file("long", new byte[10], "as ever"))) {
            try (ImageParts image = behind(end, tree(now).subList(1, 4))) {
                assertThatThrownBy(image::resume)
                        .isInstanceOf(ChangedFileException.class)
                        .hasMessageContaining("in whose middle the checkpoint is");
            }
        }
    }

    @Test
    void in_a_file_of_which_nothing_is_known_no_part_ends() throws IOException {
        List<PartEnd> ends = new ArrayList<>();

        List<byte[]> parts = parts(tree(file("long", LONG, "")), Compression.NONE, ends);

        assertThat(ends).filteredOn(end -> end.last().toString().equals("long")).allMatch(end -> end.within() == null);
        assertThat(read(parts, Compression.NONE).files()).isEqualTo(4);
    }

    @Test
    void what_can_not_be_read_is_padded_and_no_part_ends_in_it() throws IOException {
        ImageMember shrank = ImageMember.file(
                ByteString.of("long"), Members.attributes(0640), LONG_BYTES, new Known(new byte[600], "as ever"));
        List<PartEnd> ends = new ArrayList<>();

        List<byte[]> parts = parts(tree(shrank), Compression.NONE, ends);

        assertThat(ends).filteredOn(end -> end.last().toString().equals("long")).allMatch(end -> end.within() == null);
        assertThat(read(parts, Compression.NONE).files()).isEqualTo(4);
    }
}

package io.saddlebag.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes in comes out. */
class ImageRoundTripTest {
    @Test
    @Tag("M1")
    @Tag("C12")
    void an_image_of_nothing_is_whole() throws IOException {
        byte[] tar = Members.image();

        try (ImageReader reader = ImageReader.open(new ByteArrayInputStream(tar))) {
            assertThat(reader.manifest()).contains(Members.MANIFEST);
            assertThat(reader.next()).isEmpty();
            assertThat(reader.next()).isEmpty();
            assertThat(reader.summary()).isEqualTo(new ImageSummary(0, 0, 0, tar.length));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    @Tag("M1")
    @Tag("M2")
    @Tag("D3")
    void members_of_every_kind_come_back_as_they_were(int seed) throws IOException {
        Random random = new Random(seed);
        List<ImageMember> members = Members.random(random, 60);
        List<Members.Seen> expected = new ArrayList<>();
        for (ImageMember member : members) {
            expected.add(Members.Seen.of(member));
        }
        Compression compression = seed % 2 == 0 ? Compression.NONE : Compression.ZSTD;
        ExecutorService executor = Executors.newFixedThreadPool(2);
        try (InputStream image = ImageStream.open(
                Members.manifest(Layers.names(compression)),
                ImageSource.of(members),
                new Members.Recorder(),
                compression,
                executor)) {
            byte[] stored = inOddPieces(image, random);

            List<Members.Seen> seen = new ArrayList<>();
            try (ImageReader reader =
                    ImageReader.open(new ByteArrayInputStream(stored), Layers.names(compression), executor)) {
                reader.readAll(member -> seen.add(Members.Seen.of(member.member())));
            }

            assertThat(seen).as("seed %d", seed).isEqualTo(expected);
        } finally {
            executor.shutdownNow();
        }
    }

    private static byte[] inOddPieces(InputStream in, Random random) throws IOException {
        var all = new java.io.ByteArrayOutputStream();
        byte[] piece = new byte[3000];
        int n = in.read(piece, 0, 1 + random.nextInt(piece.length));
        while (n >= 0) {
            all.write(piece, 0, n);
            n = in.read(piece, 0, 1 + random.nextInt(piece.length));
        }
        return all.toByteArray();
    }

    @Test
    @Tag("D7")
    @Tag("C1")
    void the_listener_learns_each_member_and_its_place() throws IOException {
        var listener = new Members.Recorder();
        ImageMember longNamed = Members.file("d/" + "n".repeat(200), "longer");
        byte[] tar = Members.image(listener, Members.directory("d"), Members.file("d/a", "abc"), longNamed);

        assertThat(listener.written)
                .extracting(w -> w.member().path().toString())
                .containsExactly("d", "d/a", "d/" + "n".repeat(200));
        assertThat(listener.written.get(1).sha256())
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThat(listener.written.get(0).sha256()).isNull();
        for (WrittenMember written : listener.written) {
            InputStream middle =
                    new ByteArrayInputStream(tar, (int) written.offset(), tar.length - (int) written.offset());
            try (ImageReader reader = ImageReader.openAt(middle, written.offset())) {
                ReadMember read = reader.next().orElseThrow();
                read.content().readAllBytes();
                assertThat(read.member().path()).isEqualTo(written.member().path());
                assertThat(read.offset()).isEqualTo(written.offset());
                if (written.sha256() != null) {
                    assertThat(read.sha256()).isEqualTo(written.sha256());
                }
            }
        }
        assertThat(listener.finished).containsExactly(new ImageSummary(3, 2, 9, tar.length));
        assertThat(listener.warnings).isEmpty();
    }

    @Test
    @Tag("Q9")
    void checksums_are_written_whenever_a_mebibyte_of_them_has_gathered() throws IOException {
        int count = 20_000;
        ImageSource source = counting(count);
        byte[] tar;
        try (ImageStream stream = ImageStream.open(Members.MANIFEST, source, new Members.Recorder())) {
            tar = stream.readAllBytes();
        }
        String text = new String(tar, java.nio.charset.StandardCharsets.ISO_8859_1);
        assertThat(text).contains(".saddlebag/checksums.000001\0", ".saddlebag/checksums.000002\0");
        assertThat(text).doesNotContain(".saddlebag/checksums.000003\0");
        try (ImageReader reader = ImageReader.open(new ByteArrayInputStream(tar))) {
            assertThat(reader.readAll(MemberSink.NOWHERE).files()).isEqualTo(count);
        }
    }

    private static ImageSource counting(int count) {
        int[] next = {0};
        return () -> next[0] == count ? null : Members.file("file-" + next[0]++, "");
    }

    @Test
    @Tag("D3")
    void sockets_are_noted_and_told_but_not_archived() throws IOException {
        var listener = new Members.Recorder();
        byte[] tar = Members.image(listener, ImageMember.socket(ByteString.of("run/sock\n"), Members.attributes(0777)));

        assertThat(listener.written).extracting(w -> w.member().type()).containsExactly(MemberType.SOCKET);
        assertThat(new String(tar, java.nio.charset.StandardCharsets.US_ASCII)).contains("\n# socket run/sock\\n\n");
        assertThat(Members.read(tar)).isEmpty();
    }

    @Test
    void content_is_gone_once_the_reader_has_moved_on() throws IOException {
        byte[] tar = Members.image(Members.file("a", "abc"), Members.file("b", "def"));
        try (ImageReader reader = ImageReader.open(new ByteArrayInputStream(tar))) {
            ReadMember a = reader.next().orElseThrow();
            reader.next();
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> a.content().read())
                    .isInstanceOf(IOException.class)
                    .hasMessage("the image has been read past a");
        }
    }
}

package io.saddlebag.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("D2")
class DeletionsTest {
    private static final ByteString ODD = ByteString.copyOf(new byte[] {'d', '/', (byte) 0xff, '\n'});

    private static byte[] image(Iterable<ImageMember> members) throws IOException {
        try (InputStream image =
                ImageStream.open(Members.manifest(List.of("tar")), ImageSource.of(members), new Members.Recorder())) {
            return image.readAllBytes();
        }
    }

    private static List<ByteString> deleted(byte[] image, List<ByteString> members) throws IOException {
        List<ByteString> deleted = new ArrayList<>();
        try (ImageReader reader = ImageReader.open(new ByteArrayInputStream(image))) {
            reader.onDeletion(deleted::add);
            reader.readAll(member -> members.add(member.member().path()));
        }
        return deleted;
    }

    @Test
    @Tag("M1")
    void an_image_lists_what_is_no_more() throws IOException {
        byte[] image = image(List.of(
                Members.directory("d"),
                ImageMember.deleted(ByteString.of("d/gone")),
                Members.file("d/new", "abc"),
                ImageMember.deleted(ODD)));
        List<ByteString> members = new ArrayList<>();

        assertThat(deleted(image, members)).containsExactly(ByteString.of("d/gone"), ODD);
        assertThat(members).containsExactly(ByteString.of("d"), ByteString.of("d/new"));
        String text = new String(image, ISO_8859_1);
        assertThat(text).contains(".saddlebag/deleted.000001").contains("d/gone\0d/\u00ff\n\0\0");
    }

    @Test
    void the_list_is_begun_anew_when_it_is_long() throws IOException {
        List<ImageMember> members = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            members.add(ImageMember.deleted(ByteString.of("n".repeat(250) + i)));
        }
        byte[] image = image(members);

        assertThat(deleted(image, new ArrayList<>()))
                .isEqualTo(members.stream().map(ImageMember::path).toList());
        assertThat(new String(image, ISO_8859_1)).contains(".saddlebag/deleted.000002");
    }

    @Test
    @Tag("Q13")
    void a_damaged_list_is_found() throws IOException {
        byte[] image = image(List.of(ImageMember.deleted(ByteString.of("d/gone"))));
        int at = new String(image, ISO_8859_1).indexOf("d/gone");

        image[at] = 'e';
        assertThatThrownBy(() -> deleted(image, new ArrayList<>()))
                .satisfies(e -> assertThat(((ImageException) e).is(ImageFault.CHECKSUM_MISMATCH))
                        .isTrue());
        image[at + 6] = 'x';
        assertThatThrownBy(() -> deleted(image, new ArrayList<>())).isInstanceOf(ImageException.class);
    }

    @Test
    @Tag("Q13")
    void a_path_that_leads_outside_is_refused() {
        for (String bad : List.of("../up\0", "\0", "a//b\0", "cut", "/root\0")) {
            assertThatThrownBy(() -> DeletionList.read(
                            ByteString.of("list"),
                            new ByteArrayInputStream(bad.getBytes(StandardCharsets.UTF_8)),
                            path -> {}))
                    .as(bad)
                    .satisfies(e -> assertThat(((ImageException) e).is(ImageFault.BAD_NAME))
                            .isTrue());
        }
    }

    @Test
    @Tag("D3")
    void every_name_has_a_text_of_its_own() {
        Random random = new Random(2);
        Set<String> texts = new HashSet<>();
        Set<ByteString> names = new HashSet<>(List.of(
                ByteString.of("\uDBFF\uDE80"),
                ByteString.copyOf(new byte[] {(byte) 0x80}),
                ByteString.of("\uFFFD"),
                ByteString.copyOf(new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80})));
        byte[] alphabet = {
            'a', (byte) 0x80, (byte) 0xbf, (byte) 0xc3, (byte) 0xe2, (byte) 0xf4, (byte) 0x8f, (byte) 0xba
        };
        for (int i = 0; i < 20_000; i++) {
            byte[] name = new byte[1 + random.nextInt(6)];
            for (int at = 0; at < name.length; at++) {
                name[at] = alphabet[random.nextInt(alphabet.length)];
            }
            names.add(ByteString.copyOf(name));
        }
        for (ByteString name : names) {
            String text = name.toExactText();
            assertThat(ByteString.ofExactText(text)).isEqualTo(name);
            assertThat(ByteString.of(text).isUtf8()).isTrue();
            texts.add(text);
        }
        assertThat(texts).hasSameSizeAs(names);
    }
}

package io.saddlebag.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.fault.BackupException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TarMembersTest {
    private static final int BLOCK = 512;

    @Test
    @Tag("R12")
    void yields_each_member_with_its_content() throws IOException {
        List<String> read = new ArrayList<>();
        try (TarMembers members = members(tar("base/", "base/1", "base/2"))) {
            for (ImageMember each = members.next(); each != null; each = members.next()) {
                String content = new String(each.content().open().readAllBytes(), StandardCharsets.UTF_8);
                read.add(each.type() + " " + each.path() + " " + content);
            }
            assertThat(members.next()).isNull();
        }

        assertThat(read).containsExactly("DIRECTORY base ", "FILE base/1 I am base/1", "FILE base/2 I am base/2");
    }

    @Test
    @Tag("R12")
    void passes_over_what_nobody_reads() throws IOException {
        TarMembers members = members(tar("one", "two"));

        members.next();
        ImageMember second = members.next();

        assertThat(second).isNotNull();
        assertThat(second.content().open()).hasContent("I am two");
        assertThat(members.next()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "/etc/passwd", "base/../../x", "base/..", "//x"})
    @Tag("R12")
    void a_name_that_leads_elsewhere_is_refused(String name) throws IOException {
        TarMembers members = members(tar(name));

        assertThatThrownBy(members::next)
                .satisfies(e -> assertThat(((BackupException) e).is(ImageFault.BAD_NAME))
                        .isTrue());
    }

    @Test
    @Tag("R12")
    void a_tar_that_is_cut_off_anywhere_is_no_whole_one() throws IOException {
        byte[] whole = tar("base/", "base/1");
        int used = 5 * BLOCK;

        for (int length = 0; length < used; length += 100) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> readAll(cut))
                    .as("cut to " + length)
                    .satisfies(e -> assertThat(((BackupException) e).is(ImageFault.TRUNCATED))
                            .isTrue());
        }
        readAll(Arrays.copyOf(whole, used));
    }

    @Test
    @Tag("R12")
    void something_behind_the_end_is_an_error() throws IOException {
        byte[] more = Arrays.copyOf(tar("one"), 5 * BLOCK);
        more[4 * BLOCK + 7] = 1;

        assertThatThrownBy(() -> readAll(more))
                .satisfies(e -> assertThat(((BackupException) e).is(ImageFault.TRAILING_DATA))
                        .isTrue());
    }

    @Test
    @Tag("R12")
    void a_damaged_header_is_an_error() throws IOException {
        byte[] damaged = tar("one");
        damaged[1] ^= 1;

        assertThatThrownBy(() -> readAll(damaged))
                .satisfies(e -> assertThat(((BackupException) e).is(ImageFault.HEADER_CHECKSUM))
                        .isTrue());
    }

    private static void readAll(byte[] tar) throws IOException {
        TarMembers members = members(tar);
        for (ImageMember each = members.next(); each != null; each = members.next()) {
            each.content().open().readAllBytes();
        }
    }

    private static TarMembers members(byte[] tar) {
        return new TarMembers(new ByteArrayInputStream(tar));
    }

    private static byte[] tar(String... names) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, BLOCK)) {
            for (String name : names) {
                byte[] content = name.endsWith("/") ? new byte[0] : ("I am " + name).getBytes(StandardCharsets.UTF_8);
                TarArchiveEntry entry = new TarArchiveEntry(name, true);
                entry.setSize(content.length);
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }
}

package io.saddlebag.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executor;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The last resort: programs of others read what we write, by the commands of docs/formats/image.md. */
class ForeignToolsReadImagesTest {
    private static final Executor SAME_THREAD = Runnable::run;
    private static final Instant EXACT = Instant.ofEpochSecond(1_700_000_000L, 123_456_789);

    @TempDir
    private Path scratch;

    private Path target;
    private ForeignTool tools;

    @BeforeEach
    void target() throws IOException {
        target = Files.createDirectory(scratch.resolve("target"));
        tools = new ForeignTool(target);
    }

    private static ImageMember[] tree() {
        MemberAttributes exact = MemberAttributes.of(0640, new Owner(12, 34, "", ""), MemberTimes.modified(EXACT));
        return new ImageMember[] {
            ImageMember.directory(ImageMember.ROOT, Members.attributes(0755)),
            Members.directory("d"),
            Members.file("d/plain", "abc"),
            Members.file("d/empty", ""),
            Members.file("d/" + "n".repeat(200), "long name"),
            Members.file("d/Grüße 🐎", "more than one byte a letter"),
            Members.file("d/new\nline \\ cr\r #", "awkward"),
            ImageMember.file(ByteString.of("d/exact"), exact, 3, Content.of("xyz".getBytes(UTF_8))),
            Members.file("d/" + "p".repeat(120) + "/" + "q".repeat(90), new byte[100_000]),
            ImageMember.hardLink(ByteString.of("d/hard"), Members.attributes(0644), ByteString.of("d/plain")),
            ImageMember.symbolicLink(
                    ByteString.of("d/soft"),
                    Members.attributes(0777),
                    ByteString.of("../elsewhere/" + "t".repeat(120))),
            ImageMember.fifo(ByteString.of("d/fifo"), Members.attributes(0600)),
        };
    }

    private ForeignTool.Result extract(byte[] tar) throws Exception {
        return tools.run(new ByteArrayInputStream(tar), "tar", "-xpf", "-");
    }

    @Test
    @Tag("M1")
    @Tag("D3")
    void gnu_tar_extracts_all_with_contents_and_metadata() throws Exception {
        var result = extract(Members.image(tree()));

        assertThat(result.err()).isEmpty();
        assertThat(result.exit()).isZero();
        for (ImageMember member : tree()) {
            Path path = target.resolve(member.path().toString());
            if (member.type() == MemberType.FILE) {
                try (InputStream expected = member.content().open()) {
                    assertThat(Files.readAllBytes(path))
                            .as(member.path().toString())
                            .isEqualTo(expected.readAllBytes());
                }
            }
            if (member.type() != MemberType.SYMBOLIC_LINK && member.type() != MemberType.HARD_LINK) {
                assertThat((int) Files.getAttribute(path, "unix:mode") & 07777)
                        .isEqualTo(member.attributes().mode());
            }
        }
        assertThat(Files.getLastModifiedTime(target.resolve("d/exact")).toInstant())
                .isEqualTo(EXACT);
        assertThat(Files.isSameFile(target.resolve("d/hard"), target.resolve("d/plain")))
                .isTrue();
        assertThat(Files.readSymbolicLink(target.resolve("d/soft"))).hasToString("../elsewhere/" + "t".repeat(120));
        assertThat(Files.readAttributes(target.resolve("d/fifo"), "*", LinkOption.NOFOLLOW_LINKS))
                .containsEntry("isOther", true);
    }

    @Test
    @Tag("M1")
    @Tag("D8")
    void sha256sum_checks_what_tar_extracted_and_finds_one_changed_byte() throws Exception {
        byte[] tar = Members.image(tree());
        assertThat(extract(tar).exit()).isZero();

        var whole = tools.run("sha256sum", "-c", "--strict", ".saddlebag/checksums.000001");
        assertThat(whole.err()).isEmpty();
        assertThat(whole.exit()).isZero();
        assertThat(whole.out().lines().filter(line -> line.endsWith(": OK"))).hasSize(8);

        Files.writeString(target.resolve("d/plain"), "abd");
        var damaged = tools.run("sha256sum", "-c", "--quiet", ".saddlebag/checksums.000001");
        assertThat(damaged.exit()).isOne();
        assertThat(damaged.out()).isEqualTo("d/plain: FAILED\n");
    }

    @Test
    @Tag("M1")
    @Tag("D8")
    void the_stream_line_is_the_digest_of_all_headers_and_padding_before_it() throws Exception {
        byte[] tar = Members.image(tree());
        assertThat(extract(tar).exit()).isZero();
        String line = Files.readAllLines(target.resolve(".saddlebag/checksums.000001"), ISO_8859_1).stream()
                .filter(l -> l.startsWith("# stream "))
                .findFirst()
                .orElseThrow();
        String[] words = line.split(" ");

        byte[] hashed = withoutContents(tar, Integer.parseInt(words[2]));
        var sum = tools.run(new ByteArrayInputStream(hashed), "sha256sum");

        assertThat(sum.out()).isEqualTo(words[3] + "  -\n");
    }

    /** As the format's page says, by the sizes in the headers; no member of the tree needs a size in a pax record. */
    private static byte[] withoutContents(byte[] tar, int length) {
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        int at = 0;
        while (at < length) {
            int size = Integer.parseInt(new String(tar, at + 124, 11, ISO_8859_1), 8);
            int padded = (size + 511) / 512 * 512;
            boolean extendedHeader = tar[at + 156] == 'x';
            kept.write(tar, at, extendedHeader ? 512 + size : 512);
            kept.write(tar, at + 512 + size, padded - size);
            at += 512 + padded;
        }
        return kept.toByteArray();
    }

    @Test
    @Tag("M1")
    void gnu_tar_lists_owners_of_any_size_and_devices() throws Exception {
        var owner = new Owner(4_294_967_294L, 2_097_152, "u".repeat(40), "g");
        var attributes = MemberAttributes.of(0600, owner, MemberTimes.modified(Instant.ofEpochSecond(-1)));
        byte[] tar = Members.image(
                ImageMember.file(ByteString.of("f"), attributes, 0, Content.NONE),
                ImageMember.device(
                        ByteString.of("null"), MemberType.CHARACTER_DEVICE, attributes, new DeviceNumber(1, 3)));

        var listing = tools.run(new ByteArrayInputStream(tar), "tar", "--numeric-owner", "-tvf", "-");

        assertThat(listing.err()).isEmpty();
        assertThat(listing.out().lines().map(line -> line.replaceAll(" +", " ")))
                .contains(
                        "-rw------- 4294967294/2097152 0 1969-12-31 23:59 f",
                        "crw------- 4294967294/2097152 1,3 1969-12-31 23:59 null");
    }

    @Test
    @Tag("M1")
    void gnu_tar_lists_a_file_beyond_8_gib() throws Exception {
        ForeignTool.need("tar");
        long size = 8_589_934_592L;
        var member = ImageMember.file(ByteString.of("big"), Members.attributes(0600), size, Zeros::new);
        try (InputStream image =
                ImageStream.open(Members.MANIFEST, ImageSource.of(List.of(member)), new Members.Recorder())) {
            byte[] head = image.readNBytes(64 << 10);

            var listing = tools.run(new ByteArrayInputStream(head), "tar", "-tvf", "-");

            assertThat(listing.out()).contains("8589934592 2026-05-04 03:02 big\n");
            assertThat(listing.exit()).as("the rest of the stream is missing").isNotZero();
        }
    }

    @Test
    @Tag("M1")
    @Tag("D3")
    void gnu_tar_keeps_the_bytes_of_names_that_are_no_utf_8() throws Exception {
        ByteString latin = ByteString.copyOf("caf\u00e9".getBytes(ISO_8859_1));
        byte[] tar = Members.image(
                ImageMember.file(latin, Members.attributes(0644), 0, Content.NONE),
                ImageMember.symbolicLink(ByteString.of("link"), Members.attributes(0777), latin));

        assertThat(tools.run(new ByteArrayInputStream(tar), "tar", "--warning=no-unknown-keyword", "-xpf", "-"))
                .isEqualTo(new ForeignTool.Result(0, "", ""));

        var named = tools.run("sha256sum", "-c", "--quiet", ".saddlebag/checksums.000001");
        assertThat(named).isEqualTo(new ForeignTool.Result(0, "", ""));
        var shown = tools.run("find", ".", "-maxdepth", "1", "-type", "f", "-name", "caf*", "-printf", "%f\\n");
        assertThat(shown.exit()).isZero();
        var hex = tools.run("sh", "-c", "readlink link | od -An -tx1");
        assertThat(hex.out().strip()).isEqualTo("63 61 66 e9 0a");
    }

    @Test
    @Tag("M1")
    @Tag("D3")
    void gnu_tar_restores_extended_attributes() throws Exception {
        var attributes = new MemberAttributes(
                0644, Members.OWNER, MemberTimes.modified(EXACT), Map.of("user.colour", ByteString.of("chestnut")));
        byte[] tar = Members.image(ImageMember.file(ByteString.of("f"), attributes, 0, Content.NONE));

        var listing = tools.run(new ByteArrayInputStream(tar), "tar", "--xattrs", "--xattrs-include=*", "-tvvf", "-");

        assertThat(listing.err()).isEmpty();
        assertThat(listing.out()).contains("x: 8 user.colour");
    }

    @Test
    @Tag("M1")
    @Tag("M2")
    void zstd_reads_the_zstd_layer() throws Exception {
        byte[] noise = new byte[3_000_000];
        new Random(1).nextBytes(noise);
        ImageMember[] members = {Members.file("noise", noise), Members.file("zeros", new byte[3_000_000])};
        byte[] stored;
        try (InputStream image = ImageStream.open(
                Members.manifest(List.of("tar", "zstd")),
                ImageSource.of(List.of(members)),
                new Members.Recorder(),
                Compression.ZSTD,
                SAME_THREAD)) {
            stored = image.readAllBytes();
        }
        assertThat(stored.length).isBetween(3_000_000, 3_020_000);
        Path file = Files.write(scratch.resolve("x.tar.zst"), stored);

        assertThat(tools.run("zstd", "-q", "-t", file.toString())).isEqualTo(new ForeignTool.Result(0, "", ""));
        var list = tools.run("zstd", "-lv", file.toString());
        assertThat(list.out() + list.err()).contains("Check: XXH64", "# Skippable Frames: 1");
        assertThat(tools.run("tar", "--zstd", "-xf", file.toString())).isEqualTo(new ForeignTool.Result(0, "", ""));
        assertThat(tools.run("sha256sum", "-c", "--quiet", ".saddlebag/checksums.000001")
                        .exit())
                .isZero();
        assertThat(Files.readAllBytes(target.resolve("noise"))).isEqualTo(noise);
    }

    @Test
    @Tag("M1")
    void bsdtar_extracts_without_a_word() throws Exception {
        ForeignTool.need("bsdtar");
        assertThat(tools.run(new ByteArrayInputStream(Members.image(tree())), "bsdtar", "-xpf", "-"))
                .isEqualTo(new ForeignTool.Result(0, "", ""));
        assertThat(tools.run("sha256sum", "-c", "--quiet", ".saddlebag/checksums.000001")
                        .exit())
                .isZero();
    }

    @Test
    @Tag("M1")
    void commons_compress_reads_it() throws IOException {
        List<String> names = new ArrayList<>();
        byte[] tar = Members.image(tree());
        try (TarArchiveInputStream in = new TarArchiveInputStream(new ByteArrayInputStream(tar), "UTF-8")) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                names.add(entry.getName());
                if (entry.getName().equals("d/exact")) {
                    assertThat(entry.getLastModifiedTime().toInstant()).isEqualTo(EXACT);
                    assertThat(in.readAllBytes()).asString().isEqualTo("xyz");
                }
            }
        }
        assertThat(names).hasSize(tree().length + 2).startsWith(".saddlebag/image.json", "./", "d/");
        assertThat(names).endsWith("d/fifo", ".saddlebag/checksums.000001");
    }

    /** As many zero bytes as anybody wants. */
    private static final class Zeros extends InputStream {
        @Override
        public int read() {
            return 0;
        }

        @Override
        public int read(byte[] b, int off, int len) {
            java.util.Arrays.fill(b, off, off + len, (byte) 0);
            return len;
        }
    }
}

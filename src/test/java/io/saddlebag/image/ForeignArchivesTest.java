package io.saddlebag.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** We read what tar programs and zstd tools of others write. */
class ForeignArchivesTest {
    private static final Executor SAME_THREAD = Runnable::run;
    private static final String LONG = "d/" + "l".repeat(120) + "/" + "m".repeat(130);

    @TempDir
    private Path scratch;

    private Path tree;
    private ForeignTool tools;

    @BeforeEach
    void tree() throws IOException {
        tree = Files.createDirectory(scratch.resolve("tree"));
        tools = new ForeignTool(tree);
        Files.createDirectories(tree.resolve("d"));
        Files.writeString(tree.resolve("d/plain"), "abc");
        Files.createLink(tree.resolve("d/zlink"), tree.resolve("d/plain"));
        Files.createSymbolicLink(tree.resolve("d/soft"), Path.of("../x"));
        Files.write(tree.resolve("d/bytes"), new byte[1000]);
        Files.setLastModifiedTime(
                tree.resolve("d/plain"), FileTime.from(Instant.ofEpochSecond(1_600_000_000L, 987_654_321)));
    }

    private List<Members.Seen> seenIn(Path archive) throws IOException {
        try (InputStream in = Files.newInputStream(archive)) {
            return Members.read(in);
        }
    }

    private void assertTreeIn(List<Members.Seen> seen, boolean nanoseconds) {
        assertThat(seen).extracting(Members.Seen::path).contains(".", "d", "d/bytes", "d/plain", "d/soft", "d/zlink");
        for (Members.Seen member : seen) {
            switch (member.path()) {
                case "d/bytes" -> assertThat(member.content().length()).isEqualTo(1000);
                case "d/soft" -> assertThat(member.member().link()).isEqualTo(ByteString.of("../x"));
                case "d/plain", "d/zlink" -> {
                    boolean link = member.member().type() == MemberType.HARD_LINK;
                    assertThat(member.text()).isEqualTo(link ? "" : "abc");
                    if (!link) {
                        assertThat(member.member().attributes().times().modified())
                                .isEqualTo(Instant.ofEpochSecond(1_600_000_000L, nanoseconds ? 987_654_321 : 0));
                    }
                }
                default -> assertThat(member.member().type()).isIn(MemberType.DIRECTORY, MemberType.FILE);
            }
        }
        assertThat(seen).extracting(m -> m.member().type()).contains(MemberType.HARD_LINK);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gnu", "pax", "ustar"})
    @Tag("M1")
    void gnu_tars_formats(String format) throws Exception {
        Path archive = scratch.resolve("x.tar");
        var made = tools.run("tar", "--format=" + format, "-cf", archive.toString(), ".");
        assertThat(made).isEqualTo(new ForeignTool.Result(0, "", ""));

        assertTreeIn(seenIn(archive), format.equals("pax"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gnu", "pax"})
    @Tag("M1")
    void gnu_tars_long_names_and_links(String format) throws Exception {
        Files.createDirectories(tree.resolve(LONG).getParent());
        Files.writeString(tree.resolve(LONG), "deep");
        Files.createSymbolicLink(tree.resolve("far"), Path.of("t".repeat(150)));
        Files.createLink(tree.resolve("zz"), tree.resolve(LONG));
        Files.writeString(tree.resolve("Grüße"), "x");
        Path archive = scratch.resolve("x.tar");
        var made = tools.run("tar", "--format=" + format, "--sort=name", "-cf", archive.toString(), ".");
        assertThat(made).isEqualTo(new ForeignTool.Result(0, "", ""));

        List<Members.Seen> seen = seenIn(archive);

        assertThat(seen).extracting(Members.Seen::path).contains(LONG, "Grüße");
        for (Members.Seen member : seen) {
            if (member.path().equals("far")) {
                assertThat(member.member().link()).isEqualTo(ByteString.of("t".repeat(150)));
            }
            if (member.path().equals("zz")) {
                assertThat(member.member().link()).isEqualTo(ByteString.of(LONG));
            }
        }
    }

    @Test
    @Tag("M1")
    void gnu_tars_numbers_in_base_256() throws Exception {
        Path archive = scratch.resolve("x.tar");
        tools.run(
                "tar",
                "--format=gnu",
                "--owner=x:4294967294",
                "--group=y:2097152",
                "--mtime=@-5",
                "-cf",
                archive.toString(),
                "d/plain");

        Members.Seen member = seenIn(archive).get(0);

        assertThat(member.member().attributes().owner()).isEqualTo(new Owner(4_294_967_294L, 2_097_152, "x", "y"));
        assertThat(member.member().attributes().times().modified()).isEqualTo(Instant.ofEpochSecond(-5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gnu", "posix --sparse-version=0.1"})
    @Tag("Q13")
    void sparse_members_of_older_formats_are_refused_by_name(String format) throws Exception {
        try (var file = new java.io.RandomAccessFile(tree.resolve("holes").toFile(), "rw")) {
            file.setLength(10 << 20);
            file.seek(5 << 20);
            file.write(1);
        }
        Path archive = scratch.resolve("x.tar");
        List<String> command = new ArrayList<>(List.of("tar"));
        command.addAll(List.of(("--format=" + format).split(" ")));
        command.addAll(List.of("-S", "-cf", archive.toString(), "holes"));
        tools.run(command.toArray(String[]::new));

        assertThatThrownBy(() -> seenIn(archive))
                .isInstanceOfSatisfying(
                        ImageException.class,
                        e -> assertThat(e.is(ImageFault.UNSUPPORTED_MEMBER)).isTrue())
                .hasMessageContaining("sparse file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ustar", "pax", "gnutar"})
    @Tag("M1")
    void bsdtars_formats(String format) throws Exception {
        ForeignTool.need("bsdtar");
        Path archive = scratch.resolve("x.tar");
        assertThat(tools.run("bsdtar", "--format", format, "-cf", archive.toString(), ".")
                        .exit())
                .isZero();

        assertTreeIn(seenIn(archive), format.equals("pax"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zstd -q -c",
                "zstd -q -c --no-content-size",
                "zstd -q -c -T2 -B1MiB",
                "zstd -q -c -19 --long=24",
                "pzstd -q -c -p 2",
                "zstd -q -c --no-check"
            })
    @Tag("M1")
    @Tag("M2")
    void zstd_tools_layers(String command) throws Exception {
        byte[] tar = Members.image(Members.file("a", new byte[3_000_000]), Members.file("b", "b".repeat(12_000_000)));
        Path plain = Files.write(scratch.resolve("x.tar"), tar);
        List<String> words = new ArrayList<>(List.of(command.split(" ")));
        words.add(plain.toString());
        words.add("-o");
        words.add(scratch.resolve("x.tar.zst").toString());
        words.remove("-c");
        assertThat(tools.run(words.toArray(String[]::new)).exit()).isZero();

        try (InputStream in = Layers.detect(Files.newInputStream(scratch.resolve("x.tar.zst")), SAME_THREAD);
                ImageReader reader = ImageReader.open(in)) {
            assertThat(reader.readAll(MemberSink.NOWHERE).dataBytes()).isEqualTo(15_000_000);
        }
    }

    @Test
    @Tag("M2")
    void zstd_from_a_pipe_tells_no_length() throws Exception {
        byte[] tar = Members.image(Members.file("a", "abc".getBytes(UTF_8)));
        Path out = scratch.resolve("x.tar.zst");
        assertThat(tools.run(new ByteArrayInputStream(tar), "zstd", "-q", "-o", out.toString())
                        .exit())
                .isZero();

        try (InputStream in = new ZstdLayerReader(Files.newInputStream(out), SAME_THREAD)) {
            assertThat(in.readAllBytes()).isEqualTo(tar);
        }
    }
}

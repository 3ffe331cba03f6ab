package io.saddlebag.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.app.CommandLineInProcess.Said;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two nodes share a pool's folder, and one of them gives an image other keys. The other one's catalog is a copy that was made before: it
 * is the same as if that was a node that had read the image in, or one whose catalog came back from an older copy.
 */
@Tag("X10")
@Timeout(300)
final class RenewedElsewhereTest {
    @TempDir
    Path folder;

    private Path here;
    private Path there;
    private Path data;

    @BeforeEach
    void node() throws Exception {
        here = Files.createDirectory(folder.resolve("here"));
        there = folder.resolve("there");
        data = Files.createDirectory(folder.resolve("data"));
        Files.createDirectories(here.resolve("config/datasets"));
        configure("");
        Files.writeString(here.resolve("config/datasets/home.ds"), "include path " + data + "\n");
        Files.writeString(data.resolve("letter"), "dear");
        byte[] noise = new byte[100_000];
        new Random(1).nextBytes(noise);
        Files.write(data.resolve("noise"), noise);
        Files.createSymbolicLink(data.resolve("link"), Path.of("aim-of-it"));
        for (String name : List.of("old", "new", "newer")) {
            run(here, "key", "generate", name).ok();
        }
    }

    private void configure(String option) throws IOException {
        Files.writeString(here.resolve("config/saddlebag.yaml"), """
                node: here
                pools:
                  disk: { folder: "%s", reserve: 1MiB%s }
                  shelf: { folder: shelf, reserve: 1MiB }
                """.formatted(folder.resolve("pool"), option));
    }

    private static Said run(Path home, String... command) {
        return CommandLineInProcess.run(home, command);
    }

    private void backUp(String... more) {
        Stream<String> command =
                Stream.of("backup", "--dataset", "home", "--pool", "disk", "--provider", "none", "--encrypt", "old");
        run(here, Stream.concat(command, Stream.of(more)).toArray(String[]::new))
                .ok();
    }

    /** From now on they know no more of each other than the pool. */
    private void part() throws IOException {
        Files.walkFileTree(here, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes) throws IOException {
                Files.createDirectory(there.resolve(here.relativize(each)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path each, BasicFileAttributes attributes) throws IOException {
                Files.copy(each, there.resolve(here.relativize(each)), StandardCopyOption.COPY_ATTRIBUTES);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private List<Path> sections() throws IOException {
        try (Stream<Path> all = Files.list(folder.resolve("pool/_none"))) {
            return all.filter(each -> each.toString().endsWith(".age")).sorted().toList();
        }
    }

    private Said rewrap(Path home, String names) throws IOException {
        return run(home, "key", "rewrap", sections().get(0).toString(), "--encrypt", names);
    }

    private void lose(Path home, String key) throws IOException {
        Files.delete(home.resolve("config/keys/" + key + ".key"));
    }

    private String keyId(String name) {
        return run(here, "key", "show", name, "--json")
                .json()
                .path("keyIds")
                .get(0)
                .asText();
    }

    private void assertComesBack(Path home, String into) throws IOException {
        assertComesBack(home, into, 0);
    }

    private void assertComesBack(Path home, String into, int exitCode) throws IOException {
        run(home, "restore", "home", "--to", folder.resolve(into).toString()).ends(exitCode);
        Path back = folder.resolve(into + data);
        assertThat(back.resolve("letter")).hasContent("dear");
        assertThat(Files.mismatch(back.resolve("noise"), data.resolve("noise"))).isEqualTo(-1);
    }

    /** What the catalog of that node has of the image, and nothing else. */
    private static String known(Path home) {
        return run(home, "lsbu", "--json").ok().out();
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        Files.write(file, bytes);
    }

    @Test
    void the_other_node_verifies_restores_and_gives_it_other_keys_again() throws Exception {
        configure(", sectionSize: 16KiB");
        backUp();
        part();
        rewrap(here, "new,newer").ok();
        lose(there, "old");

        run(there, "verify", "1").ok();

        assertThat(known(there)).isEqualTo(known(here)).contains(keyId("new"), keyId("newer"));
        assertThat(known(there)).doesNotContain(keyId("old"));
        assertComesBack(there, "first");
        rewrap(there, "newer").ok();
        lose(here, "new");
        // and back: nobody verified anything here
        assertComesBack(here, "second");
        assertThat(known(here)).isEqualTo(known(there)).doesNotContain(keyId("new"));
    }

    @Test
    void a_header_of_the_same_length_and_a_key_that_is_still_here_make_no_difference() throws Exception {
        backUp();
        part();
        long before = Files.size(sections().get(0));
        rewrap(here, "new").ok();
        assertThat(Files.size(sections().get(0))).isEqualTo(before);

        assertComesBack(there, "first");
        assertThat(known(there)).isEqualTo(known(here));

        rewrap(here, "newer").ok();
        rewrap(there, "old").ok();
        run(here, "verify", "1").ok();
        assertThat(known(here)).isEqualTo(known(there)).contains(keyId("old"));
    }

    @Test
    void damage_is_damage_whatever_the_labels_say() throws Exception {
        backUp();
        part();
        rewrap(here, "new").ok();
        Path image = sections().get(0);
        byte[] whole = Files.readAllBytes(image);
        String before = known(there);
        byte[] altered = whole.clone();
        altered[whole.length / 2] ^= 1;
        for (byte[] damaged : List.of(altered, Arrays.copyOf(whole, whole.length - 1), new byte[0])) {
            write(image, damaged);

            assertThat(run(there, "verify", "1").ends(4).toString() + transcripts(there))
                    .contains("given other keys", "isn't so");
            assertThat(run(
                                    there,
                                    "restore",
                                    "home",
                                    "--to",
                                    folder.resolve("none").toString())
                            .code())
                    .isNotZero();
            assertThat(rewrap(there, "newer").code()).isNotZero();

            assertThat(known(there)).isEqualTo(before);
            assertThat(folder.resolve("none" + data).resolve("noise")).doesNotExist();
        }
        write(image, whole);
        run(there, "verify", "1").ok();
    }

    @Test
    void labels_that_lie_about_a_file_that_is_as_the_catalog_says_change_nothing() throws Exception {
        backUp();
        part();
        Path image = sections().get(0);
        byte[] old = Files.readAllBytes(image);
        String before = known(there);
        rewrap(here, "new").ok();
        write(image, old);

        assertThat(run(there, "verify", "1").ends(3).toString() + transcripts(there))
                .contains("isn't so");

        assertThat(known(there)).isEqualTo(before);
        assertComesBack(there, "first", 3);
    }

    /** It is what the catalog says, and opened by a key that the labels name. */
    @Test
    void an_older_file_does_not_prove_labels_that_are_newer() throws Exception {
        backUp();
        part();
        Path image = sections().get(0);
        byte[] old = Files.readAllBytes(image);
        String before = known(there);
        rewrap(here, "old,new").ok();
        write(image, old);
        lose(there, "new");

        assertThat(run(there, "verify", "1").ends(3).toString() + transcripts(there))
                .contains("isn't so");

        assertThat(known(there)).isEqualTo(before);
    }

    /** The contents of its files alone, which any reading compares, don't make it that image. */
    @Test
    void an_image_whose_objects_are_not_those_of_the_catalog_is_not_taken_over() throws Exception {
        backUp();
        part();
        rewrap(here, "new").ok();
        for (String what : List.of("mode = mode + %d", "uid = uid + %d", "modified_ns = modified_ns + %d")) {
            change(there, "update object set " + what.formatted(1) + " where name = 'link'");
            String before = known(there);

            assertThat(run(there, "verify", "1").ends(4).toString() + transcripts(there))
                    .contains("are not those that the catalog has");

            assertThat(known(there)).isEqualTo(before);
            change(there, "update object set " + what.formatted(-1) + " where name = 'link'");
        }
        run(there, "verify", "1").ok();
    }

    /** A wallet would let the other keys go for it. */
    @Test
    void a_key_of_the_labels_that_does_not_open_the_image_is_not_taken_over() throws Exception {
        backUp();
        part();
        rewrap(here, "new").ok();
        Path image = sections().get(0);
        Path label = image.resolveSibling(image.getFileName() + ".json");
        String truth = Files.readString(label);
        write(
                label,
                truth.replace(keyId("new"), keyId("new") + "+" + keyId("newer")).getBytes(UTF_8));
        String before = known(there);

        assertThat(run(there, "verify", "1").code()).isNotIn(0, 3);

        assertThat(transcripts(there)).contains("isn't so", "encrypted for other keys");
        assertThat(known(there)).isEqualTo(before);
        write(label, truth.getBytes(UTF_8));
        run(there, "verify", "1").ok();
    }

    private static void change(Path home, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + home.resolve("var/catalog.sqlite"));
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(sql)).isEqualTo(1);
        }
    }

    private static String transcripts(Path home) throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(home.resolve("var/transcripts"))) {
            for (Path each : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                all.append(Files.readString(each));
            }
        }
        return all.toString();
    }

    @Test
    void keys_are_not_let_go_that_a_copy_still_wants() throws Exception {
        backUp();
        part();
        run(there, "pool", "copy", "1", "shelf").ok();
        String before = known(there);
        rewrap(here, "new").ok();

        assertThat(run(there, "verify", "1").ends(3).toString() + transcripts(there))
                .contains("there are copies of it");

        assertThat(known(there)).isEqualTo(before);
    }
}

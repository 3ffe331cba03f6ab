package io.saddlebag.host.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Confined;
import io.saddlebag.host.FileFault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("X13")
class ConfinedTest {
    @TempDir
    Path folder;

    private Path root;
    private Confined confined;

    @BeforeEach
    void makeTheTarget() throws IOException {
        root = Files.createDirectories(folder.resolve("root"));
        confined = new Confined(new LocalFiles(Root.posix()), root);
        Files.createDirectories(root.resolve("real"));
        Files.createFile(root.resolve("plain"));
        Files.createSymbolicLink(root.resolve("out"), folder);
        Files.createSymbolicLink(root.resolve("in"), Path.of("real"));
    }

    @ParameterizedTest
    @CsvSource({
        "a, a",
        "a/b/c, a/b/c",
        "./a/./b, a/b",
        "a//b/, a/b",
        "real/x, real/x",
        "..a, ..a",
        "a.., a..",
        "'a b\\c', 'a b\\c'",
        "out, out",
        "größe/𝄞, größe/𝄞"
    })
    void names_below_the_target_stay_as_they_are(String member, String below) throws IOException {
        assertThat(confined.resolve(member)).isEqualTo(root.resolve(below));
    }

    @Test
    void the_target_itself_may_be_named() throws IOException {
        assertThat(confined.resolve(".")).isEqualTo(root);
        assertThat(confined.resolve("./")).isEqualTo(root);
        assertThat(confined.resolve("")).isEqualTo(root);
    }

    @ParameterizedTest
    @CsvSource({
        "/etc/passwd, it is absolute",
        "//etc, it is absolute",
        ".., it goes up with ..",
        "a/../../x, it goes up with ..",
        "real/.., it goes up with ..",
        "out/x, on the way is a symbolic link",
        "out/root/real/x, on the way is a symbolic link",
        "in/x, on the way is a symbolic link",
        "plain/x, on the way is not a folder"
    })
    void names_that_lead_out_are_refused_with_the_reason(String member, String reason) {
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> confined.resolve(member))
                .matches(e -> e.is(FileFault.NOT_CONFINED))
                .withMessageContaining("member '" + member + "' leads out of the target: ")
                .withMessageContaining(reason);
    }

    @Test
    void a_link_that_appears_later_is_seen_too() throws IOException {
        assertThat(confined.resolve("new/x")).isEqualTo(root.resolve("new/x"));
        Files.createSymbolicLink(root.resolve("new"), folder);

        LocalFilesTest.assertFault(FileFault.NOT_CONFINED, () -> confined.resolve("new/x"));
    }

    @Test
    void a_way_is_looked_at_again_when_it_was_to_be_forgotten() throws IOException {
        assertThat(confined.resolve("real/x")).isEqualTo(root.resolve("real/x"));
        Files.move(root.resolve("real"), root.resolve("away"));
        Files.createSymbolicLink(root.resolve("real"), folder);
        confined.forget();

        LocalFilesTest.assertFault(FileFault.NOT_CONFINED, () -> confined.resolve("real/y"));
    }

    @Test
    void names_in_the_folder_of_the_one_before_are_the_same_as_ever() throws IOException {
        Files.createDirectories(root.resolve("real/deep"));
        for (String before :
                List.of("real/deep/x", "real/deep/.", "real/deep/", "real//deep/./x", "./real/x", "real/.x")) {
            for (String member :
                    List.of("real/deep/y", "real/y", "real/deep/.", "real/./y", "real//deep/./y", "real/.x")) {
                confined.resolve(before);
                assertThat(confined.resolve(member))
                        .as(member + " after " + before)
                        .isEqualTo(new Confined(new LocalFiles(Root.posix()), root).resolve(member));
            }
            for (String hostile : List.of("real/deep/..", "real/deep/a\0b", "real/..", "real/deep/../../x")) {
                confined.resolve(before);
                LocalFilesTest.assertFault(FileFault.NOT_CONFINED, () -> confined.resolve(hostile));
            }
        }
    }

    @Test
    void hostile_names_are_refused_without_reaching_the_terminal() {
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> confined.resolve("../\u001b[2J\nok" + "x".repeat(10_000)))
                .satisfies(e -> assertThat(e.what()).hasSizeLessThan(400).doesNotContain("\u001b", "\n"));
        LocalFilesTest.assertFault(
                FileFault.NOT_CONFINED, () -> confined.resolve("a\0b".getBytes(StandardCharsets.US_ASCII)));
        LocalFilesTest.assertFault(FileFault.NOT_CONFINED, () -> confined.resolve("a/".repeat(5000)));
    }

    @Test
    void names_that_are_not_utf_8_keep_their_bytes() throws IOException {
        byte[] name = {'a', '/', (byte) 0xE4, (byte) 0xFF};
        assertThat(io.saddlebag.posix.RawPath.bytes(confined.resolve(name))).endsWith(name);
    }
}

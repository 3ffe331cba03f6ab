package io.saddlebag.app;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.testing.Program;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Cartridges become files again by the very commands of docs/last-resort.md, and by no program of ours. */
@Tag("M1")
@Timeout(300)
final class LastResortTest {
    private static final Path PAGE = Path.of("docs/last-resort.md");
    private static final Pattern COMMANDS = Pattern.compile("```sh\\n(.*?)```", Pattern.DOTALL);

    /** More than a cartridge holds, and no less than half of what two hold. */
    private static final int NOISE = 7 << 20;

    @TempDir
    Path folder;

    private Path home;
    private Path data;
    private Path work;

    @BeforeEach
    void home() throws Exception {
        Program.need("dd", "od", "stat", "age", "age-keygen", "zstd", "tar", "sha256sum", "diff");
        home = Files.createDirectory(folder.resolve("home"));
        data = Files.createDirectory(folder.resolve("data"));
        work = Files.createDirectory(folder.resolve("work"));
        Files.createDirectories(home.resolve("config/datasets"));
        Files.createDirectories(home.resolve("config/keys"));
        Files.writeString(home.resolve("config/datasets/docs.ds"), "include path " + data + "\n");
        Files.writeString(home.resolve("config/saddlebag.yaml"), """
                node: here
                libraries:
                  vault:
                    folder: vault
                    create: { slots: 4, drives: 1, cartridges: 2, capacity: 6MiB }
                """);
        byte[] noise = new byte[NOISE];
        new Random(11).nextBytes(noise);
        Files.write(data.resolve("noise"), noise);
        Files.writeString(data.resolve("letter"), "dear reader");
        Files.createSymbolicLink(data.resolve("link"), Path.of("letter"));
        Files.createDirectory(data.resolve("empty"));
    }

    private void backUp(String... encryption) {
        String[] first = {"backup", "--dataset", "docs", "--library", "vault", "--provider", "none"};
        CommandLineInProcess.run(
                        home,
                        Stream.concat(Stream.of(first), Stream.of(encryption)).toArray(String[]::new))
                .ok();
    }

    /** With the key beside them. */
    private void takeEncryptedCartridges() throws Exception {
        Program.run(home, "age-keygen", "-o", home.resolve("config/keys/nightly.key"));
        String recipient = Program.run(home, "age-keygen", "-y", home.resolve("config/keys/nightly.key"));
        Files.writeString(home.resolve("config/keys/nightly.pub"), recipient);
        backUp("--encrypt", "nightly");
        Files.copy(home.resolve("config/keys/nightly.key"), work.resolve("nightly.key"));
        takeCartridges();
    }

    /** By names as on the page: the two that the image is on, in its order. */
    private void takeCartridges() throws Exception {
        try (Stream<Path> all = Files.walk(home.resolve("vault"))) {
            List<Path> written = all.filter(each -> each.toString().endsWith(".tap"))
                    .filter(each -> each.toFile().length() > 0)
                    .toList();
            assertThat(written).hasSize(2);
            for (Path each : written) {
                // section 1 or 2, by the label's own words
                String labels = new String(Files.readAllBytes(each), US_ASCII);
                String section = labels.substring(labels.indexOf("UHL2") + 46).substring(0, 6);
                Files.copy(each, work.resolve(section.equals("000001") ? "first.tap" : "second.tap"));
            }
        }
        assertThat(work.resolve("first.tap")).exists();
        assertThat(work.resolve("second.tap")).exists();
        // nothing of ours is left to help
        try (Stream<Path> ours = Files.walk(home.resolve("var"))) {
            for (Path each : ours.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    /** All commands of the page but those that hold one of these words. */
    private static String commandsWithout(String other) throws IOException {
        StringBuilder script = new StringBuilder("set -e\n");
        for (String each : COMMANDS.matcher(Files.readString(PAGE))
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList()) {
            if (!each.contains(other)) {
                script.append(each);
            }
        }
        return script.toString();
    }

    private Program.Ended run(String script) throws Exception {
        Files.writeString(work.resolve("commands"), script);
        return Program.end(work, "sh", "commands");
    }

    private void assertAllThere() throws Exception {
        assertThat(Program.run(work, "diff", "-r", "--no-dereference", data, work.resolve("target" + data)))
                .isEmpty();
    }

    @Test
    @Tag("X10")
    @Tag("M6")
    void an_encrypted_image_on_two_cartridges_comes_back_with_dd_age_zstd_and_tar() throws Exception {
        takeEncryptedCartridges();

        Program.Ended ended = run(commandsWithout("\nzstd"));

        assertThat(ended.exitCode()).as(ended.output()).isZero();
        assertThat(ended.output()).contains("UHL7tar,zstd,age+", "EOV1", "UTL4", "EOF1");
        assertThat(imageBytesByTrailer(ended.output()))
                .isEqualTo(work.resolve("image").toFile().length());
        assertAllThere();
    }

    @Test
    @Tag("M6")
    void an_image_on_two_cartridges_comes_back_with_dd_zstd_and_tar() throws Exception {
        backUp();
        takeCartridges();

        Program.Ended ended = run(commandsWithout("age -d"));

        assertThat(ended.exitCode()).as(ended.output()).isZero();
        assertAllThere();
    }

    @Test
    @Tag("X10")
    void a_byte_that_changed_on_the_cartridge_ends_these_commands_with_an_error() throws Exception {
        takeEncryptedCartridges();
        flip(work.resolve("first.tap"), 2 << 20);

        Program.Ended ended = run(commandsWithout("\nzstd"));

        assertThat(ended.exitCode()).isNotZero();
        assertThat(ended.output()).contains("age: error");
    }

    private static void flip(Path tap, long at) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(tap.toFile(), "rw")) {
            file.seek(at);
            int old = file.read();
            file.seek(at);
            file.write(old ^ 1);
        }
    }

    /** Of the second section's trailer: UTL3, columns 43 to 61. */
    private static long imageBytesByTrailer(String said) {
        String last = said.substring(said.lastIndexOf("UTL3"));
        return Long.parseLong(last.substring(42, 61));
    }
}

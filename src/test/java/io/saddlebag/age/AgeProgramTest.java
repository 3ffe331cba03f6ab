package io.saddlebag.age;

import static io.saddlebag.age.TestKeys.RANDOM;
import static io.saddlebag.age.TestKeys.decrypt;
import static io.saddlebag.age.TestKeys.encrypt;
import static io.saddlebag.age.TestKeys.noise;
import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program age reads what is written here, and the other way round. */
@Tag("X10")
class AgeProgramTest {
    @TempDir
    Path folder;

    private final X25519Identity ours = X25519Identity.generate(RANDOM);
    private final X25519Identity theirs = X25519Identity.generate(RANDOM);

    @BeforeEach
    void program() throws IOException {
        Program.need("age", "age-keygen");
        Files.writeString(folder.resolve("ours.key"), ours.secretText() + "\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 131_072, 5_000_001})
    void both_ways_at_every_size(int bytes) throws Exception {
        byte[] plain = noise(bytes);
        Files.write(folder.resolve("stored.age"), encrypt(plain, theirs.recipient(), ours.recipient()));
        // without -o, which makes no file for no bytes
        Program.run(folder, "sh", "-c", "age -d -i ours.key stored.age > plain");
        assertThat(Files.readAllBytes(folder.resolve("plain"))).isEqualTo(plain);

        Program.run(folder, "age", "-r", ours.recipient(), "-r", theirs.recipient(), "-o", "back.age", "plain");
        assertThat(decrypt(Files.readAllBytes(folder.resolve("back.age")), theirs))
                .isEqualTo(plain);
    }

    @Test
    void its_keys_are_ours() throws Exception {
        Program.run(folder, "age-keygen", "-o", "made.key");
        String text = Files.readString(folder.resolve("made.key"));
        X25519Identity made = X25519Identity.parse(text.lines().toList().get(2));
        assertThat(text).contains("# public key: " + made.recipient());
        assertThat(Program.run(folder, "age-keygen", "-y", "ours.key").strip())
                .isEqualTo(ours.recipient().toString());
    }

    @Test
    void it_refuses_what_was_changed() throws Exception {
        byte[] stored = encrypt(noise(70_000), ours.recipient());
        stored[stored.length - 1] ^= 1;
        Files.write(folder.resolve("stored.age"), stored);
        assertThat(Program.end(folder, "age", "-d", "-i", "ours.key", "-o", "plain", "stored.age")
                        .exitCode())
                .isNotZero();
    }

    @Test
    void passwords_go_both_ways() throws Exception {
        // age asks for a password at a terminal only
        Program.need("script");
        Files.write(folder.resolve("stored.age"), encrypt(noise(1000), new Password("paper", "correct-horse")));
        terminal("correct-horse\n", "age -d -o plain stored.age");
        assertThat(Files.readAllBytes(folder.resolve("plain"))).isEqualTo(noise(1000));

        terminal("correct-horse\ncorrect-horse\n", "age -p -o back.age plain");
        assertThat(decrypt(Files.readAllBytes(folder.resolve("back.age")), new Password("paper", "correct-horse")))
                .isEqualTo(noise(1000));
    }

    private void terminal(String typed, String command) throws Exception {
        Files.writeString(folder.resolve("typed"), typed);
        Program.run(
                folder,
                "sh",
                "-c",
                "(sleep 1; while read -r line; do echo \"$line\"; sleep 1; done < typed; sleep 3)" + " | script -qec '"
                        + command + "' /dev/null");
    }
}

package io.saddlebag.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.app.CommandLineInProcess.Said;
import io.saddlebag.cli.Surroundings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup for a password that this node doesn't keep any more. */
@Tag("R4")
class BackupPasswordTest {
    private static final String PASSWORD = "pony";

    @TempDir
    Path folder;

    private Path home;
    private Path target;

    @BeforeEach
    void backedUp() throws Exception {
        home = Files.createDirectory(folder.resolve("home"));
        Path data = Files.createDirectory(folder.resolve("data"));
        target = folder.resolve("target");
        Files.createDirectories(home.resolve("config/datasets"));
        Files.writeString(home.resolve("config/saddlebag.yaml"), "node: here\npools:\n  disk: { folder: pool }\n");
        Files.writeString(data.resolve("letter"), "dear nobody");
        Files.writeString(home.resolve("config/datasets/docs.ds"), "include path " + data + "\n");
        Path key = Files.createDirectories(home.resolve("config/keys")).resolve("paper.password");
        secret(key, PASSWORD + "\n");
        run("backup", "--dataset", "docs", "--pool", "disk", "--provider", "none", "--encrypt", "paper")
                .ok();
        Files.delete(key);
    }

    private static Path secret(Path file, String text) throws IOException {
        Files.writeString(file, text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private Said run(String... command) {
        return CommandLineInProcess.run(home, command);
    }

    private String[] restore(String... more) {
        List<String> all = new ArrayList<>(List.of("restore", "docs", "--to", target.toString()));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private Path restored() {
        return target.resolve(folder.resolve("data/letter").toString().substring(1));
    }

    private long jobs() {
        return run("lsjob", "--json").json().size();
    }

    @Test
    void it_is_asked_for_at_the_terminal_unseen() throws Exception {
        Typing typing = new Typing(PASSWORD);

        CommandLineInProcess.run(home, typing, restore()).ok();

        assertThat(restored()).hasContent("dear nobody");
        assertThat(typing.prompts).containsExactly("Password of the backup (password.paper): ");
        assertThat(run("verify", "1").ends(1).err()).contains("SBG-K001");
        CommandLineInProcess.run(home, new Typing(PASSWORD), "verify", "1").ok();
    }

    @Test
    void it_comes_from_a_file_that_nobody_else_may_read() throws Exception {
        Path file = secret(folder.resolve("password"), PASSWORD + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(run(restore("--password-file", file.toString())).ends(1).err())
                .contains("SBG-K026", "mode is 0644");
        assertThat(target).doesNotExist();

        secret(file, PASSWORD + "\n");
        run(restore("--password-file", file.toString())).ok();

        assertThat(restored()).hasContent("dear nobody");
        run("verify", "1", "--password-file", file.toString()).ok();
    }

    @Test
    void without_anybody_to_ask_it_is_missing_before_there_is_a_job() {
        long before = jobs();

        Said said = run(restore()).ends(1);

        assertThat(said.err()).contains("SBG-K001", "password.paper", "--password-file");
        assertThat(target).doesNotExist();
        assertThat(jobs()).isEqualTo(before);
    }

    @Test
    void a_wrong_one_is_told_before_anything_is_written_and_none_is_ever_said() throws Exception {
        Typing typing = new Typing("donkey");

        Said said = CommandLineInProcess.run(home, typing, restore()).ends(1);

        assertThat(said.out() + said.err()).contains("SBG-K001").doesNotContain("donkey");
        assertThat(restored()).doesNotExist();
        assertThat(CommandLineInProcess.run(home, new Typing(""), restore())
                        .ends(1)
                        .err())
                .contains("none was typed");
        CommandLineInProcess.run(home, new Typing(PASSWORD), restore()).ok();
        try (Stream<Path> all = Files.walk(home)) {
            for (Path each : all.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(each), StandardCharsets.ISO_8859_1))
                        .as(each.toString())
                        .doesNotContain("donkey", PASSWORD);
            }
        }
    }

    @Test
    void a_dry_run_asks_too_and_a_backup_without_a_password_never_does() {
        assertThat(CommandLineInProcess.run(home, new Typing(PASSWORD), restore("--dry-run"))
                        .ok()
                        .out())
                .contains("nothing was changed");
        run("backup", "--dataset", "docs", "--pool", "disk", "--provider", "none")
                .ok();

        CommandLineInProcess.run(home, new Typing(), restore()).ok();

        assertThat(restored()).hasContent("dear nobody");
    }

    /** Somebody who types passwords, as long as there are some. */
    private static final class Typing implements Surroundings.Terminal {
        final List<String> prompts = new ArrayList<>();
        private final Deque<String> lines;

        Typing(String... lines) {
            this.lines = new ArrayDeque<>(List.of(lines));
        }

        @Override
        public boolean watches() {
            return true;
        }

        @Override
        public boolean answers() {
            return true;
        }

        @Override
        public Optional<String> typed() {
            return Optional.empty();
        }

        @Override
        public char[] secret(String prompt) {
            prompts.add(prompt);
            return lines.remove().toCharArray();
        }
    }
}

package io.saddlebag.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drives by name, on the command line. */
@Tag("M28")
final class NamedDrivesCommandTest {
    @TempDir
    Path folder;

    private Path home;

    @BeforeEach
    void home() throws Exception {
        home = Files.createDirectory(folder.resolve("home"));
        Path data = Files.createDirectory(folder.resolve("data"));
        Files.createDirectories(home.resolve("config/datasets"));
        Files.writeString(home.resolve("config/saddlebag.yaml"), """
                node: here
                libraries:
                  vault:
                    folder: vault
                    create: { slots: 4, drives: 2, cartridges: 3, capacity: 64MiB }
                """);
        Files.writeString(home.resolve("config/datasets/home.ds"), "include path " + data + "\n");
        Files.writeString(data.resolve("letter"), "dear");
    }

    private CommandLineInProcess.Said backUp(String drives) {
        return CommandLineInProcess.run(
                home, "backup", "--dataset", "home", "--library", "vault", "--provider", "none", "--drives", drives);
    }

    @Test
    void an_image_is_spread_over_the_drives_that_a_command_names() {
        backUp("vault-drive2,vault-drive1").ok();
        assertThat(CommandLineInProcess.run(home, "lsbu", "--json").ok().out())
                .containsPattern("\"drives\"\\s*:\\s*\\[\\s*\"vault-drive2\",\\s*\"vault-drive1\"\\s*]");
        CommandLineInProcess.run(home, "verify", "1").ok();
    }

    @Test
    void others_are_refused_with_those_that_there_are_before_anything_runs() {
        assertThat(backUp("left,right").ends(1).err())
                .contains(
                        "SBG-M033 library vault has no drive 'left'; there are vault-drive1 (dte1), vault-drive2 (dte2)");
        assertThat(backUp("left,left").ends(2).err()).contains("drive 'left' is named twice");
        assertThat(CommandLineInProcess.run(home, "lsjob").ok().out()).doesNotContain("home");
    }
}

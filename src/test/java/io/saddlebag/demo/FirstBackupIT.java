package io.saddlebag.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first command of a new user. */
class FirstBackupIT {
    @TempDir
    Path folder;

    @Test
    @Tag("E1")
    @Tag("W1")
    @Tag("W17")
    void backs_up_breaks_restores_and_compares_a_real_database() throws Exception {
        Path project = Path.of("").toAbsolutePath();
        assumeTrue(
                Files.isDirectory(project.resolve("target/saddlebag/lib")), "the program isn't assembled: mvn package");
        var out = new ByteArrayOutputStream();
        Path place = folder.resolve("first-backup");
        new FirstBackup(project, place, new PrintStream(out, true, StandardCharsets.UTF_8)).run();
        assertThat(Files.readString(place.resolve("REPORT.txt")))
                .contains("BACKUP")
                .contains("RESTORE")
                .contains("as before")
                .contains("verified");
    }
}

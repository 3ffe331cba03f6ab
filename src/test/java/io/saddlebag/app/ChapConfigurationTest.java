package io.saddlebag.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.app.config.DevicesFile;
import io.saddlebag.lab.TapeLab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A target that others made, which lets only one user in, and the configuration that names that user. */
@Tag("M18")
class ChapConfigurationTest {
    private static final String SECRET = "correct horse battery";

    @TempDir
    Path folder;

    private TapeLab lab;
    private Path home;
    private Path file;

    @BeforeEach
    void start() throws IOException {
        lab = TapeLab.start(Files.createDirectory(folder.resolve("t")), new TapeLab.Size(1, 1, 1));
        lab.require("backup", SECRET);
        home = Files.createDirectory(folder.resolve("home"));
        file = Files.createDirectories(home.resolve("config")).resolve("vtl.secret");
        Files.writeString(home.resolve("config/saddlebag.yaml"), "");
        configure(", chap: { user: backup, secretFile: config/vtl.secret }");
    }

    @AfterEach
    void stop() throws IOException {
        if (lab != null) {
            lab.close();
        }
    }

    private void configure(String chap) throws IOException {
        Files.writeString(home.resolve(DevicesFile.PLACE), """
                drives:
                  left:
                    attachments: [{ iscsi: "%s"%s }]
                    quirks: [countPositions, longReads]
                libraries:
                  vault:
                    attachments: [{ iscsi: "%s"%s }]
                    drives: [left]
                """.formatted(lab.drive(1), chap, lab.changer(), chap));
    }

    private void secret(String text, String permissions) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private CommandLineInProcess.Said inventory() {
        return CommandLineInProcess.run(home, "library", "vault", "inventory");
    }

    private String refused() {
        return inventory().ends(1).err();
    }

    @Test
    void the_right_secret_opens_robot_and_drives() throws IOException {
        secret(SECRET, "rw-------");

        assertThat(inventory().ok().out()).contains("dte1", TapeLab.barcode(1));
    }

    @Test
    void another_secret_or_none_does_not_and_is_never_shown() throws IOException {
        secret("wrong horse battery", "rw-------");
        assertThat(refused())
                .contains("SBG-U004 ", " lets this host not log in")
                .doesNotContain("horse");

        secret(SECRET, "rw-------");
        configure("");
        assertThat(refused()).contains("SBG-U004 ", " lets this host not log in");

        configure(", chap: { user: nobody, secretFile: config/vtl.secret }");
        assertThat(refused())
                .contains("SBG-U004 ", " lets this host not log in")
                .doesNotContain("horse");
    }

    @Test
    @Tag("E10")
    void a_file_that_others_may_read_is_not_used_and_its_mode_is_said() throws IOException {
        secret(SECRET, "rw-r--r--");
        assertThat(refused())
                .startsWith("SBG-G004 others may read or change " + file + ": its mode is 0644 (rw-r--r--)")
                .contains("HINT: chmod 600 " + file);

        secret(SECRET, "rw-rw----");
        assertThat(refused()).contains(": its mode is 0660 (rw-rw----)");
    }

    @Test
    @Tag("E10")
    void a_file_without_a_secret_is_named() throws IOException {
        assertThat(refused()).startsWith("SBG-G004 there is no file " + file + " with the CHAP secret of backup");

        secret("", "rw-------");
        assertThat(refused())
                .startsWith("SBG-G004 the CHAP secret of backup can't be read from " + file
                        + ": the CHAP secret in its file has 0 bytes, 1 to 254 are valid");
    }

    @Test
    void discoverdev_logs_in_with_a_file_too() throws IOException {
        secret(SECRET, "rw-------");
        String portal = "127.0.0.1:" + lab.port();

        assertThat(CommandLineInProcess.run(
                                home,
                                "discoverdev",
                                "--portal",
                                portal,
                                "--chap-user",
                                "backup",
                                "--chap-file",
                                file.toString())
                        .ok()
                        .out())
                .contains("serial: 'DRV00001'");
        assertThat(CommandLineInProcess.run(home, "discoverdev", "--portal", portal, "--chap-user", "backup")
                        .ends(2)
                        .err())
                .contains("--chap-user and --chap-file belong together");
    }
}

package io.saddlebag.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.app.config.DevicesFile;
import io.saddlebag.lab.TapeLab;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code discoverdev --portal} against a library that others made. */
@Tag("M18")
class DiscoverPortalTest {
    private static final int DRIVES = 2;

    @TempDir
    Path folder;

    private TapeLab lab;
    private Path home;

    @BeforeEach
    void start() throws IOException {
        lab = TapeLab.start(Files.createDirectory(folder.resolve("t")), new TapeLab.Size(DRIVES, 2, 1));
        home = Files.createDirectory(folder.resolve("home"));
        Files.createDirectories(home.resolve("config"));
        Files.writeString(home.resolve("config/saddlebag.yaml"), "");
    }

    @AfterEach
    void stop() throws IOException {
        if (lab != null) {
            lab.close();
        }
    }

    private CommandLineInProcess.Said discover(String... more) {
        String[] all = new String[more.length + 3];
        all[0] = "discoverdev";
        all[1] = "--portal";
        all[2] = "127.0.0.1:" + lab.port();
        System.arraycopy(more, 0, all, 3, more.length);
        return CommandLineInProcess.run(home, all);
    }

    @Test
    @Tag("M14")
    void what_a_portal_offers_is_a_configuration_that_can_be_used_as_it_is() throws IOException {
        String found = discover().ok().out();

        String at = "iscsi://127.0.0.1:" + lab.port() + "/" + TapeLab.TARGET;
        assertThat(found)
                .contains("# " + at + "/0  other  IET Controller")
                .contains("# " + at + "/1  drive  HP Ultrium 6-SCSI  serial DRV00001\n")
                .contains("# " + at + "/3  library  STK L700  serial LIB00001\n")
                .contains("#   dte1  HP Ultrium 6-SCSI DRV00001\n")
                .contains("#   dte2  HP Ultrium 6-SCSI DR  (none of those found, or cut short)\n");
        assertThat(found).contains("""
                drives:
                  drive1:  # HP Ultrium 6-SCSI
                    serial: 'DRV00001'
                    attachments: [{ iscsi: "%s/1" }]
                    quirks: [countPositions, longReads]
                """.formatted(at));
        Files.writeString(home.resolve(DevicesFile.PLACE), found);
        assertThat(CommandLineInProcess.run(home, "library", "library1", "inventory")
                        .ok()
                        .out())
                .contains("dte1", "dte2", TapeLab.barcode(1));
    }

    @Test
    void programs_get_the_same_as_json() {
        JsonNode found = discover("--json").ok().json();

        JsonNode drive = found.path(1);
        assertThat(drive.path("kind").asText()).isEqualTo("DRIVE");
        assertThat(drive.path("serial").asText()).isEqualTo("DRV00001");
        JsonNode library = found.path(DRIVES + 1);
        assertThat(library.path("kind").asText()).isEqualTo("LIBRARY");
        assertThat(library.path("drives").path(0).path("element").asText()).isEqualTo("dte1");
        assertThat(library.path("drives").path(0).path("serial").asText()).isEqualTo("DRV00001");
        assertThat(library.path("drives").path(1).path("serial").asText())
                .as("cut short by tgt, so not certain")
                .isEmpty();
    }

    @Test
    void a_target_that_asks_for_a_secret_is_a_warning_with_its_code() throws IOException {
        lab.require("backup", "correct horse battery");

        CommandLineInProcess.Said said = discover().ends(3);

        assertThat(said.out()).isEqualTo("# no tape drive or library was found\n");
        assertThat(said.err())
                .contains("SBG-U004 iscsi://127.0.0.1:" + lab.port() + "/" + TapeLab.TARGET
                        + "/0 lets this host not log in")
                .contains("HINT: Check CHAP user and secret");
    }

    @Test
    @Tag("E10")
    void a_portal_that_asks_for_a_secret_is_an_error_with_its_code() throws IOException {
        lab.requireForDiscovery("lister", "correct horse battery");

        assertThat(discover().ends(1).err())
                .startsWith("SBG-U004 portal 127.0.0.1:" + lab.port() + " lets this host not log in");
    }

    @Test
    @Tag("E10")
    void what_is_no_portal_is_an_error_with_its_code() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        assertThat(CommandLineInProcess.run(home, "discoverdev", "--portal", "127.0.0.1:" + free)
                        .ends(1)
                        .err())
                .startsWith("SBG-U003 portal 127.0.0.1:" + free + " can't be reached");
        assertThat(CommandLineInProcess.run(home, "discoverdev", "--portal", "127.0.0.1:x")
                        .ends(2)
                        .err())
                .contains("'127.0.0.1:x' is not host:port, e.g. 10.0.0.5:3260");
    }
}

package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.app.CommandLineInProcess;
import io.saddlebag.lab.TapeLab;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The offline workflow on a tape library that others made: SCSI drives and a robot over iSCSI, found by their serial numbers
 * from config/devices.yaml alone. The commands are those of a virtual library.
 */
@Tag("M3")
@Tag("M14")
@Tag("M18")
class TapeLibraryIT {
    private static final int MEGABYTES = 16;
    private static final int SLOTS = 16;
    private static final int ROWS = 120_000;

    @TempDir
    static Path folder;

    private static Site site;
    private static TapeLab lab;
    private static Path home;

    @BeforeAll
    static void start() throws Exception {
        lab = TapeLab.start(Files.createDirectory(folder.resolve("t")), new TapeLab.Size(2, SLOTS, MEGABYTES));
        site = Site.in(folder);
        site.fill(ROWS);
        home = site.home("home", "");
        Files.writeString(
                home.resolve("config/devices.yaml"), """
                drives:
                  left:
                    attachments: [{ iscsi: "%s" }]
                    quirks: [countPositions, longReads]
                    element: dte1
                  right:
                    attachments: [{ iscsi: "%s" }]
                    quirks: [countPositions, longReads]
                    element: dte2
                libraries:
                  vault:
                    attachments: [{ iscsi: "%s" }]
                    drives: [left, right]
                    patience: 1s
                """.formatted(lab.drive(1), lab.drive(2), lab.changer()));
    }

    @AfterAll
    static void stop() throws Exception {
        if (site != null) {
            site.close();
        }
        if (lab != null) {
            lab.close();
        }
    }

    private static JsonNode json(String... command) throws Exception {
        return CommandLineInProcess.run(home, command).ok().json();
    }

    @Test
    @Tag("M6")
    @Tag("M7")
    @Tag("M9")
    @Tag("M15")
    @Tag("M16")
    @Tag("M28")
    void a_database_goes_to_two_cartridges_of_a_scsi_library_and_comes_back() throws Exception {
        assertThat(CommandLineInProcess.run(home, "library", "vault", "inventory")
                        .ok()
                        .out())
                .contains(TapeLab.barcode(1), TapeLab.barcode(SLOTS), "dte1", "dte2");
        String rows = site.rows();

        site.backUp(home).ok();

        JsonNode first = json("lsbu", "--json").path(0);
        assertThat(first.path("sections").size()).as("volumes of the image").isGreaterThan(1);

        site.server().execute("insert into orders values (-1, 'between', 0)");
        String between = site.rows();
        site.backUp(home).ok();
        assertThat(json("lsbu", "--json").size()).isEqualTo(2);
        assertIsBehind(first, json("lsbu", "--json").path(1));
        CommandLineInProcess.run(home, "verify", "1").ok();
        CommandLineInProcess.run(home, "verify", "2").ok();

        for (String damage : List.of("delete from orders", "drop table orders")) {
            site.server().execute(damage);
            CommandLineInProcess.run(home, "restore", "orders", "--database", "orders")
                    .ok();
            assertThat(site.rows()).isEqualTo(between).isNotEqualTo(rows);
        }
        backUpInProtectedFraming();
        backUpOnTwoDrives(between);
    }

    /** The second image begins on the volume on which the first one ended, as its next file (M9). */
    private static void assertIsBehind(JsonNode first, JsonNode second) {
        JsonNode last = first.path("sections").path(first.path("sections").size() - 1);
        JsonNode next = second.path("sections").path(0);
        assertThat(next.path("volume").asText()).isEqualTo(last.path("volume").asText());
        assertThat(next.path("fileNumber").asInt())
                .isEqualTo(last.path("fileNumber").asInt() + 1);
        assertThat(next.path("volumeSequence").asInt())
                .isEqualTo(last.path("volumeSequence").asInt());
        assertThat(next.path("block").asLong()).isGreaterThan(last.path("block").asLong());
    }

    private static void backUpOnTwoDrives(String rows) throws Exception {
        List<String> command = new ArrayList<>(List.of(site.backupCommand()));
        command.addAll(List.of("--drives", "2"));
        CommandLineInProcess.run(home, command.toArray(String[]::new)).ok();
        JsonNode sections = json("lsbu", "--json").path(3).path("sections");
        assertThat(sections).extracting(s -> s.path("lane").asInt()).contains(1, 2);
        site.server().execute("drop table orders");
        CommandLineInProcess.run(home, "restore", "orders", "--database", "orders")
                .ok();
        assertThat(site.rows()).isEqualTo(rows);
    }

    private static void backUpInProtectedFraming() throws Exception {
        List<String> command = new ArrayList<>(List.of(site.backupCommand()));
        command.addAll(List.of("--format", "new_tape", "--group-size", "4"));
        CommandLineInProcess.run(home, command.toArray(String[]::new)).ok();
        assertThat(json("lsbu", "--json").size()).isEqualTo(3);
        CommandLineInProcess.run(home, "verify", "3").ok();
    }
}

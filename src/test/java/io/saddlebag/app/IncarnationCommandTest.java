package io.saddlebag.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Incarnations by the histories of timelines that are backed up. */
@Tag("R9")
final class IncarnationCommandTest {
    @TempDir
    Path folder;

    private Path home;
    private Path archive;

    @BeforeEach
    void home() throws Exception {
        home = Files.createDirectory(folder.resolve("home"));
        archive = Files.createDirectory(folder.resolve("archive"));
        Files.createDirectories(home.resolve("config"));
        Files.writeString(home.resolve("config/saddlebag.yaml"), """
                pools:
                  disk: { folder: pool, reserve: 1MiB }
                databases:
                  orders: { engine: postgresql, bin: /usr/bin, data: /srv/none }
                journals:
                  wal: { source: postgresql, folder: ARCHIVE, settled: 0s }
                """.replace("ARCHIVE", archive.toString()));
        Files.writeString(archive.resolve("000000010000000000000003"), "segment");
        Files.writeString(archive.resolve("00000002.history"), "1\t0/3001F60\tat restore point \"a\"\n");
        Files.writeString(
                archive.resolve("00000003.history"),
                "1\t0/3001F60\tat restore point \"a\"\n2\t0/5000110\tbefore LSN\n");
        run("journal", "backup", "wal", "--pool", "disk", "--compression", "zstd")
                .ok();
    }

    private CommandLineInProcess.Said run(String... command) {
        return CommandLineInProcess.run(home, command);
    }

    private List<String> listed() {
        JsonNode all = run("incarnation", "list", "orders", "--json").ok().json();
        List<String> shown = new java.util.ArrayList<>();
        all.forEach(each -> shown.add(each.path("incarnation").asText() + " of "
                + each.path("parent").asText() + " at "
                + each.path("reset").asText() + " is " + each.path("status").asText()));
        return shown;
    }

    @Test
    @Tag("R12")
    void timelines_are_incarnations_with_their_parents() {
        assertThat(listed())
                .containsExactly(
                        "1 of null at null is parent",
                        "2 of 1 at 0/3001F60 is parent",
                        "3 of 2 at 0/5000110 is current");
        assertThat(run("incarnation", "list", "orders").ok().out()).contains("at restore point \"a\"", "KNOWN TO");
    }

    @Test
    void a_reset_counts_until_a_newer_incarnation_is_known() throws Exception {
        run("incarnation", "reset", "orders", "1").ok();
        assertThat(listed())
                .containsExactly(
                        "1 of null at null is current",
                        "2 of 1 at 0/3001F60 is orphan",
                        "3 of 2 at 0/5000110 is orphan");

        Files.writeString(archive.resolve("00000004.history"), "1\t0/2000000\tbefore transaction 742\n");
        run("journal", "backup", "wal", "--pool", "disk").ok();

        assertThat(listed())
                .containsExactly(
                        "1 of null at null is parent",
                        "2 of 1 at 0/3001F60 is orphan",
                        "3 of 2 at 0/5000110 is orphan",
                        "4 of 1 at 0/2000000 is current");
    }

    @Test
    void what_there_is_none_of_is_refused() {
        assertThat(run("incarnation", "reset", "orders", "9").ends(1).err())
                .contains("SBG-V040", "there is no incarnation 9; there are 1, 2, 3");
        assertThat(run("incarnation", "list", "other").ends(1).err()).contains("SBG-D003");
    }
}

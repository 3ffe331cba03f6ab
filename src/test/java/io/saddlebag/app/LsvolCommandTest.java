package io.saddlebag.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.app.CommandLineInProcess.Said;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the list of volumes says of those that backups wrote. */
class LsvolCommandTest {
    @TempDir
    Path home;

    @BeforeEach
    void configure() throws IOException {
        Files.createDirectories(home.resolve("config"));
        Files.createDirectories(home.resolve("ledger"));
        Files.writeString(home.resolve("ledger/book"), "one\ntwo\n");
        Files.writeString(home.resolve("config/saddlebag.yaml"), """
                libraries:
                  vault: { folder: vault, create: { slots: 3, drives: 1, mailSlots: 1, cartridges: 2, capacity: 8MiB } }
                databases:
                  ledger: { engine: script, paths: [%s], start: ["true"], stop: ["true"] }
                """.formatted(home.resolve("ledger")));
    }

    private Said run(String... arguments) {
        return CommandLineInProcess.run(home, arguments);
    }

    private void backup(String... further) {
        List<String> all = new ArrayList<>(
                List.of("backup", "ledger", "--library", "vault", "--provider", "none", "--format", "new_tape"));
        all.addAll(List.of(further));
        run(all.toArray(String[]::new)).ok();
    }

    private List<String> row(String volume) {
        return run("lsvol", "vault")
                .ok()
                .out()
                .lines()
                .filter(line -> line.contains(" " + volume + " "))
                .findFirst()
                .map(line -> List.of(line.strip().split("\\s{2,}")))
                .orElseThrow();
    }

    private JsonNode json(String volume) {
        for (JsonNode each : run("lsvol", "vault", "--json").ok().json()) {
            if (each.path("volume").asText().equals(volume)) {
                return each;
            }
        }
        throw new AssertionError("no volume " + volume);
    }

    @Test
    @Tag("M29")
    void owner_and_protection_are_shown() {
        backup("--rewind", "--owner", "[sales,jane]", "--protection", "(S,O,G:W,W:R)", "--label", "TAPE01");
        assertThat(row("TAPE01")).endsWith("[sales,jane]", "S:RW,O:RW,G:RW,W:R");
        assertThat(json("TAPE01").path("owner").asText()).isEqualTo("[sales,jane]");
        assertThat(json("TAPE01").path("protection").asText()).isEqualTo("S:RW,O:RW,G:RW,W:R");
    }

    @Test
    @Tag("M29")
    void a_volume_without_protection_shows_none() {
        backup("--label", "TAPE02");
        String user = System.getProperty("user.name", "nobody");
        assertThat(row("TAPE02")).endsWith(user);
        assertThat(json("TAPE02").path("owner").asText()).isEqualTo(user);
        assertThat(json("TAPE02").path("protection").isNull()).isTrue();
    }

    @Test
    @Tag("M10")
    void labels_can_be_made_of_a_file_s_name() {
        backup("--label", "file:my_backup.rbf");
        assertThat(row("my_bac")).contains("my_bac");
    }
}

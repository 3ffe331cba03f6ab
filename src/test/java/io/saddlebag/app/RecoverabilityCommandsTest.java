package io.saddlebag.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator asks before anybody relies on backups. */
final class RecoverabilityCommandsTest {
    @TempDir
    Path folder;

    private Path home;
    private Path archive;
    private Path data;

    @BeforeEach
    void home() throws Exception {
        home = Files.createDirectory(folder.resolve("home"));
        archive = Files.createDirectory(folder.resolve("archive"));
        data = Files.createDirectory(folder.resolve("data"));
        Files.writeString(data.resolve("table"), "row 1");
        Files.createDirectories(home.resolve("config"));
        Files.writeString(home.resolve("config/saddlebag.yaml"), """
                node: here
                pools:
                  disk: { folder: pool, reserve: 1MiB }
                  logs: { folder: logs, reserve: 1MiB }
                databases:
                  orders:
                    engine: script
                    start: ["true"]
                    stop: ["true"]
                    paths: [DATA]
                    journals: redo
                journals:
                  redo:
                    source: folder
                    folder: ARCHIVE
                    pattern: 'redo_(?<sequence>\\d+)\\.arc'
                    settled: 0s
                """.replace("ARCHIVE", archive.toString())
                .replace("DATA", data.toString()));
    }

    private CommandLineInProcess.Said run(String... command) {
        return CommandLineInProcess.run(home, command);
    }

    private void drop(int sequence) throws Exception {
        Files.writeString(archive.resolve("redo_" + sequence + ".arc"), "entries of " + sequence);
    }

    private void days() throws Exception {
        drop(1);
        Files.setLastModifiedTime(
                archive.resolve("redo_1.arc"), FileTime.from(Instant.now().minusSeconds(3600)));
        run("journal", "backup", "redo", "--pool", "logs").ok();
        run("backup", "orders", "--pool", "disk", "--provider", "none").ok();
        drop(2);
        run("journal", "backup", "redo", "--pool", "logs").ok();
    }

    @Test
    @Tag("C11")
    void intervals_and_what_a_pool_would_cost() throws Exception {
        days();

        JsonNode orders =
                run("recoverability", "show", "orders", "--json").ok().json().get(0);
        JsonNode interval = orders.get("intervals").get(0);
        assertThat(orders.get("kind").asText()).isEqualTo("database");
        assertThat(interval.get("lastJournal").asText()).isEqualTo("2");
        assertThat(interval.get("proof").asText()).isEqualTo("written");
        assertThat(interval.get("to").asText())
                .isGreaterThan(interval.get("from").asText());

        run("verify", "2").ok();
        assertThat(run("recoverability", "show").ok().out())
                .contains("2..2 (1)")
                .contains("2 checksummed");

        assertThat(run("recoverability", "show", "orders", "--without-pool", "logs")
                        .ok()
                        .out())
                .contains("(point)")
                .contains("Without pool logs no recovery would reach:\n  orders: after ");
        assertThat(run("recoverability", "show", "--without-pool", "disk").ok().out())
                .contains("orders  -    nothing");
    }

    @Test
    @Tag("J23")
    void limits_say_what_would_be_lost() throws Exception {
        assertThat(run("recoverability", "limits").ok().out())
                .contains("none")
                .contains("everything: it was never backed up");

        days();

        assertThat(run("recoverability", "limits", "orders").ok().out())
                .contains("archive-log")
                .contains("transactions that are not finished, and what was committed after");
        JsonNode limit = run("recoverability", "limits", "--json").ok().json().get(0);
        assertThat(limit.get("lastJournal").asText()).isEqualTo("2");
        assertThat(limit.get("ageSeconds").asLong()).isBetween(0L, 600L);
    }

    @Test
    @Tag("C11")
    void what_nobody_knows_is_refused() throws Exception {
        days();

        assertThat(run("recoverability", "show", "ordres").ends(1).err())
                .contains("nothing is known of 'ordres'; there are orders");
        assertThat(run("recoverability", "show", "--without-pool", "dsik")
                        .ends(1)
                        .err())
                .contains("no backup needs pool dsik; there are backups that need disk, logs");
    }

    @Test
    @Tag("R13")
    void advice_on_a_problem() throws Exception {
        days();

        assertThat(run("advise", "orders", "--problem", "media-failure").ok().out())
                .contains("1. recover the whole database to now, beginning with backup 2")
                .contains("takes about ")
                .contains("loses transactions that were not finished, and what was committed after");
        JsonNode gone = run("advise", "orders", "--problem", "media-failure", "--without-pool", "disk", "--json")
                .ok()
                .json();
        assertThat(gone.get("ways").get(0).get("obstacle").asText()).isEqualTo("no backup of it can be read");
        assertThat(run("advise", "orders", "--problem", "fire").ends(2).err())
                .contains("'fire' is not a problem; valid are user-error, corrupt-block, media-failure");
    }
}

package io.saddlebag.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a recovery refuses before anything is touched. */
@Tag("R8")
final class RecoverCommandTest {
    private static final String CONFIG = """
            pools:
              disk: { folder: pool, reserve: 1MiB }
            databases:
              orders: { engine: postgresql, bin: /usr/bin, data: /srv/none }
              notes: { engine: sqlite, file: /srv/notes.db }
            journals:
              wal: { source: postgresql, folder: ARCHIVE, settled: 0s }
            """;

    @TempDir
    Path folder;

    private Path home;
    private Path archive;

    @BeforeEach
    void home() throws Exception {
        home = Files.createDirectory(folder.resolve("home"));
        archive = Files.createDirectory(folder.resolve("archive"));
        Files.createDirectories(home.resolve("config"));
        configure(CONFIG);
        Files.writeString(archive.resolve("000000010000000000000003"), "segment");
        Files.writeString(archive.resolve("00000002.history"), "1\t0/3001F60\tat restore point \"a\"\n");
        run("journal", "backup", "wal", "--pool", "disk").ok();
    }

    private void configure(String config) throws Exception {
        Files.writeString(home.resolve("config/saddlebag.yaml"), config.replace("ARCHIVE", archive.toString()));
    }

    private CommandLineInProcess.Said run(String... command) {
        return CommandLineInProcess.run(home, command);
    }

    private String refused(String... command) {
        return run(command).ends(1).err();
    }

    @Test
    @Tag("R7")
    void without_a_backup_there_is_nothing_to_apply_journals_to() {
        assertThat(refused("recover", "orders"))
                .contains("SBG-V050", "on the line of incarnation 2", "there is none at all");
        assertThat(run("lsjob").ok().out()).doesNotContain("restore");
    }

    @Test
    @Tag("R9")
    void a_place_of_another_incarnation_needs_its_name() {
        assertThat(refused("recover", "orders", "--until-lsn", "0/2000000")).contains("SBG-V042", "it may be of 1");
        assertThat(refused("recover", "orders", "--until-lsn", "0/2000000", "--incarnation", "1"))
                .contains("SBG-V050");
        assertThat(refused("recover", "orders", "--incarnation", "7")).contains("SBG-V040");
    }

    @Test
    @Tag("J25")
    void a_source_that_cant_be_looked_at_isnt_taken_for_an_empty_one() throws Exception {
        Files.delete(archive);

        assertThat(refused("recover", "orders")).contains("SBG-V055", "--backed-up-only");
        assertThat(refused("recover", "orders", "--backed-up-only")).contains("SBG-V050");
    }

    @Test
    void points_that_cant_be_are_refused() {
        assertThat(run("recover", "orders", "--until-lsn", "0/1", "--restore-point", "a")
                        .ends(2)
                        .err())
                .contains("a recovery ends at one point");
        assertThat(refused("recover", "orders", "--restore-point", "a")).contains("SBG-V053", "--backup ID");
        assertThat(refused("recover", "orders", "--until-lsn", "1500", "--incarnation", "1"))
                .contains("SBG-D011", "LSNs");
        run("recover", "orders", "--before-transaction", "0").ends(2);
        run("recover", "orders", "--until-lsn", "here").ends(2);
    }

    @Test
    void databases_and_journals_that_dont_fit_are_refused() throws Exception {
        assertThat(refused("recover", "notes")).contains("SBG-V054", "databases.notes.journals");
        configure(CONFIG.replace(
                "  notes:",
                "  bulk: { engine: script, paths: [/srv/bulk], start: [\"true\"], stop: [\"true\"] }\n  notes:"));
        assertThat(refused("recover", "bulk")).contains("SBG-D011", "engine script");
        configure(CONFIG.replace(
                "  notes:", "  other: { engine: postgresql, bin: /usr/bin, data: /srv/other }\n  notes:"));

        assertThat(refused("recover", "orders")).contains("SBG-V054", "databases.orders.journals");
        configure(CONFIG.replace("data: /srv/none", "data: /srv/none, journals: wal"));
        assertThat(refused("recover", "orders")).contains("SBG-V050");
    }

    @Test
    @Tag("R9")
    void a_database_whose_journals_are_configured_wrong_is_backed_up_all_the_same() throws Exception {
        Path file = folder.resolve("notes.db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute("create table t (n)");
        }
        configure(CONFIG.replace("file: /srv/notes.db", "file: " + file));
        run("backup", "notes", "--pool", "disk", "--provider", "none").ok();
        configure(CONFIG.replace("file: /srv/notes.db", "journals: nowhere, file: " + file));
        // its limits can't be told
        assertThat(run("backup", "notes", "--pool", "disk", "--provider", "none")
                        .err())
                .contains("no journals 'nowhere'");

        assertThat(run("lsbu", "--json").ok().json().findValuesAsText("name").stream()
                        .filter("notes"::equals))
                .hasSize(2);
        assertThat(refused("recover", "notes")).contains("nowhere");
    }
}

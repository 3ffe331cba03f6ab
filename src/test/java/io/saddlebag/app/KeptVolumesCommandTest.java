package io.saddlebag.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Operators meet volumes that something else needs: each was given back before, so that no clock is waited for. */
@Tag("M13")
class KeptVolumesCommandTest {
    private static final String NEEDED =
            "SBG-M023 volume VOL000001 is still needed: backup 2 of home, which never expires, is based on backup 1 on it";
    private static final String CHAIN =
            "SBG-M024 volume VOL000001 is still needed: backup 2 on it holds journals: backup 1 of"
                    + " ledger is rolled forward with its journals, and backup 1 of ledger never expires";

    @TempDir
    Path folder;

    private Path home;
    private Path data;
    private Path archive;

    @BeforeEach
    void configure() throws IOException {
        home = Files.createDirectory(folder.resolve("home"));
        data = Files.createDirectory(folder.resolve("data"));
        archive = Files.createDirectory(folder.resolve("archive"));
        Files.writeString(data.resolve("letter"), "dear");
        Files.createDirectories(home.resolve("config/datasets"));
        Files.writeString(home.resolve("config/datasets/home.ds"), "include path " + data + "\n");
        Files.writeString(home.resolve("config/saddlebag.yaml"), """
                node: here
                libraries:
                  vault: { folder: vault, create: { slots: 3, drives: 1, cartridges: 1, capacity: 16MiB } }
                pools:
                  disk: { folder: pool, reserve: 1MiB }
                databases:
                  ledger: { engine: script, paths: [DATA], start: ["true"], stop: ["true"], journals: book }
                journals:
                  book: { source: folder, folder: ARCHIVE, pattern: 'redo_(?<sequence>\\d+)\\.arc', settled: 0s }
                """.replace("DATA", data.toString())
                .replace("ARCHIVE", archive.toString()));
    }

    private CommandLineInProcess.Said run(String... command) {
        return CommandLineInProcess.run(home, command);
    }

    private CommandLineInProcess.Said vault(String... operation) {
        String[] all = new String[operation.length + 2];
        all[0] = "library";
        all[1] = "vault";
        System.arraycopy(operation, 0, all, 2, operation.length);
        return run(all);
    }

    @Test
    @Tag("M15")
    @Tag("M21")
    @Tag("D2")
    void what_an_incremental_is_based_on_is_kept_from_every_command_but_by_order() throws Exception {
        run("backup", "--dataset", "home", "--library", "vault", "--provider", "none", "--level", "0")
                .ok();
        vault("reusevol", "VOL000001", "--even-if-in-use").ok();
        Files.writeString(data.resolve("letter"), "dear sir");
        run("backup", "--dataset", "home", "--pool", "disk", "--provider", "none", "--level", "10")
                .ok();

        assertThat(vault("labelvol", "SBG001L6").ends(1).err()).contains(NEEDED, "--even-if-in-use");
        assertThat(vault("unlabelvol", "SBG001L6").ends(1).err()).contains(NEEDED);
        assertThat(vault("reusevol", "VOL000001").ends(1).err()).contains(NEEDED);
        CommandLineInProcess.Said backup = run(
                        "backup",
                        "--dataset",
                        "home",
                        "--library",
                        "vault",
                        "--provider",
                        "none",
                        "--prompt",
                        "automatic")
                .ends(1);
        assertThat(backup.out() + backup.err()).contains("SBG-M003", "volume VOL000001, is needed: backup 2 of home");
        run("verify", "1").ok();
        assertThat(run("lsvol", "vault").ok().out())
                .contains("KEPT FOR", "backup 2 of home, which never expires, is based on backup 1 on it");
        assertThat(run("lsvol", "vault", "--json").ok().json().findValuesAsText("kind"))
                .containsExactly("parent");

        assertThat(vault("labelvol", "SBG001L6", "--even-if-in-use").ok().out()).contains("volume VOL0000");
        assertThat(run("lsbu", "--all").ok().out()).contains(" lost ");
    }

    @Test
    @Tag("J13")
    void journals_that_are_needed_go_with_break_chain_only_and_a_full_backup_is_asked_for() throws Exception {
        run("backup", "ledger", "--pool", "disk", "--provider", "none").ok();
        Files.writeString(archive.resolve("redo_1.arc"), "entries of 1");
        run("journal", "backup", "book", "--library", "vault").ok();

        assertThat(vault("unlabelvol", "SBG001L6", "--break-chain").ends(1).err())
                .contains("SBG-M013");
        assertThat(vault("labelvol", "SBG001L6", "--even-if-in-use").ends(1).err())
                .contains(CHAIN, "--break-chain");
        assertThat(vault("reusevol", "VOL000001", "--even-if-in-use").ends(1).err())
                .contains(CHAIN);
        assertThat(run("journal", "list", "book").ok().out()).contains("ready").doesNotContain("broken");

        assertThat(vault("reusevol", "VOL000001", "--even-if-in-use", "--break-chain")
                        .ok()
                        .err())
                .contains("OPERNOTIFY, the chain of book is broken at journals 1")
                .contains("DOFULLBCK, full database backup should be done to ensure future recovery");
        assertThat(run("journal", "list", "book").ok().out()).contains("broken");
        vault("unlabelvol", "SBG001L6").ok();
    }
}

package io.saddlebag.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Journals as an operator uses them. */
final class JournalCommandsTest {
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
                node: here
                libraries:
                  vault:
                    folder: vault
                    create: { slots: 4, drives: 2, cartridges: 3, capacity: 64MiB }
                pools:
                  disk: { folder: pool, reserve: 1MiB }
                journals:
                  orders:
                    source: folder
                    folder: ARCHIVE
                    pattern: 'redo_(?<sequence>\\d+)\\.arc'
                    settled: 0s
                """.replace("ARCHIVE", archive.toString()));
    }

    private CommandLineInProcess.Said run(String... command) {
        return CommandLineInProcess.run(home, command);
    }

    private void drop(int sequence) throws Exception {
        Files.writeString(archive.resolve("redo_" + sequence + ".arc"), "entries of " + sequence);
    }

    @Test
    @Tag("J3")
    @Tag("J14")
    void journals_are_backed_up_listed_verified_and_come_back() throws Exception {
        drop(1);
        drop(2);

        CommandLineInProcess.Said said = run("journal", "backup", "orders", "--pool", "disk", "--file", "orders.aij")
                .ok();

        assertThat(said.out()).contains("backed up to journal 2; the last file is pool:disk/_none/orders.aij.1.tar");
        assertThat(said.err()).contains("AIJBCKSEQ, backing up after-image journal sequence number 1");
        assertThat(archive).isEmptyDirectory();
        assertThat(run("journal", "list", "orders").ok().out())
                .contains("ready")
                .contains("redo_2.arc");
        run("verify", "1").ok();
        run("restore", "orders.journal", "--to", folder.resolve("back").toString())
                .ok();
        assertThat(folder.resolve("back/1/2/redo_2.arc")).hasContent("entries of 2");
        assertThat(run("journal", "backup", "orders", "--pool", "disk").ok().out())
                .contains("no journal is ready");
    }

    @Test
    @Tag("J3")
    void journals_go_to_tape() throws Exception {
        drop(1);

        run("journal", "backup", "orders", "--library", "vault").ok();

        assertThat(archive).isEmptyDirectory();
        run("verify", "1").ok();
    }

    @Test
    @Tag("J9")
    @Tag("J16")
    void what_is_wrong_is_said() throws Exception {
        assertThat(run("journal", "backup", "orders", "--pool", "disk", "--sequence", "3", "--quiet-point")
                        .ends(1)
                        .err())
                .contains("SBG-L007")
                .contains("'quietPoint' and 'sequence'");
        assertThat(run("journal", "backup", "order", "--pool", "disk").ends(1).err())
                .contains("there are no journals 'order'");
        drop(1);
        run("journal", "backup", "orders", "--pool", "disk").ok();
        drop(5);
        assertThat(run("journal", "backup", "orders", "--pool", "disk").ends(1).err())
                .contains("SBG-L002 journal gap 2..4 of orders")
                .contains("DOFULLBCK");
    }
}

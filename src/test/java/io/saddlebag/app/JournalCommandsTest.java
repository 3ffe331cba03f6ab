package io.saddlebag.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
                  slots:
                    source: folder
                    folder: SLOTS
                    pattern: 'aij_.'
                    preallocated: { resetRequests: 2, resetBlocks: 4 }
                """.replace("ARCHIVE", archive.toString())
                .replace("SLOTS", folder.resolve("slots").toString()));
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
                .contains("SBG-X007")
                .contains("'quietPoint' and 'sequence'");
        assertThat(run("journal", "backup", "order", "--pool", "disk").ends(1).err())
                .contains("there are no journals 'order'");
        drop(1);
        run("journal", "backup", "orders", "--pool", "disk").ok();
        drop(5);
        assertThat(run("journal", "backup", "orders", "--pool", "disk").ends(1).err())
                .contains("SBG-X002 journal gap 2..4 of orders")
                .contains("DOFULLBCK");
    }

    @Test
    @Tag("J4")
    @Tag("J27")
    void continuous_backup_tells_a_pass_that_fails_and_goes_on_unless_it_is_to_end() throws Exception {
        drop(1);
        run("journal", "backup", "orders", "--pool", "disk").ok();
        drop(3);

        CommandLineInProcess.Said said = run(
                        "journal", "backup", "orders", "--pool", "disk", "--continuous", "1", "--interval", "none")
                .ok();

        assertThat(said.err())
                .contains(
                        "JNLFAIL, the pass over the journals of orders failed, and is tried again in 1 s: SBG-X002 journal"
                                + " gap 2..2 of orders. Make a full backup")
                .contains("JNLAGAIN, passes over the journals of orders go through again, after 1 that failed");
        assertThat(said.out()).contains("backed up to journal 3");
        drop(5);
        CommandLineInProcess.Said ended = run(
                        "journal",
                        "backup",
                        "orders",
                        "--pool",
                        "disk",
                        "--continuous",
                        "1",
                        "--interval",
                        "none",
                        "--end-on-failure")
                .ends(1);
        assertThat(ended.err()).contains("SBG-X002 journal gap 4..4 of orders").doesNotContain("JNLFAIL");
    }

    @Test
    @Tag("J4")
    @Tag("J27")
    void continuous_backup_that_is_set_up_wrongly_ends_at_once() throws Exception {
        Files.delete(archive);

        assertThat(run("journal", "backup", "orders", "--pool", "disk", "--continuous", "--interval", "1")
                        .ends(1)
                        .err())
                .contains("SBG-")
                .doesNotContain("JNLFAIL");
        assertThat(run("journal", "backup", "orders", "--pool", "disk", "--end-on-failure")
                        .ends(2)
                        .err())
                .contains("--stalled-after and --end-on-failure belong to --continuous");
        assertThat(run(
                                "journal",
                                "backup",
                                "orders",
                                "--pool",
                                "disk",
                                "--continuous",
                                "--interval",
                                "1",
                                "--stalled-after",
                                "0s")
                        .ends(2)
                        .err())
                .contains("--stalled-after can't be 0s");
    }

    @Test
    @Tag("J27")
    void what_watches_passes_is_refused_of_a_stream_that_makes_none() throws Exception {
        assertThat(run("journal", "stream", "orders", "--stalled-after", "10m")
                        .ends(2)
                        .err())
                .contains("--stalled-after and --end-on-failure belong to --pool or --library, which was not given");
        assertThat(run("journal", "stream", "orders", "--pool", "disk", "--stalled-after", "0s")
                        .ends(2)
                        .err())
                .contains("--stalled-after can't be 0s");
    }

    @Test
    @Tag("J10")
    void renamed_journals_are_images_like_any_other_also_without_a_catalog() throws Exception {
        drop(1);
        drop(2);
        Object before = Files.getAttribute(archive.resolve("redo_2.arc"), "unix:ino");

        run("journal", "backup", "orders", "--pool", "disk", "--rename").ok();

        assertThat(archive).isEmptyDirectory();
        assertThat(Files.getAttribute(home.resolve("pool/_none/orders-1.aij.4.tar"), "unix:ino"))
                .isEqualTo(before);
        run("verify", "1").ok();
        Files.move(home.resolve("var"), folder.resolve("lost"));
        run("catalog", "import", "disk").ok();
        run("verify", "1").ok();
        run("restore", "orders.journal", "--to", folder.resolve("back").toString())
                .ok();
        assertThat(folder.resolve("back/1/2/redo_2.arc")).hasContent("entries of 2");
        assertThat(run("journal", "backup", "orders", "--library", "vault", "--rename")
                        .ends(1)
                        .err())
                .contains("SBG-X007 option 'rename' can't be used with library vault");
    }

    @Test
    @Tag("J15")
    void preallocated_journals_are_emptied_with_the_load_that_is_asked_for() throws Exception {
        Path slots = Files.createDirectories(folder.resolve("slots"));
        byte[] empty = new byte[10_000];
        java.util.Arrays.fill(empty, (byte) 0xFF);
        for (int n = 1; n <= 2; n++) {
            byte[] content = empty.clone();
            java.nio.ByteBuffer.wrap(content)
                    .putLong(n)
                    .put("entries".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            Files.write(slots.resolve("aij_" + n), content);
        }

        assertThat(run("journal", "backup", "slots", "--pool", "disk", "--reset-requests", "33")
                        .err())
                .contains("resetRequests is 33; valid are 1 to 32");
        assertThat(run("journal", "backup", "slots", "--pool", "disk", "--reset-requests", "4", "--reset-blocks", "8")
                        .ok()
                        .out())
                .contains("backed up to journal 1");

        assertThat(slots.resolve("aij_1")).hasBinaryContent(empty);
        assertThat(Files.readAllBytes(slots.resolve("aij_2"))).isNotEqualTo(empty);
        assertThat(run("journal", "backup", "orders", "--pool", "disk", "--reset-blocks", "8")
                        .ends(1)
                        .err())
                .contains("can't be used with source 'orders'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--format=new_tape",
                "--rewind",
                "--density=LTO3",
                "--label=TAPE01",
                "--tape-expiration=2030-01-31",
                "--media-loader"
            })
    @Tag("J9")
    void options_of_tapes_are_refused_for_what_is_no_tape(String option) throws Exception {
        drop(1);
        String name = option.replaceAll("=.*", "").substring(2);
        String camel = java.util.regex.Pattern.compile("-(.)")
                .matcher(name)
                .replaceAll(found -> found.group(1).toUpperCase(java.util.Locale.ROOT));

        CommandLineInProcess.Said said = run("journal", "backup", "orders", "--pool", "disk", option);

        assertThat(said.code()).isNotZero();
        assertThat(said.err()).contains("pool disk is no tape, and has no " + camel);
        assertThat(archive.resolve("redo_1.arc")).exists();
    }

    @Test
    @Tag("M29")
    void backup_files_of_journals_in_a_pool_have_the_mode_that_their_protection_is() throws Exception {
        drop(1);

        run("journal", "backup", "orders", "--pool", "disk", "--protection", "(O:RW,G:R,W)")
                .ok();

        try (Stream<Path> all = Files.walk(home.resolve("pool/_none"))) {
            List<Path> files = all.filter(Files::isRegularFile).toList();
            assertThat(files)
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat((Integer) Files.getAttribute(file, "unix:mode") & 07777)
                            .isEqualTo(0640));
        }
    }
}

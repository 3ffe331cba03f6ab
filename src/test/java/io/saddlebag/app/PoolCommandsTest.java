package io.saddlebag.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disk pools as an operator uses them. */
@Tag("M24")
final class PoolCommandsTest {
    @TempDir
    Path folder;

    private Path home;
    private Path data;
    private Path target;

    @BeforeEach
    void home() throws Exception {
        home = Files.createDirectory(folder.resolve("home"));
        data = Files.createDirectory(folder.resolve("data"));
        target = Files.createDirectory(folder.resolve("target"));
        Files.createDirectories(home.resolve("config/datasets"));
        configure("reserve: 1MiB");
        Files.writeString(home.resolve("config/datasets/home.ds"), "include path " + data + "\n");
        Files.writeString(data.resolve("letter"), "dear");
    }

    private void configure(String option) throws IOException {
        Files.writeString(home.resolve("config/saddlebag.yaml"), """
                node: here
                libraries:
                  vault:
                    folder: vault
                    create: { slots: 4, drives: 2, cartridges: 3, capacity: 64MiB }
                pools:
                  disk:
                    folder: pool
                    OPTION
                  share:
                    put: "file:SHARE/{family}?fileName={file}&tempFileName=.part-{file}"
                    poll: "file:SHARE/{family}?fileName={file}&noop=true&idempotent=false&readLock=none"
                families:
                  brief: { writeWindow: 1s, retention: 1s }
                """.replace("OPTION", option)
                .replace("SHARE", folder.resolve("share").toString()));
    }

    private CommandLineInProcess.Said run(String... command) {
        return CommandLineInProcess.run(home, command);
    }

    private CommandLineInProcess.Said backUp(String pool, String... more) {
        return run(Stream.concat(
                        Stream.of("backup", "--dataset", "home", "--pool", pool, "--provider", "none"), Stream.of(more))
                .toArray(String[]::new));
    }

    @Test
    @Tag("X10")
    void an_image_in_a_pool_keeps_its_header_and_a_copy_of_it_gets_other_keys() throws Exception {
        run("key", "generate", "old").ok();
        run("key", "generate", "new").ok();
        backUp("disk", "--family", "brief", "--encrypt", "old").ok();
        Path image = only(home.resolve("pool/brief"), ".tar.zst.age");
        byte[] before = Files.readAllBytes(image);

        assertThat(run("key", "rewrap", image.toString(), "--encrypt", "new")
                        .ends(1)
                        .err())
                .contains("SBG-K008", "pool disk");

        assertThat(Files.readAllBytes(image)).isEqualTo(before);
        run("verify", "1").ok();
        Path copy = Files.copy(image, folder.resolve("copy.tar.zst.age"));
        run("key", "rewrap", copy.toString(), "--encrypt", "new").ok();
        assertThat(Files.readAllBytes(copy)).isNotEqualTo(before);
    }

    @Test
    @Tag("C1")
    @Tag("C6")
    void a_backup_goes_to_a_pool_and_comes_back_with_and_without_its_catalog() throws Exception {
        backUp("disk", "--family", "brief").ok();
        run("verify", "1").ok();
        assertThat(run("lsbu").ok().out()).contains("pool:disk/brief/");
        Files.delete(home.resolve("var/catalog.sqlite"));

        Path image = only(home.resolve("pool/brief"), ".tar.zst");
        CommandLineInProcess.run(java.util.List.of("unpack", image.toString(), "--to", target.toString()))
                .ok();
        assertThat(target.resolve(data.toString().substring(1)).resolve("letter"))
                .hasContent("dear");

        assertThat(run("catalog", "import", "disk").ok().out()).contains("1 backups were read in");
        run("restore", "home", "--to", folder.resolve("again").toString()).ok();
        assertThat(folder.resolve("again").resolve(data.toString().substring(1)).resolve("letter"))
                .hasContent("dear");
    }

    @Test
    void a_backup_goes_to_an_endpoint_and_comes_back() throws Exception {
        backUp("share").ok();
        run("verify", "1").ok();
        run("restore", "home", "--to", target.toString()).ok();
        assertThat(target.resolve(data.toString().substring(1)).resolve("letter"))
                .hasContent("dear");
    }

    @Test
    @Tag("Q11")
    void when_only_the_reserve_is_left_nothing_is_written_and_nothing_stays() throws Exception {
        configure("reserve: 900TiB");

        CommandLineInProcess.Said said = backUp("disk").ends(1);

        assertThat(said.err() + said.out()).contains("SBG-Y002").contains("are kept free");
        assertThat(run("lsbu").ok().out()).doesNotContain("home");
        try (Stream<Path> left = Files.list(home.resolve("pool/.incoming"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    @Tag("Q11")
    void what_a_dead_writer_left_is_removed_at_the_next_start() throws Exception {
        backUp("disk").ok();
        Path left = Files.createDirectories(home.resolve("pool/.incoming/node-dead-1.1"));
        Files.writeString(left.resolve("image-half.1.tar"), "half");

        backUp("disk").ok();

        assertThat(left).doesNotExist();
    }

    @Test
    @Tag("C13")
    void what_has_expired_is_shown_quarantined_and_then_removed() throws Exception {
        backUp("disk", "--family", "brief").ok();
        backUp("disk").ok();
        io.saddlebag.host.local.Eventually.holds(
                () -> run("pool", "prune", "disk").ok().out().contains("quarantine backup 1 of home"));
        assertThat(run("lsbu").ok().out().lines()).hasSize(3);

        run("pool", "prune", "disk", "--execute").ok();
        assertThat(run("pool", "ls", "disk").ok().out()).contains("quarantined").contains("present");
        assertThat(run("lsbu").ok().out().lines()).hasSize(2);
        assertThat(run("pool", "prune", "disk", "--execute").ok().out()).contains("remove backup 1 of home");
        assertThat(home.resolve("pool/brief")).isEmptyDirectory();
    }

    @Test
    void options_of_tapes_and_unknown_names_are_refused_before_anything_is_touched() {
        assertThat(backUp("disk", "--format", "new_tape").ends(2).err()).contains("pool disk is no tape");
        assertThat(backUp("dusk").ends(1).err())
                .contains("there is no pool 'dusk'")
                .contains("disk, share");
        assertThat(home.resolve("pool")).doesNotExist();
    }

    private static Path only(Path in, String suffix) throws IOException {
        try (Stream<Path> all = Files.list(in)) {
            return all.filter(path -> path.toString().endsWith(suffix))
                    .findFirst()
                    .orElseThrow();
        }
    }
}

package io.saddlebag.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
                  offsite:
                    folder: offsite
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
    void an_image_in_a_pool_gets_other_keys_and_nothing_asks_for_the_old_one_again() throws Exception {
        Program.need("age");
        generate("old", "new");
        configure("sectionSize: 16KiB");
        byte[] noise = new byte[100_000];
        new java.util.Random(1).nextBytes(noise);
        Files.write(data.resolve("noise"), noise);
        backUp("disk", "--family", "brief", "--encrypt", "old").ok();
        Path second = only(home.resolve("pool/brief"), ".2.tar.zst.age");
        byte[] untouched = Files.readAllBytes(second);

        assertThat(run("key", "rewrap", second.toString(), "--encrypt", "new")
                        .ok()
                        .out())
                .contains("backup 1 in pool:disk/brief/", "is encrypted for new");

        assertThat(Files.readAllBytes(second)).isEqualTo(untouched);
        assertThat(run("lsbu").ok().out()).contains("age+" + keyId("new")).doesNotContain(keyId("old"));
        Path all = folder.resolve("all.tar.zst.age");
        for (int section = 1; section <= 7; section++) {
            Path file = only(home.resolve("pool/brief"), "." + section + ".tar.zst.age");
            Files.write(
                    all,
                    Files.readAllBytes(file),
                    java.nio.file.StandardOpenOption.CREATE,
                    java.nio.file.StandardOpenOption.APPEND);
            assertThat(file.resolveSibling(file.getFileName() + ".json"))
                    .content()
                    .contains(keyId("new"))
                    .doesNotContain(keyId("old"));
            assertThat(Files.getPosixFilePermissions(file))
                    .isEqualTo(java.nio.file.attribute.PosixFilePermissions.fromString("r-x------"));
        }
        assertThat(Program.end(folder, "age", "-d", "-i", key("old"), "-o", "plain", all)
                        .exitCode())
                .isNotZero();
        Program.run(folder, "age", "-d", "-i", key("new"), "-o", "plain", all);
        Files.delete(key("old"));
        restoresTheLetter("first");

        // only the labels say for whom the header is; the image inside says what it was made for
        Files.delete(home.resolve("var/catalog.sqlite"));
        assertThat(run("catalog", "import", "disk").ok().out())
                .contains("was given other keys since it was written: " + keyId("new"));
        assertThat(run("lsbu").ok().out()).contains("age+" + keyId("new")).doesNotContain(keyId("old"));
        restoresTheLetter("again");
        assertThat(home.resolve("pool/.rewrap")).isEmptyDirectory();
    }

    private void generate(String... names) {
        for (String name : names) {
            run("key", "generate", name).ok();
        }
    }

    private Path key(String name) {
        return home.resolve("config/keys/" + name + ".key");
    }

    private String keyId(String name) {
        return run("key", "show", name, "--json").json().path("keyIds").get(0).asText();
    }

    private void restoresTheLetter(String into) {
        run("verify", "1").ok();
        run("restore", "home", "--to", folder.resolve(into).toString()).ok();
        assertThat(folder.resolve(into).resolve(data.toString().substring(1)).resolve("letter"))
                .hasContent("dear");
    }

    @Test
    @Tag("X10")
    @Tag("C1")
    void a_label_that_is_of_another_file_than_stands_beside_it_is_not_believed() throws Exception {
        generate("old", "new");
        backUp("disk", "--family", "brief", "--encrypt", "old").ok();
        Path image = only(home.resolve("pool/brief"), ".tar.zst.age");
        byte[] before = Files.readAllBytes(image);
        run("key", "rewrap", image.toString(), "--encrypt", "new").ok();
        Files.setPosixFilePermissions(image, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
        Files.write(image, before);
        Files.delete(home.resolve("var/catalog.sqlite"));

        run("catalog", "import", "disk").ok();

        assertThat(run("lsbu").ok().out()).contains("age+" + keyId("old")).doesNotContain(keyId("new"));
    }

    @Test
    @Tag("X10")
    void what_was_left_half_done_is_ended_by_the_next_start() throws Exception {
        generate("old", "new");
        backUp("disk", "--family", "brief", "--encrypt", "old").ok();
        Path image = only(home.resolve("pool/brief"), ".tar.zst.age");
        // the image is in its place by then, and its label can't be
        Path label = image.resolveSibling(image.getFileName() + ".json");
        Files.delete(label);
        Files.createDirectories(label.resolve("in-the-way"));

        run("key", "rewrap", image.toString(), "--encrypt", "new").ends(1);

        assertThat(run("lsbu").ok().out()).contains("age+" + keyId("old"));
        assertThat(run("pool", "prune", "disk").ok().out()).doesNotContain("quarantine");
        Files.delete(label.resolve("in-the-way"));
        Files.delete(label);
        Files.delete(key("old"));
        run("verify", "1").ok();
        assertThat(run("lsbu").ok().out()).contains("age+" + keyId("new"));
        assertThat(label).content().contains(keyId("new"), "\"family\" : \"brief\"");
        assertThat(home.resolve("pool/.rewrap")).isEmptyDirectory();
    }

    @Test
    @Tag("X10")
    void other_keys_are_refused_where_they_would_cost_the_image() throws Exception {
        generate("old", "new");
        backUp("share", "--encrypt", "old").ok();
        backUp("disk", "--encrypt", "old").ok();
        backUp("disk").ok();
        String shared = "pool:share/" + folder.resolve("share").relativize(only(folder.resolve("share/_none"), ".age"));
        Path image = only(home.resolve("pool/_none"), ".tar.zst.age");
        byte[] before = Files.readAllBytes(image);
        Path stray = Files.copy(image, image.resolveSibling("stray.1.tar.zst.age"));

        assertThat(rewrap(shared, "new").ends(1).err()).contains("SBG-K008", "pool share", "at endpoints");
        assertThat(rewrap(stray.toString(), "new").ends(1).err()).contains("SBG-K008", "catalog import disk");
        assertThat(rewrap(only(home.resolve("pool/_none"), ".tar.zst").toString(), "new")
                        .ends(1)
                        .err())
                .contains("SBG-K007");
        assertThat(rewrap(image.toString(), "nobody").ends(1).err()).contains("SBG-K002");
        assertThat(rewrap(image.toString(), "none").ends(1).err()).contains("SBG-K005");
        Files.move(key("old"), folder.resolve("kept"));
        assertThat(rewrap(image.toString(), "new").ends(1).err()).contains("SBG-K001");
        Files.move(folder.resolve("kept"), key("old"));
        byte[] damaged = before.clone();
        damaged[damaged.length - 1] ^= 1;
        Files.setPosixFilePermissions(image, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
        Files.write(image, damaged);
        assertThat(rewrap(image.toString(), "new").ends(1).err()).contains("SBG-Y004");

        assertThat(Files.readAllBytes(image)).isEqualTo(damaged);
        assertThat(home.resolve("pool/.rewrap")).doesNotExist();
        Files.write(image, before);
        run("verify", "2").ok();
        // beside pools as ever
        rewrap(Files.copy(image, folder.resolve("copy.tar.zst.age")).toString(), "new")
                .ok();
    }

    private CommandLineInProcess.Said rewrap(String file, String names) {
        return run("key", "rewrap", file, "--encrypt", names);
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
        CommandLineInProcess.run(List.of("unpack", image.toString(), "--to", target.toString()))
                .ok();
        assertThat(target.resolve(data.toString().substring(1)).resolve("letter"))
                .hasContent("dear");

        assertThat(run("catalog", "import", "disk").ok().out()).contains("1 backups were read in");
        run("restore", "home", "--to", folder.resolve("again").toString()).ok();
        assertThat(folder.resolve("again").resolve(data.toString().substring(1)).resolve("letter"))
                .hasContent("dear");
    }

    private List<Path> images() throws IOException {
        try (Stream<Path> all = Files.walk(home.resolve("pool"))) {
            return all.filter(each -> each.toString().endsWith(".tar.zst")).toList();
        }
    }

    @Test
    @Tag("R5")
    void a_copy_in_another_pool_is_restored_when_the_image_is_gone() throws Exception {
        backUp("disk").ok();
        assertThat(run("pool", "copy", "1", "offsite").ok().out()).contains("of backup 1 is pool:offsite/");
        Files.delete(images().get(0));

        CommandLineInProcess.Said missing = run("restore", "home", "--to", target.toString(), "--failover", "none")
                .ends(1);
        assertThat(missing.out() + missing.err()).contains("SBG-Y");
        CommandLineInProcess.Said restored =
                run("restore", "home", "--to", target.toString()).ends(3);

        assertThat(restored.out() + restored.err()).contains("backup 1 can't be read from pool:disk/");
        assertThat(target.resolve(data.toString().substring(1)).resolve("letter"))
                .hasContent("dear");
        assertThat(run("pool", "copy", "1", "nowhere").ends(1).err()).contains("nowhere", "offsite");
    }

    @Test
    @Tag("R3")
    @Tag("R5")
    void the_backup_before_is_restored_loudly_and_on_request_never() throws Exception {
        backUp("disk", "--level", "0").ok();
        Path first = images().get(0);
        Files.writeString(data.resolve("letter"), "dearest");
        backUp("disk", "--level", "0").ok();
        Files.delete(images().stream()
                .filter(each -> !each.equals(first))
                .findFirst()
                .orElseThrow());

        run("restore", "home", "--to", target.toString(), "--failover", "copies")
                .ends(1);
        assertThat(target.resolve(data.toString().substring(1))).doesNotExist();
        run("restore", "home", "--to", target.toString()).ends(3);
        assertThat(target.resolve(data.toString().substring(1)).resolve("letter"))
                .hasContent("dear");

        assertThat(run("restore", "home", "--to", target.toString(), "--from-medium", "tape")
                        .ends(1)
                        .err())
                .contains("SBG-V021", "backup 2", "backup 1");
        assertThat(run("restore", "home", "--until", "2001-01-01T00:00:00Z")
                        .ends(1)
                        .err())
                .contains("SBG-V021");
    }

    @Test
    @Tag("R6")
    @Tag("R2")
    void what_is_in_place_stays_unless_forced_and_files_get_new_names() throws Exception {
        backUp("disk").ok();
        run("restore", "home", "--to", target.toString()).ok();
        Path letter = target.resolve(data.toString().substring(1)).resolve("letter");
        Object before = Files.getAttribute(letter, "unix:ino");

        run("restore", "home", "--to", target.toString()).ok();
        assertThat(Files.getAttribute(letter, "unix:ino")).isEqualTo(before);
        run("restore", "home", "--to", target.toString(), "--force").ok();
        assertThat(Files.getAttribute(letter, "unix:ino")).isNotEqualTo(before);

        run("restore", "home", "--newname", data + "/let*=" + folder + "/renamed-%b")
                .ok();
        assertThat(folder.resolve("renamed-letter")).hasContent("dear");
    }

    @Test
    void a_backup_goes_to_an_endpoint_and_comes_back() throws Exception {
        backUp("share").ok();
        run("verify", "1").ok();
        run("restore", "home", "--to", target.toString()).ok();
        assertThat(target.resolve(data.toString().substring(1)).resolve("letter"))
                .hasContent("dear");
    }

    private static int mode(Path file) throws IOException {
        return (Integer) Files.getAttribute(file, "unix:mode") & 07777;
    }

    @Test
    @Tag("M29")
    void who_may_read_an_image_is_said_by_the_configuration_or_the_command() throws Exception {
        backUp("disk").ok();
        Path first = images().get(0);
        configure("protection: (O:R,G:R,W)");
        backUp("disk", "--family", "brief").ok();
        backUp("disk", "--protection", "(O:RW,W:R)").ok();

        assertThat(mode(first)).isEqualTo(0500);
        assertThat(mode(only(home.resolve("pool/brief"), ".tar.zst"))).isEqualTo(0440);
        assertThat(images()).anySatisfy(image -> assertThat(mode(image)).isEqualTo(0604));
        run("verify", "3").ok();
    }

    @Test
    @Tag("M29")
    void who_cannot_be_given_files_is_refused_before_anything_runs() throws Exception {
        assertThat(backUp("disk", "--owner", "no-such-user").ends(1).err())
                .contains("SBG-Y009 files can't be given to no-such-user");
        assertThat(backUp("share", "--protection", "W:R").ends(1).err())
                .contains("SBG-Y007")
                .contains("can't be given an owner and a protection from here");
        assertThat(run("lsjob").ok().out()).doesNotContain("home");
        assertThat(folder.resolve("share")).doesNotExist();

        configure("owner: '[sales'");
        assertThat(backUp("disk").ends(1).err()).contains("option 'owner' is '[sales'; '[sales' is not an owner");
    }

    @Test
    @Tag("M29")
    void a_pool_at_endpoints_is_configured_without_owner_and_protection() throws Exception {
        configure("reserve: 1MiB");
        Path file = home.resolve("config/saddlebag.yaml");
        Files.writeString(file, Files.readString(file).replace("  share:\n", "  share:\n    protection: W:R\n"));

        assertThat(backUp("disk").ends(1).err()).contains("a pool at endpoints has no 'owner' and no 'protection'");
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
                .contains("disk, offsite, share");
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

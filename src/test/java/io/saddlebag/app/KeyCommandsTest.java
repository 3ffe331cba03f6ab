package io.saddlebag.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Encrypted backups as an operator makes and restores them. */
@Tag("X10")
class KeyCommandsTest {
    private static final String SECRET = "dear nobody, this is a secret of sixty-four bytes or a bit more.";

    @TempDir
    Path folder;

    private Path home;
    private Path data;
    private Path target;

    @BeforeEach
    void home() throws Exception {
        home = Files.createDirectory(folder.resolve("home"));
        data = Files.createDirectory(folder.resolve("data"));
        target = folder.resolve("target");
        Files.createDirectories(home.resolve("config/datasets"));
        configure("");
        Files.writeString(data.resolve("letter"), SECRET);
        Files.writeString(home.resolve("config/datasets/docs.ds"), "include path " + data + "\n");
    }

    private void configure(String more) throws IOException {
        Files.writeString(home.resolve("config/saddlebag.yaml"), """
                node: here
                libraries:
                  vault:
                    folder: vault
                    create: { slots: 4, drives: 2, cartridges: 3, capacity: 64MiB }
                """ + more);
    }

    private CommandLineInProcess.Said run(String... command) {
        return CommandLineInProcess.run(home, command);
    }

    private CommandLineInProcess.Said backUp(String... more) {
        String[] all = new String[8 + more.length];
        String[] first = {
            "backup", "--dataset", "docs", "--library", "vault", "--provider", "none", "--compression=none"
        };
        System.arraycopy(first, 0, all, 0, first.length);
        System.arraycopy(more, 0, all, first.length, more.length);
        return run(all);
    }

    private String keyId(String name) {
        return run("key", "show", name, "--json").json().path("keyIds").get(0).asText();
    }

    private Path key(String file) {
        return home.resolve("config/keys").resolve(file);
    }

    private boolean onCartridges(String text) throws IOException {
        try (var files = Files.walk(home.resolve("vault"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1).contains(text)) {
                    return true;
                }
            }
        }
        return false;
    }

    @Test
    @Tag("M1")
    void an_encrypted_backup_is_verified_and_restored_without_anybody_naming_the_key() throws Exception {
        run("key", "generate", "nightly").ok();
        run("key", "generate", "offsite").ok();

        backUp("--encrypt", "nightly,offsite").ok();

        String layers = "tar,age+" + keyId("nightly") + "+" + keyId("offsite");
        assertThat(run("lsbu").ok().out()).contains(layers);
        assertThat(run("lsvol", "vault", "--label", "dte1").ok().out()).contains(layers);
        assertThat(onCartridges(SECRET)).isFalse();
        run("verify", "1").ok();
        run("restore", "docs", "--to", target.toString()).ok();
        assertThat(Files.readString(Path.of(target.toString(), data.toString(), "letter")))
                .isEqualTo(SECRET);
    }

    @Test
    @Tag("M28")
    void each_part_of_an_image_that_several_drives_write_is_encrypted() throws Exception {
        run("key", "generate", "nightly").ok();
        for (int i = 0; i < 20; i++) {
            Files.writeString(data.resolve("letter" + i), SECRET + i);
        }

        backUp("--encrypt", "nightly", "--drives", "2").ok();

        assertThat(run("lsbu", "--json").json().get(0).path("sections"))
                .extracting(section -> section.path("lane").asInt())
                .contains(1, 2);
        assertThat(onCartridges(SECRET)).isFalse();
        assertThat(onCartridges("letter1")).isFalse();
        run("verify", "1").ok();
        run("restore", "docs", "--to", target.toString()).ok();
        for (int i = 0; i < 20; i++) {
            assertThat(Path.of(target.toString(), data.toString(), "letter" + i))
                    .hasContent(SECRET + i);
        }
    }

    @Test
    void without_encryption_the_secret_is_on_the_cartridge() throws Exception {
        backUp().ok();
        assertThat(onCartridges(SECRET)).isTrue();
    }

    @Test
    void a_missing_key_is_said_before_anything_is_touched() throws Exception {
        run("key", "generate", "nightly").ok();
        backUp("--encrypt", "nightly").ok();
        String id = keyId("nightly");
        Files.move(key("nightly.key"), folder.resolve("kept-elsewhere"));

        assertThat(run("restore", "docs", "--to", target.toString()).ends(1).err())
                .contains("SBG-K001 the image is encrypted for key " + id, "this node has no key that opens anything");
        assertThat(target).doesNotExist();
        assertThat(run("verify", "1").ends(1).err()).contains("SBG-K001", id);

        Files.move(folder.resolve("kept-elsewhere"), key("whatever.key"));
        run("restore", "docs", "--to", target.toString()).ok();
    }

    @Test
    void a_new_node_imports_what_it_has_the_key_of() throws Exception {
        run("key", "generate", "nightly").ok();
        backUp("--encrypt", "nightly").ok();
        backUp().ok();
        Program.run(home, "rm", "-r", "var");
        Files.move(key("nightly.key"), folder.resolve("kept-elsewhere"));

        assertThat(run("catalog", "import", "vault").ok().out())
                .contains("is left out, and can be imported when its key is here", "1 backups were read in");
        Files.move(folder.resolve("kept-elsewhere"), key("nightly.key"));
        run("catalog", "import", "vault").ok();
        assertThat(run("lsbu", "--json").ok().json()).hasSize(2);
    }

    @Test
    @Tag("X13")
    void keys_that_others_may_read_are_refused_and_none_shows() throws Exception {
        String said = run("key", "generate", "nightly").ok().out();
        String secret = Files.readString(key("nightly.key"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key("nightly.key"))))
                .isEqualTo("rw-------");
        backUp("--encrypt", "nightly").ok();
        said += run("key", "list").ok().out()
                + run("key", "show", "nightly").ok().out()
                + run("key", "list", "--json").ok().out()
                + run("catxcr", System.getProperty("user.name") + "/1").out()
                + run("lsjob", "--json").out();
        assertThat(said).contains("age1").doesNotContain("AGE-SECRET-KEY");
        assertThat(secret).contains("AGE-SECRET-KEY-1");

        Files.setPosixFilePermissions(key("nightly.key"), PosixFilePermissions.fromString("rw-r-----"));
        assertThat(run("restore", "docs", "--to", target.toString()).ends(1).err())
                .contains("SBG-K003", "nightly.key can't be used: others may read or change it: its mode is 0640");
        assertThat(target).doesNotExist();
        assertThat(run("key", "list").ends(4).out()).contains("0640");
    }

    @Test
    void a_backup_that_this_node_could_not_read_warns_once_unless_its_key_is_in_escrow() throws Exception {
        run("key", "generate", "offsite").ok();
        Files.delete(key("offsite.key"));

        backUp("--encrypt", "offsite").ends(3);
        assertThat(run("catxcr", System.getProperty("user.name") + "/1").out())
                .containsOnlyOnce("WARNING this node can't read the image again");

        configure("keys:\n  offsite: { escrow: true }\n");
        backUp("--encrypt", "offsite").ok();
    }

    @Test
    void a_key_that_is_not_there_starts_no_job() throws Exception {
        assertThat(backUp("--encrypt", "nightly").ends(1).err()).contains("SBG-K002 there is no key 'nightly'");
        assertThat(run("lsjob", "--json").ok().json()).isEmpty();
        run("key", "generate", "nightly").ok();
        assertThat(run("key", "generate", "nightly").ends(1).err()).contains("SBG-K004");
        assertThat(run("key", "generate", "a/b").ends(2).err()).contains("'a/b' is no name of a key");
    }

    @Test
    @Tag("X6")
    void what_opens_backups_is_in_none_of_them() throws Exception {
        run("key", "generate", "nightly").ok();
        Files.createDirectory(home.resolve("routes"));
        Files.writeString(
                home.resolve("config/datasets/docs.ds"),
                "include catalog\ninclude path " + data + "\ninclude path " + home + " { exclude path "
                        + home.resolve("vault") + " }\n");

        backUp().ok();

        assertThat(onCartridges(SECRET)).isTrue();
        assertThat(onCartridges("docs.ds")).isTrue();
        assertThat(onCartridges("AGE-SECRET-KEY")).isFalse();
    }

    @Test
    void a_file_gets_other_keys_and_keeps_its_data() throws Exception {
        Program.need("age");
        run("key", "generate", "old").ok();
        run("key", "generate", "new").ok();
        Path file = folder.resolve("x.age");
        Program.run(home, "sh", "-c", "age -R config/keys/old.pub " + data + "/letter > " + file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        byte[] before = Files.readAllBytes(file);

        run("key", "rewrap", file.toString(), "--encrypt", "new").ok();

        assertThat(Program.run(home, "age", "-d", "-i", "config/keys/new.key", file))
                .isEqualTo(SECRET);
        assertThat(Program.end(home, "age", "-d", "-i", "config/keys/old.key", file)
                        .exitCode())
                .isNotZero();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r-----");
        byte[] after = Files.readAllBytes(file);
        int payload = 16 + SECRET.length() + 16;
        assertThat(after).endsWith(java.util.Arrays.copyOfRange(before, before.length - payload, before.length));

        Files.move(key("new.key"), folder.resolve("away"));
        assertThat(run("key", "rewrap", file.toString(), "--encrypt", "old")
                        .ends(1)
                        .err())
                .contains("SBG-K001");
        assertThat(run("key", "rewrap", data.resolve("letter").toString(), "--encrypt", "old")
                        .ends(1)
                        .err())
                .contains("SBG-K007");
        assertThat(run("key", "rewrap", file.toString(), "--encrypt", "nobody")
                        .ends(1)
                        .err())
                .contains("SBG-K00");
        assertThat(Files.readAllBytes(file)).isEqualTo(after);
        try (var left = Files.list(folder)) {
            assertThat(left.map(each -> String.valueOf(each.getFileName())))
                    .containsExactlyInAnyOrder("home", "data", "x.age", "away");
        }
    }

    @Test
    void a_password_comes_from_a_file_or_the_environment() throws Exception {
        Files.createDirectories(key(""));
        Files.writeString(key("paper.password"), "correct horse\n");
        assertThat(backUp("--encrypt", "paper").ends(1).err()).contains("SBG-K003", "mode is 0644");
        Files.setPosixFilePermissions(key("paper.password"), PosixFilePermissions.fromString("rw-------"));
        backUp("--encrypt", "paper").ok();
        run("restore", "docs", "--to", target.toString()).ok();
        assertThat(run("lsbu").ok().out()).contains("tar,age+password.paper");

        configure("keys:\n  home: { passwordEnvironment: HOME }\n  gone: { passwordEnvironment: NOT_SET_ANYWHERE }\n");
        assertThat(backUp("--encrypt", "gone").ends(1).err()).contains("environment variable NOT_SET_ANYWHERE");
        configure("keys:\n  home: { passwordEnvironment: HOME }\n");
        backUp("--encrypt", "home").ok();
        run("verify", "2").ok();
    }
}

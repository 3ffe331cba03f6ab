package io.saddlebag.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.cli.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The wallet as an operator uses it. */
@Tag("X10")
class WalletCommandsTest {
    private static final String SECRET = "dear nobody, this is a secret of sixty-four bytes or a bit more.";
    private static final String PASSPHRASE = "correct horse battery";

    /** In memory on any Linux. */
    private static final Path MEMORY = Path.of("/dev/shm");

    @TempDir
    Path folder;

    private Path home;
    private Path target;
    private Path passphrase;
    private Path runtime;

    @BeforeEach
    void home() throws Exception {
        home = Files.createDirectory(folder.resolve("home"));
        Path data = Files.createDirectory(folder.resolve("data"));
        target = folder.resolve("target");
        Assumptions.assumeTrue(Files.isWritable(MEMORY), "there is no folder in memory here: " + MEMORY);
        runtime = Files.createTempDirectory(MEMORY, "saddlebag-test-");
        Files.createDirectories(home.resolve("config/datasets"));
        configure("");
        Files.writeString(data.resolve("letter"), SECRET);
        Files.writeString(home.resolve("config/datasets/docs.ds"), "include path " + data + "\n");
        passphrase = secret("passphrase", PASSPHRASE + "\n");
    }

    @AfterEach
    void memory() throws IOException {
        try (Stream<Path> all = Files.walk(runtime)) {
            for (Path each : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    private void configure(String more) throws IOException {
        Files.writeString(home.resolve("config/saddlebag.yaml"), """
                node: here
                pools:
                  disk: { folder: pool, reserve: 1MiB }
                  shelf: { folder: shelf, reserve: 1MiB }
                wallet:
                  runtime: %s
                """.formatted(runtime) + more);
    }

    private Path secret(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    private CommandLineInProcess.Said run(String... command) {
        return CommandLineInProcess.run(home, command);
    }

    /** With the passphrase in its file. */
    private CommandLineInProcess.Said wallet(String... command) {
        String[] all = Arrays.copyOf(command, command.length + 2);
        all[command.length] = "--passphrase-file";
        all[command.length + 1] = passphrase.toString();
        return run(Stream.concat(Stream.of("wallet"), Stream.of(all)).toArray(String[]::new));
    }

    private CommandLineInProcess.Said backUp(String keys) {
        return run("backup", "--dataset", "docs", "--pool", "disk", "--provider", "none", "--encrypt", keys);
    }

    private CommandLineInProcess.Said restore() {
        return run("restore", "docs", "--to", target.toString());
    }

    private Path key(String file) {
        return home.resolve("config/keys").resolve(file);
    }

    @Test
    void a_key_goes_when_the_images_in_pools_have_another_one() throws Exception {
        wallet("create").ok();
        wallet("add", "nightly", "--generate").ok();
        wallet("add", "later", "--generate").ok();
        wallet("open").ok();
        backUp("nightly").ok();
        run("pool", "copy", "1", "shelf").ok();
        assertThat(wallet("remove", "nightly").ends(1).err()).contains("SBG-K028", "1 of docs", "key rewrap");

        String image = "pool:disk/"
                + run("lsbu", "--json")
                        .json()
                        .get(0)
                        .path("files")
                        .get(0)
                        .path("path")
                        .asText();
        run("key", "rewrap", image, "--encrypt", "later").ok();

        assertThat(wallet("remove", "later").ends(1).err()).contains("SBG-K028");
        wallet("remove", "nightly").ok();
        restore().ok();
        assertThat(run("doctor").out()).doesNotContain("nothing on this node opens");
        try (Stream<Path> all = Files.walk(home.resolve("pool"))) {
            for (Path each : all.filter(Files::isRegularFile)
                    .filter(each -> each.toString().endsWith(".age"))
                    .toList()) {
                Files.delete(each);
            }
        }
        Path again = folder.resolve("from-the-copy");
        run("restore", "docs", "--to", again.toString()).ends(3);
        assertThat(again).isNotEmptyDirectory();
    }

    @Test
    void a_restore_decrypts_without_a_word_when_the_wallet_is_open_and_touches_nothing_when_it_is_closed()
            throws Exception {
        wallet("create").ok();
        wallet("add", "nightly", "--generate").ok();
        assertThat(key("nightly.key")).doesNotExist();
        // closed, and no warning: its index says that it holds the key
        backUp("nightly").ok();
        String id = run("key", "show", "nightly", "--json")
                .json()
                .path("keyIds")
                .get(0)
                .asText();

        assertThat(restore().ends(1).err())
                .contains(
                        "SBG-K020 the image is encrypted for key " + id,
                        "the wallet " + home.resolve("config/wallet/wallet.age") + " is closed",
                        "saddlebag wallet open");
        assertThat(target).doesNotExist();
        assertThat(run("verify", "1").ends(1).err()).contains("SBG-K020");
        assertThat(run("lsjob", "--json").json()).hasSize(1);

        wallet("open").ok();
        restore().ok();
        assertThat(letter()).hasContent(SECRET);
        run("verify", "1").ok();

        run("wallet", "close").ok();
        assertThat(run("verify", "1").ends(1).err()).contains("SBG-K020");
        assertThat(run("wallet", "status", "--json").json().path("state").asText())
                .isEqualTo("closed");
    }

    private Path letter() {
        return Path.of(target.toString(), folder.resolve("data/letter").toString());
    }

    @Test
    @Tag("X6")
    void it_opens_by_itself_with_a_passphrase_from_the_place_that_the_configuration_names() throws Exception {
        wallet("create").ok();
        wallet("add", "nightly", "--generate").ok();
        backUp("nightly").ok();

        configure("  passphraseFile: " + passphrase + "\n");
        run("verify", "1").ok();
        Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(run("verify", "1").ends(1).err())
                .contains("SBG-K026 " + passphrase + " is not used: others may read or change it: its mode is 0644");
        secret("passphrase", "wrong horse battery\n");
        assertThat(run("verify", "1").ends(1).err()).contains("SBG-K021 the passphrase does not open the wallet");

        configure("  passphraseEnvironment: NOT_SET_ANYWHERE\n");
        assertThat(run("verify", "1").ends(1).err()).contains("SBG-K027", "NOT_SET_ANYWHERE");
        configure("  passphraseFile: x\n  passphraseEnvironment: y\n");
        assertThat(run("verify", "1").ends(1).err()).contains("the passphrase of the wallet has one place, not 2");
    }

    @Test
    @Tag("X6")
    void a_wallet_that_is_always_open_is_bound_to_the_rights_of_its_file() throws Exception {
        wallet("create").ok();
        wallet("add", "nightly", "--generate").ok();
        backUp("nightly").ok();

        wallet("open", "--always").ok();
        run("verify", "1").ok();
        Files.setPosixFilePermissions(key("wallet.open"), PosixFilePermissions.fromString("rw-r-----"));

        assertThat(run("verify", "1").ends(1).err()).contains("SBG-K026 " + key("wallet.open"));
        assertThat(run("key", "list").ends(4).out()).contains("its mode is 0640");
    }

    @Test
    void without_a_place_in_memory_it_is_not_opened() throws Exception {
        wallet("create").ok();
        configure("  runtime: var/open\n".replace("  ", ""));
        Files.writeString(
                home.resolve("config/saddlebag.yaml"), "node: here\nwallet: { runtime: " + folder + "/open }\n");
        Assumptions.assumeFalse(
                Files.getFileStore(folder).type().equals("tmpfs"), "temporary folders are in memory here");

        assertThat(wallet("open").ends(1).err()).contains("SBG-K029", "is not in memory");
        wallet("open", "--always").ok();
    }

    @Test
    void a_key_file_moves_in_when_the_wallet_holds_it() throws Exception {
        run("key", "generate", "nightly").ok();
        backUp("nightly").ok();
        wallet("create").ok();

        assertThat(wallet("add", "nightly").ok().out()).contains("is still there, in the clear");
        assertThat(key("nightly.key")).exists();
        wallet("add", "nightly", "--move").ok();
        assertThat(key("nightly.key")).doesNotExist();
        assertThat(key("nightly.pub")).exists();
        wallet("open").ok();
        restore().ok();

        run("key", "generate", "other").ok();
        Files.move(key("other.key"), key("nightly.key"));
        assertThat(wallet("add", "nightly").ends(1).err()).contains("SBG-K004");
        assertThat(wallet("add", "nobody").ends(1).err()).contains("SBG-K002");
        assertThat(wallet("add", "other", "--generate").ends(1).err()).contains("SBG-K004");
    }

    @Test
    void a_password_in_the_wallet_encrypts_and_opens_while_it_is_open() throws Exception {
        Files.createDirectories(key(""));
        Files.move(secret("word", "an old password\n"), key("paper.password"));
        wallet("create").ok();
        wallet("add", "paper", "--move").ok();
        assertThat(key("paper.password")).doesNotExist();

        assertThat(backUp("paper").ends(1).err()).contains("SBG-K020 key 'paper' is needed, and the wallet");
        assertThat(run("lsjob", "--json").json()).isEmpty();
        wallet("open").ok();
        backUp("paper").ok();
        restore().ok();
        assertThat(letter()).hasContent(SECRET);
    }

    @Test
    void a_key_that_backups_need_stays_unless_it_is_forced_out() throws Exception {
        wallet("create").ok();
        wallet("add", "nightly", "--generate").ok();
        wallet("add", "spare", "--generate").ok();
        wallet("add", "both", "--generate").ok();
        backUp("nightly").ok();
        backUp("spare,both").ok();

        wallet("remove", "both").ok();
        assertThat(wallet("remove", "nightly").ends(1).err())
                .contains("SBG-K028 without key 'nightly' nothing on this node opens 1 backups: 1 of docs");
        assertThat(run("wallet", "list").out()).contains("nightly", "spare").doesNotContain("both");
        assertThat(wallet("remove", "nightly", "--force").ends(3).out())
                .contains("WARNING nothing on this node opens 1 backups any more: 1 of docs");
        assertThat(wallet("remove", "nightly").ends(1).err()).contains("SBG-K002");
    }

    @Test
    void what_is_lost_is_said_by_doctor() throws Exception {
        run("key", "generate", "nightly").ok();
        backUp("nightly").ok();
        assertThat(run("doctor").out()).doesNotContain("nothing on this node opens");
        Files.move(key("nightly.key"), folder.resolve("away"));

        assertThat(run("doctor").out()).contains("nothing on this node opens 1 backups: 1 of docs");
    }

    @Test
    @Tag("X13")
    void passphrases_are_typed_unseen_and_no_secret_is_said() throws Exception {
        Typing typing = new Typing(PASSPHRASE, PASSPHRASE, PASSPHRASE, "another horse", "another horse", PASSPHRASE);
        List<CommandLineInProcess.Said> said = List.of(
                CommandLineInProcess.run(home, typing, "wallet", "create"),
                wallet("add", "nightly", "--generate"),
                CommandLineInProcess.run(home, typing, "wallet", "passphrase"),
                CommandLineInProcess.run(home, typing, "wallet", "open"),
                run("wallet", "list", "--json"),
                run("wallet", "status"),
                run("key", "list"));

        assertThat(said).extracting(CommandLineInProcess.Said::code).containsExactly(0, 0, 0, 1, 0, 0, 0);
        assertThat(said.get(3).err()).contains("SBG-K021");
        assertThat(said.toString()).doesNotContain("horse", "AGE-SECRET-KEY");
        assertThat(run("wallet", "open").ends(1).err())
                .contains("SBG-K027 the passphrase of the wallet is needed, and nobody is at a terminal");
        assertThat(CommandLineInProcess.run(
                                home, new Typing("another horse", "one horse", "two horses"), "wallet", "passphrase")
                        .ends(1)
                        .err())
                .contains("the two passphrases are not the same");
    }

    @Test
    @Tag("X6")
    void an_open_wallet_is_in_no_backup() throws Exception {
        wallet("create").ok();
        wallet("add", "nightly", "--generate").ok();
        wallet("open", "--always").ok();
        Files.createDirectories(home.resolve("routes"));
        Files.writeString(
                home.resolve("config/datasets/docs.ds"), "include catalog\ninclude path " + home + "/config\n");

        assertThat(run("backup", "--dataset", "docs", "--pool", "disk", "--provider", "none", "--compression=none")
                        .code())
                .isIn(0, 3);

        String pool = "";
        try (Stream<Path> all = Files.walk(home.resolve("pool"))) {
            for (Path each : all.filter(Files::isRegularFile).toList()) {
                pool += new String(Files.readAllBytes(each), java.nio.charset.StandardCharsets.ISO_8859_1);
            }
        }
        assertThat(pool).contains("wallet.age", "docs.ds").doesNotContain("AGE-SECRET-KEY");
    }

    /** Somebody who types passphrases, as long as there are some. */
    private static final class Typing implements Surroundings.Terminal {
        private final Deque<String> lines;

        Typing(String... lines) {
            this.lines = new ArrayDeque<>(List.of(lines));
        }

        @Override
        public boolean watches() {
            return true;
        }

        @Override
        public boolean answers() {
            return true;
        }

        @Override
        public Optional<String> typed() {
            return Optional.empty();
        }

        @Override
        public char[] secret(String prompt) {
            return lines.remove().toCharArray();
        }
    }
}

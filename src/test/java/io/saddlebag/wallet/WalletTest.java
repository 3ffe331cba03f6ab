package io.saddlebag.wallet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.age.CheapPassword;
import io.saddlebag.age.Password;
import io.saddlebag.age.X25519Identity;
import io.saddlebag.host.DeviceLocks;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.local.LocalFiles;
import io.saddlebag.host.memory.FaultyFiles;
import io.saddlebag.host.memory.FileFailureKind;
import io.saddlebag.host.memory.SimulatedCrash;
import io.saddlebag.posix.linux.LinuxPosix;
import io.saddlebag.testing.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A wallet in real files, with passphrases that cost nothing. */
@Tag("X10")
class WalletTest {
    /** More calls than a change makes. */
    private static final int MANY = 400;

    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir
    Path folder;

    private final LocalFiles files = new LocalFiles(new LinuxPosix());
    private final Password passphrase = CheapPassword.of("correct horse");
    private final WalletKey nightly = new WalletKey("nightly", List.of(X25519Identity.generate(RANDOM)));
    private final WalletKey paper = new WalletKey("paper", List.of(new Password("paper", "bätterie stäple")));
    private Optional<Password> unattended = Optional.empty();

    @BeforeEach
    void folders() throws IOException {
        Files.createDirectories(folder.resolve("config/keys"));
    }

    private Wallet wallet() throws IOException {
        return wallet(files, folder);
    }

    private Wallet wallet(HostFiles through, Path home) throws IOException {
        return new Wallet(new Wallet.Parts(
                through,
                home.resolve("config/wallet"),
                home.resolve("config/keys/wallet.open"),
                new Wallet.OpenPlace(home.resolve("run/wallet.open"), null),
                () -> unattended.map(each -> Password.of("wallet", each.secretBytes())),
                new OneAtATime(),
                RANDOM,
                (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid")));
    }

    /** As the kernel's locks within one test. */
    private static final class OneAtATime implements DeviceLocks {
        private boolean taken;

        @Override
        public Optional<Held> tryTake(String device) {
            boolean free = !taken;
            taken = true;
            return free ? Optional.of(() -> taken = false) : Optional.empty();
        }

        @Override
        public Held take(String device) {
            return tryTake(device).orElseThrow();
        }

        @Override
        public String holder(String device) {
            return "process 4711";
        }
    }

    private static Wallet.Change adding(WalletKey... keys) {
        return before -> {
            List<WalletKey> after = new ArrayList<>(before);
            after.addAll(Arrays.asList(keys));
            return after;
        };
    }

    private Path file() {
        return folder.resolve("config/wallet/wallet.age");
    }

    private List<String> held(Wallet wallet) throws IOException {
        return wallet.held().keys().stream().map(WalletKey::name).toList();
    }

    @Test
    void without_a_wallet_nothing_is_held_and_nothing_is_closed() throws IOException {
        assertThat(wallet().held()).isEqualTo(new HeldKeys.Held(List.of(), null));
        assertThat(wallet().index()).isEmpty();
        assertThatThrownBy(() -> wallet().open(passphrase, Wallet.Lasting.ALWAYS))
                .hasMessageStartingWith("SBG-K023 there is no wallet");
    }

    @Test
    void what_is_put_in_comes_out_when_it_is_open_and_only_then() throws IOException {
        wallet().create(passphrase);
        wallet().change(passphrase, adding(nightly, paper));

        assertThat(wallet().held().closed()).isEqualTo("the wallet " + file() + " is closed");
        assertThat(wallet().index())
                .containsExactly(
                        new HeldKeys.Entry("nightly", nightly.keyIds()),
                        new HeldKeys.Entry("paper", List.of("password.paper")));

        Path open = wallet().open(passphrase, Wallet.Lasting.UNTIL_RESTART);

        assertThat(open).isEqualTo(folder.resolve("run/wallet.open"));
        assertThat(wallet().held().closed()).isNull();
        List<WalletKey> keys = wallet().held().keys();
        assertThat(WalletText.format(keys)).isEqualTo(WalletText.format(List.of(nightly, paper)));
        for (Path secret : List.of(open, file())) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
                    .isEqualTo("rw-------");
        }

        wallet().close();
        assertThat(wallet().held().closed()).isNotNull();
        assertThat(open).doesNotExist();
    }

    @Test
    void an_open_wallet_stays_open_when_it_changes() throws IOException {
        wallet().create(passphrase);
        wallet().open(passphrase, Wallet.Lasting.UNTIL_RESTART);
        wallet().open(passphrase, Wallet.Lasting.ALWAYS);
        wallet().change(passphrase, adding(nightly));
        Files.delete(folder.resolve("run/wallet.open"));
        assertThat(held(wallet())).containsExactly("nightly");

        wallet().changePassphrase(passphrase, CheapPassword.of("battery staple"));

        assertThat(held(wallet())).containsExactly("nightly");
        assertThatThrownBy(() -> wallet().open(passphrase, Wallet.Lasting.ALWAYS))
                .hasMessageStartingWith("SBG-K021 the passphrase does not open the wallet");
        wallet().change(CheapPassword.of("battery staple"), before -> List.of());
        assertThat(held(wallet())).isEmpty();
    }

    @Test
    void a_copy_of_another_state_is_none() throws IOException {
        wallet().create(passphrase);
        Path open = wallet().open(passphrase, Wallet.Lasting.ALWAYS);
        byte[] old = Files.readAllBytes(open);
        wallet().change(passphrase, adding(nightly));
        Files.write(open, old);

        assertThat(wallet().held().closed()).endsWith("is closed, since it was changed after it had been opened");
    }

    @Test
    void a_wrong_passphrase_changes_nothing() throws IOException {
        wallet().create(passphrase);
        byte[] before = Files.readAllBytes(file());
        Password wrong = CheapPassword.of("correct house");

        assertThatThrownBy(() -> wallet().change(wrong, adding(nightly))).hasMessageStartingWith("SBG-K021");
        assertThatThrownBy(() -> wallet().changePassphrase(wrong, passphrase)).hasMessageStartingWith("SBG-K021");
        assertThatThrownBy(() -> wallet().open(wrong, Wallet.Lasting.ALWAYS)).hasMessageStartingWith("SBG-K021");
        assertThatThrownBy(() -> wallet().create(passphrase)).hasMessageStartingWith("SBG-K024");
        unattended = Optional.of(wrong);
        assertThatThrownBy(() -> wallet().held()).hasMessageStartingWith("SBG-K021");

        assertThat(Files.readAllBytes(file())).isEqualTo(before);
        unattended = Optional.of(passphrase);
        assertThat(wallet().held().closed()).isNull();
    }

    @Test
    void a_torn_or_changed_file_is_damaged_wherever_it_is() throws IOException {
        wallet().create(passphrase);
        wallet().change(passphrase, adding(nightly));
        byte[] whole = Files.readAllBytes(file());

        for (int length = 0; length < whole.length; length++) {
            Files.write(file(), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> wallet().open(passphrase, Wallet.Lasting.ALWAYS))
                    .as("cut to %d of %d bytes", length, whole.length)
                    .hasMessageStartingWith("SBG-K022");
        }
        for (int at = 0; at < whole.length; at++) {
            byte[] changed = whole.clone();
            changed[at] ^= 1;
            Files.write(file(), changed);
            assertThatThrownBy(() -> wallet().open(passphrase, Wallet.Lasting.ALWAYS))
                    .as("byte %d changed", at)
                    .satisfies(thrown -> assertThat(thrown.getMessage()).containsPattern("^SBG-K0(21|22|06)"));
        }
        Files.write(file(), whole);
        wallet().open(passphrase, Wallet.Lasting.ALWAYS);
    }

    @Test
    void what_others_may_read_or_change_is_refused() throws IOException {
        wallet().create(passphrase);
        Path open = wallet().open(passphrase, Wallet.Lasting.ALWAYS);

        for (String mode : List.of("rw-r-----", "rw----r--", "rw--w----", "rw-------")) {
            Files.setPosixFilePermissions(open, PosixFilePermissions.fromString(mode));
            if (mode.equals("rw-------")) {
                assertThat(wallet().held().closed()).isNull();
            } else {
                assertThatThrownBy(() -> wallet().held())
                        .hasMessageStartingWith("SBG-K026 " + open + " is not used: others may read or change it");
            }
        }
        Files.setPosixFilePermissions(folder.resolve("config/keys"), PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatThrownBy(() -> wallet().held()).hasMessageContaining("others may replace it");
        Files.setPosixFilePermissions(folder.resolve("config/keys"), PosixFilePermissions.fromString("rwx------"));
        Path link = folder.resolve("config/keys/elsewhere");
        Files.move(open, link);
        Files.createSymbolicLink(open, link);
        assertThatThrownBy(() -> wallet().held()).hasMessageContaining("it is no regular file");
        Files.delete(open);
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> wallet().open(passphrase, Wallet.Lasting.ALWAYS))
                .hasMessageStartingWith("SBG-K026 " + file());
    }

    @Test
    void a_file_of_somebody_else_is_refused() throws IOException {
        org.junit.jupiter.api.Assumptions.assumeTrue(
                "root".equals(System.getProperty("user.name")), "only root can give files away");
        wallet().create(passphrase);
        Path open = wallet().open(passphrase, Wallet.Lasting.ALWAYS);
        Files.setAttribute(open, "unix:uid", 65_534);

        assertThatThrownBy(() -> wallet().held()).hasMessageContaining("it belongs to user number 65534");
    }

    @Test
    void a_passphrase_comes_from_the_first_line_of_a_file_that_nobody_else_may_read() throws IOException {
        Path secret = folder.resolve("passphrase");
        Files.writeString(secret, "correct horse\r\nthis line is none of it\n");
        assertThatThrownBy(() -> wallet().passphrase(secret)).hasMessageStartingWith("SBG-K026");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("r--------"));
        assertThat(wallet().passphrase(secret).secretBytes())
                .isEqualTo("correct horse".getBytes(StandardCharsets.UTF_8));
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(secret, "short\n");
        assertThatThrownBy(() -> wallet().passphrase(secret))
                .hasMessageStartingWith(
                        "SBG-K027 the first line of " + secret + " has a passphrase of 5 bytes; the least is 8");
        assertThatThrownBy(() -> wallet().passphrase(folder.resolve("nowhere")))
                .hasMessageStartingWith("SBG-K027 there is no file");
    }

    @Test
    void two_at_once_are_one_after_the_other() throws IOException {
        Wallet wallet = wallet();
        wallet.create(passphrase);
        wallet.change(passphrase, before -> {
            assertThatThrownBy(() -> wallet.change(passphrase, each -> each))
                    .hasMessageStartingWith("SBG-K025 the wallet is being changed by process 4711");
            return List.of(nightly);
        });
        wallet.open(passphrase, Wallet.Lasting.ALWAYS);
        assertThat(held(wallet)).containsExactly("nightly");
    }

    @Test
    void more_keys_than_fit_are_refused() throws IOException {
        wallet().create(passphrase);
        byte[] before = Files.readAllBytes(file());
        WalletKey huge = new WalletKey("huge", List.of(new Password("huge", "x".repeat(WalletText.MAX_BYTES))));

        assertThatThrownBy(() -> wallet().change(passphrase, adding(huge))).hasMessageStartingWith("SBG-K031");

        assertThat(Files.readAllBytes(file())).isEqualTo(before);
    }

    /** The process dies, or the disk fails, at every call of a change: the old wallet opens, or the new one, and it is as open as before. */
    @ParameterizedTest
    @EnumSource(
            value = FileFailureKind.class,
            names = "VANISHED",
            // a copy that has vanished is none that is open
            mode = EnumSource.Mode.EXCLUDE)
    @Tag("Q11")
    void a_change_survives_a_fault_at_every_call(FileFailureKind kind) throws IOException {
        Password next = CheapPassword.of("battery staple");
        boolean through = false;
        for (int nth = 1; !through; nth++) {
            Path home = folder.resolve(kind + "-" + nth);
            Files.createDirectories(home.resolve("config/keys"));
            wallet(files, home).create(passphrase);
            wallet(files, home).change(passphrase, adding(nightly));
            wallet(files, home).open(passphrase, Wallet.Lasting.ALWAYS);
            FaultyFiles faulty = FaultyFiles.failing(files, nth, kind);
            boolean acknowledged = false;
            try {
                wallet(faulty, home).change(passphrase, adding(paper));
                wallet(faulty, home).changePassphrase(passphrase, next);
                acknowledged = true;
            } catch (IOException | SimulatedCrash expected) {
                assertThat(faulty.fired()).isTrue();
            }
            through = faulty.calls() < nth;
            assertSound(home, acknowledged, kind + " at call " + nth);
            assertThat(nth).isLessThan(MANY);
        }
    }

    private void assertSound(Path home, boolean acknowledged, String where) throws IOException {
        Wallet after = wallet(files, home);
        assertThat(after.held().closed()).as(where).isNull();
        assertThat(held(after)).as(where).contains("nightly");
        Password opens = CheapPassword.of(acknowledged ? "battery staple" : "correct horse");
        try {
            after.open(opens, Wallet.Lasting.ALWAYS);
        } catch (IOException e) {
            assertThat(acknowledged).as(where).isFalse();
            opens = CheapPassword.of("battery staple");
            after.open(opens, Wallet.Lasting.ALWAYS);
        }
        if (acknowledged) {
            assertThat(held(after)).as(where).containsExactly("nightly", "paper");
        }
        assertThat(after.index()).as(where).hasSameSizeAs(held(after));
        after.close();
        try (Stream<Path> left = Files.walk(home)) {
            assertThat(left.filter(Files::isRegularFile)
                            .map(each -> home.relativize(each).toString()))
                    .as(where)
                    .containsExactlyInAnyOrder("config/wallet/wallet.age", "config/wallet/wallet.ids");
        }
    }

    @Test
    @Tag("X13")
    void nothing_that_is_said_of_it_is_secret() throws IOException {
        String identity = ((X25519Identity) nightly.identities().get(0)).secretText();
        wallet().create(passphrase);
        wallet().change(passphrase, adding(nightly, paper));
        wallet().open(passphrase, Wallet.Lasting.ALWAYS);

        assertThat(wallet().held() + " " + wallet().index() + " " + passphrase)
                .contains("nightly", "paper")
                .doesNotContain(identity, "stäple", "horse");
        assertThat(Files.readString(folder.resolve("config/wallet/wallet.ids")))
                .doesNotContain(identity, "stäple", "horse");
    }

    @Test
    void the_program_age_opens_it_and_opens_images_with_it() throws Exception {
        // age asks for a passphrase at a terminal only
        Program.need("age", "script");
        wallet().create(passphrase);
        wallet().change(passphrase, adding(nightly, paper));
        Files.writeString(folder.resolve("plain"), "what nobody shall read");
        Program.run(folder, "age", "-r", nightly.identities().get(0).recipient(), "-o", "image.age", "plain");

        terminal("age -d -o opened " + file());
        terminal("age -d -i " + file() + " -o image image.age");

        assertThat(Files.readAllBytes(folder.resolve("opened"))).isEqualTo(WalletText.format(List.of(nightly, paper)));
        assertThat(folder.resolve("image")).hasContent("what nobody shall read");
    }

    @Test
    void a_wallet_that_age_made_is_one() throws Exception {
        Program.need("age", "age-keygen", "script");
        wallet().create(passphrase);
        Program.run(folder, "age-keygen", "-o", "made.key");
        Files.writeString(folder.resolve("typed"), "correct horse\n");
        Files.delete(file());
        terminal("age -p -o " + file() + " made.key");
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-------"));

        wallet().open(CheapPassword.of("correct horse"), Wallet.Lasting.ALWAYS);

        assertThat(wallet().held().keys())
                .singleElement()
                .satisfies(key -> assertThat(key.keyIds()).containsExactly(key.name()));
    }

    private void terminal(String command) throws Exception {
        Files.writeString(folder.resolve("typed"), "correct horse\ncorrect horse\n");
        Program.run(
                folder,
                "sh",
                "-c",
                "(sleep 1; while read -r line; do echo \"$line\"; sleep 1; done < typed; sleep 3)" + " | script -qec '"
                        + command + "' /dev/null");
    }
}

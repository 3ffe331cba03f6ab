package io.saddlebag.app;

import io.saddlebag.age.Password;
import io.saddlebag.app.config.ConfigFile;
import io.saddlebag.app.config.WalletConfig;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.posix.MountPoint;
import io.saddlebag.posix.Posix;
import io.saddlebag.wallet.SecretFile;
import io.saddlebag.wallet.UnattendedPassphrase;
import io.saddlebag.wallet.Wallet;
import io.saddlebag.wallet.WalletFault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The wallet of the node whose home folder this is, and where its passphrase and its open copies are. */
final class Wallets {
    /** Below the home folder. */
    static final String PLACE = "config/wallet";

    private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs");
    private static final int HOME_DIGITS = 16;
    private static final int ROOT = 0;

    private Wallets() {}

    static Wallet of(ConfigFile config, HostFiles files, Posix posix) throws IOException {
        WalletConfig wallet = config.node().wallet();
        int uid = ownUid();
        return new Wallet(new Wallet.Parts(
                files,
                config.home().resolve(PLACE),
                config.home().resolve(KeyFolder.PLACE).resolve(Wallet.OPEN),
                place(config, posix, uid),
                unattended(config, new SecretFile(files, uid), System::getenv),
                new DeviceLockFolders(List.of(config.state().resolve("run"))),
                new SecureRandom(),
                uid));
    }

    static int ownUid() throws IOException {
        return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }

    static UnattendedPassphrase unattended(
            ConfigFile config, SecretFile secrets, UnaryOperator<@Nullable String> environment) {
        WalletConfig wallet = config.node().wallet();
        String file = wallet.passphraseFile();
        if (file != null) {
            return () -> Optional.of(secrets.passphrase(config.resolve(file), SecretFile.Guarded.BY_MODE));
        }
        String variable = wallet.passphraseEnvironment();
        if (variable != null) {
            return () -> Optional.of(fromEnvironment(variable, environment));
        }
        String credential = wallet.passphraseCredential();
        return credential == null
                ? UnattendedPassphrase.NONE
                : () -> Optional.of(credential(credential, secrets, environment));
    }

    private static Password fromEnvironment(String variable, UnaryOperator<@Nullable String> environment)
            throws BackupException {
        return SecretFile.passphrase(
                required(variable, environment).getBytes(StandardCharsets.UTF_8), "environment variable " + variable);
    }

    private static Password credential(String name, SecretFile secrets, UnaryOperator<@Nullable String> environment)
            throws BackupException {
        Path folder = Path.of(required("CREDENTIALS_DIRECTORY", environment));
        return secrets.passphrase(folder.resolve(name), SecretFile.Guarded.BY_SERVICE_MANAGER);
    }

    private static String required(String variable, UnaryOperator<@Nullable String> environment)
            throws BackupException {
        String value = environment.apply(variable);
        if (value == null) {
            throw new BackupException(
                    WalletFault.NO_PASSPHRASE,
                    "the passphrase of the wallet is to be found by the environment variable " + variable
                            + ", which is not set",
                    "Set it where this program is started, or open the wallet with 'saddlebag wallet open'.");
        }
        return value;
    }

    /** A folder for each home, since several nodes may be one user's. */
    private static Wallet.OpenPlace place(ConfigFile config, Posix posix, int uid) throws IOException {
        String named = config.node().wallet().runtime();
        Path runtime = named != null
                ? config.resolve(named)
                : Path.of(uid == ROOT ? "/run" : "/run/user/" + uid).resolve("saddlebag");
        return new Wallet.OpenPlace(
                runtime.resolve(homeName(config.home())).resolve(Wallet.OPEN), trouble(runtime, posix));
    }

    private static @Nullable String trouble(Path runtime, Posix posix) throws IOException {
        Path there = runtime;
        while (!Files.exists(there)) {
            Path above = there.getParent();
            if (above == null) {
                return "there is no folder " + runtime;
            }
            there = above;
        }
        Path real = there.toRealPath();
        String type = posix.mounts().stream()
                .filter(mount -> real.startsWith(mount.path()))
                .max(Comparator.comparingInt(mount -> mount.path().getNameCount()))
                .map(MountPoint::fileSystem)
                .orElse("unknown");
        return IN_MEMORY.contains(type) ? null : runtime + " is not in memory but on a file system of type " + type;
    }

    private static String homeName(Path home) throws IOException {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(home.toRealPath().toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, HOME_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

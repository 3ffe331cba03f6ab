package io.saddlebag.cli;

import io.saddlebag.age.Password;
import io.saddlebag.catalog.Backup;
import io.saddlebag.key.WalletKeeping;
import io.saddlebag.node.Node;
import io.saddlebag.wallet.HeldKeys;
import io.saddlebag.wallet.Wallet;
import io.saddlebag.wallet.WalletKey;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** The wallet; a secret is never shown, and never an argument (X10, X13). */
@Command(
        name = "wallet",
        mixinStandardHelpOptions = true,
        description = "Keep keys in one file behind a passphrase: config/wallet/wallet.age, an age file.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  saddlebag wallet create",
            "  saddlebag wallet add nightly --generate",
            "  saddlebag wallet open",
            "  saddlebag restore orders --to /tmp/look"
        })
final class WalletCommand implements Callable<Integer> {
    @ParentCommand
    @Nullable
    SaddlebagCommand parent;

    @Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    /** Where the passphrase is, for those who don't type it. */
    static final class PassphraseOption {
        @Option(
                names = "--passphrase-file",
                paramLabel = "FILE",
                description = "Has the wallet's passphrase in its first line, and mode 0600. Default: where the"
                        + " configuration says, else you are asked.")
        @Nullable
        Path file;
    }

    @Override
    public Integer call() {
        throw new CommandLine.ParameterException(
                Objects.requireNonNull(spec).commandLine(), "which operation? See 'saddlebag wallet --help'.");
    }

    @Command(name = "create", mixinStandardHelpOptions = true, description = "Make an empty wallet.")
    int create(@CommandLine.Mixin PassphraseOption option) throws Exception {
        return work((keeping, asked, output) -> {
            Password passphrase = asked.coming(option.file);
            try {
                keeping.wallet().create(passphrase);
            } finally {
                passphrase.wipe();
            }
            output.line(keeping.wallet().file() + " is made. Keep a copy of it, and its passphrase, away from this"
                    + " machine: without them nothing that is encrypted for its keys alone can ever be read.");
            return ExitCode.OK;
        });
    }

    @Command(
            name = "status",
            mixinStandardHelpOptions = true,
            description = "Show where the wallet is and whether it is open.")
    int status() throws Exception {
        return work((keeping, asked, output) -> {
            Wallet wallet = keeping.wallet();
            boolean there = wallet.exists();
            String closed = wallet.held().closed();
            String state = there ? closed == null ? "open" : "closed" : "none";
            List<String> copies =
                    wallet.openCopies().stream().map(Path::toString).toList();
            if (root().json) {
                output.json(Map.of("wallet", wallet.file().toString(), "state", state, "openCopies", copies));
            } else {
                output.line("wallet:      " + wallet.file());
                output.line("state:       " + (closed == null ? state : closed));
                copies.forEach(each -> output.line("in the clear: " + each));
            }
            return ExitCode.OK;
        });
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "List the names and ids of its keys, whether it is open or not.")
    int list() throws Exception {
        return work((keeping, asked, output) -> {
            List<HeldKeys.Entry> entries = keeping.wallet().index();
            if (root().json) {
                output.json(entries);
            } else {
                output.table(
                        List.of("NAME", "KEY IDS"),
                        entries.stream()
                                .map(each -> List.of(each.name(), String.join(",", each.keyIds())))
                                .toList());
            }
            return ExitCode.OK;
        });
    }

    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            description = "Put the key of config/keys/NAME.key or NAME.password into the wallet, or a new one.")
    int add(
            @Parameters(paramLabel = "NAME") String name,
            @Option(
                            names = "--generate",
                            description = "Make a new key pair; its identity is nowhere but in the wallet.")
                    boolean generate,
            @Option(names = "--move", description = "Remove the file when the wallet has been proven to hold the key.")
                    boolean move,
            @CommandLine.Mixin PassphraseOption option)
            throws Exception {
        if (generate && move) {
            throw new IllegalArgumentException("--generate makes a new key, for which there is no file to --move");
        }
        return work((keeping, asked, output) -> {
            Password passphrase = asked.present(option.file);
            try {
                WalletKey added = generate
                        ? keeping.generate(name, passphrase, Instant.now().truncatedTo(ChronoUnit.SECONDS))
                        : keeping.add(name, passphrase, move ? WalletKeeping.File.GOES : WalletKeeping.File.STAYS);
                output.line(name + " (" + String.join(", ", added.keyIds()) + ") is in the wallet");
            } finally {
                passphrase.wipe();
            }
            if (!generate && !move) {
                output.line("its file in config/keys is still there, in the clear; --move removes it");
            }
            output.line("Copy " + keeping.wallet().file() + " to where its last copy is kept.");
            return ExitCode.OK;
        });
    }

    @Command(
            name = "remove",
            mixinStandardHelpOptions = true,
            description = "Take a key out of the wallet; refused while backups need it.")
    int remove(
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--force", description = "Even when nothing on this node opens some backups afterwards.")
                    boolean force,
            @CommandLine.Mixin PassphraseOption option)
            throws Exception {
        return work((keeping, asked, output) -> {
            Password passphrase = asked.present(option.file);
            List<Backup> lost;
            try {
                lost = keeping.remove(name, passphrase, force ? WalletKeeping.Needed.GOES : WalletKeeping.Needed.STAYS);
            } finally {
                passphrase.wipe();
            }
            output.line(name + " is out of the wallet");
            if (!lost.isEmpty()) {
                output.line("WARNING nothing on this node opens " + lost.size() + " backups any more: "
                        + WalletKeeping.named(lost));
                return ExitCode.WARNINGS;
            }
            return ExitCode.OK;
        });
    }

    @Command(
            name = "passphrase",
            mixinStandardHelpOptions = true,
            description = "Change the passphrase. Copies of the old wallet still open with the old one.")
    int passphrase(
            @Option(
                            names = "--new-passphrase-file",
                            paramLabel = "FILE",
                            description = "Has the new passphrase in its first line, and mode 0600.")
                    @Nullable
                    Path next,
            @CommandLine.Mixin PassphraseOption option)
            throws Exception {
        return work((keeping, asked, output) -> {
            Password present = asked.present(option.file);
            try {
                Password coming = asked.coming(next);
                try {
                    keeping.wallet().changePassphrase(present, coming);
                } finally {
                    coming.wipe();
                }
            } finally {
                present.wipe();
            }
            output.line("the passphrase is changed; change it, too, where the configuration names its place");
            return ExitCode.OK;
        });
    }

    @Command(
            name = "open",
            mixinStandardHelpOptions = true,
            description = "Open the wallet for all processes of this user, until the machine is restarted.")
    int open(
            @Option(
                            names = "--always",
                            description =
                                    "Also after restarts: its keys are in the clear in config/keys/wallet.open, of mode"
                                            + " 0600, which no backup holds.")
                    boolean always,
            @CommandLine.Mixin PassphraseOption option)
            throws Exception {
        return work((keeping, asked, output) -> {
            Password passphrase = asked.present(option.file);
            try {
                Path open = keeping.wallet()
                        .open(passphrase, always ? Wallet.Lasting.ALWAYS : Wallet.Lasting.UNTIL_RESTART);
                output.line("the wallet is open: " + open);
            } finally {
                passphrase.wipe();
            }
            return ExitCode.OK;
        });
    }

    @Command(name = "close", mixinStandardHelpOptions = true, description = "Close the wallet.")
    int close() throws Exception {
        return work((keeping, asked, output) -> {
            keeping.wallet().close();
            output.line("the wallet is closed");
            return ExitCode.OK;
        });
    }

    private interface Work {
        int with(WalletKeeping keeping, Passphrases asked, Output output) throws Exception;
    }

    private int work(Work work) throws Exception {
        SaddlebagCommand root = root();
        try (Node node = root.surroundings().nodes().open(root.homeFolder(), Surroundings.Purpose.LOOK)) {
            WalletKeeping keeping = node.walletKeeping();
            return work.with(keeping, new Passphrases(root.surroundings().terminal(), keeping.wallet()), root.output());
        }
    }

    private SaddlebagCommand root() {
        return Objects.requireNonNull(parent);
    }
}

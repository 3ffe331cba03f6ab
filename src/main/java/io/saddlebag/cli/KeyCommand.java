package io.saddlebag.cli;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.key.KeyEntry;
import io.saddlebag.key.Rewrapping;
import io.saddlebag.node.Node;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Keys of encrypted images, by name; a secret is never shown (X10, X13). */
@Command(
        name = "key",
        mixinStandardHelpOptions = true,
        description =
                "Make and list the keys for which images are encrypted. They are files in config/keys, or in the wallet.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  saddlebag key generate nightly",
            "  saddlebag backup orders --library vault --encrypt nightly,offsite",
            "  saddlebag key show nightly"
        })
final class KeyCommand implements Callable<Integer> {
    @ParentCommand
    @Nullable
    SaddlebagCommand parent;

    @Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() {
        throw new CommandLine.ParameterException(
                Objects.requireNonNull(spec).commandLine(), "which operation? See 'saddlebag key --help'.");
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "List all keys, without what is secret.")
    int list() throws Exception {
        return work((node, output) -> {
            List<KeyEntry> keys = node.keys().list();
            if (root().json) {
                output.json(keys);
            } else {
                output.table(
                        List.of("NAME", "KIND", "KEY IDS", "OPENS HERE", "WALLET", "ESCROW", "TROUBLE"),
                        keys.stream().map(KeyCommand::row).toList());
            }
            return keys.stream().allMatch(key -> key.trouble() == null) ? ExitCode.OK : ExitCode.FINDINGS;
        });
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Show a key's public part, to give to whoever encrypts for it.")
    int show(@Parameters(paramLabel = "NAME") String name) throws Exception {
        return work((node, output) -> show(node.keys().show(name), output));
    }

    @Command(
            name = "generate",
            mixinStandardHelpOptions = true,
            description = "Make a key pair: NAME.key opens images and stays secret, NAME.pub encrypts them.")
    int generate(@Parameters(paramLabel = "NAME") String name) throws Exception {
        return work((node, output) -> {
            KeyEntry made = node.keys().generate(name, Instant.now().truncatedTo(ChronoUnit.SECONDS));
            if (!root().json) {
                output.line("Keep a copy of config/keys/" + name
                        + ".key away from this machine: without it, nothing that is"
                        + " encrypted for it alone can ever be read.");
            }
            return show(made, output);
        });
    }

    @Command(
            name = "rewrap",
            mixinStandardHelpOptions = true,
            description =
                    "Give an encrypted file other keys, or all files of an image in a pool. Only headers are made anew; they"
                            + " take the old ones' places when all is durable.")
    int rewrap(
            @Parameters(
                            paramLabel = "FILE",
                            description = "Any file in the age format. One of a pool's folder, or as lsbu shows it"
                                    + " (pool:disk/nightly/..), stands for its image with all its sections and copies.")
                    String file,
            @Option(
                            names = "--encrypt",
                            required = true,
                            paramLabel = "KEY[,KEY]",
                            description = "Names of keys, each of which opens it from then on; no other does.")
                    String names)
            throws Exception {
        SaddlebagCommand root = root();
        try (Node node = root.surroundings().nodes().open(root.homeFolder(), Surroundings.Purpose.WORK)) {
            Optional<Rewrapping.Pooled> pooled =
                    node.rewrapping().named(file).or(() -> node.rewrapping().pooled(Path.of(file)));
            String what = file;
            if (pooled.isPresent()) {
                BackupId id = node.poolRewrapping()
                        .backupOf(pooled.get().pool(), pooled.get().path());
                Backup backup = node.rewrapInPool(id, names, root.surroundings().user());
                what = "backup " + id + " in " + String.join(" ", backup.places());
            } else {
                node.rewrapping().rewrap(Path.of(file).toAbsolutePath(), names);
            }
            root.output()
                    .line(what + " is encrypted for " + names
                            + " from now on; copies made before still open with the old key");
        }
        return ExitCode.OK;
    }

    private int show(KeyEntry key, Output output) {
        if (root().json) {
            output.json(key);
            return ExitCode.OK;
        }
        output.line("name:       " + key.name());
        output.line("kind:       " + key.kind().name().toLowerCase(Locale.ROOT));
        output.line("key ids:    " + String.join(", ", key.keyIds()));
        key.recipients().forEach(recipient -> output.line("public key: " + recipient));
        output.line("opens here: " + word(key.opens()) + ", in the wallet: " + word(key.inWallet()) + ", escrow: "
                + word(key.escrow()));
        if (key.trouble() != null) {
            output.line("trouble:    " + key.trouble());
            return ExitCode.FINDINGS;
        }
        return ExitCode.OK;
    }

    private static List<String> row(KeyEntry key) {
        return List.of(
                key.name(),
                key.kind().name().toLowerCase(Locale.ROOT),
                String.join(",", key.keyIds()),
                word(key.opens()),
                word(key.inWallet()),
                word(key.escrow()),
                key.trouble() == null ? "" : key.trouble());
    }

    private static String word(boolean yes) {
        return yes ? "yes" : "no";
    }

    private int work(ImageCommand.Work work) throws Exception {
        SaddlebagCommand root = root();
        try (Node node = root.surroundings().nodes().open(root.homeFolder(), Surroundings.Purpose.LOOK)) {
            return work.with(node, root.output());
        }
    }

    private SaddlebagCommand root() {
        return Objects.requireNonNull(parent);
    }
}

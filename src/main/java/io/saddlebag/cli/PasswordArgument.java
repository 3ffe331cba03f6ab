package io.saddlebag.cli;

import io.saddlebag.age.KeyFault;
import io.saddlebag.age.Password;
import io.saddlebag.fault.BackupException;
import io.saddlebag.key.KeyRing;
import io.saddlebag.node.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the password of a backup comes from when it isn't among the keys: a file, or somebody at the terminal; never an argument (R4). */
final class PasswordArgument {
    /** What messages call it. */
    private static final String NAME = "given";

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description =
                    "Has the password of an encrypted backup in its first line, and mode 0600. Default: the keys of this"
                            + " node, else you are asked.")
    @Nullable
    Path file;

    /** A command that may need a password. */
    interface Command {
        int run(Asked asked) throws Exception;
    }

    /** Runs the command; what was given for it is wiped afterwards. */
    int with(Node node, Surroundings.Terminal terminal, Command command) throws Exception {
        KeyRing keys = node.keys();
        try {
            Path named = file;
            if (named != null) {
                keys.hold(node.walletKeeping().wallet().passwordIn(named, NAME));
            }
            return command.run(new Asked(keys, terminal));
        } finally {
            keys.letGo();
        }
    }

    /** Asks at the terminal. */
    static final class Asked {
        private final KeyRing keys;
        private final Surroundings.Terminal terminal;

        private Asked(KeyRing keys, Surroundings.Terminal terminal) {
            this.keys = keys;
            this.terminal = terminal;
        }

        /** Does what needs passwords; one that isn't here is asked for once. */
        <T> T during(KeyRing.Work<T> work) throws IOException, InterruptedException {
            return keys.asking(this::typed, work);
        }

        private Optional<Password> typed(String keyId) throws BackupException {
            char[] typed = terminal.secret("Password of the backup (" + keyId + "): ");
            if (typed == null) {
                return Optional.empty();
            }
            byte[] text = Passphrases.utf8(typed);
            try {
                if (text.length == 0) {
                    throw new BackupException(
                            KeyFault.KEY_MISSING,
                            "the backup is encrypted with a password, and none was typed",
                            "Type it, or name a file of mode 0600 with it in the first line: --password-file.");
                }
                return Optional.of(Password.of(NAME, text));
            } finally {
                Arrays.fill(text, (byte) 0);
            }
        }
    }
}

package io.saddlebag.cli;

import io.saddlebag.age.Password;
import io.saddlebag.fault.BackupException;
import io.saddlebag.wallet.SecretFile;
import io.saddlebag.wallet.Wallet;
import io.saddlebag.wallet.WalletFault;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks for the wallet's passphrase: a file, the place that the configuration names, or somebody at the terminal. */
final class Passphrases {
    /** In UTF-8. */
    private static final int MOST_BYTES_A_CHARACTER = 4;

    private final Surroundings.Terminal terminal;
    private final Wallet wallet;

    Passphrases(Surroundings.Terminal terminal, Wallet wallet) {
        this.terminal = terminal;
        this.wallet = wallet;
    }

    /** What opens the wallet. The caller wipes it. */
    Password present(@Nullable Path file) throws BackupException {
        if (file != null) {
            return wallet.passphrase(file);
        }
        Optional<Password> unattended = wallet.unattended().passphrase();
        return unattended.isPresent() ? unattended.get() : typed("Passphrase of the wallet: ");
    }

    /** What shall open it: typed twice. The caller wipes it. */
    Password coming(@Nullable Path file) throws BackupException {
        if (file != null) {
            return wallet.passphrase(file);
        }
        Password first = typed("New passphrase of the wallet: ");
        Password second = typed("Once more: ");
        byte[] one = first.secretBytes();
        byte[] other = second.secretBytes();
        second.wipe();
        try {
            if (!Arrays.equals(one, other)) {
                first.wipe();
                throw new BackupException(
                        WalletFault.NO_PASSPHRASE, "the two passphrases are not the same", "Type it once more.");
            }
            return first;
        } finally {
            Arrays.fill(one, (byte) 0);
            Arrays.fill(other, (byte) 0);
        }
    }

    private Password typed(String prompt) throws BackupException {
        char[] typed = terminal.secret(prompt);
        if (typed == null) {
            throw new BackupException(
                    WalletFault.NO_PASSPHRASE,
                    "the passphrase of the wallet is needed, and nobody is at a terminal to type it",
                    "Name a file of mode 0600 with it in the first line: --passphrase-file.");
        }
        byte[] text = utf8(typed);
        try {
            return SecretFile.passphrase(text, "what was typed");
        } finally {
            Arrays.fill(text, (byte) 0);
        }
    }

    /** What was typed, of which nothing is left behind; the caller overwrites the answer, too. */
    static byte[] utf8(char[] typed) throws BackupException {
        ByteBuffer encoded = ByteBuffer.allocate(typed.length * MOST_BYTES_A_CHARACTER);
        CoderResult result = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(typed), encoded, true);
        Arrays.fill(typed, '\0');
        byte[] text = Arrays.copyOf(encoded.array(), encoded.position());
        Arrays.fill(encoded.array(), (byte) 0);
        if (result.isError()) {
            Arrays.fill(text, (byte) 0);
            throw new BackupException(
                    WalletFault.NO_PASSPHRASE,
                    "what was typed has half a character in it",
                    "Type it again, or put it into a file of mode 0600: --passphrase-file.");
        }
        return text;
    }
}

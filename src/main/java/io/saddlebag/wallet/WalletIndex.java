package io.saddlebag.wallet;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Names and ids of a wallet's keys, for those who can't open it. Nothing in it is secret; nothing is decided by it. */
final class WalletIndex {
    private static final String HEAD =
            "# names and ids of the keys in wallet.age, for messages while it is closed; opening it writes this anew\n";
    private static final int MAX_BYTES = WalletText.MAX_BYTES;

    private final HostFiles files;
    private final SecretFile secrets;
    private final Path file;

    WalletIndex(HostFiles files, SecretFile secrets, Path file) {
        this.files = files;
        this.secrets = secrets;
        this.file = file;
    }

    List<HeldKeys.Entry> entries() throws BackupException {
        byte[] text = secrets.read(file, MAX_BYTES, SecretFile.Guarded.BY_MODE).orElse(new byte[0]);
        List<HeldKeys.Entry> entries = new ArrayList<>();
        new String(text, StandardCharsets.UTF_8).lines().forEach(line -> {
            List<String> words = Arrays.asList(line.strip().split(" +"));
            if (words.size() > 1 && !line.startsWith("#")) {
                entries.add(new HeldKeys.Entry(words.get(0), words.subList(1, words.size())));
            }
        });
        return entries;
    }

    void write(List<WalletKey> keys) throws IOException {
        StringBuilder text = new StringBuilder(HEAD);
        for (WalletKey key : keys) {
            text.append(key.name())
                    .append(' ')
                    .append(String.join(" ", key.keyIds()))
                    .append('\n');
        }
        try (NewFile renewed = files.create(file)) {
            renewed.setMode(0600);
            ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                renewed.channel().write(bytes);
            }
            renewed.replace();
        }
        files.syncFolder(Objects.requireNonNull(file.getParent()));
    }
}

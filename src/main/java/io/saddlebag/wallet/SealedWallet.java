package io.saddlebag.wallet;

import io.saddlebag.age.AgeFile;
import io.saddlebag.age.Identity;
import io.saddlebag.age.KeyFault;
import io.saddlebag.age.Password;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The file that the passphrase opens. */
final class SealedWallet {
    private static final int MAX_STORED_BYTES = WalletText.MAX_BYTES + 4096;

    private final HostFiles files;
    private final SecretFile secrets;
    private final Path file;
    private final SecureRandom random;

    SealedWallet(HostFiles files, SecretFile secrets, Path file, SecureRandom random) {
        this.files = files;
        this.secrets = secrets;
        this.file = file;
        this.random = random;
    }

    Path file() {
        return file;
    }

    boolean exists() throws IOException {
        return files.exists(file);
    }

    /** As it is on the disk, encrypted. */
    byte[] stored() throws IOException {
        return secrets.read(file, MAX_STORED_BYTES, SecretFile.Guarded.BY_MODE)
                .orElseThrow(() -> new BackupException(
                        WalletFault.NO_WALLET,
                        "there is no wallet " + file,
                        "Make one with 'saddlebag wallet create', or bring it back from where a copy is kept."));
    }

    /** Tells states of the wallet apart. */
    static String digest(byte[] stored) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(stored));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    List<WalletKey> open(byte[] stored, Password passphrase) throws IOException {
        byte[] plain = decrypt(stored, passphrase);
        try {
            return WalletText.parse(plain);
        } catch (IllegalArgumentException e) {
            throw damaged("it opens, but in what is in it " + e.getMessage(), e);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    private byte[] decrypt(byte[] stored, Password passphrase) throws IOException {
        ByteBuffer plain = ByteBuffer.allocate(WalletText.MAX_BYTES + 1);
        try (InputStream in =
                AgeFile.decrypt(new ByteArrayInputStream(stored), new OnePassphrase(passphrase), Runnable::run)) {
            int got = 0;
            while (plain.hasRemaining() && got >= 0) {
                plain.position(plain.position() + got);
                got = in.read(plain.array(), plain.position(), plain.remaining());
            }
        } catch (BackupException e) {
            if (e.is(WalletFault.WRONG_PASSPHRASE) || e.is(KeyFault.PASSWORD_TOO_COSTLY)) {
                throw e;
            }
            throw damaged(e.what(), e);
        }
        if (!plain.hasRemaining()) {
            throw damaged("it has more than " + WalletText.MAX_BYTES + " bytes in it", null);
        }
        byte[] exact = Arrays.copyOf(plain.array(), plain.position());
        Arrays.fill(plain.array(), (byte) 0);
        return exact;
    }

    private BackupException damaged(String what, @Nullable Exception cause) {
        return new BackupException(
                WalletFault.DAMAGED,
                "wallet " + file + " can't be used: " + what,
                "Bring back a copy of it from where it is kept.",
                cause);
    }

    /** Encrypted for that passphrase. */
    byte[] seal(List<WalletKey> keys, Password passphrase) throws IOException {
        byte[] plain = WalletText.format(keys);
        try {
            if (plain.length > WalletText.MAX_BYTES) {
                throw new BackupException(
                        WalletFault.FULL,
                        "the wallet's keys would have " + plain.length + " bytes; the most is " + WalletText.MAX_BYTES,
                        "Remove keys that no backup needs any more.");
            }
            ByteArrayOutputStream sealed = new ByteArrayOutputStream();
            try (InputStream in =
                    AgeFile.encrypt(new ByteArrayInputStream(plain), List.of(passphrase), random, Runnable::run)) {
                in.transferTo(sealed);
            }
            return sealed.toByteArray();
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    /**
     * The new wallet beside the old one, read from the disk again and opened: it has been shown that it can take its place.
     *
     * @param passphrase that it was sealed with
     */
    NewFile prove(byte[] sealed, List<WalletKey> keys, Password passphrase) throws IOException {
        NewFile renewed = files.create(file);
        boolean proven = false;
        try {
            renewed.setMode(0600);
            ByteBuffer bytes = ByteBuffer.wrap(sealed);
            while (bytes.hasRemaining()) {
                renewed.channel().write(bytes);
            }
            byte[] again = secrets.read(renewed.temporary(), MAX_STORED_BYTES, SecretFile.Guarded.BY_MODE)
                    .orElse(new byte[0]);
            if (!Arrays.equals(again, sealed) || !sameKeys(open(again, passphrase), keys)) {
                throw new BackupException(
                        WalletFault.NOT_PROVEN,
                        "the new wallet beside " + file + " doesn't open as it was written",
                        "See whether the disk or the memory of this machine is sound.");
            }
            proven = true;
            return renewed;
        } finally {
            if (!proven) {
                renewed.close();
            }
        }
    }

    private static boolean sameKeys(List<WalletKey> some, List<WalletKey> others) {
        byte[] one = WalletText.format(some);
        byte[] other = WalletText.format(others);
        boolean same = MessageDigest.isEqual(one, other);
        Arrays.fill(one, (byte) 0);
        Arrays.fill(other, (byte) 0);
        return same;
    }

    /** The only thing that is tried. */
    private record OnePassphrase(Password passphrase) implements AgeFile.Keys {
        @Override
        public List<Identity> candidates(boolean password) {
            return password ? List.of(passphrase) : List.of();
        }

        @Override
        public BackupException missing(boolean password) {
            return password
                    ? new BackupException(
                            WalletFault.WRONG_PASSPHRASE,
                            "the passphrase does not open the wallet",
                            "Try again; if it is lost, so is what is in the wallet.")
                    : new BackupException(
                            WalletFault.DAMAGED,
                            "it is encrypted for keys, not with a passphrase",
                            "Put a wallet there that 'saddlebag wallet create' made.");
        }
    }
}

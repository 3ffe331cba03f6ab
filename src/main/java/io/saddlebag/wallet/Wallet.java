package io.saddlebag.wallet;

import io.saddlebag.age.Password;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.DeviceLocks;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A node's wallet (X6, X10). Each change is durable on return, and takes the old wallet's place at once, after the new one was
 * read from the disk again and opened; whoever dies in the middle leaves the old one or the new one. Changes of several
 * processes are one after the other. Passphrases are the callers' to wipe. Thread-safe.
 */
public final class Wallet implements HeldKeys {
    /** Its file, in {@link Parts#folder}. */
    public static final String FILE = "wallet.age";

    /** Of its open copies. */
    public static final String OPEN = "wallet.open";

    private static final String INDEX = "wallet.ids";
    private static final String LOCK = "wallet";

    private final Parts parts;
    private final SecretFile secrets;
    private final SealedWallet sealed;
    private final OpenedCopies copies;
    private final WalletIndex index;
    private @Nullable Cached cached;

    /** Opened by this process for itself, from the passphrase that the configuration names. */
    private record Cached(String digest, List<WalletKey> keys) {}

    /**
     * What it works with.
     *
     * @param folder of the wallet; made when it is missing
     * @param always for a copy that stays open after a restart of the machine; in a folder that no backup holds
     * @param ownUid the number of the user of this process
     */
    public record Parts(
            HostFiles files,
            Path folder,
            Path always,
            OpenPlace untilRestart,
            UnattendedPassphrase unattended,
            DeviceLocks locks,
            SecureRandom random,
            int ownUid) {}

    /**
     * Where a copy is open until the machine is restarted.
     *
     * @param file in memory, never on a disk
     * @param trouble why it can't be used; null when it can
     */
    public record OpenPlace(Path file, @Nullable String trouble) {}

    /** What somebody adds to a wallet, takes from it, or leaves as it is. */
    @FunctionalInterface
    public interface Change {
        List<WalletKey> of(List<WalletKey> before) throws IOException;
    }

    /** How long an open wallet stays open. */
    public enum Lasting {
        UNTIL_RESTART,
        ALWAYS
    }

    public Wallet(Parts parts) {
        this.parts = parts;
        this.secrets = new SecretFile(parts.files(), parts.ownUid());
        this.sealed = new SealedWallet(parts.files(), secrets, parts.folder().resolve(FILE), parts.random());
        this.copies = new OpenedCopies(
                parts.files(), secrets, List.of(parts.untilRestart().file(), parts.always()));
        this.index = new WalletIndex(parts.files(), secrets, parts.folder().resolve(INDEX));
    }

    public Path file() {
        return sealed.file();
    }

    public boolean exists() throws IOException {
        return sealed.exists();
    }

    /** Files that hold its keys in the clear at present. */
    public List<Path> openCopies() throws IOException {
        return copies.there();
    }

    /** The passphrase that the configuration names, if it does. */
    public UnattendedPassphrase unattended() {
        return parts.unattended();
    }

    /**
     * The passphrase in the first line of a file.
     *
     * @throws BackupException as {@link SecretFile#passphrase}
     */
    public Password passphrase(Path file) throws BackupException {
        return secrets.passphrase(file, SecretFile.Guarded.BY_MODE);
    }

    /**
     * The password of a backup in the first line of a file that nobody else may read.
     *
     * @param name what the password is called in messages
     * @throws BackupException as {@link SecretFile#passphrase}
     */
    public Password passwordIn(Path file, String name) throws BackupException {
        return secrets.password(file, name);
    }

    // ---- what others see

    @Override
    public Held held() throws BackupException {
        try {
            return sealed.exists() ? look() : new Held(List.of(), null);
        } catch (BackupException e) {
            throw e;
        } catch (IOException e) {
            throw new BackupException(
                    WalletFault.DAMAGED, "wallet " + file() + " can't be read: " + e, "See who may read it.", e);
        }
    }

    private Held look() throws IOException {
        byte[] stored = sealed.stored();
        String digest = SealedWallet.digest(stored);
        List<Path> there = copies.there();
        for (Path place : there) {
            Optional<List<WalletKey>> keys = copies.keys(place, digest);
            if (keys.isPresent()) {
                return new Held(keys.get(), null);
            }
        }
        List<WalletKey> own = ownKeys(stored, digest);
        if (own != null) {
            return new Held(own, null);
        }
        return new Held(
                List.of(),
                "the wallet " + file() + " is closed"
                        + (there.isEmpty() ? "" : ", since it was changed after it had been opened"));
    }

    private synchronized @Nullable List<WalletKey> ownKeys(byte[] stored, String digest) throws IOException {
        Cached known = cached;
        if (known != null && known.digest().equals(digest)) {
            return known.keys();
        }
        cached = null;
        Optional<Password> passphrase = parts.unattended().passphrase();
        if (passphrase.isEmpty()) {
            return null;
        }
        try {
            List<WalletKey> keys = sealed.open(stored, passphrase.get());
            cached = new Cached(digest, keys);
            return keys;
        } finally {
            passphrase.get().wipe();
        }
    }

    @Override
    public List<Entry> index() throws BackupException {
        return index.entries();
    }

    // ---- changes

    /** Makes an empty one. */
    public void create(Password passphrase) throws IOException {
        if (!parts.files().exists(parts.folder())) {
            parts.files().makeFolder(parts.folder());
            parts.files().syncFolder(Objects.requireNonNull(parts.folder().getParent()));
        }
        DeviceLocks.Held lock = lock();
        try (lock) {
            if (sealed.exists()) {
                throw new BackupException(
                        WalletFault.EXISTS,
                        "there is a wallet " + file() + " already",
                        "Add keys to it with 'saddlebag wallet add', or move it away if nothing needs its keys.");
            }
            removeLeftovers();
            // copies of a wallet that was moved away
            copies.remove();
            try (NewFile made = sealed.prove(sealed.seal(List.of(), passphrase), List.of(), passphrase)) {
                made.publish();
            }
            parts.files().syncFolder(parts.folder());
            index.write(List.of());
        }
    }

    /** Adds and removes keys. A wallet that is open stays so. */
    public void change(Password passphrase, Change change) throws IOException {
        replace(passphrase, passphrase, change);
    }

    /** The same keys behind another passphrase. Whoever has a copy of the old file, and the old passphrase, has the keys. */
    public void changePassphrase(Password passphrase, Password next) throws IOException {
        replace(passphrase, next, before -> before);
    }

    private void replace(Password passphrase, Password next, Change change) throws IOException {
        DeviceLocks.Held lock = lock();
        try (lock) {
            removeLeftovers();
            byte[] old = sealed.stored();
            List<WalletKey> before = sealed.open(old, passphrase);
            List<WalletKey> after = change.of(before);
            byte[] renewed = sealed.seal(after, next);
            List<String> both = List.of(SealedWallet.digest(old), SealedWallet.digest(renewed));
            try (NewFile proven = sealed.prove(renewed, after, next)) {
                List<Path> open = openNow(both.get(0));
                // of both states: whichever is there after a death, it is as open as it was
                for (Path place : open) {
                    copies.write(place, union(before, after), both);
                }
                proven.replace();
                parts.files().syncFolder(parts.folder());
                for (Path place : open) {
                    copies.write(place, after, both.subList(1, 2));
                }
            }
            index.write(after);
        }
    }

    private List<Path> openNow(String digest) throws IOException {
        List<Path> open = new ArrayList<>();
        for (Path place : copies.there()) {
            if (copies.keys(place, digest).isPresent()) {
                open.add(place);
            }
        }
        return open;
    }

    private static List<WalletKey> union(List<WalletKey> before, List<WalletKey> after) {
        List<WalletKey> all = new ArrayList<>(after);
        for (WalletKey key : before) {
            if (after.stream().noneMatch(each -> each.name().equals(key.name()))) {
                all.add(key);
            }
        }
        return all;
    }

    // ---- open and close

    /**
     * Opens it for all processes of this user.
     *
     * @return where the keys are in the clear from now on
     */
    public Path open(Password passphrase, Lasting lasting) throws IOException {
        String trouble = parts.untilRestart().trouble();
        if (lasting == Lasting.UNTIL_RESTART && trouble != null) {
            throw new BackupException(
                    WalletFault.NO_PLACE_TO_OPEN,
                    "the wallet can't be open until the machine is restarted: " + trouble,
                    "Name a folder in memory as wallet.runtime in the configuration, name the place of the passphrase there,"
                            + " or open it with --always, which keeps its keys in a file of mode 0600.");
        }
        DeviceLocks.Held lock = lock();
        try (lock) {
            removeLeftovers();
            byte[] stored = sealed.stored();
            List<WalletKey> keys = sealed.open(stored, passphrase);
            Path place = lasting == Lasting.ALWAYS
                    ? parts.always()
                    : parts.untilRestart().file();
            makeFolders(Objects.requireNonNull(place.getParent()));
            copies.write(place, keys, List.of(SealedWallet.digest(stored)));
            index.write(keys);
            return place;
        }
    }

    private void makeFolders(Path folder) throws IOException {
        Path above = folder.getParent();
        if (parts.files().exists(folder) || above == null) {
            return;
        }
        makeFolders(above);
        parts.files().makeFolder(folder);
    }

    /** Removes all its open copies. What processes have opened for themselves stays open until they end. */
    public void close() throws IOException {
        DeviceLocks.Held lock = lock();
        try (lock) {
            copies.remove();
        }
        synchronized (this) {
            cached = null;
        }
    }

    private void removeLeftovers() throws IOException {
        OpenedCopies.removeLeftovers(parts.files(), parts.folder());
        copies.removeLeftovers();
    }

    private DeviceLocks.Held lock() throws IOException {
        return parts.locks()
                .tryTake(LOCK)
                .orElseThrow(() -> new BackupException(
                        WalletFault.BUSY,
                        "the wallet is being changed by " + parts.locks().holder(LOCK),
                        "Try again when it is done."));
    }
}

package io.saddlebag.key;

import io.saddlebag.age.Identity;
import io.saddlebag.age.KeyFault;
import io.saddlebag.age.Password;
import io.saddlebag.age.X25519Identity;
import io.saddlebag.age.X25519Recipient;
import io.saddlebag.catalog.Backup;
import io.saddlebag.fault.BackupException;
import io.saddlebag.wallet.Wallet;
import io.saddlebag.wallet.WalletFault;
import io.saddlebag.wallet.WalletKey;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Puts keys into the wallet and takes them out, with an eye on the backups that need them (X10). Public keys stay beside it, so
 * that backups are encrypted while it is closed. Thread-safe.
 */
public final class WalletKeeping {
    private static final int MOST_NAMED = 5;

    private final Wallet wallet;
    private final KeyShelf shelf;
    private final KeyRing keys;
    private final KeyNeeds needs;
    private final SecureRandom random;

    public WalletKeeping(Wallet wallet, KeyShelf shelf, KeyRing keys, KeyNeeds needs, SecureRandom random) {
        this.wallet = wallet;
        this.shelf = shelf;
        this.keys = keys;
        this.needs = needs;
        this.random = random;
    }

    public Wallet wallet() {
        return wallet;
    }

    /** What becomes of the file that a key was in before. */
    public enum File {
        STAYS,
        GOES
    }

    /** Whether a key may go that backups need. */
    public enum Needed {
        STAYS,
        GOES
    }

    /**
     * Puts a key into the wallet that is in a file: {@code NAME.key}, {@code NAME.password}.
     *
     * @throws BackupException {@link KeyFault#UNKNOWN_KEY} when there is no such file, {@link KeyFault#KEY_EXISTS} when the
     *     wallet has another key of this name
     */
    public WalletKey add(String name, Password passphrase, File file) throws IOException {
        KeyTexts.requireName(name);
        List<Identity> identities = new KeyTexts(shelf).identities(name);
        if (identities.isEmpty()) {
            throw new BackupException(
                    KeyFault.UNKNOWN_KEY,
                    "there is neither " + shelf.place(name) + ".key nor " + shelf.place(name) + ".password",
                    "Put what shall go into the wallet there, of mode 0600, or make a new key with --generate.");
        }
        WalletKey added = new WalletKey(name, identities);
        put(added, passphrase);
        publish(added, "");
        if (file == File.GOES) {
            shelf.forget(name);
        }
        return added;
    }

    /** Makes a key pair whose identity is in the wallet and nowhere else. */
    public WalletKey generate(String name, Password passphrase, Instant now) throws IOException {
        KeyTexts.requireName(name);
        if (shelf.names().contains(name)) {
            throw exists(name);
        }
        X25519Identity identity = X25519Identity.generate(random);
        WalletKey made = new WalletKey(name, List.of(identity));
        // the secret first: a public key without it would encrypt what nobody can read
        put(made, passphrase);
        publish(made, "# created: " + now + "\n# key id: " + identity.keyId() + ", identity in the wallet\n");
        return made;
    }

    private void put(WalletKey added, Password passphrase) throws IOException {
        wallet.change(passphrase, before -> {
            List<WalletKey> after = new ArrayList<>(before);
            for (WalletKey key : before) {
                if (key.name().equals(added.name())) {
                    if (!key.keyIds().equals(added.keyIds()) || key.isPassword()) {
                        throw exists(added.name());
                    }
                    after.remove(key);
                }
            }
            after.add(added);
            return after;
        });
    }

    private void publish(WalletKey key, String head) throws IOException {
        if (!key.isPassword()) {
            shelf.publish(
                    key.name(),
                    head
                            + key.identities().stream()
                                    .map(each -> ((X25519Recipient) each.recipient()) + "\n")
                                    .collect(Collectors.joining()));
        }
    }

    private static BackupException exists(String name) {
        return new BackupException(
                KeyFault.KEY_EXISTS,
                "there is a key '" + name + "' already",
                "Take another name: images that were encrypted for that key need it for ever.");
    }

    /**
     * Takes a key out of the wallet. Its public key stays.
     *
     * @return complete backups that nothing on this node opens any more
     * @throws BackupException {@link WalletFault#NEEDED} when there are such, and that wasn't wanted
     */
    public List<Backup> remove(String name, Password passphrase, Needed needed) throws IOException {
        List<Backup> lost = new ArrayList<>();
        wallet.change(passphrase, before -> {
            List<WalletKey> after =
                    before.stream().filter(each -> !each.name().equals(name)).toList();
            if (after.size() == before.size()) {
                throw new BackupException(
                        KeyFault.UNKNOWN_KEY,
                        "there is no key '" + name + "' in the wallet; there are "
                                + before.stream().map(WalletKey::name).toList(),
                        "'saddlebag wallet list' shows them.");
            }
            lost.clear();
            lost.addAll(lostBetween(ids(before), ids(after)));
            if (needed == Needed.STAYS && !lost.isEmpty()) {
                throw needed(name, lost);
            }
            return after;
        });
        return lost;
    }

    /** Complete backups that no key on this node opens, the oldest first. What a closed wallet says it holds counts as here. */
    public List<Backup> lost() throws IOException {
        return needs.closedTo(keys.keptIds());
    }

    private Set<String> ids(List<WalletKey> inWallet) throws IOException {
        Set<String> ids = new HashSet<>(keys.keptInFiles());
        inWallet.forEach(each -> ids.addAll(each.keyIds()));
        return ids;
    }

    private List<Backup> lostBetween(Set<String> before, Set<String> after) throws IOException {
        List<Backup> lost = new ArrayList<>(needs.closedTo(after));
        lost.removeAll(needs.closedTo(before));
        return lost;
    }

    private static BackupException needed(String name, List<Backup> lost) {
        return new BackupException(
                WalletFault.NEEDED,
                "without key '" + name + "' nothing on this node opens " + lost.size() + " backups: " + named(lost),
                "Let them expire first, keep the identity elsewhere and say --force, or give their files other keys with"
                        + " 'saddlebag key rewrap'.");
    }

    /** Backups for people, the oldest first and not too many. */
    public static String named(List<Backup> backups) {
        return backups.stream()
                        .limit(MOST_NAMED)
                        .map(each -> each.id() + " of " + each.about().name())
                        .collect(Collectors.joining(", "))
                + (backups.size() > MOST_NAMED ? ", ..." : "");
    }
}

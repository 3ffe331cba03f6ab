package io.saddlebag.key;

import io.saddlebag.age.AgeFile;
import io.saddlebag.age.Identity;
import io.saddlebag.age.KeyFault;
import io.saddlebag.age.Password;
import io.saddlebag.age.Recipient;
import io.saddlebag.age.X25519Identity;
import io.saddlebag.age.X25519Recipient;
import io.saddlebag.fault.BackupException;
import io.saddlebag.image.Decryption;
import io.saddlebag.image.Encryption;
import io.saddlebag.image.Layers;
import io.saddlebag.image.SeekableBytes;
import io.saddlebag.wallet.HeldKeys;
import io.saddlebag.wallet.WalletFault;
import io.saddlebag.wallet.WalletKey;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The keys of a node (X10). Keys are called by their names; secrets never leave this package. Thread-safe. */
public final class KeyRing implements Decryption {
    /** Of one image: the ids of as many fit the label, beside the other layers. */
    public static final int MAX_RECIPIENTS = 7;

    /** In place of names: no encryption. */
    static final String NONE = "none";

    private static final String OPEN_IT =
            "Open it with 'saddlebag wallet open', or name the place of its passphrase in the configuration.";

    private final KeyShelf shelf;
    private final KeyTexts texts;
    private final SecureRandom random;
    private final HeldKeys wallet;
    /** What somebody typed or named for this once; never written anywhere. */
    private final List<Password> held = new CopyOnWriteArrayList<>();

    private volatile @Nullable Asking asking;

    /** Without a wallet. */
    public KeyRing(KeyShelf shelf, SecureRandom random) {
        this(shelf, random, HeldKeys.NONE);
    }

    public KeyRing(KeyShelf shelf, SecureRandom random, HeldKeys wallet) {
        this.shelf = shelf;
        this.texts = new KeyTexts(shelf);
        this.random = random;
        this.wallet = wallet;
    }

    /**
     * Encrypts so that each of these keys opens it.
     *
     * @param names separated by commas; {@code none} or nothing for no encryption
     * @throws BackupException when one isn't there or can't be used, when there are too many, or a password beside others
     */
    public Encryption encryption(String names) throws IOException {
        if (names.isBlank() || names.strip().equals(NONE)) {
            return Encryption.NONE;
        }
        List<String> named = namesIn(names);
        List<Recipient> recipients = recipients(named);
        return new KeyedEncryption(recipients, random, warnings(named, recipients));
    }

    private static List<String> namesIn(String names) {
        List<String> named = new ArrayList<>();
        for (String name : names.split(",", -1)) {
            KeyTexts.requireName(name.strip());
            named.add(name.strip());
        }
        return named;
    }

    private List<Recipient> recipients(List<String> names) throws IOException {
        Set<Recipient> recipients = new LinkedHashSet<>();
        for (String name : names) {
            List<Recipient> ofName = texts.recipients(name);
            recipients.addAll(ofName.isEmpty() ? inWallet(name) : ofName);
        }
        if (recipients.size() > 1 && recipients.stream().anyMatch(each -> each instanceof Password)) {
            throw new BackupException(
                    KeyFault.UNSUITABLE_KEYS,
                    "an image can't be encrypted for a password and for other keys at once: "
                            + String.join(", ", names),
                    "Name the password alone, or the other keys alone.");
        }
        if (recipients.size() > MAX_RECIPIENTS) {
            throw new BackupException(
                    KeyFault.UNSUITABLE_KEYS,
                    String.join(", ", names) + " are " + recipients.size() + " recipients; an image can have "
                            + MAX_RECIPIENTS,
                    "Name fewer keys.");
        }
        return List.copyOf(recipients);
    }

    private List<Recipient> inWallet(String name) throws IOException {
        HeldKeys.Held held = wallet.held();
        for (WalletKey key : held.keys()) {
            if (key.name().equals(name)) {
                return key.identities().stream().map(Identity::recipient).toList();
            }
        }
        String closed = held.closed();
        if (closed != null
                && wallet.index().stream().anyMatch(each -> each.name().equals(name))) {
            throw new BackupException(WalletFault.CLOSED, "key '" + name + "' is needed, and " + closed, OPEN_IT);
        }
        throw unknown(name);
    }

    /** That nobody may be able to read it again is said when it is written, not when it is needed. */
    private List<String> warnings(List<String> names, List<Recipient> recipients) throws IOException {
        for (String name : names) {
            if (shelf.isEscrow(name)) {
                return List.of();
            }
        }
        String ids = recipients.stream().map(Recipient::keyId).collect(Collectors.joining(", "));
        try {
            Set<String> ours = keptIds();
            if (recipients.stream().map(Recipient::keyId).anyMatch(ours::contains)) {
                return List.of();
            }
        } catch (BackupException e) {
            return List.of("whether this node could read the image again is not known: " + e.what());
        }
        return List.of("this node can't read the image again, for it has the identity of none of its keys (" + ids
                + "), and none is marked as escrow: see that an identity is kept somewhere");
    }

    /** What is there; a key that can't be used is in it with its trouble. */
    public List<KeyEntry> list() throws IOException {
        List<KeyEntry> entries = new ArrayList<>();
        for (String name : names()) {
            entries.add(entry(name));
        }
        return entries;
    }

    private List<String> names() throws IOException {
        Set<String> names = new TreeSet<>(shelf.names());
        wallet.index().forEach(each -> names.add(each.name()));
        return List.copyOf(names);
    }

    /**
     * The ids of all keys that open images and are here: in files, and in the wallet by what it says of itself when it is
     * closed.
     */
    public Set<String> keptIds() throws IOException {
        Set<String> ids = new TreeSet<>(keptInFiles());
        wallet.index().forEach(each -> ids.addAll(each.keyIds()));
        return ids;
    }

    /** As {@link #keptIds}, without the wallet. */
    Set<String> keptInFiles() throws IOException {
        return fileIdentities().stream().map(Identity::keyId).collect(Collectors.toSet());
    }

    /** @throws BackupException {@link KeyFault#UNKNOWN_KEY} */
    public KeyEntry show(String name) throws IOException {
        KeyTexts.requireName(name);
        if (!names().contains(name)) {
            throw unknown(name);
        }
        return entry(name);
    }

    private KeyEntry entry(String name) throws IOException {
        boolean escrow = shelf.isEscrow(name);
        List<String> indexed = wallet.index().stream()
                .filter(each -> each.name().equals(name))
                .flatMap(each -> each.keyIds().stream())
                .toList();
        boolean inWallet = !indexed.isEmpty();
        try {
            List<Identity> identities = new ArrayList<>(texts.identities(name));
            if (inWallet) {
                wallet.held().keys().stream()
                        .filter(each -> each.name().equals(name))
                        .forEach(each -> identities.addAll(each.identities()));
            }
            Set<Recipient> recipients = new LinkedHashSet<>(texts.recipients(name));
            if (recipients.isEmpty()) {
                identities.forEach(each -> recipients.add(each.recipient()));
            }
            List<String> ids = recipients.isEmpty()
                    ? indexed
                    : recipients.stream().map(Recipient::keyId).toList();
            return new KeyEntry(
                    name,
                    kind(ids, inWallet || !identities.isEmpty()),
                    ids,
                    recipients.stream()
                            .filter(each -> each instanceof X25519Recipient)
                            .map(Recipient::toString)
                            .toList(),
                    !identities.isEmpty(),
                    escrow,
                    inWallet,
                    null);
        } catch (BackupException e) {
            return new KeyEntry(name, KeyEntry.Kind.PUBLIC, indexed, List.of(), false, escrow, inWallet, e.what());
        }
    }

    private static KeyEntry.Kind kind(List<String> ids, boolean secret) {
        if (ids.stream().anyMatch(id -> id.startsWith(Password.KEY_ID_PREFIX))) {
            return KeyEntry.Kind.PASSWORD;
        }
        return secret ? KeyEntry.Kind.IDENTITY : KeyEntry.Kind.PUBLIC;
    }

    /** Makes a key pair and keeps it. */
    public KeyEntry generate(String name, Instant now) throws IOException {
        KeyTexts.requireName(name);
        X25519Identity identity = X25519Identity.generate(random);
        String head = "# created: " + now + "\n# key id: " + identity.keyId() + "\n";
        String recipient = identity.recipient().toString();
        shelf.create(
                name,
                head + "# public key: " + recipient + "\n" + identity.secretText() + "\n",
                head + recipient + "\n");
        return entry(name);
    }

    /** Asks whoever is there for the password of an image. */
    public interface Asking {
        /**
         * @param keyId what the image calls its password
         * @return empty when nobody is there
         */
        Optional<Password> password(String keyId) throws BackupException;
    }

    /** What is done while somebody may be asked. */
    public interface Work<T> {
        T run() throws IOException, InterruptedException;
    }

    /** Opens images with this password, too, until {@link #letGo}. */
    public void hold(Password password) {
        held.add(password);
    }

    /** Wipes the passwords that were held. */
    public void letGo() {
        for (Password each : held) {
            each.wipe();
        }
        held.clear();
    }

    /**
     * Does what finds out which keys are needed; a password that isn't here is asked for then, and held. Only for work in which
     * nothing waits for the answer but whoever asked: never while a database is down.
     */
    public <T> T asking(Asking whom, Work<T> work) throws IOException, InterruptedException {
        asking = whom;
        try {
            return work.run();
        } finally {
            asking = null;
        }
    }

    @Override
    public void require(List<String> layers) throws BackupException {
        List<String> wanted = Layers.keyIds(layers);
        if (wanted.isEmpty()) {
            return;
        }
        List<String> ours = new ArrayList<>();
        held.forEach(each -> ours.add(each.keyId()));
        fileIdentities().forEach(each -> ours.add(each.keyId()));
        if (opens(wanted, ours)) {
            return;
        }
        HeldKeys.Held inWallet = wallet.held();
        inWallet.keys().forEach(each -> ours.addAll(each.keyIds()));
        if (!opens(wanted, ours) && !isAnswered(wanted)) {
            throw missing(
                    "the image is encrypted for " + (wanted.size() == 1 ? "key " : "any of the keys ")
                            + String.join(", ", wanted) + ", and this node has " + here(ours),
                    inWallet.closed(),
                    isPassword(wanted));
        }
    }

    /** A password is alone. */
    private static boolean isPassword(List<String> wanted) {
        return wanted.size() == 1 && wanted.get(0).startsWith(Password.KEY_ID_PREFIX);
    }

    private boolean isAnswered(List<String> wanted) throws BackupException {
        Asking whom = asking;
        Optional<Password> said = whom == null || !isPassword(wanted) ? Optional.empty() : whom.password(wanted.get(0));
        said.ifPresent(this::hold);
        return said.isPresent();
    }

    /** Whether any of those that are there opens what any of the wanted ones opens. */
    static boolean opens(List<String> wanted, Collection<String> ours) {
        // the name of a password may have changed
        return wanted.stream()
                .anyMatch(id -> ours.contains(id)
                        || (id.startsWith(Password.KEY_ID_PREFIX)
                                && ours.stream().anyMatch(each -> each.startsWith(Password.KEY_ID_PREFIX))));
    }

    @Override
    public InputStream undo(InputStream stored, Executor executor) {
        return AgeFile.decrypt(stored, keys(), executor);
    }

    @Override
    public Decryption only(String keyId) {
        AgeFile.Keys one = keys(identity -> opens(List.of(keyId), List.of(identity.keyId())));
        return new Decryption() {
            @Override
            public void require(List<String> layers) throws BackupException {
                KeyRing.this.require(layers);
            }

            @Override
            public InputStream undo(InputStream stored, Executor executor) {
                return AgeFile.decrypt(stored, one, executor);
            }

            @Override
            public Decryption only(String other) {
                return KeyRing.this.only(other);
            }
        };
    }

    @Override
    public SeekableBytes seek(SeekableBytes stored, Executor executor) throws IOException {
        return AgeFile.seek(stored, keys(), executor);
    }

    /**
     * A header for other keys in place of the one that is read; what stands behind it in the file fits both.
     *
     * @param stored its header is read, and no byte more
     */
    byte[] rewrap(InputStream stored, String names) throws IOException {
        return AgeFile.rewrap(stored, keys(), recipients(namesIn(names)), random);
    }

    /**
     * The keys that shall open an image instead of those that do, looked up once.
     *
     * @throws BackupException as {@link #encryption}; {@link KeyFault#UNSUITABLE_KEYS} for none
     */
    NewKeys newKeys(String names) throws IOException {
        if (names.isBlank() || names.strip().equals(NONE)) {
            throw new BackupException(
                    KeyFault.UNSUITABLE_KEYS,
                    "an encrypted image gets other keys, never none",
                    "Name keys; restore the image and back it up anew to have it without encryption.");
        }
        List<String> named = namesIn(names);
        List<Recipient> recipients = recipients(named);
        return new NewKeys(recipients, keys(), random, warnings(named, recipients));
    }

    private AgeFile.Keys keys() {
        return keys(identity -> true);
    }

    private AgeFile.Keys keys(Predicate<Identity> wanted) {
        return new AgeFile.Keys() {
            @Override
            public List<Identity> candidates(boolean password) throws BackupException {
                List<Identity> all = new ArrayList<>(held);
                all.addAll(fileIdentities());
                try {
                    wallet.held().keys().forEach(each -> all.addAll(each.identities()));
                } catch (BackupException e) {
                    // the files may do; when they don't, this is said then
                }
                return all.stream()
                        .filter(identity -> identity instanceof Password == password && wanted.test(identity))
                        .toList();
            }

            @Override
            public BackupException missing(boolean password) throws BackupException {
                String closed = wallet.held().closed();
                List<String> tried =
                        candidates(password).stream().map(Identity::keyId).toList();
                return KeyRing.this.missing(
                        "the image is encrypted " + (password ? "with a password, " : "for other keys, ")
                                + "and this node has " + here(tried),
                        closed,
                        password);
            }
        };
    }

    private static String here(List<String> keyIds) {
        return keyIds.isEmpty() ? "no key that opens anything" : String.join(", ", keyIds);
    }

    private BackupException missing(String what, @Nullable String closed, boolean password) {
        if (closed != null) {
            return new BackupException(WalletFault.CLOSED, what + "; " + closed, OPEN_IT);
        }
        return new BackupException(
                KeyFault.KEY_MISSING,
                what,
                password
                        ? giveIt()
                        : "Put the identity into " + shelf.place("NAME")
                                + ".key, of mode 0600; 'saddlebag key list' shows the ids of"
                                + " those that are there.");
    }

    private String giveIt() {
        return "Type it at the terminal when 'saddlebag restore' asks, name a file of mode 0600 with it in the first line"
                + " (--password-file), or put it into " + shelf.place("NAME") + ".password, of mode 0600.";
    }

    private List<Identity> fileIdentities() throws BackupException {
        try {
            List<Identity> identities = new ArrayList<>();
            for (String name : shelf.names()) {
                identities.addAll(texts.identities(name));
            }
            return identities;
        } catch (BackupException e) {
            throw e;
        } catch (IOException e) {
            throw new BackupException(
                    KeyFault.UNUSABLE_KEY,
                    "keys can't be read: " + e,
                    "See who may read " + shelf.place("NAME") + ".",
                    e);
        }
    }

    private BackupException unknown(String name) throws IOException {
        List<String> names = names();
        return new BackupException(
                KeyFault.UNKNOWN_KEY,
                "there is no key '" + name + "'; known are " + (names.isEmpty() ? "none" : String.join(", ", names)),
                "Make it with 'saddlebag key generate " + name + "', or put a public key into " + shelf.place(name)
                        + ".pub.");
    }
}

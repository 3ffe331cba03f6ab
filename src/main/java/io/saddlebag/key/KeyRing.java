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
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;

/** The keys of a node (X10). Keys are called by their names; secrets never leave this package. Thread-safe. */
public final class KeyRing implements Decryption {
    /** Of one image: the ids of as many fit the label, beside the other layers. */
    public static final int MAX_RECIPIENTS = 7;

    /** In place of names: no encryption. */
    static final String NONE = "none";

    private final KeyShelf shelf;
    private final KeyTexts texts;
    private final SecureRandom random;

    public KeyRing(KeyShelf shelf, SecureRandom random) {
        this.shelf = shelf;
        this.texts = new KeyTexts(shelf);
        this.random = random;
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
            if (ofName.isEmpty()) {
                throw unknown(name);
            }
            recipients.addAll(ofName);
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

    /** That nobody may be able to read it again is said when it is written, not when it is needed. */
    private List<String> warnings(List<String> names, List<Recipient> recipients) throws IOException {
        for (String name : names) {
            if (shelf.isEscrow(name)) {
                return List.of();
            }
        }
        String ids = recipients.stream().map(Recipient::keyId).collect(Collectors.joining(", "));
        try {
            Set<String> ours = identities().stream().map(Identity::keyId).collect(Collectors.toSet());
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
        for (String name : shelf.names()) {
            entries.add(entry(name));
        }
        return entries;
    }

    /** @throws BackupException {@link KeyFault#UNKNOWN_KEY} */
    public KeyEntry show(String name) throws IOException {
        KeyTexts.requireName(name);
        if (!shelf.names().contains(name)) {
            throw unknown(name);
        }
        return entry(name);
    }

    private KeyEntry entry(String name) throws IOException {
        boolean escrow = shelf.isEscrow(name);
        try {
            List<Recipient> recipients = texts.recipients(name);
            List<Identity> identities = texts.identities(name);
            boolean password = recipients.stream().anyMatch(each -> each instanceof Password);
            return new KeyEntry(
                    name,
                    password
                            ? KeyEntry.Kind.PASSWORD
                            : identities.isEmpty() ? KeyEntry.Kind.PUBLIC : KeyEntry.Kind.IDENTITY,
                    recipients.stream().map(Recipient::keyId).toList(),
                    recipients.stream()
                            .filter(each -> each instanceof X25519Recipient)
                            .map(Recipient::toString)
                            .toList(),
                    !identities.isEmpty(),
                    escrow,
                    null);
        } catch (BackupException e) {
            return new KeyEntry(name, KeyEntry.Kind.PUBLIC, List.of(), List.of(), false, escrow, e.what());
        }
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

    @Override
    public void require(List<String> layers) throws BackupException {
        List<String> wanted = Layers.keyIds(layers);
        if (wanted.isEmpty()) {
            return;
        }
        List<String> ours = identities().stream().map(Identity::keyId).toList();
        // the name of a password may have changed
        boolean password = wanted.stream().anyMatch(id -> id.startsWith(Password.KEY_ID_PREFIX))
                && ours.stream().anyMatch(id -> id.startsWith(Password.KEY_ID_PREFIX));
        if (!password && wanted.stream().noneMatch(ours::contains)) {
            throw missing("the image is encrypted for " + (wanted.size() == 1 ? "key " : "any of the keys ")
                    + String.join(", ", wanted) + ", and this node has " + here(ours));
        }
    }

    @Override
    public InputStream undo(InputStream stored, Executor executor) {
        return AgeFile.decrypt(stored, keys(), executor);
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

    private AgeFile.Keys keys() {
        return new AgeFile.Keys() {
            @Override
            public List<Identity> candidates(boolean password) throws BackupException {
                return identities().stream()
                        .filter(identity -> identity instanceof Password == password)
                        .toList();
            }

            @Override
            public BackupException missing(boolean password) throws BackupException {
                List<String> tried =
                        candidates(password).stream().map(Identity::keyId).toList();
                return KeyRing.this.missing("the image is encrypted "
                        + (password ? "with a password, " : "for other keys, ") + "and this node has " + here(tried));
            }
        };
    }

    private static String here(List<String> keyIds) {
        return keyIds.isEmpty() ? "no key that opens anything" : String.join(", ", keyIds);
    }

    private BackupException missing(String what) {
        return new BackupException(
                KeyFault.KEY_MISSING,
                what,
                "Put the identity into " + shelf.place("NAME")
                        + ".key, of mode 0600; 'saddlebag key list' shows the ids of" + " those that are there.");
    }

    private List<Identity> identities() throws BackupException {
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
        List<String> names = shelf.names();
        return new BackupException(
                KeyFault.UNKNOWN_KEY,
                "there is no key '" + name + "'; known are " + (names.isEmpty() ? "none" : String.join(", ", names)),
                "Make it with 'saddlebag key generate " + name + "', or put a public key into " + shelf.place(name)
                        + ".pub.");
    }
}

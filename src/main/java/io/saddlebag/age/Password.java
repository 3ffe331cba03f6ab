package io.saddlebag.age;

import io.saddlebag.fault.BackupException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.SCrypt;
import org.jspecify.annotations.Nullable;

/** A password that opens files by itself (age, "The scrypt recipient type"). Never shown; called by its name. */
public final class Password implements Recipient, Identity {
    /** What labels put before its name, since anything made from a password helps to guess it. */
    public static final String KEY_ID_PREFIX = "password.";

    /** Base-two logarithm of the work: 64 MiB of memory, so that a backup stays within 256 MiB (Q9). */
    static final int WORK = 16;

    /** As the most that is read. */
    private static final int MAX_WORK = 22;

    private static final int SALT_BYTES = 16;
    private static final int BLOCK_SIZE = 8;
    private static final int BYTES_PER_STEP = 128 * BLOCK_SIZE;
    private static final byte[] LABEL = "age-encryption.org/v1/scrypt".getBytes(StandardCharsets.US_ASCII);
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,8}");
    private static final int STANZA_ARGUMENTS = 3;

    private final String name;
    private final byte[] password;
    private final int work;

    /** @throws IllegalArgumentException when it is empty */
    public Password(String name, String password) {
        this(name, password, WORK);
    }

    Password(String name, String password, int work) {
        this(name, password.getBytes(StandardCharsets.UTF_8), work);
    }

    private Password(String name, byte[] password, int work) {
        if (password.length == 0) {
            throw new IllegalArgumentException("the password " + name + " is empty");
        }
        this.name = name;
        this.password = password;
        this.work = work;
    }

    /**
     * For those who want to {@link #wipe} it.
     *
     * @param utf8 not empty; copied
     */
    public static Password of(String name, byte[] utf8) {
        return new Password(name, utf8.clone(), WORK);
    }

    /** The secret in UTF-8, a copy, for the file in which it is kept. */
    public byte[] secretBytes() {
        return password.clone();
    }

    /** Overwrites the secret in memory. It is of no use afterwards. */
    public void wipe() {
        Arrays.fill(password, (byte) 0);
    }

    @Override
    public String keyId() {
        return KEY_ID_PREFIX + name;
    }

    @Override
    public Recipient recipient() {
        return this;
    }

    @Override
    public Stanza wrap(FileKey key, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        byte[] body = Primitives.wrap(wrappingKey(salt, work), key.bytes());
        return new Stanza(List.of(AgeHeader.SCRYPT, Base64Text.encode(salt), Integer.toString(work)), body);
    }

    @Override
    public @Nullable FileKey unwrap(AgeHeader header) throws BackupException {
        if (!header.hasPassword()) {
            return null;
        }
        Stanza stanza = header.stanzas().get(0);
        List<String> arguments = stanza.arguments();
        if (arguments.size() != STANZA_ARGUMENTS
                || !NUMBER.matcher(arguments.get(2)).matches()) {
            throw AgeHeader.damaged("has a password without salt and work factor");
        }
        byte[] salt = salt(arguments.get(1));
        if (stanza.body().length != FileKey.WRAPPED_BYTES) {
            throw AgeHeader.damaged("has a wrapped key of " + stanza.body().length + " bytes");
        }
        int wanted = Integer.parseInt(arguments.get(2));
        requireAffordable(wanted, Runtime.getRuntime().maxMemory());
        byte[] key = Primitives.unwrap(wrappingKey(salt, wanted), stanza.body());
        return key == null ? null : new FileKey(key);
    }

    private static byte[] salt(String text) throws BackupException {
        try {
            byte[] salt = Base64Text.decode(text);
            if (salt.length == SALT_BYTES) {
                return salt;
            }
        } catch (IllegalArgumentException e) {
            // as any other that is none
        }
        throw AgeHeader.damaged("has a password without a salt of 16 bytes");
    }

    /** Whoever wrote the file chose how much it takes to look at it. */
    static void requireAffordable(int wanted, long heapBytes) throws BackupException {
        if (wanted > MAX_WORK) {
            throw new BackupException(
                    KeyFault.PASSWORD_TOO_COSTLY,
                    "the password's work factor is 2^" + wanted + "; the most that is tried is 2^" + MAX_WORK,
                    "If the file is yours, decrypt it with another program.");
        }
        long bytes = (long) BYTES_PER_STEP << wanted;
        if (bytes > heapBytes / 2) {
            throw new BackupException(
                    KeyFault.PASSWORD_TOO_COSTLY,
                    "trying the password takes " + (bytes >> 20) + " MiB of memory, and this process has "
                            + (heapBytes >> 20) + " MiB in all",
                    "Give the process more memory (-Xmx), or decrypt the file with age first.");
        }
    }

    private byte[] wrappingKey(byte[] salt, int logarithm) {
        byte[] labelled = new byte[LABEL.length + salt.length];
        System.arraycopy(LABEL, 0, labelled, 0, LABEL.length);
        System.arraycopy(salt, 0, labelled, LABEL.length, salt.length);
        return SCrypt.generate(password, labelled, 1 << logarithm, BLOCK_SIZE, 1, Primitives.KEY_BYTES);
    }

    @Override
    public String toString() {
        return keyId();
    }
}

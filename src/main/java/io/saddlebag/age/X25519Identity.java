package io.saddlebag.age;

import io.saddlebag.fault.BackupException;
import java.security.SecureRandom;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A secret key, {@code AGE-SECRET-KEY-1...} (age, "The X25519 recipient type"). Shows itself on demand only. */
public final class X25519Identity implements Identity {
    private static final String PREFIX = "age-secret-key-";

    private final byte[] secret;
    private final X25519Recipient recipient;

    private X25519Identity(byte[] secret) {
        this.secret = secret;
        this.recipient = new X25519Recipient(Primitives.x25519(secret));
    }

    public static X25519Identity generate(SecureRandom random) {
        byte[] secret = new byte[Primitives.KEY_BYTES];
        random.nextBytes(secret);
        return new X25519Identity(secret);
    }

    /** @throws IllegalArgumentException saying what is wrong, without the text */
    public static X25519Identity parse(String text) {
        byte[] secret = Bech32.decode(PREFIX, text);
        if (secret.length != Primitives.KEY_BYTES) {
            throw new IllegalArgumentException("it has " + secret.length + " bytes, not " + Primitives.KEY_BYTES);
        }
        return new X25519Identity(secret);
    }

    @Override
    public X25519Recipient recipient() {
        return recipient;
    }

    @Override
    public String keyId() {
        return recipient.keyId();
    }

    /** The secret, for the file in which it is kept. */
    public String secretText() {
        return Bech32.encode(PREFIX, secret).toUpperCase(Locale.ROOT);
    }

    @Override
    public @Nullable FileKey unwrap(AgeHeader header) throws BackupException {
        FileKey found = null;
        for (Stanza stanza : header.stanzas()) {
            if (stanza.type().equals(X25519Recipient.TYPE)) {
                // all of them must be sound, also those behind ours
                FileKey key = unwrap(stanza);
                found = found == null ? key : found;
            }
        }
        return found;
    }

    private @Nullable FileKey unwrap(Stanza stanza) throws BackupException {
        byte[] share = share(stanza);
        // before anything is tried, so that nobody learns from which lengths are
        if (stanza.body().length != FileKey.WRAPPED_BYTES) {
            throw AgeHeader.damaged("has a wrapped key of " + stanza.body().length + " bytes");
        }
        byte[] shared = Primitives.x25519(secret, share);
        if (shared == null) {
            throw AgeHeader.damaged("has a share of small order");
        }
        byte[] key = Primitives.unwrap(recipient.wrappingKey(shared, share), stanza.body());
        return key == null ? null : new FileKey(key);
    }

    private static byte[] share(Stanza stanza) throws BackupException {
        try {
            if (stanza.arguments().size() == 2) {
                byte[] share = Base64Text.decode(stanza.arguments().get(1));
                if (share.length == Primitives.KEY_BYTES) {
                    return share;
                }
            }
        } catch (IllegalArgumentException e) {
            // as any other that is none
        }
        throw AgeHeader.damaged("has an X25519 recipient without a share of 32 bytes");
    }

    @Override
    public String toString() {
        return "the identity of " + recipient;
    }
}

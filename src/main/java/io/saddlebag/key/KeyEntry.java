package io.saddlebag.key;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What may be known of a key.
 *
 * @param keyIds as in labels and the catalog
 * @param recipients the public keys, {@code age1...}; none of a password
 * @param opens whether images can be decrypted with it here
 * @param escrow whether its identity is kept elsewhere on purpose
 * @param inWallet whether the wallet holds its identity or password, be it open or not
 * @param trouble why it can't be used; null when it can
 */
public record KeyEntry(
        String name,
        Kind kind,
        List<String> keyIds,
        List<String> recipients,
        boolean opens,
        boolean escrow,
        boolean inWallet,
        @Nullable String trouble) {
    /** What it consists of. */
    public enum Kind {
        PUBLIC,
        IDENTITY,
        PASSWORD
    }

    public KeyEntry {
        keyIds = List.copyOf(keyIds);
        recipients = List.copyOf(recipients);
    }
}

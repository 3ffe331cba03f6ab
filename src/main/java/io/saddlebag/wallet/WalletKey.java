package io.saddlebag.wallet;

import io.saddlebag.age.Identity;
import io.saddlebag.age.Password;
import java.util.List;

/**
 * A key in a wallet. Never shows what is secret.
 *
 * @param name as keys are called everywhere
 * @param identities one or more; a password is alone
 */
public record WalletKey(String name, List<Identity> identities) {
    public WalletKey {
        identities = List.copyOf(identities);
        if (identities.isEmpty()) {
            throw new IllegalArgumentException("a key has an identity or a password: " + name);
        }
        if (identities.size() > 1 && identities.stream().anyMatch(each -> each instanceof Password)) {
            throw new IllegalArgumentException("a password stands alone: " + name);
        }
    }

    public List<String> keyIds() {
        return identities.stream().map(Identity::keyId).toList();
    }

    public boolean isPassword() {
        return identities.get(0) instanceof Password;
    }

    @Override
    public String toString() {
        return name + keyIds();
    }
}

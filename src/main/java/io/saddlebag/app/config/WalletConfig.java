package io.saddlebag.app.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the passphrase of the wallet is when nobody types it (X6, X10): one of three places, or none.
 *
 * @param passphraseFile its first line; of mode 0600; relative to the home folder
 * @param passphraseEnvironment an environment variable
 * @param passphraseCredential the name of a file in the folder that the service manager names in {@code CREDENTIALS_DIRECTORY}
 * @param runtime a folder in memory for the open wallet; null for {@code /run/saddlebag}, or {@code /run/user/ID/saddlebag} of
 *     others than root
 */
public record WalletConfig(
        @JsonProperty("passphraseFile") @Nullable String passphraseFile,
        @JsonProperty("passphraseEnvironment") @Nullable String passphraseEnvironment,
        @JsonProperty("passphraseCredential") @Nullable String passphraseCredential,
        @JsonProperty("runtime") @Nullable String runtime) {
    static final WalletConfig DEFAULT = new WalletConfig(null, null, null, null);

    public WalletConfig {
        long places = Stream.of(passphraseFile, passphraseEnvironment, passphraseCredential)
                .filter(Objects::nonNull)
                .count();
        if (places > 1) {
            throw new IllegalArgumentException("the passphrase of the wallet has one place, not " + places
                    + ": passphraseFile, passphraseEnvironment or passphraseCredential");
        }
        if (passphraseCredential != null && !passphraseCredential.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
            throw new IllegalArgumentException("'" + passphraseCredential
                    + "' is no name of a credential; valid are letters, digits, dots, underscores and hyphens");
        }
    }
}

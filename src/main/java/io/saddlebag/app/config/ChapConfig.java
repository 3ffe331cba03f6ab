package io.saddlebag.app.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Whom an iSCSI target asks for. The secret itself never stands in the configuration.
 *
 * @param user printable ASCII characters
 * @param secretFile the secret in its first line; relative to the home folder, and readable by its owner alone
 */
public record ChapConfig(String user, String secretFile) {
    private static final int LONGEST_USER = 254;

    public ChapConfig(
            @JsonProperty("user") @Nullable String user, @JsonProperty("secretFile") @Nullable String secretFile) {
        this.user = LibraryConfig.required("user", user);
        this.secretFile = LibraryConfig.required("secretFile", secretFile);
        if (!this.user.matches("[\\x21-\\x7e]{1," + LONGEST_USER + "}")) {
            throw new IllegalArgumentException(
                    "a CHAP user is 1 to " + LONGEST_USER + " ASCII characters without spaces");
        }
        if (this.secretFile.isBlank()) {
            throw new IllegalArgumentException("option 'secretFile' is empty");
        }
    }
}

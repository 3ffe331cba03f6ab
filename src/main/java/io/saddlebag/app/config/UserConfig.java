package io.saddlebag.app.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who may ask for backups and restores.
 *
 * @param osUser whose rights unprivileged backups have; null for the user of the same name (X9)
 * @param rights of {@link #RIGHTS}
 */
public record UserConfig(
        @JsonProperty("osUser") @Nullable String osUser,
        @JsonProperty("rights") @Nullable List<String> rights) {
    /** Backups on demand are read with the node's rights, not the user's (D5). */
    public static final String BACKUP_PRIVILEGED = "backup-privileged";

    /** Restores on demand are allowed, with the node's rights. */
    public static final String RESTORE_PRIVILEGED = "restore-privileged";

    /** Databases are stopped, started and put in backup mode for backups on demand. */
    public static final String OPERATE_DATABASES = "operate-databases";

    public static final Set<String> RIGHTS = Set.of(BACKUP_PRIVILEGED, RESTORE_PRIVILEGED, OPERATE_DATABASES);

    public UserConfig {
        rights = rights == null ? List.of() : List.copyOf(rights);
        for (String right : rights) {
            if (!RIGHTS.contains(right)) {
                throw new IllegalArgumentException("'" + right + "' is no right; valid are " + BACKUP_PRIVILEGED + ", "
                        + RESTORE_PRIVILEGED + ", " + OPERATE_DATABASES);
            }
        }
    }

    public boolean has(String right) {
        return rights != null && rights.contains(right);
    }
}

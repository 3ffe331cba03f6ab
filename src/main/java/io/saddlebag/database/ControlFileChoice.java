package io.saddlebag.database;

import java.util.Locale;

/** How copies of a database's control file that a restore leaves where they are come to match the restored ones (W14). */
public enum ControlFileChoice {
    /** They are restored, too, from the backup that the others come from. */
    SAME_BACKUP,
    /** A restored copy is put in their place. */
    COPY_RESTORED;

    /** As in configuration files, e.g. {@code same-backup}. */
    public String display() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

package io.saddlebag.recoverability;

import java.util.Locale;

/** How it is known that a backup can be recovered (C11), each of them with those before. */
public enum Proof {
    /** Image and catalog record were durable when it was made. */
    WRITTEN,
    /** All of it was read again since, and compared with its checksums. */
    CHECKSUMMED,
    /** It was restored, every byte as it was backed up. */
    RESTORED,
    /** The engine has opened what was restored. */
    STARTED,
    /** The engine has read all of what was restored and found nothing wrong. */
    QUERIED;

    /** For people and JSON, e.g. {@code queried}. */
    public String display() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package io.saddlebag.media;

import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Policy shared by volumes (M20-M22).
 *
 * @param writeWindow how long after its set's creation images may be started; null for ever
 * @param retention how long after the write window it must be kept; null with {@link Expiration#CONTENT}, or for ever
 */
public record MediaFamily(
        String name,
        @Nullable Duration writeWindow,
        @Nullable Duration retention,
        Expiration expiration) {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,23}");

    /** What makes a volume expire (M22). */
    public enum Expiration {
        TIME,
        CONTENT
    }

    public MediaFamily {
        if (!FORM.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' is not a media family's name; valid are 1 to 24 letters,"
                    + " digits, points, hyphens and underscores, the first a letter or digit");
        }
    }

    /** The family's volume ids are this and a six-digit number (M20). */
    public String idPrefix() {
        return name + "-";
    }
}

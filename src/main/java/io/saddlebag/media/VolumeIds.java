package io.saddlebag.media;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How volume ids are made from sequences (M20). Who keeps the count, durably, is the catalog's business.
 *
 * @param sequence the name that the count is kept under
 * @param prefix the digits are put behind it
 * @param digits at least so many; larger numbers take more
 * @param first the first number
 */
public record VolumeIds(String sequence, String prefix, int digits, long first) {
    /** Digits of a family's and the domain's numbers. */
    public static final int DIGITS = 6;

    /** Volumes outside any family: {@code VOL000001} and up. */
    public static final VolumeIds DOMAIN = new VolumeIds("VOL", "VOL", DIGITS, 1);

    private static final int MOST_DIGITS = 18;
    private static final Pattern WITH_NUMBER = Pattern.compile("(.*?)(\\d{1," + MOST_DIGITS + "})");

    public VolumeIds {
        if (first < 0 || digits < 1 || digits > MOST_DIGITS) {
            throw new IllegalArgumentException("a sequence begins at 0 or above with 1 to " + MOST_DIGITS
                    + " digits, not at " + first + " with " + digits);
        }
        format(prefix, digits, first); // whether that makes a volume id at all
    }

    /** {@code <family>-000001} and up. */
    public static VolumeIds ofFamily(MediaFamily family) {
        return new VolumeIds(family.name(), family.idPrefix(), DIGITS, 1);
    }

    /** The family's ids, or the domain's without one. */
    public static VolumeIds of(@Nullable MediaFamily family) {
        return family == null ? DOMAIN : ofFamily(family);
    }

    /**
     * A sequence that a user named by its first id: {@code DAT0100} counts on with {@code DAT0101}, {@code DAT} gets 1
     * appended.
     *
     * @throws IllegalArgumentException naming the text and the valid forms
     */
    public static VolumeIds ofUser(String name, String firstId) {
        Matcher m = WITH_NUMBER.matcher(firstId.strip());
        return m.matches()
                ? new VolumeIds(name, m.group(1), m.group(2).length(), Long.parseLong(m.group(2)))
                : new VolumeIds(name, firstId.strip(), 1, 1);
    }

    /** @throws IllegalArgumentException when the id would be longer than {@value VolumeId#LONGEST} characters */
    public VolumeId id(long number) {
        return format(prefix, digits, number);
    }

    /** An id with {@link #DIGITS} digits. */
    public static VolumeId format(String prefix, long number) {
        return format(prefix, DIGITS, number);
    }

    private static VolumeId format(String prefix, int digits, long number) {
        return new VolumeId(prefix + String.format(Locale.ROOT, "%0" + digits + "d", number));
    }
}

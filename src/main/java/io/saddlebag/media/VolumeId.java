package io.saddlebag.media;

import java.util.regex.Pattern;

/** The unique name in a volume's label, such as {@code full-000029}: 1 to 31 characters (M20). */
public record VolumeId(String value) implements Comparable<VolumeId> {
    public static final int LONGEST = 31;

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0," + (LONGEST - 1) + "}");

    public VolumeId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("'" + value + "' is not a volume id; valid are 1 to " + LONGEST
                    + " letters, digits, points, hyphens and underscores, the first a letter or digit");
        }
    }

    @Override
    public int compareTo(VolumeId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}

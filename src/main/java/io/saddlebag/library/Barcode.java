package io.saddlebag.library;

import java.util.regex.Pattern;

/** A volume tag as the robot reads it: 1 to 31 characters, printable ASCII without blanks (spec 00, M16). */
public record Barcode(String value) implements Comparable<Barcode> {
    public static final int LONGEST = 31;

    private static final Pattern FORM = Pattern.compile("[!-~]{1," + LONGEST + "}");

    public Barcode {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("'" + value + "' is not a barcode; valid are 1 to " + LONGEST
                    + " printable characters without blanks");
        }
    }

    /** Cleaning cartridges carry {@code CLN...} (M17). */
    public boolean isCleaning() {
        return value.startsWith("CLN");
    }

    @Override
    public int compareTo(Barcode other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}

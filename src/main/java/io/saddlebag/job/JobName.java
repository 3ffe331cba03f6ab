package io.saddlebag.job;

import java.util.regex.Pattern;

/**
 * A job's unique name in the domain (S2): {@code 15} for a scheduled one, {@code admin/15} on demand, {@code 15.1} for
 * one host's part of it.
 */
public record JobName(String value) {
    private static final Pattern FORM = Pattern.compile("(?:[A-Za-z_][A-Za-z0-9._-]{0,30}/)?\\d{1,18}(?:\\.\\d{1,6})?");

    public JobName {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("'" + value + "' is not a job's name; valid are 15, admin/15, 15.1");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}

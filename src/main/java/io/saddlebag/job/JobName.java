package io.saddlebag.job;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A job's unique name in the domain (S2): {@code 15} for a scheduled one, {@code admin/15} on demand, {@code 15.1} for
 * one host's part of it.
 */
public record JobName(String value) {
    private static final Pattern FORM =
            Pattern.compile("(?:([A-Za-z_][A-Za-z0-9._-]{0,30})/)?(\\d{1,18})(?:\\.(\\d{1,6}))?");

    public JobName {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("'" + value + "' is not a job's name; valid are 15, admin/15, 15.1");
        }
    }

    /**
     * @param user null for a scheduled job
     * @param part 0 for the whole job
     */
    public static JobName of(@Nullable String user, long number, int part) {
        return new JobName((user == null ? "" : user + "/") + number + (part == 0 ? "" : "." + part));
    }

    /** The number that no other job of the domain has, but for its parts. */
    public long number() {
        return Long.parseLong(match().group(2));
    }

    /** From 1 for a part; 0 for the whole job. */
    public int part() {
        String part = match().group(3);
        return part == null ? 0 : Integer.parseInt(part);
    }

    /** Null for a scheduled job. */
    public @Nullable String user() {
        return match().group(1);
    }

    private Matcher match() {
        Matcher matcher = FORM.matcher(value);
        if (!matcher.matches()) {
            throw new AssertionError(value);
        }
        return matcher;
    }

    @Override
    public String toString() {
        return value;
    }
}

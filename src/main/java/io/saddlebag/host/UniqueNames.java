package io.saddlebag.host;

/** Gives names that are not given twice, by any process. Thread-safe. */
public interface UniqueNames {
    /** @return the prefix, a hyphen, and lower-case letters and digits; at most 36 characters for prefixes up to 8 */
    String next(String prefix);
}

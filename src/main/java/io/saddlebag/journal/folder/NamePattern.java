package io.saddlebag.journal.folder;

import io.saddlebag.journal.JournalId;
import io.saddlebag.journal.JournalNaming;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * How journals in a folder are called: a regular expression with group {@code sequence}, and perhaps {@code incarnation}. Names
 * that don't match aren't journals.
 */
public final class NamePattern implements JournalNaming {
    private static final String SEQUENCE = "(?<sequence>";
    private static final String INCARNATION = "(?<incarnation>";
    private static final int DECIMAL = 10;
    private static final int HEXADECIMAL = 16;

    private final Pattern pattern;
    private final boolean incarnations;
    private final int radix;

    private NamePattern(Pattern pattern, boolean incarnations, int radix) {
        this.pattern = pattern;
        this.incarnations = incarnations;
        this.radix = radix;
    }

    /**
     * @param radix of the numbers: 10 or 16
     * @throws IllegalArgumentException naming what is wrong with it
     */
    public static NamePattern of(String text, int radix) {
        if (!text.contains(SEQUENCE)) {
            throw new IllegalArgumentException(
                    "pattern '" + text + "' has no group " + SEQUENCE + "...), as in redo_(?<sequence>\\d+)\\.arc");
        }
        if (radix != DECIMAL && radix != HEXADECIMAL) {
            throw new IllegalArgumentException("numbers in names have radix 10 or 16, not " + radix);
        }
        try {
            return new NamePattern(Pattern.compile(text), text.contains(INCARNATION), radix);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("pattern '" + text + "' is no regular expression: " + e.getMessage(), e);
        }
    }

    @Override
    public Optional<JournalId> match(String name) {
        Matcher matcher = pattern.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            long sequence = Long.parseLong(matcher.group("sequence"), radix);
            long incarnation = incarnations ? Long.parseLong(matcher.group("incarnation"), radix) : 1;
            return Optional.of(new JournalId(incarnation, sequence));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}

package io.saddlebag.journal;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which journals are asked for by number (J7).
 *
 * @param from null for the next that is needed
 * @param to null for the next that is needed
 */
public record SequenceRange(@Nullable Long from, @Nullable Long to) {
    /** The next journal that needs backup. */
    public static final SequenceRange NEXT = new SequenceRange(null, null);

    public static final String FORMS =
            "33,35 (33 to 35, in either order), 53,53 (that one), 53 (all up to it that are not"
                    + " backed up), next (the next one that is needed)";

    private static final Pattern FORM = Pattern.compile("\\(?(\\d{1,18})(?:,(\\d{1,18}))?\\)?");

    public SequenceRange {
        if (from != null && to == null) {
            throw new IllegalArgumentException("a range with a beginning has an end");
        }
        if (from != null && to != null && from > to) {
            Long larger = from;
            from = to;
            to = larger;
        }
    }

    /** @throws IllegalArgumentException naming {@link #FORMS} */
    public static SequenceRange parse(String text) {
        String tight = text.replace(" ", "");
        if (tight.isEmpty() || tight.equals("next") || tight.equals("true")) {
            return NEXT;
        }
        Matcher matcher = FORM.matcher(tight);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("sequence '" + text + "' is not one; valid are " + FORMS);
        }
        long first = Long.parseLong(matcher.group(1));
        String second = matcher.group(2);
        return second == null ? new SequenceRange(null, first) : new SequenceRange(first, Long.parseLong(second));
    }

    /**
     * With its ends filled in.
     *
     * @param needed the next that needs backup
     */
    public Bounds against(long needed) {
        Long last = to;
        if (last == null) {
            return new Bounds(needed, needed);
        }
        Long first = from;
        return first == null ? new Bounds(needed, last) : new Bounds(first, last);
    }

    /** Both of them included; none when {@code from} is greater. */
    public record Bounds(long from, long to) {
        public boolean has(long sequence) {
            return from <= sequence && sequence <= to;
        }
    }
}

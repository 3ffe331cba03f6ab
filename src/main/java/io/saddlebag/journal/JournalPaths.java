package io.saddlebag.journal;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How journals are called in an image: {@code incarnation/sequence/name}, and with {@code incarnation/sequence/from/name} a later
 * part of an extensible one. So an image says by itself which pieces it holds.
 */
final class JournalPaths {
    private static final Pattern FORM = Pattern.compile("/?(\\d{1,18})/(\\d{1,18})(?:/(\\d{1,18}))?/([^/]{1,200})");

    private JournalPaths() {}

    static String of(JournalId id, long from, String name) {
        return id.incarnation() + "/" + id.sequence() + (from == 0 ? "" : "/" + from) + "/" + name;
    }

    /** Empty for what is no journal. */
    static Optional<Named> parse(String path) {
        Matcher matcher = FORM.matcher(path);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String from = matcher.group(3);
        return Optional.of(new Named(
                new JournalId(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2))),
                from == null ? 0 : Long.parseLong(from),
                matcher.group(4)));
    }

    record Named(JournalId id, long from, String name) {}
}

package io.saddlebag.journal.postgresql;

import io.saddlebag.journal.JournalId;
import io.saddlebag.journal.JournalNaming;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Histories of timelines, {@code 00000003.history}: one of each, so each is the first journal of its incarnation. */
public final class HistoryNaming implements JournalNaming {
    private static final int HEX = 16;
    private static final Pattern NAME = Pattern.compile("([0-9A-F]{8})\\.history");

    @Override
    public Optional<JournalId> match(String name) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long timeline = Long.parseLong(matcher.group(1), HEX);
        return timeline < 1 ? Optional.empty() : Optional.of(new JournalId(timeline, 0));
    }

    @Override
    public Optional<String> name(JournalId id) {
        return id.sequence() == 0
                ? Optional.of(String.format(Locale.ROOT, "%08X.history", id.incarnation()))
                : Optional.empty();
    }
}

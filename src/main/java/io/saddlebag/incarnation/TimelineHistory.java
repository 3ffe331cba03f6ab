package io.saddlebag.incarnation;

import io.saddlebag.fault.BackupException;
import io.saddlebag.recovery.LogPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The history of a timeline as PostgreSQL writes it ({@code 00000003.history}; timeline.c): a line for each of its ancestors, the
 * oldest first, with its number, where the next one went off it, and why.
 */
public final class TimelineHistory {
    /** Longer ones would be of a server that was recovered more often than anybody's. */
    public static final int MOST_BYTES = 1 << 20;

    private static final Pattern LINE =
            Pattern.compile("\\s*(\\d{1,10})\\s+([0-9A-F]{1,8}/[0-9A-F]{1,8})(?:\\s+(.*))?");

    private TimelineHistory() {}

    /**
     * The timeline itself and its ancestors but for the first, as far as its history tells of them.
     *
     * @param number of the timeline that the history is of
     * @param text what the file holds
     * @param segmentBytes of its segments
     * @throws BackupException {@link IncarnationFault#MALFORMED}
     */
    public static List<Incarnation> parse(long number, String text, long segmentBytes) throws BackupException {
        List<Incarnation> all = new ArrayList<>();
        List<Matcher> lines = new ArrayList<>();
        for (String line : text.lines().toList()) {
            if (line.isBlank() || line.strip().startsWith("#")) {
                continue;
            }
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                throw malformed(number, "'" + line + "' is no line of one");
            }
            lines.add(matcher);
        }
        for (int i = 0; i < lines.size(); i++) {
            long parent = Long.parseLong(lines.get(i).group(1));
            long own = i + 1 < lines.size() ? Long.parseLong(lines.get(i + 1).group(1)) : number;
            if (parent < 1 || own <= parent) {
                throw malformed(number, "timeline " + own + " can't go off timeline " + parent);
            }
            LogPosition at = LogPosition.parse(lines.get(i).group(2));
            all.add(new Incarnation(
                    own,
                    parent,
                    at,
                    Long.divideUnsigned(at.value(), segmentBytes),
                    null,
                    null,
                    cause(lines.get(i).group(3))));
        }
        return all;
    }

    private static String cause(@Nullable String said) {
        return said == null ? "" : said.strip();
    }

    /** The history of an incarnation as the server would have written it; empty for one without a parent. */
    public static String text(Incarnations known, long number) {
        StringBuilder text = new StringBuilder();
        for (Incarnation each : known.path(number)) {
            if (each.parent() > 0) {
                text.append(each.parent() + "\t" + each.reset() + "\t" + each.cause() + "\n");
            }
        }
        return text.toString();
    }

    private static BackupException malformed(long number, String why) {
        return new BackupException(
                IncarnationFault.MALFORMED,
                "the history of timeline " + number + " can't be read: " + why,
                "Look at the file; another copy of it may be at the server, in pg_wal.");
    }
}

package io.saddlebag.journal.stream;

import io.saddlebag.database.log.LogPosition;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * From which timelines a server's came, and where each was left: lines of {@code timeline position reason}, comments with {@code #}.
 *
 * @param ends of earlier timelines, by their number
 */
record TimelineHistory(Map<Long, Long> ends) {
    private static final Pattern LINE =
            Pattern.compile("\\s*(\\d{1,10})\\s+([0-9A-Fa-f]{1,8}/[0-9A-Fa-f]{1,8})(\\s.*)?");
    static final TimelineHistory NONE = new TimelineHistory(Map.of());

    TimelineHistory {
        ends = Map.copyOf(ends);
    }

    static TimelineHistory parse(byte[] file) {
        Map<Long, Long> ends = new TreeMap<>();
        for (String line : new String(file, StandardCharsets.UTF_8).split("\n", -1)) {
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                ends.put(Long.valueOf(matcher.group(1)), LogPosition.parse(matcher.group(2)));
            }
        }
        return new TimelineHistory(ends);
    }

    /** Where that timeline was left; empty for one that this server never went through. */
    OptionalLong end(long timeline) {
        Long found = ends.get(timeline);
        return found == null ? OptionalLong.empty() : OptionalLong.of(found);
    }

    /** The timeline that follows; the server's own behind the last of them. */
    long after(long timeline, long own) {
        return ends.keySet().stream()
                .filter(each -> each > timeline)
                .min(Long::compare)
                .orElse(own);
    }
}

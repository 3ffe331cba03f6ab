package io.saddlebag.journal.stream;

import io.saddlebag.database.log.ServerIdentity;
import io.saddlebag.fault.BackupException;
import io.saddlebag.incarnation.Incarnation;
import io.saddlebag.incarnation.TimelineHistory;
import io.saddlebag.recovery.LogPosition;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Where the timelines that a server's own came from were left.
 *
 * @param ends bytes from the beginning of the log, by the timeline's number
 */
record TimelineEnds(Map<Long, Long> ends) {
    static final TimelineEnds NONE = new TimelineEnds(Map.of());

    TimelineEnds {
        ends = Map.copyOf(ends);
    }

    /** @throws BackupException when it is no history of that server's timeline */
    static TimelineEnds of(ServerIdentity server, byte[] history) throws BackupException {
        String text = new String(history, StandardCharsets.UTF_8);
        Map<Long, Long> ends = new TreeMap<>();
        for (Incarnation each : TimelineHistory.parse(server.timeline(), text, server.segmentBytes())) {
            LogPosition left = Objects.requireNonNull(each.reset(), "every line says where");
            ends.put(each.parent(), left.value());
        }
        return new TimelineEnds(ends);
    }

    /** Where that timeline was left; empty for one that this server never went through. */
    OptionalLong end(long timeline) {
        Long found = ends.get(timeline);
        return found == null ? OptionalLong.empty() : OptionalLong.of(found);
    }

    /** The timeline that a position was written on; the server's own behind all of them. */
    long at(long position, long own) {
        return ends.entrySet().stream()
                .filter(each -> position < each.getValue())
                .map(Map.Entry::getKey)
                .min(Long::compare)
                .orElse(own);
    }

    /** The timeline that follows; the server's own behind the last of them. */
    long after(long timeline, long own) {
        return ends.keySet().stream()
                .filter(each -> each > timeline)
                .min(Long::compare)
                .orElse(own);
    }
}

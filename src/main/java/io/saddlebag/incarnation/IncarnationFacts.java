package io.saddlebag.incarnation;

import io.saddlebag.recovery.LogPosition;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a backup says of the incarnation that its database had (R9): it is kept in the image, too, so that a catalog that was rebuilt knows it
 * (C11), and no clock is asked.
 */
public final class IncarnationFacts {
    /** The incarnation's number. */
    static final String NUMBER = "incarnation";

    /** The incarnation and those that it goes back to, a line each, the oldest first. */
    static final String PATH = "incarnationPath";

    /** As PostgreSQL's server says it. */
    private static final String TIMELINE = "timeline";

    private static final String UNKNOWN = "-";
    private static final int FIELDS = 6;

    private IncarnationFacts() {}

    /** What a backup is to say that is made now, in that incarnation. */
    public static Map<String, String> of(Incarnations known, long number) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put(NUMBER, Long.toString(number));
        List<String> lines = new ArrayList<>();
        for (Incarnation each : known.path(number)) {
            if (each.parent() > 0) {
                Instant opened = each.opened();
                lines.add(String.join(
                        "\t",
                        Long.toString(each.number()),
                        Long.toString(each.parent()),
                        String.valueOf(each.reset()),
                        Long.toString(each.sequence()),
                        opened == null ? UNKNOWN : opened.toString(),
                        each.cause().replaceAll("\\s+", " ")));
            }
        }
        if (!lines.isEmpty()) {
            facts.put(PATH, String.join("\n", lines));
        }
        return facts;
    }

    /** The incarnation that a backup says it is of; null when it says nothing of that. */
    public static @Nullable Long said(Map<String, String> facts) {
        String said = facts.containsKey(NUMBER) ? facts.get(NUMBER) : facts.get(TIMELINE);
        try {
            long number = said == null ? 0 : Long.parseLong(said);
            return number < 1 ? null : number;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /**
     * The incarnation that a backup is of: as it says; an older one, which says nothing of that, by the time at which each was opened, as far as
     * the clock of then can be trusted.
     *
     * @param at the instant of the backup's state
     * @param known by number, one at least
     */
    public static long of(Map<String, String> facts, Instant at, List<Incarnation> known) {
        Long said = said(facts);
        if (said != null) {
            return said;
        }
        long found = known.get(0).number();
        for (Incarnation each : known) {
            Instant opened = each.opened();
            if (opened != null && !opened.isAfter(at)) {
                found = each.number();
            }
        }
        return found;
    }

    /** The incarnations that a backup tells of, but for first ones; what can't be read tells of none. */
    public static Collection<Incarnation> path(Map<String, String> facts) {
        List<Incarnation> all = new ArrayList<>();
        for (String line : facts.getOrDefault(PATH, "").lines().toList()) {
            String[] fields = line.split("\t", -1);
            if (fields.length == FIELDS) {
                try {
                    all.add(new Incarnation(
                            Long.parseLong(fields[0]),
                            Long.parseLong(fields[1]),
                            LogPosition.parse(fields[2]),
                            Long.parseLong(fields[3]),
                            fields[4].equals(UNKNOWN) ? null : Instant.parse(fields[4]),
                            null,
                            fields[5]));
                } catch (IllegalArgumentException | DateTimeException e) {
                    // somebody else's fact of that name
                    return List.of();
                }
            }
        }
        return all;
    }
}

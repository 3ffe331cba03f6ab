package io.saddlebag.recovery;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which state a restore of a backup yields, as the backup's facts say.
 *
 * @param instant of a database in backup mode the end of that, where a restore yields it
 * @param position how far into the journals the state reaches; null where that isn't known
 * @param sequence the newest journal that the state needs; null where that isn't known
 */
public record StateReached(
        Instant instant,
        @Nullable LogPosition position,
        @Nullable Long sequence) {
    /** Facts of databases that say how far the state reaches, the most telling first. */
    private static final List<String> POSITIONS = List.of("stopLsn", "checkpointLsn", "scn");

    private static final List<String> SEQUENCES = List.of("sequence", "binaryLog");
    private static final List<String> INSTANTS = List.of("stopTime");

    /** @param at the instant whose state the image holds */
    public static StateReached of(Map<String, String> facts, Instant at) {
        return new StateReached(instant(facts, at), position(facts), sequence(facts));
    }

    private static Instant instant(Map<String, String> facts, Instant at) {
        for (String fact : INSTANTS) {
            String said = facts.get(fact);
            if (said != null) {
                try {
                    Instant end = Instant.parse(said);
                    return end.isAfter(at) ? end : at;
                } catch (DateTimeParseException e) {
                    return at;
                }
            }
        }
        return at;
    }

    private static @Nullable LogPosition position(Map<String, String> facts) {
        for (String fact : POSITIONS) {
            String said = facts.get(fact);
            if (said != null) {
                try {
                    return LogPosition.parse(said);
                } catch (IllegalArgumentException e) {
                    return null;
                }
            }
        }
        return null;
    }

    /** A number, or the file name of a binary log, which ends with one. */
    private static @Nullable Long sequence(Map<String, String> facts) {
        for (String fact : SEQUENCES) {
            String said = facts.get(fact);
            if (said != null) {
                try {
                    return Long.valueOf(said.substring(said.lastIndexOf('.') + 1));
                } catch (NumberFormatException e) {
                    return null;
                }
            }
        }
        return null;
    }
}

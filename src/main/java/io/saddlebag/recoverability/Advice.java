package io.saddlebag.recoverability;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What can be done about a problem (R13).
 *
 * @param problem as {@link Problem#display}
 * @param at when it happened; null where nobody said
 * @param first what to do before anything else, a sentence each
 * @param ways to repair it; those that lose least come first, those that can't be gone come last
 */
public record Advice(
        String database, String problem, @Nullable Instant at, List<String> first, List<Way> ways) {
    public Advice {
        first = List.copyOf(first);
        ways = List.copyOf(ways);
    }

    /**
     * One way.
     *
     * @param what is done, a sentence
     * @param obstacle why it can't be done; null when it can
     * @param seconds it takes, as far as that can be told; null when it can't be done
     * @param estimate what the time was worked out from
     * @param lost what is lost by it
     * @param command that does it, or begins it; {@code ""} for none
     */
    public record Way(
            String what,
            @Nullable String obstacle,
            @Nullable Long seconds,
            String estimate,
            String lost,
            String command) {
        static Way closed(String what, String obstacle) {
            return new Way(what, obstacle, null, "", "", "");
        }
    }
}

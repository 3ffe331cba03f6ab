package io.saddlebag.job;

import java.util.Map;

/**
 * Something a job must undo: start a database it stopped, release a snapshot it made (W21).
 *
 * @param kind e.g. {@code quiesce}, {@code snapshot}, {@code backup}
 * @param facts enough for another process to undo it
 */
public record Obligation(long number, JobName job, String kind, Map<String, String> facts) {
    public Obligation {
        facts = Map.copyOf(facts);
    }
}

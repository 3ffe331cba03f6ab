package io.saddlebag.camel.node;

import io.saddlebag.database.OutcomeClass;
import io.saddlebag.job.Job;
import java.util.Optional;
import org.apache.camel.spi.CamelEvent;

/**
 * A job has ended that backed up a running database, with what its backup is (W9); any {@link org.apache.camel.spi.EventNotifier}
 * of the context gets it. Immutable but for its time.
 */
public final class OutcomeEvent implements CamelEvent {
    private final Job job;
    private final OutcomeClass outcome;
    private long timestamp;

    private OutcomeEvent(Job job, OutcomeClass outcome) {
        this.job = job;
        this.outcome = outcome;
    }

    /** Empty for jobs that made no such backup. */
    static Optional<OutcomeEvent> of(Job job) {
        return OutcomeClass.of(job.figures()).map(outcome -> new OutcomeEvent(job, outcome));
    }

    /** As it ended; its figures have the backup's number. */
    public Job job() {
        return job;
    }

    public OutcomeClass outcome() {
        return outcome;
    }

    @Override
    public Type getType() {
        return Type.Custom;
    }

    @Override
    public Object getSource() {
        return job;
    }

    @Override
    public long getTimestamp() {
        return timestamp;
    }

    @Override
    public void setTimestamp(long millis) {
        timestamp = millis;
    }

    @Override
    public String toString() {
        return "job " + job.name() + ": " + outcome.display();
    }
}

package io.saddlebag.lease;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A lease as it is kept on disk and shown (W20).
 *
 * @param purpose for people
 * @param armedAt wall time
 * @param deadline wall time, for people only: the guard counts on a clock that doesn't jump
 * @param guard the guard's process
 * @param attempts how often the guard has tried to bring the source back
 * @param lastError why the last attempt failed; null when none did
 */
public record LeaseRecord(
        String id,
        String purpose,
        Watchdog.Action action,
        Instant armedAt,
        Instant deadline,
        LeaseState state,
        long guard,
        int attempts,
        @Nullable String lastError) {

    public LeaseRecord in(LeaseState next) {
        return new LeaseRecord(id, purpose, action, armedAt, deadline, next, guard, attempts, lastError);
    }

    public LeaseRecord until(Instant newDeadline) {
        return new LeaseRecord(id, purpose, action, armedAt, newDeadline, state, guard, attempts, lastError);
    }

    /** After one more attempt, which failed with the error, or succeeded when it is null. */
    public LeaseRecord attempted(@Nullable String error) {
        return new LeaseRecord(id, purpose, action, armedAt, deadline, state, guard, attempts + 1, error);
    }
}

package io.saddlebag.lease;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/**
 * Guards a source that is about to be stopped or frozen (W20). The guard lives outside this process.
 */
public interface Watchdog {
    /**
     * Arms a guard and returns when it is ready to act by itself: from now on the source comes back when the deadline
     * passes or this process dies, whatever happens. Where nobody else would end a freeze ({@link
     * LeaseActions#outlivesHolders}), a second process ends it when the guard dies, too.
     *
     * @param purpose for people: {@code stop of database orders for job admin/15}
     * @param action what brings the source back, e.g. {@code start-database} with fact {@code database}
     * @throws io.saddlebag.fault.BackupException {@link LeaseFault#NO_WATCHDOG}: then nothing may be stopped
     */
    QuiesceLease arm(String purpose, Action action, Duration length) throws IOException, InterruptedException;

    /** @param kind known to the watchdog's process; facts say on what. Never secret */
    record Action(String kind, Map<String, String> facts) {
        public Action {
            facts = Map.copyOf(facts);
        }
    }
}

package io.saddlebag.it;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for what other processes do. */
final class Until {
    private static final Duration BETWEEN = Duration.ofMillis(20);
    private static final Duration GLANCE = Duration.ofNanos(300_000);

    private Until() {}

    /** @return how long it took */
    static Duration holds(String what, Duration limit, Condition condition) throws Exception {
        long begin = System.nanoTime();
        while (!condition.holds()) {
            if (System.nanoTime() - begin > limit.toNanos()) {
                throw new AssertionError("not within " + limit + ": " + what);
            }
            LockSupport.parkNanos(BETWEEN.toNanos());
        }
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /** Between two looks at a process that is to be caught in the act. */
    static void aMoment() {
        LockSupport.parkNanos(GLANCE.toNanos());
    }

    /** For instants that nothing tells of. */
    static void passed(long millis) {
        long end = System.nanoTime() + Duration.ofMillis(millis).toNanos();
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    interface Condition {
        boolean holds() throws Exception;
    }
}

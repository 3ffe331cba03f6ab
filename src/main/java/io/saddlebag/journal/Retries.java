package io.saddlebag.journal;

import io.saddlebag.fault.BackupException;
import io.saddlebag.fault.FaultCode;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;

/**
 * Which failed passes are tried again, and when (J4). Once a pass has gone through, all are: whatever fails then did work. Before that, a failure
 * may be a wrong password as well as a server that starts, and somebody is there to see it: only those go on that are of the moment for sure.
 * One thread.
 */
final class Retries {
    /** However often passes follow each other. */
    static final Duration LEAST = Duration.ofSeconds(1);
    /** Unless the interval is longer: what has healed isn't left alone for much longer. */
    static final Duration MOST = Duration.ofMinutes(5);

    private static final Set<FaultCode> OF_THE_MOMENT =
            Set.of(JournalFault.GAP, JournalFault.NO_ROOM, JournalFault.NO_QUIET_POINT, JournalFault.NOT_ARCHIVED);

    private final Duration first;
    private final Duration most;
    private Duration pause;
    private int failures;
    private boolean works;

    /** @param interval between two passes that go through */
    Retries(Duration interval) {
        this.first = interval.compareTo(LEAST) < 0 ? LEAST : interval;
        this.most = first.compareTo(MOST) < 0 ? MOST : first;
        this.pause = first;
    }

    boolean again(IOException failed) {
        return works
                || (failed instanceof BackupException known
                        && OF_THE_MOMENT.stream().anyMatch(known::is));
    }

    /** How long to wait after one more failure: the interval, then twice as long each time. */
    Duration next() {
        failures++;
        Duration now = pause;
        Duration twice = pause.multipliedBy(2);
        pause = twice.compareTo(most) < 0 ? twice : most;
        return now;
    }

    /** @return how many had failed in a row */
    int wentThrough() {
        int before = failures;
        failures = 0;
        pause = first;
        works = true;
        return before;
    }

    /** In one line. */
    String text(String journals, IOException failed, Duration again) {
        String why = failed instanceof BackupException known
                ? known.codeId() + " " + known.what() + ". " + known.hint()
                : failed.toString();
        return "the pass over the journals of " + journals + " failed"
                + (failures > 1 ? ", as did " + (failures - 1) + " before it" : "") + ", and is tried again in "
                + again.toSeconds() + " s: " + why;
    }
}

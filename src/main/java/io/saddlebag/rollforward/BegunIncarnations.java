package io.saddlebag.rollforward;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.incarnation.Incarnation;
import io.saddlebag.incarnation.IncarnationLog;
import io.saddlebag.job.JobLog;
import io.saddlebag.job.Obligation;
import io.saddlebag.job.Transcript;
import io.saddlebag.lease.LeaseActions;
import io.saddlebag.lease.LeaseRecord;
import io.saddlebag.lease.LeaseRegister;
import java.io.IOException;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The catalog's incarnations, and those that have begun without anybody having said so yet: the process whose recovery began one owes it
 * to the catalog, and may be about to pay, or dead. Whoever asks pays for it. Thread-safe, also across processes.
 */
public final class BegunIncarnations implements IncarnationLog {
    private final IncarnationLog log;
    private final JobLog jobs;
    private final LeaseRegister leases;
    private final HostFiles files;
    private final Clock clock;

    /** @param jobs in which recoveries owe */
    public BegunIncarnations(IncarnationLog log, JobLog jobs, LeaseRegister leases, HostFiles files, Clock clock) {
        this.log = log;
        this.jobs = jobs;
        this.leases = leases;
        this.files = files;
        this.clock = clock;
    }

    @Override
    public List<Incarnation> list(String database) throws IOException {
        for (OpenedIncarnation each : owed(database)) {
            each.settle(files, log, clock);
        }
        return log.list(database);
    }

    /**
     * Staged files that a repeated recovery takes over are the newest recovery's: what an earlier one would have made of them never took
     * the database's place.
     */
    private List<OpenedIncarnation> owed(String database) throws IOException {
        Set<String> keys = new HashSet<>();
        return jobs.owed().stream()
                .filter(each -> each.kind().equals(Recoveries.RECORD))
                .map(Obligation::facts)
                .map(OpenedIncarnation::of)
                .filter(each -> each.database().equals(database) && keys.add(each.key()))
                .toList();
    }

    /**
     * Records the incarnation that began when a process died, or finds that it never did.
     *
     * @param facts the obligation's
     * @throws BackupException {@link RollForwardFault#UNDECIDED} while its restored files may still take the database's place
     */
    public void settle(Map<String, String> facts, Transcript transcript) throws IOException {
        OpenedIncarnation begun = OpenedIncarnation.of(facts);
        // first: what is decided meanwhile is in place by the time nobody is at it any more
        boolean atWork = isRestored(begun.database());
        boolean newest = owed(begun.database()).stream()
                .filter(each -> each.key().equals(begun.key()))
                .findFirst()
                .filter(each -> !each.equals(begun))
                .isEmpty();
        if (newest && begun.settle(files, log, clock)) {
            transcript.line("recovery: incarnation " + begun.incarnation().number() + " of " + begun.database()
                    + " has begun, and is recorded");
        } else if (newest && atWork) {
            throw new BackupException(
                    RollForwardFault.UNDECIDED,
                    "database " + begun.database()
                            + " is still being brought back, with its files or with those that were" + " recovered",
                    "The next start of a node after that records which.");
        }
    }

    /** Whether somebody may still put restored files in its place: a guard, or who takes the place of a dead one. */
    private boolean isRestored(String database) throws IOException {
        for (LeaseRecord each : leases.list()) {
            if (each.state().owesTheSource()
                    && each.action().kind().equals(LeaseActions.FINISH_RESTORE)
                    && database.equals(each.action().facts().get(LeaseActions.DATABASE))) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void record(String database, Incarnation incarnation) throws IOException {
        log.record(database, incarnation);
    }

    @Override
    public Optional<Choice> choice(String database) throws IOException {
        return log.choice(database);
    }

    @Override
    public void choose(String database, Choice choice) throws IOException {
        log.choose(database, choice);
    }
}

package io.saddlebag.job.jdbc;

import io.saddlebag.fault.BackupException;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobName;
import io.saddlebag.job.JobRequest;
import io.saddlebag.job.JobState;
import io.saddlebag.store.jdbc.JsonColumn;
import io.saddlebag.store.jdbc.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Changes of table {@code job}, within a transaction of the caller. */
final class JobChanges {
    private static final Set<JobState> WAITING = EnumSet.of(JobState.PENDING, JobState.READY);
    private static final Set<JobState> BUSY = EnumSet.of(JobState.RUNNING, JobState.WAITING_FOR_OPERATOR);

    private static final String TAKE = "update job set state = 'RUNNING', owner = ?, dispatched_at = ?"
            + " where number = ? and part = ? and state in ('PENDING', 'READY')"
            + " and not exists (select 1 from job other where other.task = job.task"
            + "   and other.state in ('RUNNING', 'WAITING_FOR_OPERATOR'))"
            + " and not exists (select 1 from job_dependency d"
            + "   join job needed on needed.number = d.on_number and needed.part = d.on_part"
            + "   where d.number = job.number and d.part = job.part"
            + "   and needed.state not in ('COMPLETED', 'COMPLETED_WITH_WARNINGS'))";

    private JobChanges() {}

    static void insert(Connection connection, JobName name, JobRequest request, String owner, Instant at)
            throws SQLException, BackupException {
        Sql.run(
                connection,
                "insert into job (number, part, requester, task, kind, facts, state, owner, created_at)"
                        + " values (?, ?, ?, ?, ?, ?, 'PENDING', ?, ?)",
                name.number(),
                name.part(),
                name.user(),
                request.task(),
                request.kind().name(),
                JsonColumn.of(request.facts()),
                owner,
                at.toString());
        for (JobName needed : request.dependsOn()) {
            Job job = JobRows.require(connection, needed);
            Sql.run(
                    connection,
                    "insert into job_dependency (number, part, on_number, on_part) values (?, ?, ?, ?)"
                            + " on conflict do nothing",
                    name.number(),
                    name.part(),
                    needed.number(),
                    needed.part());
            if (job.state().ended() && !job.state().completed()) {
                endOne(connection, name, JobState.FAILED, dependencyCause(needed, job.state(), job.cause()), at);
            }
        }
    }

    /** @return false when another job of its task runs, when it doesn't wait, or waits for one that it depends on */
    static boolean start(Connection connection, JobName name, String owner, Instant at) throws SQLException {
        return Sql.run(connection, TAKE, owner, at.toString(), name.number(), name.part()) == 1;
    }

    static void setState(Connection connection, JobName name, JobState state) throws SQLException {
        Sql.run(
                connection,
                "update job set state = ? where number = ? and part = ?",
                state.name(),
                name.number(),
                name.part());
    }

    /** Ends it, and fails all that wait for it, however far away. Terminates: jobs depend only on older ones. */
    static void end(Connection connection, JobName name, JobState state, @Nullable String cause, Instant at)
            throws SQLException {
        endOne(connection, name, state, cause, at);
        if (state.completed()) {
            return;
        }
        record Ended(JobName name, JobState state, @Nullable String cause) {}
        Deque<Ended> ended = new ArrayDeque<>();
        ended.add(new Ended(name, state, cause));
        while (!ended.isEmpty()) {
            Ended needed = ended.remove();
            String why = dependencyCause(needed.name(), needed.state(), needed.cause());
            for (JobName dependant : waitingFor(connection, needed.name())) {
                endOne(connection, dependant, JobState.FAILED, why, at);
                ended.add(new Ended(dependant, JobState.FAILED, why));
            }
        }
    }

    static void requireRunning(Job job) {
        if (!BUSY.contains(job.state())) {
            throw new IllegalStateException(
                    "job " + job.name() + " is " + job.state().display() + "; only a running job has steps");
        }
    }

    static void requireNeighbours(JobName name, JobState from, JobState to) {
        boolean allowed =
                (WAITING.contains(from) && WAITING.contains(to)) || (BUSY.contains(from) && BUSY.contains(to));
        if (!allowed) {
            throw new IllegalStateException(
                    "job " + name + " can't be moved from " + from.display() + " to " + to.display());
        }
    }

    private static void endOne(Connection connection, JobName name, JobState state, @Nullable String cause, Instant at)
            throws SQLException {
        Sql.run(
                connection,
                "update job set state = ?, cause = ?, owner = null, ended_at = ? where number = ? and part = ?",
                state.name(),
                cause,
                at.toString(),
                name.number(),
                name.part());
        RequestRows.closeAll(connection, name, "the job ended as " + state.display(), at);
    }

    private static List<JobName> waitingFor(Connection connection, JobName needed) throws SQLException {
        return Sql.list(
                connection,
                "select j.requester, j.number, j.part from job_dependency d"
                        + " join job j on j.number = d.number and j.part = d.part"
                        + " where d.on_number = ? and d.on_part = ? and j.state in ('PENDING', 'READY')"
                        + " order by j.number, j.part",
                row -> JobName.of(row.getString(1), row.getLong(2), row.getInt(3)),
                needed.number(),
                needed.part());
    }

    private static String dependencyCause(JobName needed, JobState state, @Nullable String cause) {
        String what = switch (state) {
            case CANCELLED -> "was cancelled";
            case SUPERSEDED -> "was superseded";
            case EXPIRED -> "expired";
            default -> "failed";
        };
        String why = cause == null ? "" : cause.lines().findFirst().orElse("");
        return "depends on " + needed + " which " + what + (why.isEmpty() ? "" : ": " + why);
    }
}

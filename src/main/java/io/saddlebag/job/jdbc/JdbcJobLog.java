package io.saddlebag.job.jdbc;

import io.saddlebag.job.Job;
import io.saddlebag.job.JobLog;
import io.saddlebag.job.JobName;
import io.saddlebag.job.JobRequest;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Obligation;
import io.saddlebag.job.OperatorRequest;
import io.saddlebag.store.jdbc.JdbcStore;
import io.saddlebag.store.jdbc.JsonColumn;
import io.saddlebag.store.jdbc.Sql;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@link JobLog} in a {@link JdbcStore}. */
public final class JdbcJobLog implements JobLog {
    private final JdbcStore store;

    /** @param store not closed with the log */
    public JdbcJobLog(JdbcStore store) {
        this.store = store;
    }

    @Override
    public Job create(JobRequest request, String owner, Instant at) throws IOException {
        return store.write("creating a job for " + request.task(), connection -> {
            JobName name = JobName.of(request.user(), Sql.next(connection, "job"), 0);
            JobChanges.insert(connection, name, request, owner, at);
            return JobRows.require(connection, name);
        });
    }

    @Override
    public Job createPart(JobName of, JobRequest request, String owner, Instant at) throws IOException {
        if (of.part() != 0) {
            throw new IllegalArgumentException(of + " is a part itself");
        }
        return store.write("creating a part of job " + of, connection -> {
            JobRows.require(connection, of);
            long part = Sql.next(connection, "part of job " + of.number());
            JobName name = JobName.of(of.user(), of.number(), Math.toIntExact(part));
            JobChanges.insert(connection, name, request, owner, at);
            return JobRows.require(connection, name);
        });
    }

    @Override
    public boolean start(JobName name, String owner, Instant at) throws IOException {
        return store.write("starting job " + name, connection -> {
            JobRows.require(connection, name);
            return JobChanges.start(connection, name, owner, at);
        });
    }

    @Override
    public int beginStep(JobName name, String step, Instant at) throws IOException {
        return store.write("beginning step " + step + " of job " + name, connection -> {
            JobChanges.requireRunning(JobRows.require(connection, name));
            int number = Sql.first(
                            connection,
                            "select coalesce(max(step), 0) + 1 from job_step where number = ? and part = ?",
                            row -> row.getInt(1),
                            name.number(),
                            name.part())
                    .orElseThrow();
            Sql.run(
                    connection,
                    "insert into job_step (number, part, step, name, started_at) values (?, ?, ?, ?, ?)",
                    name.number(),
                    name.part(),
                    number,
                    step,
                    at.toString());
            return number;
        });
    }

    @Override
    public void endStep(JobName name, int number, Instant at) throws IOException {
        finishStep(name, number, null, at);
    }

    @Override
    public void failStep(JobName name, int number, String failure, Instant at) throws IOException {
        finishStep(name, number, failure, at);
    }

    private void finishStep(JobName name, int number, @Nullable String failure, Instant at) throws IOException {
        store.change("ending step " + number + " of job " + name, connection -> {
            int changed = Sql.run(
                    connection,
                    "update job_step set ended_at = ?, failure = ?"
                            + " where number = ? and part = ? and step = ? and ended_at is null",
                    at.toString(),
                    failure,
                    name.number(),
                    name.part(),
                    number);
            if (changed == 0) {
                throw new IllegalStateException("job " + name + " has no step " + number + " in progress");
            }
        });
    }

    @Override
    public void progress(JobName name, Job.Progress progress) throws IOException {
        store.change("recording progress of job " + name, connection -> {
            JobRows.require(connection, name);
            Sql.run(
                    connection,
                    "update job set bytes = ?, objects = ?, total_bytes = ? where number = ? and part = ?",
                    progress.bytes(),
                    progress.objects(),
                    progress.totalBytes(),
                    name.number(),
                    name.part());
        });
    }

    @Override
    public void figures(JobName name, Map<String, String> figures) throws IOException {
        store.change("recording figures of job " + name, connection -> {
            JobRows.require(connection, name);
            for (Map.Entry<String, String> figure : figures.entrySet()) {
                Sql.run(
                        connection,
                        "insert into job_figure (number, part, name, value) values (?, ?, ?, ?)"
                                + " on conflict (number, part, name) do update set value = excluded.value",
                        name.number(),
                        name.part(),
                        figure.getKey(),
                        figure.getValue());
            }
        });
    }

    @Override
    public OperatorRequest ask(JobName name, OperatorRequest.Question question, Instant at) throws IOException {
        return store.write("recording what job " + name + " asks", connection -> {
            JobChanges.requireRunning(JobRows.require(connection, name));
            JobChanges.setState(connection, name, JobState.WAITING_FOR_OPERATOR);
            return RequestRows.insert(connection, name, question, at);
        });
    }

    @Override
    public OperatorRequest reply(JobName name, int number, OperatorRequest.Reply reply, String by) throws IOException {
        return store.write("answering job " + name, connection -> {
            JobRows.require(connection, name);
            return RequestRows.reply(connection, name, number, reply, by);
        });
    }

    @Override
    public OperatorRequest close(JobName name, int number, String outcome, Instant at) throws IOException {
        return store.write("closing request " + number + " of job " + name, connection -> {
            Job job = JobRows.require(connection, name);
            OperatorRequest closed = RequestRows.close(connection, name, number, outcome, at);
            if (!job.state().ended() && !RequestRows.anyOpen(connection, name)) {
                JobChanges.setState(connection, name, JobState.RUNNING);
            }
            return closed;
        });
    }

    @Override
    public List<OperatorRequest> requests(JobName name) throws IOException {
        return store.read("reading what job " + name + " asked", connection -> {
            JobRows.require(connection, name);
            return RequestRows.of(connection, name);
        });
    }

    @Override
    public List<OperatorRequest> openRequests() throws IOException {
        return store.read("listing what jobs wait for", RequestRows::open);
    }

    @Override
    public void state(JobName name, JobState state) throws IOException {
        store.change("moving job " + name + " to " + state.display(), connection -> {
            JobState now = JobRows.require(connection, name).state();
            JobChanges.requireNeighbours(name, now, state);
            JobChanges.setState(connection, name, state);
        });
    }

    @Override
    public void end(JobName name, JobState state, @Nullable String cause, Instant at) throws IOException {
        if (!state.ended()) {
            throw new IllegalArgumentException("a job doesn't end as " + state.display());
        }
        store.change("ending job " + name, connection -> {
            Job job = JobRows.require(connection, name);
            if (!job.state().ended()) {
                JobChanges.end(connection, name, state, cause, at);
            }
        });
    }

    @Override
    public Job requestCancel(JobName name, String cause, Instant at) throws IOException {
        return store.write("cancelling job " + name, connection -> {
            Job job = JobRows.require(connection, name);
            switch (job.state()) {
                case PENDING, READY -> JobChanges.end(connection, name, JobState.CANCELLED, cause, at);
                case RUNNING, WAITING_FOR_OPERATOR ->
                    Sql.run(
                            connection,
                            "update job set cancel_requested = 1 where number = ? and part = ?",
                            name.number(),
                            name.part());
                default -> {}
            }
            return JobRows.require(connection, name);
        });
    }

    @Override
    public boolean cancelRequested(JobName name) throws IOException {
        return store.read("reading job " + name, connection -> {
            JobRows.require(connection, name);
            return Sql.first(
                            connection,
                            "select 1 from job where number = ? and part = ? and cancel_requested = 1",
                            row -> row.getInt(1),
                            name.number(),
                            name.part())
                    .isPresent();
        });
    }

    @Override
    public Obligation owe(JobName name, String kind, Map<String, String> facts) throws IOException {
        return store.write("recording what job " + name + " owes", connection -> {
            JobRows.require(connection, name);
            Obligation owed = new Obligation(Sql.next(connection, "obligation"), name, kind, facts);
            Sql.run(
                    connection,
                    "insert into obligation (id, number, part, kind, facts) values (?, ?, ?, ?, ?)",
                    owed.number(),
                    name.number(),
                    name.part(),
                    kind,
                    JsonColumn.of(facts));
            return owed;
        });
    }

    @Override
    public void settle(Obligation obligation) throws IOException {
        store.change(
                "settling what job " + obligation.job() + " owed",
                connection -> Sql.run(connection, "delete from obligation where id = ?", obligation.number()));
    }

    @Override
    public List<Obligation> owed() throws IOException {
        return store.read("listing what jobs owe", JobRows::owed);
    }

    @Override
    public Optional<Job> find(JobName name) throws IOException {
        return store.read("reading job " + name, connection -> JobRows.find(connection, name));
    }

    @Override
    public Optional<Job> running(String task) throws IOException {
        return store.read("looking for the job that runs " + task, connection -> JobRows.running(connection, task));
    }

    @Override
    public List<Job> jobs() throws IOException {
        return store.read("listing jobs", JobRows::all);
    }
}

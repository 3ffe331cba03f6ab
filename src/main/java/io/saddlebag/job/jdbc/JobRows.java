package io.saddlebag.job.jdbc;

import io.saddlebag.fault.BackupException;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobFault;
import io.saddlebag.job.JobKind;
import io.saddlebag.job.JobName;
import io.saddlebag.job.JobRequest;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Obligation;
import io.saddlebag.store.jdbc.JsonColumn;
import io.saddlebag.store.jdbc.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads jobs with all that belongs to them: one query a table, however many jobs. */
final class JobRows {
    private static final String JOBS = "select requester, number, part, task, kind, facts, state, cause, owner,"
            + " created_at, dispatched_at, ended_at, bytes, objects, total_bytes from job j";
    private static final String ONE = " where j.number = ? and j.part = ? and j.requester is not distinct from ?";
    private static final String RUNNING = " where j.task = ? and j.state in ('RUNNING', 'WAITING_FOR_OPERATOR')";
    private static final String OF_JOB = " join job j on j.number = x.number and j.part = x.part";

    private JobRows() {}

    static Optional<Job> find(Connection connection, JobName name) throws SQLException {
        return select(connection, ONE, name.number(), name.part(), name.user()).stream()
                .findFirst();
    }

    static Job require(Connection connection, JobName name) throws SQLException, BackupException {
        return find(connection, name)
                .orElseThrow(() -> new BackupException(
                        JobFault.NO_SUCH_JOB, "there is no job " + name, "'saddlebag lsjob' lists all jobs."));
    }

    static Optional<Job> running(Connection connection, String task) throws SQLException {
        return select(connection, RUNNING, task).stream().findFirst();
    }

    static List<Job> all(Connection connection) throws SQLException {
        return select(connection, "");
    }

    static List<Obligation> owed(Connection connection) throws SQLException {
        return Sql.list(
                connection,
                "select x.id, j.requester, j.number, j.part, x.kind, x.facts from obligation x" + OF_JOB
                        + " order by x.id desc",
                row -> new Obligation(
                        row.getLong(1),
                        JobName.of(row.getString(2), row.getLong(3), row.getInt(4)),
                        row.getString(5),
                        JsonColumn.map(row.getString(6))));
    }

    private record Key(long number, int part) {}

    /** What belongs to jobs. */
    private record Belongings(
            Map<Key, List<JobName>> dependencies,
            Map<Key, Map<String, String>> figures,
            Map<Key, List<Job.Step>> steps) {}

    private static List<Job> select(Connection connection, String where, @Nullable Object... values)
            throws SQLException {
        Belongings belongings = new Belongings(new HashMap<>(), new HashMap<>(), new HashMap<>());
        Sql.list(
                connection,
                "select x.number, x.part, needed.requester, x.on_number, x.on_part from job_dependency x" + OF_JOB
                        + " join job needed on needed.number = x.on_number and needed.part = x.on_part" + where
                        + " order by x.on_number, x.on_part",
                row -> belongings
                        .dependencies()
                        .computeIfAbsent(key(row), k -> new ArrayList<>())
                        .add(JobName.of(row.getString(3), row.getLong(4), row.getInt(5))),
                values);
        Sql.list(
                connection,
                "select x.number, x.part, x.name, x.value from job_figure x" + OF_JOB + where,
                row -> {
                    belongings
                            .figures()
                            .computeIfAbsent(key(row), k -> new HashMap<>())
                            .put(row.getString(3), row.getString(4));
                    return true;
                },
                values);
        Sql.list(
                connection,
                "select x.number, x.part, x.step, x.name, x.started_at, x.ended_at, x.failure from job_step x" + OF_JOB
                        + where + " order by x.step",
                row -> belongings
                        .steps()
                        .computeIfAbsent(key(row), k -> new ArrayList<>())
                        .add(step(row)),
                values);
        return Sql.list(connection, JOBS + where + " order by number, part", row -> job(row, belongings), values);
    }

    private static Key key(ResultSet row) throws SQLException {
        return new Key(row.getLong(1), row.getInt(2));
    }

    private static Job.Step step(ResultSet row) throws SQLException {
        return new Job.Step(
                row.getInt(3),
                row.getString(4),
                Instant.parse(row.getString(5)),
                instant(row.getString(6)),
                row.getString(7));
    }

    private static Job job(ResultSet row, Belongings belongings) throws SQLException {
        Key key = new Key(row.getLong(2), row.getInt(3));
        @Nullable String user = row.getString(1);
        JobRequest request = new JobRequest(
                row.getString(4),
                JobKind.valueOf(row.getString(5)),
                user,
                belongings.dependencies().getOrDefault(key, List.of()),
                JsonColumn.map(row.getString(6)));
        return new Job(
                JobName.of(user, key.number(), key.part()),
                request,
                JobState.valueOf(row.getString(7)),
                row.getString(8),
                row.getString(9),
                Instant.parse(row.getString(10)),
                instant(row.getString(11)),
                instant(row.getString(12)),
                new Job.Progress(row.getLong(13), row.getLong(14), row.getLong(15)),
                belongings.figures().getOrDefault(key, Map.of()),
                belongings.steps().getOrDefault(key, List.of()));
    }

    private static @Nullable Instant instant(@Nullable String text) {
        return text == null ? null : Instant.parse(text);
    }
}

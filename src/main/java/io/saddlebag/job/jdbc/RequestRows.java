package io.saddlebag.job.jdbc;

import io.saddlebag.fault.BackupException;
import io.saddlebag.job.JobFault;
import io.saddlebag.job.JobName;
import io.saddlebag.job.OperatorRequest;
import io.saddlebag.store.jdbc.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Table {@code operator_request}, within a transaction of the caller. */
final class RequestRows {
    private static final String SELECT =
            "select j.requester, r.number, r.part, r.request, r.kind, r.audience, r.wanted,"
                    + " r.asked_at, r.reply, r.replied_by, r.outcome, r.closed_at from operator_request r"
                    + " join job j on j.number = r.number and j.part = r.part";
    private static final String ONE = " where r.number = ? and r.part = ? and r.request = ?";

    private RequestRows() {}

    static OperatorRequest insert(Connection connection, JobName job, OperatorRequest.Question question, Instant at)
            throws SQLException, BackupException {
        int number = Sql.first(
                        connection,
                        "select coalesce(max(request), 0) + 1 from operator_request where number = ? and part = ?",
                        row -> row.getInt(1),
                        job.number(),
                        job.part())
                .orElseThrow();
        Sql.run(
                connection,
                "insert into operator_request (number, part, request, kind, audience, wanted, asked_at)"
                        + " values (?, ?, ?, ?, ?, ?, ?)",
                job.number(),
                job.part(),
                number,
                question.kind().name(),
                question.audience().name(),
                question.wanted(),
                at.toString());
        return require(connection, job, number);
    }

    static OperatorRequest reply(Connection connection, JobName job, int number, OperatorRequest.Reply reply, String by)
            throws SQLException, BackupException {
        OperatorRequest request = require(connection, job, number);
        if (!request.open()) {
            throw notAsking(job, number, "is over: " + request.outcome());
        }
        if (request.reply() != null) {
            throw notAsking(
                    job,
                    number,
                    "was answered by " + request.repliedBy() + " already: "
                            + request.reply().display());
        }
        if (!request.question().kind().replies().contains(reply)) {
            throw new BackupException(
                    JobFault.NO_ANSWER,
                    "'" + reply.display() + "' is no answer to request " + number + " of job " + job
                            + ", which asks for a " + request.question().kind().display(),
                    "Valid are: " + request.replies() + ".");
        }
        Sql.run(
                connection,
                "update operator_request set reply = ?, replied_by = ? where number = ? and part = ? and request = ?",
                reply.name(),
                by,
                job.number(),
                job.part(),
                number);
        return require(connection, job, number);
    }

    static OperatorRequest close(Connection connection, JobName job, int number, String outcome, Instant at)
            throws SQLException, BackupException {
        Sql.run(
                connection,
                "update operator_request set outcome = ?, closed_at = ?"
                        + " where number = ? and part = ? and request = ? and closed_at is null",
                outcome,
                at.toString(),
                job.number(),
                job.part(),
                number);
        return require(connection, job, number);
    }

    static void closeAll(Connection connection, JobName job, String outcome, Instant at) throws SQLException {
        Sql.run(
                connection,
                "update operator_request set outcome = ?, closed_at = ?"
                        + " where number = ? and part = ? and closed_at is null",
                outcome,
                at.toString(),
                job.number(),
                job.part());
    }

    static boolean anyOpen(Connection connection, JobName job) throws SQLException {
        return of(connection, job).stream().anyMatch(OperatorRequest::open);
    }

    static List<OperatorRequest> of(Connection connection, JobName job) throws SQLException {
        return Sql.list(
                connection,
                SELECT + " where r.number = ? and r.part = ? order by r.request",
                RequestRows::request,
                job.number(),
                job.part());
    }

    static List<OperatorRequest> open(Connection connection) throws SQLException {
        return Sql.list(
                connection,
                SELECT + " where r.closed_at is null order by r.number, r.part, r.request",
                RequestRows::request);
    }

    private static OperatorRequest require(Connection connection, JobName job, int number)
            throws SQLException, BackupException {
        Optional<OperatorRequest> found =
                Sql.first(connection, SELECT + ONE, RequestRows::request, job.number(), job.part(), number);
        return found.orElseThrow(() -> notAsking(job, number, "was never made"));
    }

    private static BackupException notAsking(JobName job, int number, String why) {
        return new BackupException(
                JobFault.NOT_ASKING,
                "request " + number + " of job " + job + " " + why,
                "'saddlebag lsjob " + job + "' shows what it waits for.");
    }

    private static OperatorRequest request(ResultSet row) throws SQLException {
        @Nullable String reply = row.getString(9);
        @Nullable String closed = row.getString(12);
        return new OperatorRequest(
                JobName.of(row.getString(1), row.getLong(2), row.getInt(3)),
                row.getInt(4),
                new OperatorRequest.Question(
                        OperatorRequest.Kind.valueOf(row.getString(5)),
                        OperatorRequest.Audience.valueOf(row.getString(6)),
                        row.getString(7)),
                Instant.parse(row.getString(8)),
                reply == null ? null : OperatorRequest.Reply.valueOf(reply),
                row.getString(10),
                row.getString(11),
                closed == null ? null : Instant.parse(closed));
    }
}

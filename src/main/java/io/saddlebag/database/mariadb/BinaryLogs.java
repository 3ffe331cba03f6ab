package io.saddlebag.database.mariadb;

import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.JournalServer;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Deadline;
import io.saddlebag.host.Waiter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The binary logs of a server. A quiet point is the stage {@code BLOCK_COMMIT} of a backup. */
final class BinaryLogs implements JournalServer {
    /** Attempts for a quiet point get longer: commits that wait for one go on in between. */
    private static final Duration FIRST_ATTEMPT = Duration.ofSeconds(1);

    private static final Duration LONGEST_ATTEMPT = Duration.ofSeconds(60);
    /** The server ends a wait itself, and answers, before the driver gives up. */
    private static final Duration ANSWER = Duration.ofSeconds(30);
    /** {@code ER_LOCK_WAIT_TIMEOUT}. */
    private static final int WAITED_TOO_LONG = 1205;

    private static final List<String> STAGES = List.of("start", "flush", "block_ddl", "block_commit");
    private static final int MOST_NAMED = 5;
    private static final int MOST_PURGES = 20;

    private final MariadbSettings settings;
    private final MariadbAdapter adapter;
    private final ServerConnections connections;
    private final Waiter waiter;
    private final BinlogReplay replay;
    /** Whether a replica, say, keeps them anyway: then nobody waits. */
    private boolean keptBefore;

    BinaryLogs(
            MariadbSettings settings,
            MariadbAdapter adapter,
            ServerConnections connections,
            BinlogReplay replay,
            Waiter waiter) {
        this.replay = replay;
        this.settings = settings;
        this.adapter = adapter;
        this.connections = connections;
        this.waiter = waiter;
    }

    /** The current one is asked for first: what has been begun since is taken for current, too. */
    @Override
    public JournalFiles look() throws IOException {
        try (Connection connection = connections.open(ANSWER)) {
            if (!adapter.isOurs(Path.of(Queries.text(connection, "select @@datadir")))) {
                throw failed("is answered for by another server", null);
            }
            if (!Queries.text(connection, "select @@global.log_bin").equals("1")) {
                return new JournalFiles(false, settings.dataDirectory(), List.of(), 0);
            }
            Path base = settings.dataDirectory()
                    .resolve(Queries.text(connection, "select @@global.log_bin_basename"))
                    .normalize();
            Path folder = base.getParent();
            String current =
                    Queries.rows(connection, "show master status").get(0).get(0);
            long limit = Long.parseLong(Queries.text(connection, "select @@global.max_binlog_size"));
            return new JournalFiles(
                    true, folder == null ? settings.dataDirectory() : folder, files(connection, current), limit);
        } catch (SQLException refused) {
            throw failed("doesn't tell its binary logs: " + refused.getMessage(), refused);
        }
    }

    @Override
    public JournalFiles left() throws IOException, InterruptedException {
        return LeftLogs.of(settings, adapter.options());
    }

    private List<JournalFile> files(Connection connection, String current) throws SQLException, BackupException {
        List<JournalFile> found = new ArrayList<>();
        boolean written = false;
        for (List<String> row : Queries.rows(connection, "show binary logs")) {
            written |= row.get(0).equals(current);
            found.add(new JournalFile(row.get(0), Long.parseLong(row.get(1)), written));
        }
        if (!written) {
            throw failed("writes " + current + ", which is not among its binary logs", null);
        }
        return found;
    }

    @Override
    public void switchCurrent() throws IOException {
        run("flush no_write_to_binlog binary logs");
    }

    /** Right after it was ended, a log stays for a moment: until the engine needs it no more for its own recovery. */
    @Override
    public void purgeTo(String name) throws IOException {
        String command = "purge binary logs to '" + name.replace("'", "''") + "'";
        run(command);
        for (int left = keptBefore ? 0 : MOST_PURGES; left > 0 && !isFirst(name); left--) {
            try {
                waiter.await(MariadbAdapter.LOOK_AGAIN);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            run(command);
        }
        keptBefore = !isFirst(name);
    }

    @Override
    public void carryOut(List<Path> files, Stretch stretch, Consumer<String> log)
            throws IOException, InterruptedException {
        // also says whether it is the configured server that answers
        look();
        replay.run(files, stretch, log);
    }

    private boolean isFirst(String name) throws IOException {
        List<JournalFile> files = look().files();
        return files.isEmpty() || files.get(0).name().equals(name);
    }

    private void run(String command) throws IOException {
        try (Connection connection = connections.open(ANSWER)) {
            Queries.run(connection, command);
        } catch (SQLException refused) {
            throw failed("refuses '" + command + "': " + refused.getMessage(), refused);
        }
    }

    @Override
    public Optional<Closeable> hold(@Nullable Duration limit, Consumer<String> stalled)
            throws IOException, InterruptedException {
        @Nullable Deadline deadline = limit == null ? null : Deadline.after(waiter, limit);
        Connection connection = null;
        boolean held = false;
        try {
            connection = connections.open(ANSWER);
            Duration attempt = FIRST_ATTEMPT;
            while (!held && (deadline == null || !deadline.passed())) {
                held = attempt(connection, shorter(attempt, deadline));
                if (!held) {
                    stalled.accept(holders(connection, attempt));
                    attempt = shorter(attempt.multipliedBy(2), null);
                    waiter.await(MariadbAdapter.LOOK_AGAIN);
                }
            }
            Connection session = connection;
            return held ? Optional.of(() -> close(session)) : Optional.empty();
        } catch (SQLException refused) {
            throw failed("gives no quiet point: " + refused.getMessage(), refused);
        } finally {
            if (!held && connection != null) {
                close(connection);
            }
        }
    }

    private static Duration shorter(Duration attempt, @Nullable Deadline deadline) {
        Duration most = deadline == null ? LONGEST_ATTEMPT : deadline.remaining();
        return attempt.compareTo(most) < 0 ? attempt : most;
    }

    private static boolean attempt(Connection connection, Duration limit) throws SQLException {
        Queries.run(connection, "set session lock_wait_timeout = " + Math.max(1, limit.toSeconds()));
        connection.setNetworkTimeout(Runnable::run, (int)
                limit.plus(ANSWER).multipliedBy(STAGES.size()).toMillis());
        boolean begun = false;
        try {
            for (String stage : STAGES) {
                Queries.run(connection, "backup stage " + stage);
                begun = true;
            }
            return true;
        } catch (SQLException refused) {
            if (refused.getErrorCode() != WAITED_TOO_LONG) {
                throw refused;
            }
            if (begun) {
                Queries.run(connection, "backup stage end");
            }
            return false;
        }
    }

    /** Sessions that have been busy for at least as long; what they run may hold secrets and isn't told. */
    private static String holders(Connection connection, Duration waited) throws SQLException {
        List<List<String>> busy = Queries.rows(
                connection,
                "select id, user, host, time, ifnull(state, '') from information_schema.processlist"
                        + " where id <> connection_id() and command not in ('Sleep', 'Daemon', 'Binlog Dump')"
                        + " and user <> 'system user' and time_ms >= "
                        + waited.toMillis() / 2 + " order by time_ms desc limit " + MOST_NAMED);
        if (busy.isEmpty()) {
            return "a session that holds locks while it does nothing: see 'show processlist'";
        }
        return String.join(
                "; ",
                busy.stream()
                        .map(row -> "session " + row.get(0) + " of " + row.get(1) + " from " + row.get(2)
                                + ", busy for " + row.get(3) + " s (" + row.get(4) + ")")
                        .toList());
    }

    private void close(Connection connection) throws IOException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw failed("didn't let go of a quiet point: " + e.getMessage(), e);
        }
    }

    private BackupException failed(String what, @Nullable Throwable cause) {
        return new BackupException(
                DatabaseFault.NOT_OPEN,
                "database " + settings.name() + " at " + settings.address() + " " + what,
                "Check that it runs, the options host, port, socket, user and passwordFile, and that the account may: grant"
                        + " reload, binlog monitor, binlog admin, process on *.* to it.",
                cause);
    }
}

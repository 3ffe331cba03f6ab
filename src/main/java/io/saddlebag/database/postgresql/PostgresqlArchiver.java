package io.saddlebag.database.postgresql;

import io.saddlebag.database.ArchivingServer;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Deadline;
import io.saddlebag.host.Waiter;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A server, 10 or newer, and its archiver. */
final class PostgresqlArchiver implements ArchivingServer {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    /** A switch writes, and syncs, the rest of a segment. */
    private static final Duration SWITCH_LIMIT = Duration.ofSeconds(60);
    /** Those who hold a quiet point up are named so often. */
    private static final Duration NAMED = Duration.ofSeconds(5);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
    private static final int MOST_NAMED = 5;
    /** The header that each segment begins with. */
    private static final long HEADER_BYTES = 40;

    private static final Pattern SEGMENT = Pattern.compile("[0-9A-F]{24}");
    private static final int SEGMENT_NAME = 24;
    private static final long LOG_BYTES = 1L << 32;

    /** Each transaction that has written anything holds a lock on its own number until it has ended, which every role may see. */
    private static final String WRITERS =
            " from pg_locks l where l.locktype = 'transactionid' and l.mode = 'ExclusiveLock' and l.granted";

    private final PostgresqlSettings settings;
    private final ServerConnections connections;
    private final Waiter waiter;

    PostgresqlArchiver(PostgresqlSettings settings, ServerConnections connections, Waiter waiter) {
        this.settings = settings;
        this.connections = connections;
        this.waiter = waiter;
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public State state() throws IOException {
        try (Connection connection = connections.open(LIMIT)) {
            boolean following = Queries.isTrue(connection, "select pg_is_in_recovery()");
            return new State(
                    off(connection),
                    following ? null : current(connection),
                    oldestWaiting(connection),
                    Queries.text(connection, "select last_archived_wal from pg_stat_archiver"),
                    failing(connection));
        } catch (SQLException refused) {
            throw failed("doesn't say how its archive is: " + refused.getMessage(), refused);
        }
    }

    private static String off(Connection connection) throws SQLException {
        List<String> set =
                Queries.row(connection, "select current_setting('archive_mode'), current_setting('wal_level')");
        if (set.get(0).equals("off")) {
            return "archive_mode is off";
        }
        return set.get(1).equals("minimal") ? "wal_level is minimal" : "";
    }

    /** Where the next entry goes, in numbers: what functions say of a place between two segments differs by version. */
    private static Current current(Connection connection) throws SQLException {
        // which transactions have ended comes first: what ends meanwhile is in what is said to be written
        String ended = Queries.text(
                connection,
                "select txid_current_snapshot()::text || coalesce((select ' ' || string_agg(transaction::text, ',' order by"
                        + " transaction::text) from pg_prepared_xacts), '')");
        List<String> at = Queries.row(
                connection,
                "select substr(pg_walfile_name(lsn), 1, 8), (lsn - '0/0')::text,"
                        + " pg_size_bytes(current_setting('wal_segment_size'))::text"
                        + " from (select pg_current_wal_insert_lsn()) i(lsn)");
        long position = Long.parseLong(at.get(1));
        long segment = Long.parseLong(at.get(2));
        return new Current(
                segmentName(at.get(0), position, segment),
                Math.max(0, position % segment - HEADER_BYTES),
                segment,
                ended);
    }

    private static String segmentName(String timeline, long position, long segmentBytes) {
        long perLog = LOG_BYTES / segmentBytes;
        long number = position / segmentBytes;
        return timeline + String.format(Locale.ROOT, "%08X%08X", number / perLog, number % perLog);
    }

    /** By the server's own list; a role that may not see it hears of the one that failed. */
    private static String oldestWaiting(Connection connection) throws SQLException {
        if (Queries.isTrue(
                connection,
                "select coalesce(has_function_privilege(to_regprocedure('pg_catalog.pg_ls_archive_statusdir()'), 'execute'),"
                        + " false)")) {
            return Queries.text(
                    connection,
                    "select min(substr(name, 1, 24)) from pg_ls_archive_statusdir() where name ~ '^[0-9A-F]{24}\\.ready$'");
        }
        String failed = Queries.text(
                connection,
                "select last_failed_wal from pg_stat_archiver where coalesce(last_failed_time > last_archived_time,"
                        + " last_failed_time is not null) union all select '' limit 1");
        String name = failed.substring(0, Math.min(SEGMENT_NAME, failed.length()));
        return SEGMENT.matcher(name).matches() ? name : "";
    }

    /** The archiver tries a journal again and again, and goes on with no other. */
    private static String failing(Connection connection) throws SQLException {
        List<String> found = Queries.row(
                connection,
                "select coalesce(nullif(current_setting('archive_command'), '(disabled)'), '')"
                        + " || coalesce(current_setting('archive_library', true), '') <> '',"
                        + " coalesce(last_failed_time > last_archived_time, last_failed_time is not null), last_failed_wal,"
                        + " date_trunc('second', last_failed_time), failed_count from pg_stat_archiver");
        if (!found.get(0).equals("t")) {
            return "neither archive_command nor archive_library is set";
        }
        return found.get(1).equals("t")
                ? "its archive_command, or library, failed with " + found.get(2) + ", last at " + found.get(3) + " ("
                        + found.get(4) + " failures in all)"
                : "";
    }

    @Override
    public Optional<Switched> switchCurrent() throws IOException {
        try (Connection connection = connections.open(SWITCH_LIMIT)) {
            Current before = current(connection);
            long end = Long.parseLong(Queries.text(connection, "select (pg_switch_wal() - '0/0')::text"));
            Current now = current(connection);
            // a switch of what was just switched says where it begins
            return now.name().equals(before.name())
                    ? Optional.empty()
                    : Optional.of(
                            new Switched(segmentName(now.name().substring(0, 8), end - 1, now.capacity()), now.name()));
        } catch (SQLException refused) {
            throw failed("doesn't end its current journal: " + refused.getMessage(), refused);
        }
    }

    @Override
    public boolean awaitWriters(@Nullable Duration limit, Consumer<String> stalled)
            throws IOException, InterruptedException {
        @Nullable Deadline deadline = limit == null ? null : Deadline.after(waiter, limit);
        Deadline named = Deadline.after(waiter, NAMED.dividedBy(5));
        Duration pause = PostgresqlAdapter.LOOK_AGAIN;
        try (Connection connection = connections.open(LIMIT)) {
            List<String> open = Queries.column(connection, "select l.transactionid::text" + WRITERS);
            while (!open.isEmpty()) {
                open.retainAll(Queries.column(connection, "select l.transactionid::text" + WRITERS));
                boolean late = deadline != null && deadline.passed();
                if (!open.isEmpty() && (late || named.passed())) {
                    stalled.accept(holders(connection, open));
                    named = Deadline.after(waiter, NAMED);
                }
                if (late && !open.isEmpty()) {
                    return false;
                }
                if (!open.isEmpty()) {
                    waiter.await(pause);
                    pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
                }
            }
            return true;
        } catch (SQLException refused) {
            throw failed("doesn't say which transactions are in progress: " + refused.getMessage(), refused);
        }
    }

    /** What they run may hold secrets and isn't told. Prepared ones have no session. */
    private static String holders(Connection connection, List<String> open) throws SQLException {
        List<String> found = Queries.column(
                connection,
                "select distinct coalesce('session ' || a.pid || ' of ' || coalesce(a.usename, '?') || coalesce(' from '"
                        + " || host(a.client_addr), '') || coalesce(', ' || a.state, '') || coalesce(', in its transaction for '"
                        + " || extract(epoch from clock_timestamp() - a.xact_start)::bigint || ' s', ''),"
                        + " 'prepared transaction ' || p.gid, 'transaction ' || l.transactionid::text)"
                        + " from pg_locks l"
                        + " left join pg_stat_activity a on a.pid = l.pid"
                        + " left join pg_prepared_xacts p on p.transaction = l.transactionid"
                        + " where l.locktype = 'transactionid' and l.mode = 'ExclusiveLock' and l.granted"
                        + " and l.transactionid::text = any ('{" + String.join(",", open) + "}') limit " + MOST_NAMED);
        return found.isEmpty() ? "transactions that have just ended" : String.join("; ", found);
    }

    private BackupException failed(String what, SQLException cause) {
        return new BackupException(
                DatabaseFault.NOT_OPEN,
                "database " + settings.name() + " at " + settings.host() + ":" + settings.port() + " " + what,
                "Check that it runs, the options host, port, user and passwordFile, and that the role may: grant pg_monitor, and"
                        + " execute on function pg_switch_wal, to it.",
                cause);
    }
}

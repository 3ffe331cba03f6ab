package io.saddlebag.database.postgresql;

import io.saddlebag.database.log.LogConnection;
import io.saddlebag.database.log.LogFault;
import io.saddlebag.database.log.LogMark;
import io.saddlebag.database.log.LogServer;
import io.saddlebag.database.log.SlotState;
import io.saddlebag.fault.BackupException;
import io.saddlebag.recovery.LogPosition;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The write-ahead log of a server, 11 or newer, through its replication protocol and a physical slot. */
public final class PostgresqlLog implements LogServer {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Pattern SLOT = Pattern.compile("[a-z0-9_]{1,63}");

    private final PostgresqlSettings settings;
    private final ServerConnections connections;
    private final String slot;
    private final Clock clock;

    /**
     * @param slot also what the server knows the receiver as, in {@code synchronous_standby_names}
     * @throws IllegalArgumentException when the server can't have a slot of that name
     */
    public PostgresqlLog(PostgresqlSettings settings, String slot, Clock clock) {
        if (!SLOT.matcher(slot).matches()) {
            throw new IllegalArgumentException(
                    "slot '" + slot + "' is no slot's name: 1 to 63 small letters, digits and _");
        }
        this.settings = settings;
        this.connections = new ServerConnections(settings);
        this.slot = slot;
        this.clock = clock;
    }

    @Override
    public String name() {
        return settings.name();
    }

    String slotName() {
        return slot;
    }

    @Override
    public LogConnection connect() throws IOException {
        long segmentBytes = Long.parseLong(ask("select pg_size_bytes(current_setting('wal_segment_size'))::text"));
        try {
            WalSender sender = WalSender.open(settings, connections, slot, LIMIT);
            return new ReplicationConnection(this, sender.driver(), sender.wire(), clock, LIMIT, segmentBytes);
        } catch (SQLException e) {
            throw lost(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public long position() throws IOException {
        return LogPosition.parse(ask("select (case when pg_is_in_recovery() then pg_last_wal_receive_lsn()"
                        + " else pg_current_wal_flush_lsn() end)::text"))
                .value();
    }

    @Override
    public Optional<LogMark> mark(String token) throws IOException {
        List<String> found = row("select case when pg_is_in_recovery() then '' else pg_logical_emit_message(false,"
                + " 'saddlebag', " + Queries.quoted(token) + ")::text end, current_setting('wal_block_size')");
        return found.get(0).isEmpty()
                ? Optional.empty()
                : Optional.of(new LogMark(LogPosition.parse(found.get(0)).value(), Integer.parseInt(found.get(1))));
    }

    @Override
    public String notSynchronous() throws IOException {
        List<String> found = row("select count(*)::text, coalesce(max(sync_state), '') from pg_stat_replication"
                + " where application_name = " + Queries.quoted(slot));
        if (found.get(0).equals("0")) {
            return "the server has no receiver " + slot;
        }
        if (!found.get(1).equals("sync") && !found.get(1).equals("quorum")) {
            return "the server takes receiver " + slot + " for " + found.get(1);
        }
        String commit = ask("select current_setting('synchronous_commit')");
        return commit.equals("off") || commit.equals("local") ? "synchronous_commit is " + commit : "";
    }

    @Override
    public SlotState slot() throws IOException {
        // as JSON, since older servers haven't got all of these columns
        List<String> found = row("select count(*)::text, coalesce(max(restart_lsn::text), ''),"
                + " coalesce(max(to_jsonb(s)->>'wal_status'), ''), coalesce(max(to_jsonb(s)->>'safe_wal_size'), '')"
                + " from pg_replication_slots s where slot_name = " + Queries.quoted(slot));
        if (found.get(0).equals("0")) {
            return SlotState.MISSING;
        }
        String safe = found.get(3);
        boolean lost = found.get(2).equals("lost");
        return new SlotState(
                lost ? SlotState.Presence.LOST : SlotState.Presence.THERE,
                found.get(1).isEmpty() || lost
                        ? 0
                        : LogPosition.parse(found.get(1)).value(),
                safe.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(safe)));
    }

    SlotState makeSlot() throws IOException {
        ask("select lsn::text from pg_create_physical_replication_slot(" + Queries.quoted(slot) + ", true)");
        return slot();
    }

    void removeSlot() throws IOException {
        ask("select pg_drop_replication_slot(" + Queries.quoted(slot) + ")::text");
    }

    private String ask(String question) throws IOException {
        return row(question).get(0);
    }

    private List<String> row(String question) throws IOException {
        try (Connection connection = connections.open(LIMIT)) {
            return Queries.row(connection, question);
        } catch (SQLException e) {
            throw lost(String.valueOf(e.getMessage()), e);
        }
    }

    BackupException lost(String why, @Nullable Throwable cause) {
        return new BackupException(
                LogFault.CONNECTION,
                "the log of database " + settings.name() + " can't be had from " + settings.host() + " port "
                        + settings.port() + ": " + why,
                "Look whether the server runs, takes replication connections (pg_hba.conf, max_wal_senders) and lets role "
                        + settings.user() + " replicate.",
                cause);
    }
}

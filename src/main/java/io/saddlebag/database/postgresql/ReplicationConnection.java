package io.saddlebag.database.postgresql;

import io.saddlebag.database.log.LogConnection;
import io.saddlebag.database.log.LogFault;
import io.saddlebag.database.log.LogFlow;
import io.saddlebag.database.log.ServerIdentity;
import io.saddlebag.database.log.SlotState;
import io.saddlebag.fault.BackupException;
import io.saddlebag.recovery.LogPosition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A walsender at the other end. */
final class ReplicationConnection implements LogConnection {
    private static final int SYSTEM = 0;
    private static final int TIMELINE = 1;
    private static final int POSITION = 2;

    private final PostgresqlLog log;
    private final Connection driver;
    private final ReplicationWire wire;
    private final Clock clock;
    private final int limitMillis;
    private final long segmentBytes;

    /**
     * @param driver which made the connection, and isn't used for anything but its end from now on
     * @param limit for each answer
     */
    ReplicationConnection(
            PostgresqlLog log,
            Connection driver,
            ReplicationWire wire,
            Clock clock,
            Duration limit,
            long segmentBytes) {
        this.log = log;
        this.driver = driver;
        this.wire = wire;
        this.clock = clock;
        this.limitMillis = (int) limit.toMillis();
        this.segmentBytes = segmentBytes;
    }

    @Override
    public ServerIdentity identify() throws IOException {
        List<byte @Nullable []> row = one("IDENTIFY_SYSTEM");
        return new ServerIdentity(
                text(row, SYSTEM),
                Long.parseLong(text(row, TIMELINE)),
                LogPosition.parse(text(row, POSITION)).value(),
                segmentBytes);
    }

    @Override
    public byte[] history(long timeline) throws IOException {
        return Objects.requireNonNull(one("TIMELINE_HISTORY " + timeline).get(1));
    }

    @Override
    public SlotState slot() throws IOException {
        return log.slot();
    }

    @Override
    public SlotState makeSlot() throws IOException {
        return log.makeSlot();
    }

    @Override
    public void removeSlot() throws IOException {
        log.removeSlot();
    }

    @Override
    public LogFlow flow(long timeline, long from) throws IOException {
        String start = "START_REPLICATION SLOT \"" + log.slotName() + "\" PHYSICAL " + LogPosition.lsn(from)
                + " TIMELINE " + timeline;
        try {
            wire.query(start);
            while (true) {
                await(start);
                switch (wire.type()) {
                    case 'W' -> {
                        return new ReplicationFlow(this, wire, clock, from);
                    }
                    // the timeline ends where it was to begin
                    case 'T' -> {
                        return new ReplicationFlow(this, wire, clock, from).ended();
                    }
                    case 'E' -> throw refused();
                    default -> {}
                }
            }
        } catch (BackupException told) {
            throw told;
        } catch (IOException e) {
            throw lost(e);
        }
    }

    /** The rest of an answer, to the server's being ready for the next question. */
    List<List<byte @Nullable []>> rows(String question) throws IOException {
        List<List<byte @Nullable []>> rows = new ArrayList<>();
        @Nullable BackupException failure = null;
        while (true) {
            await(question);
            switch (wire.type()) {
                case 'D' -> rows.add(wire.row());
                case 'E' -> failure = refused();
                case 'Z' -> {
                    if (failure != null) {
                        throw failure;
                    }
                    return rows;
                }
                default -> {}
            }
        }
    }

    private List<byte @Nullable []> one(String question) throws IOException {
        try {
            wire.query(question);
            List<List<byte @Nullable []>> rows = rows(question);
            if (rows.size() != 1) {
                throw new IOException(question + " had " + rows.size() + " rows");
            }
            return rows.get(0);
        } catch (BackupException told) {
            throw told;
        } catch (IOException e) {
            throw lost(e);
        }
    }

    private static String text(List<byte @Nullable []> row, int column) {
        return new String(Objects.requireNonNull(row.get(column)), StandardCharsets.UTF_8);
    }

    private void await(String question) throws IOException {
        if (!wire.next(limitMillis)) {
            throw new IOException("the server didn't answer " + question + " within " + limitMillis + " ms");
        }
    }

    BackupException lost(IOException cause) {
        return log.lost(String.valueOf(cause.getMessage()), cause);
    }

    /** What the server's error means (SQLSTATE, documentation, appendix A). */
    BackupException refused() {
        String state = wire.field('C');
        String said = wire.field('M');
        boolean gone = state.equals("58P01")
                || said.contains("can no longer get changes")
                || said.contains("can no longer access replication slot");
        if (gone) {
            return new BackupException(
                    LogFault.REMOVED,
                    "server of " + log.name() + " refuses: " + said,
                    "Make a full backup; max_slot_wal_keep_size decides how long a slot holds.");
        }
        if (said.contains("not in this server's history") || said.contains("ahead of the WAL flush position")) {
            return new BackupException(
                    LogFault.DIVERGED,
                    "server of " + log.name() + " refuses: " + said,
                    "It is another server, or was restored to a point before what was received.");
        }
        return log.lost(said, null);
    }

    @Override
    public void close() throws IOException {
        try {
            driver.close();
        } catch (SQLException gone) {
            throw log.lost(String.valueOf(gone.getMessage()), gone);
        }
    }
}

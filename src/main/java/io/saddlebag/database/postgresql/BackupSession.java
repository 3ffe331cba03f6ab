package io.saddlebag.database.postgresql;

import io.saddlebag.database.BackupEnd;
import io.saddlebag.database.BackupMode;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** The session that holds a server in backup mode, and with a temporary slot the journals that its copy needs. */
final class BackupSession implements BackupMode {
    /** Of the copy's label, so that a restored copy is known as one of ours. */
    static final String LABEL_PREFIX = "saddlebag ";

    private static final int VERSION_14 = 140_000;

    private final Connection connection;
    private final PostgresqlSettings settings;
    private final BackupFunctions functions;

    private BackupSession(Connection connection, PostgresqlSettings settings, BackupFunctions functions) {
        this.connection = connection;
        this.settings = settings;
        this.functions = functions;
    }

    /** What the server shows the session as. */
    static String name(String id) {
        return "saddlebag backup " + id;
    }

    /** @param connection the session's from now on, also when this fails */
    static BackupSession begin(Connection connection, String id, PostgresqlSettings settings, Consumer<String> log)
            throws SQLException {
        BackupFunctions functions = BackupFunctions.of(connection);
        Queries.run(connection, "set application_name = " + Queries.quoted(name(id)));
        Queries.run(connection, "set statement_timeout = 0");
        if (Integer.parseInt(Queries.text(connection, "select current_setting('server_version_num')")) >= VERSION_14) {
            Queries.run(connection, "set idle_session_timeout = 0");
        }
        String slot = id.toLowerCase(Locale.ROOT).replace('-', '_');
        // before the start: no journal from then on may be recycled
        Queries.text(
                connection, "select pg_create_physical_replication_slot(" + Queries.quoted(slot) + ", true, true)");
        String start = Queries.text(connection, "select " + functions.start(LABEL_PREFIX + id) + "::text");
        log.accept("database " + settings.name() + " is in backup mode since " + start + ", and keeps its journals with"
                + " slot " + slot);
        return new BackupSession(connection, settings, functions);
    }

    @Override
    public boolean freeze(Duration limit) throws IOException {
        try {
            Queries.text(connection, "select 1");
            return false;
        } catch (SQLException gone) {
            throw lost(gone);
        }
    }

    @Override
    public void thaw() {
        // nothing was held
    }

    @Override
    public BackupEnd end(Duration timeout) throws IOException {
        try {
            connection.setNetworkTimeout(directly(), (int) Math.min(Integer.MAX_VALUE, timeout.toMillis()));
            // not waiting for the archive: the image has its journals itself
            List<String> stop =
                    Queries.row(connection, "select lsn::text, labelfile, spcmapfile from " + functions.stop());
            BackupLabel label = BackupLabel.parse(stop.get(1));
            long segment = Long.parseLong(
                    Queries.text(connection, "select pg_size_bytes(current_setting('wal_segment_size'))::text"));
            Map<String, String> facts = new LinkedHashMap<>();
            facts.put("startLsn", label.startLsn());
            facts.put("stopLsn", stop.get(0));
            // a restore yields the state at the end of backup mode, not that of the snapshot
            facts.put("stopTime", time(connection));
            facts.put("timeline", Long.toString(label.timeline()));
            facts.put(
                    "systemIdentifier",
                    Queries.text(connection, "select system_identifier::text from pg_control_system()"));
            Path journals = settings.dataDirectory().resolve("pg_wal").toRealPath();
            List<String> names = label.journalsTo(stop.get(0), segment);
            requirePresent(journals, names);
            return new BackupEnd(facts, files(stop.get(1), stop.get(2)), journals, names);
        } catch (SQLException gone) {
            throw lost(gone);
        }
    }

    /** The server's own, in UTC. */
    static String time(Connection connection) throws SQLException {
        return Queries.text(
                connection,
                "select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')");
    }

    private List<BackupEnd.AddedFile> files(String label, String tablespaces) {
        Path data = settings.dataDirectory();
        Path like = data.resolve("PG_VERSION");
        List<BackupEnd.AddedFile> files = new ArrayList<>();
        if (!tablespaces.isBlank()) {
            files.add(new BackupEnd.AddedFile(data.resolve(TablespaceMap.FILE_NAME), like, tablespaces));
        }
        files.add(new BackupEnd.AddedFile(data.resolve(RestoredCopy.LABEL), like, label));
        return files;
    }

    /** The slot keeps them; unless the server was told to give up slots that keep too much. */
    private void requirePresent(Path folder, List<String> names) throws BackupException {
        for (String name : names) {
            if (!Files.isRegularFile(folder.resolve(name))) {
                throw new BackupException(
                        DatabaseFault.BACKUP_MODE_LOST,
                        "journal " + folder.resolve(name) + ", which the copy needs, is gone",
                        "Raise max_slot_wal_keep_size of the server, or use a snapshot provider, which needs backup mode"
                                + " for a moment only.");
            }
        }
    }

    private BackupException lost(SQLException cause) {
        return new BackupException(
                DatabaseFault.BACKUP_MODE_LOST,
                "database " + settings.name() + " has lost its backup mode: " + cause.getMessage(),
                "See in the server's log whether the server or the session was ended; repeat the backup.",
                cause);
    }

    /** The end of the session ends backup mode when it is still on, and drops the slot. */
    @Override
    public void close() throws IOException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IOException("the session of database " + settings.name() + " could not be closed", e);
        }
    }

    private static Executor directly() {
        return Runnable::run;
    }
}

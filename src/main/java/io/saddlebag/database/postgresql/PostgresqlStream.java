package io.saddlebag.database.postgresql;

import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.DatabaseStream;
import io.saddlebag.database.StreamedCopy;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Waiter;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Copies by {@code BASE_BACKUP} of the replication protocol, PostgreSQL 15 and newer. A temporary slot of the same connection keeps
 * the journals that the copy needs, and the server sends them last: recovery needs no archive.
 */
final class PostgresqlStream implements DatabaseStream {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final int VERSION_15 = 150_000;

    private final PostgresqlWriter writer;
    private final PostgresqlSettings settings;
    private final ServerConnections connections;
    private final ServerFiles files;
    private final Waiter waiter;

    PostgresqlStream(
            PostgresqlWriter writer,
            PostgresqlSettings settings,
            ServerConnections connections,
            ServerFiles files,
            Waiter waiter) {
        this.writer = writer;
        this.settings = settings;
        this.connections = connections;
        this.files = files;
        this.waiter = waiter;
    }

    @Override
    public void prepare(Consumer<String> log) throws IOException, InterruptedException {
        writer.prepare(log, this::requireStreams);
    }

    private void requireStreams(Connection connection) throws SQLException, BackupException {
        String version = Queries.text(connection, "select current_setting('server_version_num')");
        if (Integer.parseInt(version) < VERSION_15) {
            throw writer.impossible(
                    "is of version " + Queries.text(connection, "select current_setting('server_version')")
                            + ", and 15 is the first that sends copies as they are read here",
                    "Back it up with another --provider, such as none.");
        }
        boolean may = Queries.isTrue(
                connection, "select rolsuper or rolreplication from pg_roles where rolname = current_user");
        if (!may) {
            throw writer.impossible(
                    "doesn't let role " + settings.user() + " stream",
                    "As superuser: alter role " + settings.user() + " replication; and let it connect to database"
                            + " 'replication' in pg_hba.conf.");
        }
    }

    @Override
    public StreamedCopy begin(String id, Duration timeout, Consumer<String> log) throws IOException {
        WalSender sender;
        try {
            sender = WalSender.open(settings, connections, BackupSession.name(id), CONNECT_LIMIT);
        } catch (SQLException refused) {
            throw new BackupException(
                    DatabaseFault.BACKUP_MODE_FAILED,
                    "database " + settings.name() + " takes no replication connection: " + refused.getMessage(),
                    "Let role " + settings.user()
                            + " connect to database 'replication' in pg_hba.conf; a free walsender"
                            + " is needed (max_wal_senders).",
                    refused);
        }
        BaseBackup backup = new BaseBackup(settings.name(), sender.wire(), waiter, timeout, log);
        try {
            String system = backup.row("IDENTIFY_SYSTEM").get(0);
            String slot = id.toLowerCase(Locale.ROOT).replace('-', '_');
            // before the start: no journal from then on may be recycled
            backup.row("CREATE_REPLICATION_SLOT \"" + slot + "\" TEMPORARY PHYSICAL RESERVE_WAL");
            backup.begin("BASE_BACKUP (LABEL " + Queries.quoted(BackupSession.LABEL_PREFIX + id)
                    + ", CHECKPOINT 'fast', WAL true, WAIT false, MANIFEST 'yes', MANIFEST_CHECKSUMS 'SHA256',"
                    + " TABLESPACE_MAP true)");
            log.accept("database " + settings.name() + " sends a copy of itself since "
                    + backup.start().get(0) + ", and keeps its journals with slot " + slot);
            return StreamedCluster.of(settings, connections, files, sender, backup, system);
        } catch (IOException | RuntimeException e) {
            sender.closeAfter(e);
            throw e;
        }
    }
}

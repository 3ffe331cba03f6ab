package io.saddlebag.database.postgresql;

import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.DatabaseStream;
import io.saddlebag.database.StreamedCopy;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Waiter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Copies by {@code BASE_BACKUP} of the replication protocol, PostgreSQL 15 and newer. A temporary slot of the same connection keeps
 * the journals that the copy needs, and the server sends them last: recovery needs no archive.
 */
final class PostgresqlStream implements DatabaseStream {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final int VERSION_15 = 150_000;
    private static final int VERSION_17 = 170_000;

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
    public Path manifest() {
        return settings.dataDirectory().resolve(BackupManifest.FILE_NAME);
    }

    /** Whether its summaries of the journals reach back far enough, the server says when it is asked. */
    @Override
    public Optional<String> wholeBecause(Map<String, String> facts) throws IOException {
        try (Connection connection = connections.open(CONNECT_LIMIT)) {
            String version = Queries.text(connection, "select current_setting('server_version_num')");
            if (Integer.parseInt(version) < VERSION_17) {
                return Optional.of("the server is of version "
                        + Queries.text(connection, "select current_setting('server_version')")
                        + ", and 17 is the first that can send what changed");
            }
            if (!Queries.text(connection, "select current_setting('summarize_wal')")
                    .equals("on")) {
                return Optional.of("the server doesn't keep account of what changes; as superuser: alter system set"
                        + " summarize_wal = 'on'; select pg_reload_conf(); what changed since the backup after that can"
                        + " then be sent");
            }
            String system = Queries.text(connection, "select system_identifier::text from pg_control_system()");
            return system.equals(facts.get("systemIdentifier"))
                    ? Optional.empty()
                    : Optional.of("it was made of another cluster");
        } catch (SQLException refused) {
            throw new BackupException(
                    DatabaseFault.BACKUP_MODE_FAILED,
                    "database " + settings.name() + " doesn't say whether it can send what changed: "
                            + refused.getMessage(),
                    "Look at the server's log.",
                    refused);
        }
    }

    @Override
    public Earlier keep(InputStream manifest) throws IOException {
        return KeptManifest.of(manifest);
    }

    @Override
    public StreamedCopy begin(String id, @Nullable Earlier earlier, Duration timeout, Consumer<String> log)
            throws IOException {
        String slot = id.toLowerCase(Locale.ROOT).replace('-', '_');
        if (!(earlier instanceof KeptManifest manifest)) {
            return begin(id, slot, null, null, timeout, log);
        }
        Attempt attempt = new Attempt();
        try {
            return begin(id, slot, manifest, attempt, timeout, log);
        } catch (BackupException e) {
            BaseBackup refused = attempt.backup;
            String why = refused == null ? null : refused.refusal();
            if (why == null) {
                throw e;
            }
            // the other connection's slot may not be gone yet
            return begin(id, slot + "_all", null, new Attempt("its server refuses: " + why), timeout, log);
        }
    }

    /** One way of asking. */
    private static final class Attempt {
        private final @Nullable String wholeBecause;
        private @Nullable BaseBackup backup;

        Attempt() {
            this(null);
        }

        Attempt(@Nullable String wholeBecause) {
            this.wholeBecause = wholeBecause;
        }
    }

    private StreamedCopy begin(
            String id,
            String slot,
            @Nullable KeptManifest earlier,
            @Nullable Attempt attempt,
            Duration timeout,
            Consumer<String> log)
            throws IOException {
        WalSender sender = open(id);
        BaseBackup backup = new BaseBackup(settings.name(), sender.wire(), waiter, timeout, log);
        if (attempt != null) {
            attempt.backup = backup;
        }
        try {
            String system = backup.row("IDENTIFY_SYSTEM").get(0);
            // before the start: no journal from then on may be recycled
            backup.row("CREATE_REPLICATION_SLOT \"" + slot + "\" TEMPORARY PHYSICAL RESERVE_WAL");
            if (earlier != null) {
                try (InputStream manifest = earlier.input()) {
                    backup.upload(manifest);
                }
            }
            backup.begin("BASE_BACKUP (LABEL " + Queries.quoted(BackupSession.LABEL_PREFIX + id)
                    + ", CHECKPOINT 'fast', WAL true, WAIT false, MANIFEST 'yes', MANIFEST_CHECKSUMS 'SHA256',"
                    + " TABLESPACE_MAP true" + (earlier == null ? "" : ", INCREMENTAL true") + ")");
            log.accept("database " + settings.name() + " sends "
                    + (earlier == null ? "a copy of itself" : "what changed of itself") + ", from "
                    + backup.start().get(0) + " on, and keeps its journals with slot " + slot);
            return StreamedCluster.of(
                    settings,
                    connections,
                    files,
                    sender,
                    backup,
                    system,
                    attempt == null ? null : attempt.wholeBecause);
        } catch (IOException | RuntimeException e) {
            sender.closeAfter(e);
            throw e;
        }
    }

    private WalSender open(String id) throws IOException {
        try {
            return WalSender.open(settings, connections, BackupSession.name(id), CONNECT_LIMIT);
        } catch (SQLException refused) {
            throw new BackupException(
                    DatabaseFault.BACKUP_MODE_FAILED,
                    "database " + settings.name() + " takes no replication connection: " + refused.getMessage(),
                    "Let role " + settings.user()
                            + " connect to database 'replication' in pg_hba.conf; a free walsender"
                            + " is needed (max_wal_senders).",
                    refused);
        }
    }
}

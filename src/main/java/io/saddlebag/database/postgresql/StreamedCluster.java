package io.saddlebag.database.postgresql;

import io.saddlebag.database.BackupEnd;
import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.StreamedCopy;
import io.saddlebag.fault.BackupException;
import io.saddlebag.image.ImageSource;
import io.saddlebag.image.WrittenMember;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A copy that a walsender sends, and the connection that it comes on. */
final class StreamedCluster implements StreamedCopy {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final String TIMELINE = "timeline";

    private final PostgresqlSettings settings;
    private final ServerConnections connections;
    private final WalSender sender;
    private final BaseBackup backup;
    private final List<DatabaseComponent> components;
    private final BackupManifest manifest;
    private final SentObjects objects;
    private final Map<String, String> facts = new LinkedHashMap<>();
    private final @Nullable String wholeBecause;

    private StreamedCluster(
            PostgresqlSettings settings,
            ServerConnections connections,
            WalSender sender,
            BaseBackup backup,
            List<DatabaseComponent> components,
            BackupManifest manifest,
            SentObjects objects,
            @Nullable String wholeBecause) {
        this.settings = settings;
        this.connections = connections;
        this.sender = sender;
        this.backup = backup;
        this.components = components;
        this.manifest = manifest;
        this.objects = objects;
        this.wholeBecause = wholeBecause;
    }

    /**
     * @param sender is closed with it
     * @param backup has begun
     * @param system the server's own identifier
     * @param wholeBecause as {@link #wholeBecause}
     */
    static StreamedCluster of(
            PostgresqlSettings settings,
            ServerConnections connections,
            ServerFiles files,
            WalSender sender,
            BaseBackup backup,
            String system,
            @Nullable String wholeBecause)
            throws IOException {
        // a tablespace that was made before the start is there by now
        List<DatabaseComponent> components = files.onlineComponents();
        SentPlaces places = new SentPlaces(settings.name(), settings.dataDirectory(), components, backup.tablespaces());
        BackupManifest manifest = BackupManifest.open();
        StreamedCluster cluster = new StreamedCluster(
                settings,
                connections,
                sender,
                backup,
                components,
                manifest,
                new SentObjects(backup, places, manifest, system),
                wholeBecause);
        cluster.facts.put("startLsn", backup.start().get(0));
        cluster.facts.put(TIMELINE, backup.start().get(1));
        cluster.facts.put("systemIdentifier", system);
        return cluster;
    }

    @Override
    public Map<String, String> facts() {
        return Map.copyOf(facts);
    }

    @Override
    public @Nullable String wholeBecause() {
        return wholeBecause;
    }

    @Override
    public List<DatabaseComponent> components() {
        return components;
    }

    @Override
    public ImageSource objects(Waiting waiting) {
        backup.whileWaiting(waiting);
        return objects;
    }

    @Override
    public void taken(WrittenMember file) throws IOException {
        objects.taken(file);
    }

    @Override
    public boolean freeze(Duration limit) {
        return false;
    }

    @Override
    public void thaw() {
        // nothing was held
    }

    @Override
    public BackupEnd end(Duration timeout) throws IOException {
        if (!objects.isOver()) {
            throw backup.notAsSent("not all of it was read");
        }
        String timeline = backup.end().get(1);
        if (!timeline.equals(facts.get(TIMELINE))) {
            throw backup.notAsSent("it began on timeline " + facts.get(TIMELINE) + " and ended on " + timeline);
        }
        Map<String, String> all = new LinkedHashMap<>(facts);
        all.put("stopLsn", backup.end().get(0));
        // a restore yields the state at the end
        all.put("stopTime", time());
        return BackupEnd.of(all);
    }

    private String time() throws IOException {
        try (Connection connection = connections.open(CONNECT_LIMIT)) {
            return BackupSession.time(connection);
        } catch (SQLException gone) {
            throw new BackupException(
                    DatabaseFault.BACKUP_MODE_LOST,
                    "database " + settings.name() + " doesn't say when its copy ended: " + gone.getMessage(),
                    "Repeat the backup.",
                    gone);
        }
    }

    /** The end of the connection ends backup mode when it is still on, and drops the slot. */
    @Override
    public void close() throws IOException {
        try (manifest) {
            sender.driver().close();
        } catch (SQLException e) {
            throw new IOException("the walsender of database " + settings.name() + " could not be closed", e);
        }
    }
}

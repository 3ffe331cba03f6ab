package io.saddlebag.camel.backup;

import io.saddlebag.backup.RestartOptions;
import io.saddlebag.camel.node.SaddlebagEndpoint;
import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.image.Compression;
import io.saddlebag.level.BackupLevel;
import io.saddlebag.node.Node;
import java.util.Objects;
import org.apache.camel.Category;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.jspecify.annotations.Nullable;

/**
 * Makes the body an image of the job's snapshot, or of what a database's server sends of itself.
 *
 * Nothing is read until the next step writes it: tape makes it a backup; any other endpoint gets it as a stream, and what becomes
 * of it there is not in the catalog. The image is never held in memory.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "backup",
        title = "Saddlebag Backup",
        syntax = "backup:name",
        category = {Category.FILE, Category.DATABASE},
        producerOnly = true,
        headersClass = SaddlebagHeaders.class)
public class BackupEndpoint extends SaddlebagEndpoint {
    @UriPath(description = "The name under which the backup is found; the database's, as a rule.")
    @Metadata(required = true)
    private @Nullable String name;

    @UriParam(
            enums = "snapshot,stream",
            defaultValue = "snapshot",
            description =
                    "Where the image comes from: the job's snapshot, or a copy of itself that the server of the database of that name"
                            + " sends while it runs (PostgreSQL 15 and newer). A stream needs neither begin-backup nor"
                            + " snapshot:create; the server begins to send in this step.")
    private BackupMethod method = BackupMethod.SNAPSHOT;

    @UriParam(
            defaultValue = "zstd=3",
            description = "Compression of the image: " + Compression.FORMS
                    + "; the higher the level, the smaller and slower.")
    private String compression = Compression.ZSTD.toString();

    @UriParam(
            defaultValue = "0",
            description =
                    "Of files, and of streams (PostgreSQL 17 and newer): 0 or full for everything, 1 to 9 for what changed since the newest backup of a lower level, 10 or"
                            + " incremental for what changed since the newest of any level, offsite for everything without"
                            + " a place in the schedule. Other databases are taken whole.")
    private String level = BackupLevel.FULL.toString();

    @UriParam(
            description =
                    "Names of keys in config/keys, separated by commas; each of them opens the image. Without it the image is"
                            + " not encrypted.")
    private String encrypt = "";

    @UriParam(
            defaultValue = "true",
            description =
                    "Whether an interrupted backup goes on from its last checkpoint when it is repeated; otherwise it starts over.")
    private boolean restart = true;

    @UriParam(
            description =
                    "Bytes of the image between two checkpoints, at least; a thirty-second of the image where that is more. Without it as"
                            + " configured under checkpoints, 1GiB by default.")
    private String checkpointInterval = "";

    public BackupEndpoint(String uri, BackupComponent component) {
        super(uri, component);
    }

    @Override
    public Producer createProducer() {
        return new BackupProducer(this);
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        Compression.parse(compression);
        BackupLevel.parse(level);
        restartOptions();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        requireKeys(encrypt);
        Node there = nodeIfThere();
        if (there != null && method == BackupMethod.STREAM) {
            requireKnown("database", backupName(), there.databases());
        }
    }

    RestartOptions restartOptions() {
        return RestartOptions.parse(restart, checkpointInterval);
    }

    public boolean isRestart() {
        return restart;
    }

    public void setRestart(boolean restart) {
        this.restart = restart;
    }

    public String getCheckpointInterval() {
        return checkpointInterval;
    }

    public void setCheckpointInterval(String checkpointInterval) {
        this.checkpointInterval = checkpointInterval;
    }

    String backupName() {
        return Objects.requireNonNull(name);
    }

    public BackupMethod getMethod() {
        return method;
    }

    public void setMethod(BackupMethod method) {
        this.method = method;
    }

    public @Nullable String getName() {
        return name;
    }

    public void setName(String name) {
        this.name = name;
    }

    public String getEncrypt() {
        return encrypt;
    }

    public void setEncrypt(String encrypt) {
        this.encrypt = encrypt;
    }

    public String getCompression() {
        return compression;
    }

    public void setCompression(String compression) {
        this.compression = compression;
    }

    public String getLevel() {
        return level;
    }

    public void setLevel(String level) {
        this.level = level;
    }
}

package io.saddlebag.camel.group;

import io.saddlebag.backup.GroupBackup;
import io.saddlebag.backup.ImageTarget;
import io.saddlebag.backup.SourceOptions;
import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.camel.node.TapeWritingEndpoint;
import io.saddlebag.image.Compression;
import io.saddlebag.job.Overlap;
import io.saddlebag.node.Node;
import io.saddlebag.restore.GroupRequest;
import io.saddlebag.tapeoption.Prompt;
import io.saddlebag.tapeoption.TapeOptions;
import java.io.IOException;
import java.util.Objects;
import org.apache.camel.Category;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.jspecify.annotations.Nullable;

/**
 * Backs up and restores several databases and file trees at one recovery point.
 *
 * A backup is one job: the databases are stopped, or frozen, in the group's order, one snapshot is taken of everything, they are started, or
 * thawed, in the reverse order, and each member becomes an image. A restore takes images of one recovery point only.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "group",
        title = "Saddlebag Group",
        syntax = "group:name",
        category = {Category.DATABASE, Category.FILE},
        producerOnly = true,
        headersClass = SaddlebagHeaders.class)
public class GroupEndpoint extends TapeWritingEndpoint {
    @UriPath(description = "The group's name in config/saddlebag.yaml.")
    @Metadata(required = true)
    private @Nullable String name;

    @UriParam(
            enums = "backup,restore",
            description = "Both are whole workflows with jobs of their own; the step fails when one of them does.")
    @Metadata(required = true)
    private @Nullable GroupOperation operation;

    @UriParam(
            label = "backup",
            defaultValue = "false",
            description =
                    "Whether the databases run on, in backup mode, and are frozen together for the snapshot; those that the"
                            + " group names as stopped are stopped. Without it all are stopped.")
    private boolean online;

    @UriParam(label = "backup", description = "The library whose volumes are written; or give pool.")
    private @Nullable String library;

    @UriParam(label = "backup", description = "The disk pool that gets the images; or give library.")
    private @Nullable String pool;

    @UriParam(label = "backup", description = "The media family of the volumes or files.")
    private @Nullable String family;

    @UriParam(
            label = "backup",
            defaultValue = "old_file",
            enums = "old_file,new_tape",
            description =
                    "How blocks stand on tape: old_file as bare slices of the image, new_tape with protected framing, where one lost block of a group is rebuilt.")
    private @Nullable String format;

    @UriParam(
            label = "backup",
            defaultValue = "auto",
            description =
                    "Snapshot provider: auto, btrfs, reflink, freeze or none; with none the databases stand still until"
                            + " all images are written.")
    private String provider = "auto";

    @UriParam(
            label = "backup",
            defaultValue = "zstd=3",
            description = "Compression of the images: " + Compression.FORMS
                    + "; the higher the level, the smaller and slower.")
    private String compression = Compression.ZSTD.toString();

    @UriParam(
            label = "backup",
            description =
                    "Names of keys in config/keys, separated by commas; each of them opens the images. Without it they are"
                            + " not encrypted.")
    private String encrypt = "";

    @UriParam(
            enums = "skip,wait",
            defaultValue = "skip",
            label = "backup",
            description =
                    "What becomes of it while a backup of the group goes on. Skipped, the route goes on with header"
                            + " CamelSaddlebagSkipped.")
    private Overlap overlap = Overlap.SKIP;

    @UriParam(label = "restore", description = "Id of the recovery point; the newest whole one else.")
    private @Nullable String point;

    public GroupEndpoint(String uri, GroupComponent component) {
        super(uri, component);
    }

    @Override
    public Producer createProducer() {
        return new GroupProducer(this);
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        if (operation == null) {
            throw lacks("operation", "group:" + name + "?operation=backup&pool=disk");
        }
        if (operation == GroupOperation.BACKUP && (library == null) == (pool == null)) {
            throw new IllegalArgumentException(getEndpointUri() + " needs either option 'library' or option 'pool'");
        }
        requireTapeForTapeOptions();
        if (operation == GroupOperation.RESTORE && (library != null || pool != null || family != null)) {
            throw new IllegalArgumentException(
                    getEndpointUri() + ": options library, pool and family belong to operation=backup");
        }
        if (operation == GroupOperation.RESTORE && online) {
            throw new IllegalArgumentException(getEndpointUri() + ": option online belongs to operation=backup");
        }
        if (operation == GroupOperation.BACKUP && point != null) {
            throw new IllegalArgumentException(getEndpointUri() + ": option point belongs to operation=restore");
        }
        Compression.parse(compression);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        requireKeys(encrypt);
        Node there = nodeIfThere();
        if (there != null) {
            requireKnown("group", group(), there.groups().keySet());
        }
    }

    private void requireTapeForTapeOptions() {
        if (operation == GroupOperation.BACKUP && library != null) {
            tapeOptions(TapeOptions::parse);
            return;
        }
        if (operation == GroupOperation.RESTORE) {
            requireNoTapeOptions("operation=restore");
        } else {
            fileRights(String.valueOf(pool));
        }
        if (format != null) {
            throw new IllegalArgumentException(getEndpointUri() + ": option format belongs to a backup to a library");
        }
    }

    GroupRequest restoreRequest() {
        return new GroupRequest(group(), point, null, null, Prompt.OPERATOR);
    }

    GroupBackup.Order order(Node node) throws IOException {
        String disk = pool;
        ImageTarget target = disk == null
                ? node.target(Objects.requireNonNull(library), family, tapeOptions(TapeOptions::parse))
                : node.poolTarget(disk, family, fileRights(disk));
        return node.groupOrder(
                group(),
                null,
                overlap,
                online ? GroupBackup.Manner.ONLINE : GroupBackup.Manner.STOPPED,
                (paths, least) -> node.snapshots(provider, paths, least),
                new SourceOptions(Compression.parse(compression), node.keys().encryption(encrypt)),
                target);
    }

    private String group() {
        return Objects.requireNonNull(name);
    }

    public @Nullable String getName() {
        return name;
    }

    public void setName(String name) {
        this.name = name;
    }

    public @Nullable GroupOperation getOperation() {
        return operation;
    }

    public void setOperation(@Nullable GroupOperation operation) {
        this.operation = operation;
    }

    public boolean isOnline() {
        return online;
    }

    public void setOnline(boolean online) {
        this.online = online;
    }

    public @Nullable String getLibrary() {
        return library;
    }

    public void setLibrary(@Nullable String library) {
        this.library = library;
    }

    public @Nullable String getPool() {
        return pool;
    }

    public void setPool(@Nullable String pool) {
        this.pool = pool;
    }

    public @Nullable String getFamily() {
        return family;
    }

    public void setFamily(@Nullable String family) {
        this.family = family;
    }

    @Override
    public @Nullable String getFormat() {
        return format;
    }

    public void setFormat(@Nullable String format) {
        this.format = format;
    }

    public String getProvider() {
        return provider;
    }

    public void setProvider(String provider) {
        this.provider = provider;
    }

    public String getCompression() {
        return compression;
    }

    public void setCompression(String compression) {
        this.compression = compression;
    }

    public String getEncrypt() {
        return encrypt;
    }

    public void setEncrypt(String encrypt) {
        this.encrypt = encrypt;
    }

    public Overlap getOverlap() {
        return overlap;
    }

    public void setOverlap(Overlap overlap) {
        this.overlap = overlap;
    }

    public @Nullable String getPoint() {
        return point;
    }

    public void setPoint(@Nullable String point) {
        this.point = point;
    }
}

package io.saddlebag.camel.restore;

import io.saddlebag.camel.node.SaddlebagEndpoint;
import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.recovery.Until;
import io.saddlebag.restore.BackupSelector;
import io.saddlebag.restore.PathMapping;
import io.saddlebag.restore.RestoreChoices;
import io.saddlebag.restore.RestoreRequest;
import io.saddlebag.restore.VolumeRequest;
import io.saddlebag.tapeoption.Prompt;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.camel.Category;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.jspecify.annotations.Nullable;

/**
 * Restores backups: what a request file in the body asks for, or what the options say.
 *
 * Each image becomes a job that depends on the one before. The step fails when one of them fails.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "restore",
        title = "Saddlebag Restore",
        syntax = "restore:name",
        category = {Category.FILE, Category.DATABASE},
        producerOnly = true,
        headersClass = SaddlebagHeaders.class)
public class RestoreEndpoint extends SaddlebagEndpoint {
    /** The name that says that the body is a request. */
    static final String REQUEST = "request";

    @UriPath(
            description =
                    "The name of what was backed up; its newest backup is restored unless asOf or backup say otherwise."
                            + " Or request: the body is a request file (YAML), and only user and dryRun are taken from here.")
    @Metadata(required = true)
    private @Nullable String name;

    @UriParam(
            description =
                    "Numbers of the backups to restore, in that order, with commas between; the newest of that name else.")
    private @Nullable String backup;

    @UriParam(description = "The newest backup up to then, e.g. 2026-01-31T12:00:00Z.")
    private @Nullable String asOf;

    @UriParam(
            description =
                    "The newest backup that reaches no further: a time, lsn:16/B374D848, scn:1500 or sequence:17.")
    private @Nullable String until;

    @UriParam(description = "Read from these media only: disk, tape, with commas between; else from any.")
    private @Nullable String media;

    @UriParam(
            enums = "none,copies,previous",
            description =
                    "What is done when a backup can't be read. copies: other copies of the same state are tried. previous: then"
                            + " the backup before, which is older. none: it fails. previous for a name alone, copies with until,"
                            + " asOf or backup.")
    private @Nullable String failover;

    @UriParam(
            description =
                    "Other names for files that a pattern fits, PATTERN=NAME with commas between: /srv/data/*.dbf=/srv/new/%b,"
                            + " with %b for the file's name, %n without its ending, %e the ending, %d the folder's name.")
    private @Nullable String newname;

    @UriParam(
            description = "With database and map: the database uses the parts that got new places there from then on.")
    private boolean switchParts;

    @UriParam(description = "Restore also what is in place as it was backed up.")
    private boolean force;

    @UriParam(
            description =
                    "The database to stop before, and to start and check after; without it, only files are restored.")
    private @Nullable String database;

    @UriParam(
            description =
                    "A folder below which the objects are put with their whole paths; else they go to their old places.")
    private @Nullable String to;

    @UriParam(
            description =
                    "Places of their own for parts, FROM=TO with commas between, both absolute: what was at FROM, and below it,"
                            + " goes to TO. The longest FROM that fits wins, before the option to and the old places.")
    private @Nullable String map;

    @UriParam(
            defaultValue = "true",
            description =
                    "Whether device nodes, set-user-id and set-group-id bits and capabilities come back, when root restores.")
    private boolean devices = true;

    @UriParam(
            enums = "replace,keep,keep-newer,rename",
            defaultValue = "replace",
            description = "What happens where something is already.")
    private RestoreRequest.Existing existing = RestoreRequest.Existing.REPLACE;

    @UriParam(
            description =
                    "Absolute paths with commas between, each with all below it, or parts of a database: data-files,"
                            + " tablespace:NAME, control-file, journals, archived-journals, parameter-file; else everything.")
    private @Nullable String objects;

    @UriParam(
            description =
                    "A block device or a file to restore one disk to, of a backup that image made. What a device holds"
                            + " is overwritten with overwrite only.")
    private @Nullable String disk;

    @UriParam(description = "Which of the backup's disks, as its path was at the backup; needed when it has several.")
    private @Nullable String source;

    @UriParam(description = "Whether the disk takes the place of what the device or file holds; else that is refused.")
    private boolean overwrite;

    @UriParam(description = "Who asks; the jobs are then named user/number.")
    private @Nullable String user;

    @UriParam(
            enums = "automatic,operator,client",
            defaultValue = "operator",
            description =
                    "Who is asked for a volume that is missing. operator: the job waits until somebody answers it with rpyjob,"
                            + " or the volume arrives. automatic: nobody, it fails at once. client: whoever sits at the terminal"
                            + " of the command, which a route has not; then the operator.")
    private Prompt prompt = Prompt.OPERATOR;

    @UriParam(description = "Only plan: the body becomes the plan, and nothing is changed.")
    private boolean dryRun;

    public RestoreEndpoint(String uri, RestoreComponent component) {
        super(uri, component);
    }

    @Override
    public Producer createProducer() {
        return new RestoreProducer(this);
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        if (disk != null) {
            volumeRequest();
        } else if (source != null || overwrite) {
            throw new IllegalArgumentException(getEndpointUri() + ": source and overwrite belong to disk");
        } else if (!fromBody()) {
            request();
        } else if (backup != null
                || asOf != null
                || hasChoices()
                || database != null
                || to != null
                || map != null
                || !devices
                || objects != null
                || prompt != Prompt.OPERATOR) {
            throw new IllegalArgumentException(
                    getEndpointUri() + ": with a request in the body only the options user and dryRun are allowed");
        }
    }

    private boolean hasChoices() {
        return until != null || media != null || failover != null || force || newname != null || switchParts;
    }

    boolean fromBody() {
        return REQUEST.equals(name);
    }

    /** The request that the options make. */
    RestoreRequest request() {
        String place = to;
        try {
            return new RestoreRequest(
                    selectors(),
                    list(objects),
                    place == null ? null : Path.of(place),
                    existing,
                    database,
                    user,
                    prompt,
                    list(map).stream().map(PathMapping::parse).toList(),
                    devices ? RestoreRequest.Powers.AS_BACKED_UP : RestoreRequest.Powers.LEFT_OUT,
                    choices());
        } catch (IllegalArgumentException | DateTimeParseException e) {
            throw new IllegalArgumentException(getEndpointUri() + ": " + e.getMessage(), e);
        }
    }

    private RestoreChoices choices() {
        RestoreChoices choices = RestoreChoices.parse(media, failover, force).naming(list(newname));
        return switchParts ? choices.switched() : choices;
    }

    boolean ofDisk() {
        return disk != null;
    }

    /** The request for a disk that the options make. */
    VolumeRequest volumeRequest() {
        if (fromBody()
                || database != null
                || to != null
                || map != null
                || objects != null
                || media != null
                || failover != null
                || force
                || selectors().size() != 1) {
            throw new IllegalArgumentException(getEndpointUri()
                    + ": with disk, one backup is named, and neither a request in the body nor database, to, map, objects,"
                    + " media, failover and force are allowed");
        }
        return new VolumeRequest(
                selectors().get(0),
                source,
                Path.of(Objects.requireNonNull(disk)),
                overwrite ? VolumeRequest.Occupied.OVERWRITE : VolumeRequest.Occupied.REFUSE,
                user,
                prompt);
    }

    private List<BackupSelector> selectors() {
        String of = Objects.requireNonNull(name);
        if (backup != null) {
            return list(backup).stream()
                    .map(id -> (BackupSelector) new BackupSelector.ById(BackupId.parse(id)))
                    .toList();
        }
        String time = asOf;
        String point = until;
        if (time != null && point != null) {
            throw new IllegalArgumentException("asOf and until say the same; one is valid");
        }
        if (time != null) {
            return List.of(new BackupSelector.AsOf(of, Instant.parse(time)));
        }
        return List.of(BackupSelector.of(of, point == null ? null : Until.parse(point)));
    }

    private static List<String> list(@Nullable String text) {
        return text == null
                ? List.of()
                : Arrays.stream(text.split(",")).map(String::strip).toList();
    }

    public @Nullable String getName() {
        return name;
    }

    public void setName(String name) {
        this.name = name;
    }

    public @Nullable String getBackup() {
        return backup;
    }

    public void setBackup(@Nullable String backup) {
        this.backup = backup;
    }

    public @Nullable String getAsOf() {
        return asOf;
    }

    public void setAsOf(@Nullable String asOf) {
        this.asOf = asOf;
    }

    public @Nullable String getUntil() {
        return until;
    }

    public void setUntil(@Nullable String until) {
        this.until = until;
    }

    public @Nullable String getMedia() {
        return media;
    }

    public void setMedia(@Nullable String media) {
        this.media = media;
    }

    public @Nullable String getFailover() {
        return failover;
    }

    public void setFailover(@Nullable String failover) {
        this.failover = failover;
    }

    public @Nullable String getNewname() {
        return newname;
    }

    public void setNewname(@Nullable String newname) {
        this.newname = newname;
    }

    public boolean isSwitchParts() {
        return switchParts;
    }

    public void setSwitchParts(boolean switchParts) {
        this.switchParts = switchParts;
    }

    public boolean isForce() {
        return force;
    }

    public void setForce(boolean force) {
        this.force = force;
    }

    public @Nullable String getDatabase() {
        return database;
    }

    public void setDatabase(@Nullable String database) {
        this.database = database;
    }

    public @Nullable String getTo() {
        return to;
    }

    public void setTo(@Nullable String to) {
        this.to = to;
    }

    public @Nullable String getMap() {
        return map;
    }

    public void setMap(@Nullable String map) {
        this.map = map;
    }

    public boolean isDevices() {
        return devices;
    }

    public void setDevices(boolean devices) {
        this.devices = devices;
    }

    public RestoreRequest.Existing getExisting() {
        return existing;
    }

    public void setExisting(RestoreRequest.Existing existing) {
        this.existing = existing;
    }

    public @Nullable String getObjects() {
        return objects;
    }

    public void setObjects(@Nullable String objects) {
        this.objects = objects;
    }

    public @Nullable String getDisk() {
        return disk;
    }

    public void setDisk(@Nullable String disk) {
        this.disk = disk;
    }

    public @Nullable String getSource() {
        return source;
    }

    public void setSource(@Nullable String source) {
        this.source = source;
    }

    public boolean isOverwrite() {
        return overwrite;
    }

    public void setOverwrite(boolean overwrite) {
        this.overwrite = overwrite;
    }

    public @Nullable String getUser() {
        return user;
    }

    public void setUser(@Nullable String user) {
        this.user = user;
    }

    public Prompt getPrompt() {
        return prompt;
    }

    public void setPrompt(Prompt prompt) {
        this.prompt = prompt;
    }

    public boolean isDryRun() {
        return dryRun;
    }

    public void setDryRun(boolean dryRun) {
        this.dryRun = dryRun;
    }
}

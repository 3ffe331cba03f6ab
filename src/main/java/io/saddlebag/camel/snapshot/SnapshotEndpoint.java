package io.saddlebag.camel.snapshot;

import io.saddlebag.camel.node.SaddlebagEndpoint;
import io.saddlebag.camel.node.SaddlebagHeaders;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.camel.Category;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.jspecify.annotations.Nullable;

/**
 * Takes and releases the snapshots of a job.
 *
 * A snapshot of several paths is one set. It is refused when its provider gives less than the workflow needs: without a stopped
 * database, only providers whose snapshots are atomic will do.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "snapshot",
        title = "Saddlebag Snapshot",
        syntax = "snapshot:action",
        category = {Category.FILE},
        producerOnly = true,
        headersClass = SaddlebagHeaders.class)
public class SnapshotEndpoint extends SaddlebagEndpoint {
    @UriPath(
            enums = "create,release",
            description =
                    "create takes a snapshot in the exchange's job; release releases all that the job holds, which"
                            + " else happens when the job ends.")
    @Metadata(required = true)
    private @Nullable SnapshotAction action;

    @UriParam(
            label = "create",
            enums = "auto,btrfs,zfs,lvm,reflink,freeze,vss,set,none",
            defaultValue = "auto",
            description =
                    "Who takes it. auto is the best one that works for all the paths, or set, which takes each path by"
                            + " the best one for that path, one after another. none takes no snapshot: the image is"
                            + " made of the source itself, which has to stand still until it is written.")
    private String provider = "auto";

    @UriParam(
            label = "create",
            description = "Absolute paths with commas between; else the components of the database that is named, or of"
                    + " those that the job has stopped or put in backup mode.")
    private @Nullable String paths;

    @UriParam(
            label = "create",
            description = "The database whose components are taken; else those that the job has stopped or put in"
                    + " backup mode.")
    private @Nullable String database;

    @UriParam(
            label = "create",
            description = "The dataset in config/datasets whose files are taken; its before-commands are run first, its"
                    + " after-commands when the job ends.")
    private @Nullable String dataset;

    @UriParam(
            label = "create",
            description =
                    "A running database that knows nothing of its backup: a snapshot of one instant of all its components, from"
                            + " which it recovers as after a crash.")
    private @Nullable String crashConsistent;

    public SnapshotEndpoint(String uri, SnapshotComponent component) {
        super(uri, component);
    }

    @Override
    public Producer createProducer() {
        return switch (Objects.requireNonNull(action)) {
            case CREATE -> new SnapshotCreateProducer(this);
            case RELEASE -> new SnapshotReleaseProducer(this);
        };
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        if (Stream.of(paths, database, dataset, crashConsistent)
                        .filter(Objects::nonNull)
                        .count()
                > 1) {
            throw new IllegalArgumentException(
                    getEndpointUri() + ": give one of paths, database, dataset and crashConsistent, not several");
        }
        for (Path path : pathsGiven()) {
            if (!path.isAbsolute()) {
                throw new IllegalArgumentException(
                        getEndpointUri() + ": '" + path + "' is not an absolute path, such as /srv/orders");
            }
        }
    }

    /** Empty when the paths are those of databases. */
    List<Path> pathsGiven() {
        String given = paths;
        return given == null
                ? List.of()
                : Arrays.stream(given.split(","))
                        .map(String::strip)
                        .map(Path::of)
                        .toList();
    }

    public @Nullable SnapshotAction getAction() {
        return action;
    }

    public void setAction(SnapshotAction action) {
        this.action = action;
    }

    public String getProvider() {
        return provider;
    }

    public void setProvider(String provider) {
        this.provider = provider;
    }

    public @Nullable String getPaths() {
        return paths;
    }

    public void setPaths(@Nullable String paths) {
        this.paths = paths;
    }

    public @Nullable String getDataset() {
        return dataset;
    }

    public void setDataset(@Nullable String dataset) {
        this.dataset = dataset;
    }

    public @Nullable String getCrashConsistent() {
        return crashConsistent;
    }

    public void setCrashConsistent(@Nullable String crashConsistent) {
        this.crashConsistent = crashConsistent;
    }

    public @Nullable String getDatabase() {
        return database;
    }

    public void setDatabase(@Nullable String database) {
        this.database = database;
    }
}

package io.saddlebag.camel.pool;

import io.saddlebag.camel.node.SaddlebagEndpoint;
import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.node.Node;
import io.saddlebag.protection.FileRights;
import java.util.Objects;
import org.apache.camel.Category;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.jspecify.annotations.Nullable;

/**
 * Writes an image into a disk pool and makes it a backup.
 *
 * The body is the image that a backup step made; that step says how it is compressed. When this step is through, the image
 * has its place in the pool, whole and durable, and the backup is in the catalog.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "pool",
        title = "Saddlebag Disk Pool",
        syntax = "pool:pool",
        category = {Category.FILE},
        producerOnly = true,
        headersClass = SaddlebagHeaders.class)
public class PoolEndpoint extends SaddlebagEndpoint {
    @UriPath(description = "The pool's name in config/saddlebag.yaml.")
    @Metadata(required = true)
    private @Nullable String pool;

    @UriParam(
            description =
                    "Media family, whose write window and retention say when the image expires; else it never does.")
    private @Nullable String family;

    @UriParam(
            defaultValue = "write",
            enums = "write,prune,copy",
            description =
                    "write: the body's image. prune: expired images go into quarantine, and those that an earlier run put there are deleted; the body becomes the plan."
                            + " copy: the image of the backup that option backup names is copied here as it is stored; the body stays.")
    private PoolOperation operation = PoolOperation.WRITE;

    @UriParam(
            description =
                    "With operation copy: a backup's number, or the name of what was backed up, for its newest backup.")
    private @Nullable String backup;

    @UriParam(
            description =
                    "Whose the image's files are: a user, a group, or [group,user] of this machine; else as the pool's configuration"
                            + " says, or whoever runs the node. For pools in folders.")
    private @Nullable String owner;

    @UriParam(
            description =
                    "Who may do what with the image, as in (S:RWED,O:RE,G,W), which is the default: its files get the mode that it is,"
                            + " and who may not read is refused by restores. For pools in folders.")
    private @Nullable String protection;

    public PoolEndpoint(String uri, PoolComponent component) {
        super(uri, component);
    }

    @Override
    public Producer createProducer() {
        return switch (operation) {
            case PRUNE -> new PruneProducer(this);
            case COPY -> new CopyProducer(this);
            case WRITE -> new PoolProducer(this);
        };
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        if ((operation == PoolOperation.COPY) != (backup != null)) {
            throw new IllegalArgumentException(
                    getEndpointUri() + ": operation copy needs option backup, and no other takes it");
        }
        if (rights().isSaid() && operation != PoolOperation.WRITE) {
            throw new IllegalArgumentException(getEndpointUri()
                    + ": options owner and protection belong to operation=write; a copy has those of its original");
        }
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        Node there = nodeIfThere();
        if (there != null) {
            requireKnown("pool", poolName(), there.pools());
            if (rights().isSaid()) {
                there.poolTarget(
                        poolName(), null, rights()); // it says what can't be, before anything is stopped for it
            }
        }
    }

    /** @throws IllegalArgumentException when they can't be */
    FileRights rights() {
        try {
            return FileRights.parse(owner, protection);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(getEndpointUri() + ": " + e.getMessage(), e);
        }
    }

    public @Nullable String getOwner() {
        return owner;
    }

    public void setOwner(@Nullable String owner) {
        this.owner = owner;
    }

    public @Nullable String getProtection() {
        return protection;
    }

    public void setProtection(@Nullable String protection) {
        this.protection = protection;
    }

    String poolName() {
        return Objects.requireNonNull(pool);
    }

    public @Nullable String getPool() {
        return pool;
    }

    public void setPool(String pool) {
        this.pool = pool;
    }

    public PoolOperation getOperation() {
        return operation;
    }

    public void setOperation(PoolOperation operation) {
        this.operation = operation;
    }

    public @Nullable String getBackup() {
        return backup;
    }

    public void setBackup(@Nullable String backup) {
        this.backup = backup;
    }

    public @Nullable String getFamily() {
        return family;
    }

    public void setFamily(@Nullable String family) {
        this.family = family;
    }
}

package io.saddlebag.camel.pool;

import io.saddlebag.camel.node.SaddlebagEndpoint;
import io.saddlebag.camel.node.SaddlebagHeaders;
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
            enums = "write,prune",
            description =
                    "write: the body's image. prune: expired images go into quarantine, and those that an earlier run put there are deleted; the body becomes the plan.")
    private PoolOperation operation = PoolOperation.WRITE;

    public PoolEndpoint(String uri, PoolComponent component) {
        super(uri, component);
    }

    @Override
    public Producer createProducer() {
        return operation == PoolOperation.PRUNE ? new PruneProducer(this) : new PoolProducer(this);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        Node there = nodeIfThere();
        if (there != null) {
            requireKnown("pool", poolName(), there.pools());
        }
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

    public @Nullable String getFamily() {
        return family;
    }

    public void setFamily(@Nullable String family) {
        this.family = family;
    }
}

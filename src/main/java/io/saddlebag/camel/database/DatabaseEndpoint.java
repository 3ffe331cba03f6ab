package io.saddlebag.camel.database;

import io.saddlebag.backup.BackupRun;
import io.saddlebag.camel.node.SaddlebagEndpoint;
import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.node.Node;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.apache.camel.Category;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.jspecify.annotations.Nullable;

/**
 * Stops, starts and checks a configured database.
 *
 * A database is stopped only within a job and under a lease: it comes back whatever becomes of the route or of this process.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "database",
        title = "Saddlebag Database",
        syntax = "database:name",
        category = {Category.DATABASE},
        producerOnly = true,
        headersClass = SaddlebagHeaders.class)
public class DatabaseEndpoint extends SaddlebagEndpoint {
    @UriPath(description = "The database's name in config/saddlebag.yaml.")
    @Metadata(required = true)
    private @Nullable String name;

    @UriParam(
            enums = "stop,start,status,verify,components",
            description =
                    "stop and start are phases of a job. A start that fails doesn't fail the step: the image is still"
                            + " written, and the job fails at its end with the alarm that the database is down. status sets header"
                            + " CamelSaddlebagDatabaseState, verify and components set the body.")
    @Metadata(required = true)
    private @Nullable DatabaseOperation operation;

    @UriParam(
            javaType = "java.time.Duration",
            label = "stop,verify",
            description = "How long the stop or the verification may take; else as configured for the database.")
    private long timeout;

    @UriParam(
            javaType = "java.time.Duration",
            label = "stop",
            description = "How long the start that follows the stop may take; else as configured for the database.")
    private long startTimeout;

    @UriParam(
            javaType = "java.time.Duration",
            label = "stop",
            description =
                    "How long the database may stand still after this process said last that work goes on; then the"
                            + " watchdog starts it. Else as configured for the database.")
    private long lease;

    public DatabaseEndpoint(String uri, DatabaseComponent component) {
        super(uri, component);
    }

    @Override
    public Producer createProducer() {
        return new DatabaseProducer(this);
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        if (operation == null) {
            throw lacks("operation", "database:" + name + "?operation=stop");
        }
        boolean stops = operation == DatabaseOperation.STOP;
        if ((lease != 0 || startTimeout != 0) && !stops) {
            throw new IllegalArgumentException(
                    getEndpointUri() + ": options lease and startTimeout belong to operation=stop");
        }
        if (timeout != 0 && !stops && operation != DatabaseOperation.VERIFY) {
            throw new IllegalArgumentException(
                    getEndpointUri()
                            + ": option timeout belongs to operations stop and verify; a start's is 'startTimeout' of the stop");
        }
        if (timeout < 0 || startTimeout < 0 || lease < 0) {
            throw new IllegalArgumentException(
                    getEndpointUri() + ": timeouts and leases are more than zero, such as 5m");
        }
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        Node there = nodeIfThere();
        if (there != null) {
            requireKnown("database", database(), there.databases());
        }
    }

    /** The configured lengths, but for those given here. */
    BackupRun.StopOptions stopOptions(Node node) throws IOException {
        BackupRun.StopOptions configured = node.stopOptions(database());
        return new BackupRun.StopOptions(
                timeout == 0 ? configured.stopTimeout() : Duration.ofMillis(timeout),
                startTimeout == 0 ? configured.startTimeout() : Duration.ofMillis(startTimeout),
                lease == 0 ? configured.lease() : Duration.ofMillis(lease));
    }

    Duration verifyTimeout(Node node) throws IOException {
        return timeout == 0 ? node.stopOptions(database()).startTimeout() : Duration.ofMillis(timeout);
    }

    String database() {
        return Objects.requireNonNull(name);
    }

    public @Nullable String getName() {
        return name;
    }

    public void setName(String name) {
        this.name = name;
    }

    public @Nullable DatabaseOperation getOperation() {
        return operation;
    }

    public void setOperation(@Nullable DatabaseOperation operation) {
        this.operation = operation;
    }

    public long getTimeout() {
        return timeout;
    }

    public void setTimeout(long timeout) {
        this.timeout = timeout;
    }

    public long getStartTimeout() {
        return startTimeout;
    }

    public void setStartTimeout(long startTimeout) {
        this.startTimeout = startTimeout;
    }

    public long getLease() {
        return lease;
    }

    public void setLease(long lease) {
        this.lease = lease;
    }
}

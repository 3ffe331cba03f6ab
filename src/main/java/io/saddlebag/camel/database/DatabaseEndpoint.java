package io.saddlebag.camel.database;

import io.saddlebag.backup.BackupRun;
import io.saddlebag.backup.OnlineOptions;
import io.saddlebag.camel.node.SaddlebagEndpoint;
import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.job.Overlap;
import io.saddlebag.node.Node;
import io.saddlebag.rehearsal.RehearsalRequest;
import io.saddlebag.tapeoption.Prompt;
import java.io.IOException;
import java.nio.file.Path;
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
 * Stops, starts and checks a configured database, and puts it in backup mode.
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
            enums = "stop,start,begin-backup,end-backup,status,verify,components,rehearse",
            description =
                    "stop and start are phases of a job. A start that fails doesn't fail the step: the image is still"
                            + " written, and the job fails at its end with the alarm that the database is down. begin-backup and"
                            + " end-backup are phases of an online backup: backup mode is on between them; a snapshot between"
                            + " them freezes the database for as long as it takes. Where no snapshot can be taken, backup mode"
                            + " ends when the image has been read, wherever end-backup stands. status sets header"
                            + " CamelSaddlebagDatabaseState, verify and components set the body. rehearse is a job of its own: it"
                            + " restores a backup to a scratch folder, starts and checks it there as another instance and"
                            + " removes it; the step fails when the backup is not proven.")
    @Metadata(required = true)
    private @Nullable DatabaseOperation operation;

    @UriParam(
            javaType = "java.time.Duration",
            label = "stop,verify,begin-backup",
            description =
                    "How long the stop or the verification, or the engine's work to begin and end backup mode, may take; else as"
                            + " configured for the database.")
    private long timeout;

    @UriParam(
            javaType = "java.time.Duration",
            label = "stop",
            description = "How long the start that follows the stop may take; else as configured for the database.")
    private long startTimeout;

    @UriParam(
            javaType = "java.time.Duration",
            label = "stop,begin-backup",
            description =
                    "How long the database may stand still, or be in backup mode, after this process said last that work goes"
                            + " on; then the watchdog starts it, or ends backup mode. Else as configured for the database.")
    private long lease;

    @UriParam(
            javaType = "java.time.Duration",
            label = "begin-backup",
            description =
                    "How long writes may have to wait for a snapshot; then the watchdog lets them go on, and the job fails. Else"
                            + " as configured for the database.")
    private long freeze;

    @UriParam(label = "rehearse", description = "Number of the backup to try out; the newest of the database else.")
    private @Nullable String backup;

    @UriParam(
            label = "rehearse",
            description =
                    "A folder to restore to, apart from everything that is backed up; 'rehearsal' in the state folder else.")
    private @Nullable String scratch;

    @UriParam(
            enums = "skip,wait",
            defaultValue = "skip",
            label = "rehearse",
            description =
                    "What becomes of it while another rehearsal of the database goes on. Skipped, the route goes on with"
                            + " header CamelSaddlebagSkipped.")
    private Overlap overlap = Overlap.SKIP;

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
        boolean begins = operation == DatabaseOperation.BEGIN_BACKUP;
        if (startTimeout != 0 && !stops) {
            throw new IllegalArgumentException(getEndpointUri() + ": option startTimeout belongs to operation=stop");
        }
        if (lease != 0 && !stops && !begins) {
            throw new IllegalArgumentException(
                    getEndpointUri() + ": option lease belongs to operations stop and begin-backup");
        }
        if (freeze != 0 && !begins) {
            throw new IllegalArgumentException(getEndpointUri() + ": option freeze belongs to operation=begin-backup");
        }
        if (timeout != 0 && !stops && !begins && operation != DatabaseOperation.VERIFY) {
            throw new IllegalArgumentException(getEndpointUri()
                    + ": option timeout belongs to operations stop, verify and begin-backup; a start's is"
                    + " 'startTimeout' of the stop");
        }
        if ((backup != null || scratch != null || overlap != Overlap.SKIP) && operation != DatabaseOperation.REHEARSE) {
            throw new IllegalArgumentException(
                    getEndpointUri() + ": options backup, scratch and overlap belong to operation=rehearse");
        }
        if (operation == DatabaseOperation.REHEARSE) {
            rehearsal();
        }
        if (timeout < 0 || startTimeout < 0 || lease < 0 || freeze < 0) {
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

    /** As {@link #stopOptions}, for backup mode. */
    OnlineOptions onlineOptions(Node node) throws IOException {
        OnlineOptions configured = node.onlineOptions(database());
        return new OnlineOptions(
                freeze == 0 ? configured.freeze() : Duration.ofMillis(freeze),
                lease == 0 ? configured.lease() : Duration.ofMillis(lease),
                timeout == 0 ? configured.timeout() : Duration.ofMillis(timeout));
    }

    Duration verifyTimeout(Node node) throws IOException {
        return timeout == 0 ? node.stopOptions(database()).startTimeout() : Duration.ofMillis(timeout);
    }

    /** The request that the options make. */
    RehearsalRequest rehearsal() {
        try {
            return new RehearsalRequest(
                    database(),
                    backup == null ? null : BackupId.parse(backup),
                    null,
                    scratch == null ? null : Path.of(scratch).toAbsolutePath(),
                    null,
                    Prompt.OPERATOR,
                    overlap);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(getEndpointUri() + ": " + e.getMessage(), e);
        }
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

    public long getFreeze() {
        return freeze;
    }

    public void setFreeze(long freeze) {
        this.freeze = freeze;
    }

    public @Nullable String getBackup() {
        return backup;
    }

    public void setBackup(@Nullable String backup) {
        this.backup = backup;
    }

    public @Nullable String getScratch() {
        return scratch;
    }

    public void setScratch(@Nullable String scratch) {
        this.scratch = scratch;
    }

    public Overlap getOverlap() {
        return overlap;
    }

    public void setOverlap(Overlap overlap) {
        this.overlap = overlap;
    }
}

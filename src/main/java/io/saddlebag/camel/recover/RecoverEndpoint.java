package io.saddlebag.camel.recover;

import io.saddlebag.auxiliary.BlockRequest;
import io.saddlebag.auxiliary.DatabaseRequest;
import io.saddlebag.camel.node.SaddlebagEndpoint;
import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.recovery.JournalOffset;
import io.saddlebag.recovery.LogPosition;
import io.saddlebag.recovery.RecoveryTarget;
import io.saddlebag.rollforward.RecoverRequest;
import io.saddlebag.tapeoption.Prompt;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.camel.Category;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.jspecify.annotations.Nullable;

/**
 * Recovers a database: restores the newest backup that leads to the point, and has the engine apply journals to it, from wherever they are.
 *
 * Without a point it goes to the end of the journals. The step fails when it doesn't come to where it was to end.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "recover",
        title = "Saddlebag Recover",
        syntax = "recover:database",
        category = {Category.DATABASE},
        producerOnly = true,
        headersClass = SaddlebagHeaders.class)
public class RecoverEndpoint extends SaddlebagEndpoint {
    @UriPath(description = "The database's name in config/saddlebag.yaml.")
    @Metadata(required = true)
    private @Nullable String database;

    @UriParam(description = "With what was committed up to then, e.g. 2026-01-31T12:00:00Z.")
    private @Nullable String untilTime;

    @UriParam(description = "With what was written before that place in the log, e.g. 16/B374D848.")
    private @Nullable String untilLsn;

    @UriParam(description = "To the end of the journal of that number.")
    private @Nullable String untilSequence;

    @UriParam(
            description =
                    "To the end of that binary log, or, with a colon and a position, with what was written before that place.")
    private @Nullable String untilLog;

    @UriParam(description = "As it was when its state was given that name; needs backup or asOf.")
    private @Nullable String restorePoint;

    @UriParam(
            description =
                    "With what was committed before that transaction, and not it. A number needs backup or asOf; a GTID, such as 0-1-57,"
                            + " doesn't.")
    private @Nullable String beforeTransaction;

    @UriParam(description = "Whose history is meant; the current one else.")
    private @Nullable String incarnation;

    @UriParam(description = "Number of the backup to begin with; the newest that fits else.")
    private @Nullable String backup;

    @UriParam(description = "Begin with a backup of then or earlier.")
    private @Nullable String asOf;

    @UriParam(description = "A folder to collect the journals in, which must not be there yet; removed afterwards.")
    private @Nullable String area;

    @UriParam(description = "The journals' source is gone: what it had that isn't backed up is left out.")
    private boolean backedUpOnly;

    @UriParam(
            description =
                    "Only this database of the cluster, as its engine calls it: it is recovered beside the original, which runs on,"
                            + " and taken from there.")
    private @Nullable String onlyDatabase;

    @UriParam(
            description = "With onlyDatabase: a new name for it; without one it takes the place of what has its name.")
    private @Nullable String as;

    @UriParam(
            description =
                    "Only these blocks, separated by spaces, by the names that the engine's messages give them, e.g."
                            + " base/16384/16385:7,9. The database is stopped for it.")
    private @Nullable String blocks;

    @UriParam(
            description = "With onlyDatabase or blocks: a folder in which the auxiliary instance makes one of its own.")
    private @Nullable String scratch;

    @UriParam(description = "Who asks; the jobs are then named user/number.")
    private @Nullable String user;

    @UriParam(
            enums = "automatic,operator,client",
            defaultValue = "operator",
            description = "Who is asked for a volume that is missing.")
    private Prompt prompt = Prompt.OPERATOR;

    @UriParam(description = "Only plan: the body becomes the plan, and nothing is changed.")
    private boolean dryRun;

    public RecoverEndpoint(String uri, RecoverComponent component) {
        super(uri, component);
    }

    @Override
    public Producer createProducer() {
        return new RecoverProducer(this);
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        part();
        blockRequest();
    }

    /** One database of the cluster; empty for all of it, or for blocks. */
    Optional<DatabaseRequest> part() {
        String only = onlyDatabase;
        String folder = scratch;
        RecoverRequest whole = request();
        if (only == null) {
            if (as != null || (folder != null && blocks == null)) {
                throw new IllegalArgumentException(
                        getEndpointUri() + ": as and scratch say how a part is recovered, and none is given");
            }
            return Optional.empty();
        }
        if (blocks != null) {
            throw new IllegalArgumentException(getEndpointUri() + ": give onlyDatabase or blocks");
        }
        return Optional.of(new DatabaseRequest(whole, only, as, folder == null ? null : Path.of(folder)));
    }

    /** Single blocks; empty for all of the database, or one of the cluster. */
    Optional<BlockRequest> blockRequest() {
        String named = blocks;
        String folder = scratch;
        return named == null
                ? Optional.empty()
                : Optional.of(new BlockRequest(
                        request(), List.of(named.strip().split("\\s+")), folder == null ? null : Path.of(folder)));
    }

    /** The request that the options make. */
    RecoverRequest request() {
        try {
            String number = incarnation;
            String from = backup;
            String time = asOf;
            String folder = area;
            return new RecoverRequest(
                    Objects.requireNonNull(database),
                    target(),
                    number == null ? null : Long.valueOf(number),
                    from == null ? null : BackupId.parse(from),
                    time == null ? null : Instant.parse(time),
                    folder == null ? null : Path.of(folder),
                    backedUpOnly ? RecoverRequest.Unsaved.LEFT_OUT : RecoverRequest.Unsaved.APPLIED,
                    user,
                    prompt);
        } catch (IllegalArgumentException | DateTimeParseException e) {
            throw new IllegalArgumentException(getEndpointUri() + ": " + e.getMessage(), e);
        }
    }

    private RecoveryTarget target() {
        List<RecoveryTarget> given = new ArrayList<>();
        if (untilTime != null) {
            given.add(new RecoveryTarget.Time(Instant.parse(untilTime)));
        }
        if (untilLsn != null) {
            given.add(new RecoveryTarget.Position(LogPosition.parse(untilLsn)));
        }
        if (untilSequence != null) {
            given.add(new RecoveryTarget.Sequence(Long.parseLong(untilSequence)));
        }
        if (untilLog != null) {
            given.add(JournalOffset.target(untilLog));
        }
        if (restorePoint != null) {
            given.add(new RecoveryTarget.RestorePoint(restorePoint));
        }
        if (beforeTransaction != null) {
            given.add(RecoveryTarget.before(beforeTransaction));
        }
        if (given.size() > 1) {
            throw new IllegalArgumentException(
                    "a recovery ends at one point, not at " + given.get(0) + " and " + given.get(1)
                            + ": give one of untilTime, untilLsn, untilSequence, untilLog, restorePoint, beforeTransaction");
        }
        return given.isEmpty() ? RecoveryTarget.end() : given.get(0);
    }

    public @Nullable String getDatabase() {
        return database;
    }

    public void setDatabase(String database) {
        this.database = database;
    }

    public @Nullable String getUntilTime() {
        return untilTime;
    }

    public void setUntilTime(@Nullable String untilTime) {
        this.untilTime = untilTime;
    }

    public @Nullable String getUntilLsn() {
        return untilLsn;
    }

    public void setUntilLsn(@Nullable String untilLsn) {
        this.untilLsn = untilLsn;
    }

    public @Nullable String getUntilSequence() {
        return untilSequence;
    }

    public void setUntilSequence(@Nullable String untilSequence) {
        this.untilSequence = untilSequence;
    }

    public @Nullable String getUntilLog() {
        return untilLog;
    }

    public void setUntilLog(@Nullable String untilLog) {
        this.untilLog = untilLog;
    }

    public @Nullable String getRestorePoint() {
        return restorePoint;
    }

    public void setRestorePoint(@Nullable String restorePoint) {
        this.restorePoint = restorePoint;
    }

    public @Nullable String getBeforeTransaction() {
        return beforeTransaction;
    }

    public void setBeforeTransaction(@Nullable String beforeTransaction) {
        this.beforeTransaction = beforeTransaction;
    }

    public @Nullable String getIncarnation() {
        return incarnation;
    }

    public void setIncarnation(@Nullable String incarnation) {
        this.incarnation = incarnation;
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

    public @Nullable String getArea() {
        return area;
    }

    public void setArea(@Nullable String area) {
        this.area = area;
    }

    public @Nullable String getUser() {
        return user;
    }

    public void setUser(@Nullable String user) {
        this.user = user;
    }

    public @Nullable String getOnlyDatabase() {
        return onlyDatabase;
    }

    public void setOnlyDatabase(@Nullable String onlyDatabase) {
        this.onlyDatabase = onlyDatabase;
    }

    public @Nullable String getAs() {
        return as;
    }

    public void setAs(@Nullable String as) {
        this.as = as;
    }

    public @Nullable String getBlocks() {
        return blocks;
    }

    public void setBlocks(@Nullable String blocks) {
        this.blocks = blocks;
    }

    public @Nullable String getScratch() {
        return scratch;
    }

    public void setScratch(@Nullable String scratch) {
        this.scratch = scratch;
    }

    public boolean isBackedUpOnly() {
        return backedUpOnly;
    }

    public void setBackedUpOnly(boolean backedUpOnly) {
        this.backedUpOnly = backedUpOnly;
    }

    public boolean isDryRun() {
        return dryRun;
    }

    public void setDryRun(boolean dryRun) {
        this.dryRun = dryRun;
    }

    public Prompt getPrompt() {
        return prompt;
    }

    public void setPrompt(Prompt prompt) {
        this.prompt = prompt;
    }
}

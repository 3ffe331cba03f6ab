package io.saddlebag.camel.node;

import org.apache.camel.spi.Metadata;

/**
 * The headers that Saddlebag's components set, all on success only. Their prefix makes Camel's transports drop such headers
 * when they come from outside (E3). Apart from {@link #JOB} they are never read: what is done, on what, and where to is said by
 * the endpoint alone.
 */
public final class SaddlebagHeaders {
    @Metadata(
            description = "Name of the job that this exchange belongs to, e.g. 15 or admin/15",
            javaType = "String",
            applicableFor = {"job", "restore", "recover", "catalog", "database", "group"})
    public static final String JOB = "CamelSaddlebagJob";

    @Metadata(
            description = "The job's name as part of a file name: without slashes; several are joined by an underscore",
            javaType = "String",
            applicableFor = {"job", "restore", "recover", "catalog", "database", "group"})
    public static final String JOB_FILE = "CamelSaddlebagJobFile";

    @Metadata(
            description = "What has become of the job, e.g. completed or completed-with-warnings",
            javaType = "String",
            applicableFor = {"job", "restore", "recover", "catalog", "database", "group"})
    public static final String JOB_STATE = "CamelSaddlebagJobState";

    @Metadata(
            description = "True when the job was skipped, since its task runs already; the route ends there",
            javaType = "Boolean",
            applicableFor = "job")
    public static final String SKIPPED = "CamelSaddlebagSkipped";

    @Metadata(
            description = "How long the database was not available, in milliseconds",
            javaType = "Long",
            applicableFor = {"job", "database"})
    public static final String DOWNTIME = "CamelSaddlebagDowntime";

    @Metadata(
            description =
                    "What the database is doing: open, stopped, starting-or-stopping, unknown, or down when it could"
                            + " not be started",
            javaType = "String",
            applicableFor = "database")
    public static final String DATABASE_STATE = "CamelSaddlebagDatabaseState";

    @Metadata(
            description =
                    "What an image of a running database is: database-full, recovery-area or crash-consistent; not there for"
                            + " one of a stopped database",
            javaType = "String",
            applicableFor = "backup")
    public static final String OUTCOME = "CamelSaddlebagOutcome";

    @Metadata(
            description =
                    "For how long writes to the databases had to wait for the snapshot, in milliseconds; not there where the"
                            + " provider doesn't tell",
            javaType = "Long",
            applicableFor = "snapshot")
    public static final String FREEZE = "CamelSaddlebagFreeze";

    @Metadata(description = "Id of the snapshot", javaType = "String", applicableFor = "snapshot")
    public static final String SNAPSHOT = "CamelSaddlebagSnapshot";

    @Metadata(description = "Provider that took the snapshot", javaType = "String", applicableFor = "snapshot")
    public static final String PROVIDER = "CamelSaddlebagProvider";

    @Metadata(
            description = "What the snapshot is consistent as: none, per-file or atomic",
            javaType = "String",
            applicableFor = "snapshot")
    public static final String CONSISTENCY = "CamelSaddlebagConsistency";

    @Metadata(
            description = "Id of the image, as in the labels of its volumes",
            javaType = "String",
            applicableFor = {"backup", "image", "tape", "pool", "catalog"})
    public static final String IMAGE_ID = "CamelSaddlebagImageId";

    @Metadata(
            description = "Place in the log up to which a database was recovered",
            javaType = "String",
            applicableFor = "recover")
    public static final String RECOVERED_TO = "CamelSaddlebagRecoveredTo";

    @Metadata(
            description = "Number of the incarnation that a recovery began",
            javaType = "String",
            applicableFor = "recover")
    public static final String INCARNATION = "CamelSaddlebagIncarnation";

    @Metadata(
            description =
                    "Of which instant the state is that was restored; older than asked for after a failover to the backup"
                            + " before",
            javaType = "String",
            applicableFor = "restore")
    public static final String RESTORED_POINT = "CamelSaddlebagRestoredPoint";

    @Metadata(
            description = "Number of the backup in the catalog; after a restore, of the one that was really restored",
            javaType = "Long",
            applicableFor = {"tape", "pool", "catalog", "restore", "database"})
    public static final String BACKUP_ID = "CamelSaddlebagBackupId";

    @Metadata(
            description =
                    "Ids of the volumes it is on, or files of the pool that it is in, in order, with spaces between",
            javaType = "String",
            applicableFor = {"tape", "pool", "catalog"})
    public static final String VOLUMES = "CamelSaddlebagVolumes";

    @Metadata(
            description = "Length of the image with its layers, in bytes",
            javaType = "Long",
            applicableFor = {"tape", "pool", "catalog"})
    public static final String BYTES = "CamelSaddlebagBytes";

    @Metadata(
            description = "Number of objects in the backup",
            javaType = "Long",
            applicableFor = {"tape", "pool", "catalog"})
    public static final String OBJECTS = "CamelSaddlebagObjects";

    @Metadata(
            description =
                    "How much a rehearsal has proven of a backup: nothing, restored, started or checked; also set when the step"
                            + " fails",
            javaType = "String",
            applicableFor = "database")
    public static final String PROOF = "CamelSaddlebagProof";

    @Metadata(
            description = "Id of the recovery point that the backups of a group have in common",
            javaType = "String",
            applicableFor = "group")
    public static final String RECOVERY_POINT = "CamelSaddlebagRecoveryPoint";

    @Metadata(
            description = "Number of the last journal that was written to the backup file; -1 for none",
            javaType = "Long",
            applicableFor = "journal")
    public static final String JOURNAL_SEQUENCE = "CamelSaddlebagJournalSequence";

    @Metadata(
            description =
                    "Number of the journal that is being written; -1 where journaling is off or that can't be told",
            javaType = "Long",
            applicableFor = "journal")
    public static final String JOURNAL_CURRENT = "CamelSaddlebagJournalCurrent";

    @Metadata(
            description = "Number of the first journal that needs backup",
            javaType = "Long",
            applicableFor = "journal")
    public static final String JOURNAL_NEXT = "CamelSaddlebagJournalNext";

    @Metadata(
            description = "Number of the last journal that has ever been ready for backup; -1 for none",
            javaType = "Long",
            applicableFor = "journal")
    public static final String JOURNAL_LAST_READY = "CamelSaddlebagJournalLastReady";

    @Metadata(
            description = "Number of the last journal that this operation has backed up; -1 for none",
            javaType = "Long",
            applicableFor = "journal")
    public static final String JOURNAL_BACKED_UP = "CamelSaddlebagJournalBackedUp";

    @Metadata(
            description = "How many journals there are at the source",
            javaType = "Integer",
            applicableFor = "journal")
    public static final String JOURNAL_COUNT = "CamelSaddlebagJournalCount";

    @Metadata(
            description = "Blocks of 512 bytes that the current journal holds",
            javaType = "Long",
            applicableFor = "journal")
    public static final String JOURNAL_END_OF_FILE = "CamelSaddlebagJournalEndOfFile";

    @Metadata(
            description = "How full the current journal is, in percent; 0 where its size isn't known",
            javaType = "Integer",
            applicableFor = "journal")
    public static final String JOURNAL_FULLNESS = "CamelSaddlebagJournalFullness";

    @Metadata(description = "The backup file that was written last", javaType = "String", applicableFor = "journal")
    public static final String JOURNAL_OUTPUT_FILE = "CamelSaddlebagJournalOutputFile";

    private SaddlebagHeaders() {}
}

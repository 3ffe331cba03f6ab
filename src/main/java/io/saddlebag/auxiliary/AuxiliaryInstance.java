package io.saddlebag.auxiliary;

import io.saddlebag.catalog.Backup;
import io.saddlebag.database.CopyPlace;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.DatabaseCopy;
import io.saddlebag.database.DatabaseRecovery;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.JobState;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.rehearsal.FencedScratch;
import io.saddlebag.restore.BackupSelector;
import io.saddlebag.restore.RestorePlan;
import io.saddlebag.restore.RestoreRequest;
import io.saddlebag.rollforward.BesideRecovery;
import io.saddlebag.rollforward.RecoverRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One instance of an engine on a restored copy that is rolled forward beside its original. One thread. */
final class AuxiliaryInstance {
    private static final Duration RECOVERY_LIMIT = Duration.ofHours(24);
    private static final Duration STOP_LIMIT = Duration.ofMinutes(2);
    private static final String JOURNALS = "j";

    private final FencedScratch fenced;
    private final FencedScratch.Place place;
    private final DatabaseAdapter database;
    private final RecoverRequest request;
    private final BesideRecovery recovery;
    private final JobRun job;

    AuxiliaryInstance(
            FencedScratch fenced,
            FencedScratch.Place place,
            DatabaseAdapter database,
            RecoverRequest request,
            BesideRecovery recovery,
            JobRun job) {
        this.fenced = fenced;
        this.place = place;
        this.database = database;
        this.request = request;
        this.recovery = recovery;
        this.job = job;
    }

    /** That the scratch folder is fit, and large enough: said before anything begins. */
    static void require(FencedScratch fenced, HostFiles files, BesideRecovery recovery, Path scratch)
            throws IOException, InterruptedException {
        fenced.require(scratch);
        Backup backup = recovery.plan().backup();
        RestorePlan plan = fenced.restores().plan(restore(recovery.plan().request(), backup, scratch));
        long needed = plan.steps().stream().mapToLong(RestorePlan.Step::bytes).sum() + recovery.journalBytes();
        Path existing = scratch.toAbsolutePath().normalize();
        while (existing.getParent() != null && !files.exists(existing)) {
            existing = existing.getParent();
        }
        long usable = files.usableSpaceBytes(existing);
        if (usable < needed) {
            throw new BackupException(
                    AuxiliaryFault.NO_ROOM,
                    "the copy and its journals need " + ByteCount.of(needed) + ", and the file system of " + existing
                            + " has " + ByteCount.of(usable) + " left",
                    "Free some space, or give a folder on another file system with --scratch.");
        }
    }

    private static RestoreRequest restore(RecoverRequest request, Backup backup, Path root) {
        return new RestoreRequest(
                List.of(new BackupSelector.ById(backup.id())),
                List.of(),
                root,
                RestoreRequest.Existing.REPLACE,
                null,
                request.user(),
                request.prompt(),
                List.of(),
                RestoreRequest.Powers.LEFT_OUT);
    }

    CopyPlace copy() {
        return place.copy();
    }

    /** Restores the backup and collects the journals that are backed up; the original may run. */
    void restore() throws IOException, InterruptedException {
        place.make();
        Backup backup = recovery.plan().backup();
        job.act("restore backup " + backup.id() + " to " + place.path(), () -> {
            for (Job restored : fenced.restores()
                    .restore(restore(request, backup, place.copy().root()))) {
                job.transcript()
                        .line("job " + restored.name() + " ("
                                + restored.request().task() + ") is "
                                + restored.state().display());
                if (restored.state() != JobState.COMPLETED && restored.state() != JobState.COMPLETED_WITH_WARNINGS) {
                    throw notRecovered("backup " + backup.id() + " could not be restored: " + restored.cause(), null);
                }
            }
        });
        recovery.collect(job, applying(), place.copy().own().resolve(JOURNALS));
    }

    /** Applies the journals, those too that came since; the copy is open on return. */
    void rollForward() throws IOException, InterruptedException {
        recovery.arrange(job);
        job.checkCancelled();
        try {
            job.act(
                    "start the auxiliary instance of " + database.name(),
                    () -> engine().start(RECOVERY_LIMIT, job::output));
            recovery.follow(job);
        } catch (BackupException e) {
            throw notRecovered("the auxiliary instance didn't come to " + request.target() + ": " + e.what(), e);
        }
    }

    private DatabaseCopy engine() throws BackupException {
        return engine(database, place);
    }

    private DatabaseRecovery applying() throws BackupException {
        return engine().recovery().orElseThrow(() -> without(database));
    }

    private static DatabaseCopy engine(DatabaseAdapter database, FencedScratch.Place place) throws BackupException {
        return database.copy(place.copy()).orElseThrow(() -> without(database));
    }

    static BackupException without(DatabaseAdapter database) {
        return new BackupException(
                AuxiliaryFault.NO_PARTS,
                "of engine " + database.engine() + " no part can be recovered by itself",
                "Recover all of database " + database.name() + " with 'saddlebag recover " + database.name()
                        + "'; or restore it to another place with 'saddlebag restore --to'.");
    }

    private BackupException notRecovered(String why, @Nullable BackupException cause) {
        String hint = "Read the transcript of job " + job.name() + " with 'saddlebag catxcr " + job.name()
                + "'; recover to another point, or from another backup.";
        return cause == null
                ? new BackupException(AuxiliaryFault.NOT_RECOVERED, why, hint)
                : new BackupException(AuxiliaryFault.NOT_RECOVERED, why, hint, cause);
    }

    /** Ends it as a crash would, and removes its folder. Idempotent; for any process. */
    static void remove(DatabaseAdapter database, FencedScratch.Place place) throws IOException, InterruptedException {
        engine(database, place).stop(STOP_LIMIT, line -> {});
        place.remove();
    }
}

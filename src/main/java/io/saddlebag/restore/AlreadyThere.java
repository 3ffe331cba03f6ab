package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.database.DatabaseFiles;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.FileStatus;
import io.saddlebag.image.MemberType;
import io.saddlebag.job.JobRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What of a database need not be restored (R6): the files of one that was left at the very checkpoint of the backup, and those
 * that a restore which died had staged. One thread.
 */
final class AlreadyThere {
    private final RestoreServices services;
    private final RestorePlan plan;
    private final boolean mayLeave;
    private final Set<BackupId> staged = new HashSet<>();
    private @Nullable BackupId atCheckpoint;

    /** @param swap null when files are restored in place anyway */
    AlreadyThere(RestoreServices services, RestorePlan plan, @Nullable ComponentSwap swap) {
        this.services = services;
        this.plan = plan;
        this.mayLeave = swap != null && plan.request().choices().inPlace() == RestoreChoices.InPlace.LEFT_ALONE;
    }

    /**
     * Looks at the headers of the stopped database. Where they are those of the backup nothing was written since, so that a file
     * is as it was backed up when length, time and rights say so.
     */
    void lookAt(JobRun job, List<DatabaseWindow> windows) throws IOException {
        if (!mayLeave
                || windows.size() != 1
                || plan.request().existing() != RestoreRequest.Existing.REPLACE
                || !plan.request().mappings().isEmpty()
                || !plan.controlFiles().equals(ControlFilePlan.NONE)
                || plan.steps().size() != 1) {
            return;
        }
        Backup wanted = plan.steps().get(0).wanted();
        String recorded = wanted.about().facts().get(DatabaseFiles.CHECKPOINT);
        if (recorded == null) {
            return;
        }
        Optional<String> now = windows.get(0).adapter().checkpoint(path -> path);
        if (now.filter(recorded::equals).isPresent()) {
            atCheckpoint = wanted.id();
            job.transcript()
                    .line("database " + windows.get(0).database() + " is at the checkpoint of backup " + wanted.id()
                            + " (" + recorded + "): what is in place as it was backed up is left alone");
        }
    }

    /** Whether the database has the state of that backup, and lacks files of it at most. */
    boolean isAtCheckpoint(Backup backup) {
        return backup.id().equals(atCheckpoint);
    }

    /** Takes over what other restores had staged, once the database is down and nobody else stages. */
    void takeOver(JobRun job, Backup backup, List<Path> roots, ComponentSwap swap, StagesBefore.Work work)
            throws IOException {
        if (new StagesBefore(services, plan, swap).takeOver(job, backup, roots, mayLeave, work) > 0) {
            staged.add(backup.id());
        }
    }

    /** Whether some of its files may be where they are to be restored to. */
    boolean has(Backup backup) {
        return isAtCheckpoint(backup) || staged.contains(backup.id());
    }

    /** What has to be read of an image of which something is there; empty when that is too much to read one by one. */
    Optional<WantedPlaces> missing(Backup backup, Placement placement) throws IOException {
        try {
            return WantedPlaces.of(services.catalog(), backup, List.of(""), isMissing(placement));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private Predicate<ObjectEntry> isMissing(Placement placement) {
        return object -> {
            if (object.type() != MemberType.FILE.letter()) {
                return true;
            }
            try {
                Path place = placement.of(object.path());
                return place == null || !isAt(place, object);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    private boolean isAt(Path place, ObjectEntry object) throws IOException {
        FileStatus there = services.files().find(place).orElse(null);
        return there != null && fits(there, object, services.privilege());
    }

    /** By all that the catalog knows and that can be told without reading. */
    static boolean fits(FileStatus there, ObjectEntry object, RestoreServices.Privilege privilege) {
        return there.is(FileKind.REGULAR)
                && there.sizeBytes() == object.size()
                // as precise as a catalog is
                && there.times()
                        .modified()
                        .truncatedTo(ChronoUnit.MICROS)
                        .equals(object.modified().truncatedTo(ChronoUnit.MICROS))
                && there.mode() == object.mode()
                && (privilege == RestoreServices.Privilege.KEEPS_OWN
                        || (there.owner().uid() == object.uid() && there.owner().gid() == object.gid()));
    }
}

package io.saddlebag.backup;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.CatalogFault;
import io.saddlebag.checkpoint.Checkpoint;
import io.saddlebag.checkpoint.CheckpointFault;
import io.saddlebag.fault.BackupException;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobName;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Obligation;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeId;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Finds what a backup goes on from (D6), or says in its transcript why it starts over. */
final class Restart {
    private static final String TARGET = "target";
    private static final String PLACE = "place";

    private final BackupServices services;
    private final JobRun job;
    private final BackupSource source;
    private final ImageTarget target;

    Restart(BackupServices services, JobRun job, BackupSource source, ImageTarget target) {
        this.services = services;
        this.job = job;
        this.source = source;
        this.target = target;
    }

    /** Why no checkpoints are made; null when they are. */
    @Nullable
    String startsOverBecause() {
        String why = source.startsOverBecause();
        return why == null ? target.startsOverBecause() : why;
    }

    /** What has to be the same for going on. */
    Map<String, String> settings() {
        Map<String, String> all = new TreeMap<>(source.settings());
        all.put(TARGET, target.settings());
        all.put(PLACE, place());
        return all;
    }

    /** The checkpoint that is gone on from; everything else that this backup takes the place of is abandoned. */
    Optional<Checkpoint> find() throws IOException {
        List<Backup> all = services.catalog().backups(new Catalog.Filter(Optional.of(source.name()), false)).stream()
                .filter(each -> each.about().host().equals(source.about().host()))
                .toList();
        @Nullable Checkpoint usable = null;
        for (int i = all.size() - 1; i >= 0; i--) {
            Backup backup = all.get(i);
            if (backup.state() == Backup.State.WRITING && isInterrupted(backup)) {
                Checkpoint found = look(backup, usable != null);
                usable = found == null ? usable : found;
            } else if (i == all.size() - 1 && backup.state() == Backup.State.ABANDONED) {
                tell(backup, whyNone());
            }
        }
        return Optional.ofNullable(usable);
    }

    private String whyNone() {
        String never = startsOverBecause();
        return never == null ? "it had made no checkpoint, or has none any more" : never;
    }

    private boolean isInterrupted(Backup backup) throws IOException {
        return services.jobs()
                .find(new JobName(backup.about().job()))
                .map(Job::state)
                .map(JobState::ended)
                .orElse(true);
    }

    private @Nullable Checkpoint look(Backup backup, boolean haveOne) throws IOException {
        String why;
        try {
            Optional<Checkpoint> found = services.checkpoints().find(backup.id());
            // without one it is recovery's, or an import that is under way
            if (found.isEmpty() || isOfAnother(found.get())) {
                return null;
            }
            why = haveOne ? "a newer one is gone on with" : objection(backup, found.get());
            if (why.isEmpty()) {
                return found.get();
            }
        } catch (BackupException e) {
            if (!e.is(CheckpointFault.UNUSABLE)) {
                throw e;
            }
            why = e.what();
        }
        tell(backup, why);
        giveUp(backup);
        return null;
    }

    /** The same files may go to several targets, each with a backup of its own. */
    private boolean isOfAnother(Checkpoint found) {
        return !place().equals(found.settings().get(PLACE));
    }

    private String place() {
        return target.kind().name().toLowerCase(Locale.ROOT) + " " + target.place();
    }

    /** Empty when it can be gone on from. */
    private String objection(Backup backup, Checkpoint found) throws IOException {
        String never = startsOverBecause();
        if (never != null) {
            return never;
        }
        if (source.restart().repeat() == RestartOptions.Repeat.STARTS_OVER) {
            return "starting over was asked for";
        }
        if (!backup.about().imageId().equals(found.parts().image().imageId())) {
            return "its checkpoint is that of image " + found.parts().image().imageId();
        }
        Optional<String> difference = found.difference(settings());
        if (difference.isPresent()) {
            return difference.get();
        }
        String gone = goneSnapshot(found);
        if (gone.isEmpty()) {
            gone = goneVolume(found);
        }
        if (gone.isEmpty()) {
            String missing = target.missing(found.parts());
            gone = missing == null ? "" : missing + " isn't there any more";
        }
        return gone;
    }

    private String goneSnapshot(Checkpoint found) throws IOException {
        String id = found.snapshot();
        if (id == null) {
            return "";
        }
        List<Obligation> kept = keptSnapshot(id);
        if (kept.isEmpty()) {
            return "its snapshot " + id + " was released";
        }
        Map<String, String> facts = kept.get(0).facts();
        try {
            HeldSnapshot.provider(services.providers(), facts).reopen(SnapshotFacts.snapshot(facts));
            return "";
        } catch (BackupException e) {
            return e.what();
        }
    }

    private List<Obligation> keptSnapshot(String id) throws IOException {
        return services.jobs().owed().stream()
                .filter(each -> HeldSnapshot.isKept(each, id))
                .toList();
    }

    /** The view that the image is made of; empty when the source itself is read. */
    Optional<HeldSnapshot> takeOverSnapshot(Checkpoint from) throws IOException {
        String id = from.snapshot();
        if (id == null) {
            return Optional.empty();
        }
        job.transcript().line("reads on from snapshot " + id + " of that backup, and not from a newer one");
        return Optional.of(HeldSnapshot.takeOver(services, job, keptSnapshot(id)));
    }

    private String goneVolume(Checkpoint found) throws IOException {
        Instant now = services.clock().instant();
        for (Map.Entry<String, Instant> each : found.labelled().entrySet()) {
            Volume volume = services.volumes().find(new VolumeId(each.getKey())).orElse(null);
            if (volume == null) {
                return "volume " + each.getKey() + " isn't there any more";
            }
            if (!volume.created().equals(each.getValue())) {
                return "volume " + volume.id() + " was labelled anew";
            }
            if (volume.state() == Volume.State.SUSPECT || volume.state() == Volume.State.REUSABLE) {
                return "volume " + volume.id() + " is " + volume.state().name().toLowerCase(Locale.ROOT);
            }
            Instant expires = volume.expires();
            if (expires != null && !now.isBefore(expires)) {
                return "volume " + volume.id() + " has expired";
            }
            if (holdsLess(volume, found)) {
                return "volume " + volume.id() + " was written over";
            }
        }
        return "";
    }

    private static boolean holdsLess(Volume volume, Checkpoint found) {
        return found.parts().sections().stream()
                .filter(section -> section.volume().equals(volume.id()))
                .anyMatch(section -> section.data().value() + section.blocks()
                        >= volume.endOfData().value());
    }

    private void tell(Backup backup, String why) throws IOException {
        job.transcript()
                .line("backup " + backup.id() + " of " + backup.about().name()
                        + " was not finished, and this one starts over: " + why);
    }

    /** One that was taken over turned out to be of no use. */
    void startOver(Backup begun, String why) throws IOException {
        tell(begun, why);
        giveUp(begun);
    }

    /** What it left on its medium is cleared away with the debt of its job. */
    private void giveUp(Backup backup) throws IOException {
        services.catalog().abandon(backup.id(), "job " + job.name() + " started over");
        services.checkpoints().remove(backup.id());
        releaseSnapshots(backup);
    }

    /** One that can't be released stays owed, and is tried again at the next start. */
    private void releaseSnapshots(Backup backup) throws IOException {
        for (Obligation owed : services.jobs().owed()) {
            if (owed.kind().equals(HeldSnapshot.RELEASE_SNAPSHOT)
                    && backup.id().toString().equals(owed.facts().get(ImageWriting.BACKUP))) {
                String id = SnapshotFacts.id(owed.facts());
                try {
                    HeldSnapshot.release(services.providers(), owed.facts());
                    job.settle(owed);
                    job.transcript().line("snapshot " + id + ", which was kept for it, is released");
                } catch (BackupException e) {
                    job.warn("snapshot " + id + " of backup " + backup.id()
                            + " was not released, and is tried again at the next start: " + e.getMessage());
                }
            }
        }
    }

    /**
     * Takes the backup over.
     *
     * @return empty when somebody else was faster; this one then starts over, and says so
     */
    Optional<Catalog.Writing> take(Checkpoint from) throws IOException {
        try {
            Catalog.Writing writing = services.catalog()
                    .goOn(
                            from.backup(),
                            from.job(),
                            job.name().value(),
                            from.end().objectsFrom());
            for (Obligation obligation : services.jobs().owed()) {
                if (!obligation.job().equals(job.name()) && isOf(obligation, from)) {
                    job.settle(obligation);
                }
            }
            job.transcript()
                    .line("goes on from the checkpoint of job " + from.job() + " at " + from.place() + ", made "
                            + from.made());
            job.figure("goes-on-at", Long.toString(from.end().offset()));
            return Optional.of(writing);
        } catch (BackupException e) {
            if (!e.is(CatalogFault.NOT_COMPLETE) && !e.is(CatalogFault.NO_SUCH_BACKUP)) {
                throw e;
            }
            job.transcript().line("starts over: " + e.what());
            return Optional.empty();
        }
    }

    private static boolean isOf(Obligation obligation, Checkpoint from) {
        return obligation.kind().equals(ImageWriting.ABANDON_BACKUP)
                && from.backup().toString().equals(obligation.facts().get(ImageWriting.BACKUP));
    }
}

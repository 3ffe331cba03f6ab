package io.saddlebag.backup;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.checkpoint.Checkpoints;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Instances;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobLog;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Obligation;
import io.saddlebag.job.Transcript;
import io.saddlebag.job.Transcripts;
import io.saddlebag.lease.LeaseActions;
import io.saddlebag.lease.LeaseRecord;
import io.saddlebag.lease.LeaseRegister;
import io.saddlebag.lease.SourceReturner;
import io.saddlebag.lease.Watchdog;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeId;
import io.saddlebag.snapshot.SnapshotProvider;
import io.saddlebag.volume.StoredSection;
import io.saddlebag.volume.VolumeRegister;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Puts right what a dead process left (W3, W21): databases it had stopped are started, its snapshots released, its
 * unfinished backups abandoned, and its jobs failed with the step they died in as the cause. Run at the start of every
 * node, by as many processes as like: each debt is settled by whoever does it, and doing it twice does no harm.
 */
public final class CrashRecovery {
    private final Parts parts;

    public CrashRecovery(Parts parts) {
        this.parts = parts;
    }

    /** @return the jobs that had died, as they are now */
    public List<Job> run() throws IOException, InterruptedException {
        parts.leases().bringBackAbandoned(parts.returner(), parts.notices());
        List<Job> dead = new ArrayList<>();
        for (Job job : parts.log().jobs()) {
            String runs = job.owner();
            if (runs != null && !job.state().ended() && !parts.instances().alive(runs)) {
                dead.add(job);
            }
        }
        List<Obligation> owed = parts.log().owed();
        for (Obligation obligation : owed) {
            if (belongsToNobody(obligation, dead)) {
                settle(obligation);
            }
        }
        List<Job> ended = new ArrayList<>();
        for (Job job : dead) {
            abandonUnfinished(job);
            Job now = parts.log().find(job.name()).orElse(job);
            // one that depends on another one has ended with it
            ended.add(now.state().ended() ? now : fail(now));
        }
        return ended;
    }

    private boolean belongsToNobody(Obligation obligation, List<Job> dead) throws IOException {
        if (dead.stream().anyMatch(job -> job.name().equals(obligation.job()))) {
            return true;
        }
        return parts.log()
                .find(obligation.job())
                .map(job -> job.state().ended())
                .orElse(true);
    }

    private void settle(Obligation obligation) throws IOException, InterruptedException {
        try (Transcript transcript = parts.transcripts().open(obligation.job())) {
            settle(obligation, transcript);
            transcript.sync();
        }
    }

    private void settle(Obligation obligation, Transcript transcript) throws IOException, InterruptedException {
        try {
            switch (obligation.kind()) {
                case LeaseActions.START_DATABASE, LeaseActions.FINISH_RESTORE, LeaseActions.END_BACKUP ->
                    bringBack(obligation.kind(), obligation.facts(), transcript);
                case HeldSnapshot.RELEASE_SNAPSHOT -> {
                    String keptFor = obligation.facts().get(ImageWriting.BACKUP);
                    if (keptFor != null && isGoneOnWith(BackupId.parse(keptFor))) {
                        return;
                    }
                    HeldSnapshot.release(parts.providers(), obligation.facts());
                    transcript.line("recovery: snapshot " + SnapshotFacts.id(obligation.facts()) + " is released");
                }
                case ImageWriting.ABANDON_BACKUP -> {
                    if (isGoneOnWith(BackupId.parse(SnapshotFacts.fact(obligation.facts(), ImageWriting.BACKUP)))) {
                        return;
                    }
                    abandon(obligation.facts(), transcript);
                }
                default -> {
                    DebtCollector collector = parts.others().get(obligation.kind());
                    if (collector == null) {
                        transcript.line("recovery: nobody here can settle '" + obligation.kind() + "'; it stays owed");
                        return;
                    }
                    collector.settle(obligation.facts(), transcript);
                }
            }
            parts.log().settle(obligation);
        } catch (IOException | RuntimeException e) {
            // it stays owed, and is tried again at the next start; those after it are no worse off
            transcript.line("recovery: " + obligation.kind() + " failed: "
                    + (e instanceof BackupException known ? known.getMessage() : e));
        }
    }

    /** The guard of its lease has done it already, most likely, and did it sooner than a new process could. */
    private void bringBack(String kind, Map<String, String> facts, Transcript transcript)
            throws IOException, InterruptedException {
        String lease = facts.get("lease");
        for (LeaseRecord record : parts.leases().list()) {
            if (record.id().equals(lease) && !record.state().owesTheSource()) {
                transcript.line("recovery: database " + facts.get("database")
                        + " was brought back by the guard of lease " + lease);
                return;
            }
        }
        transcript.line("recovery: bringing back database " + facts.get("database") + ", whose job died");
        parts.returner().bringBack(new Watchdog.Action(kind, facts), line -> quietly(transcript, line));
    }

    /** One with a checkpoint stays owed until its repeat takes it over (D6), or the checkpoint is too old. */
    private boolean isGoneOnWith(BackupId id) throws IOException {
        boolean waits = parts.checkpoints().keeps(id)
                && parts.catalog()
                        .find(id)
                        .filter(backup -> backup.state() == Backup.State.WRITING)
                        .isPresent();
        if (!waits) {
            parts.checkpoints().remove(id);
        }
        return waits;
    }

    /**
     * The image may be whole on its media all the same: its process died, or the catalog failed, between the last filemark
     * and the catalog's commit. Then it is read in, so that catalog and media agree (C1).
     */
    private void abandon(Map<String, String> facts, Transcript transcript) throws IOException, InterruptedException {
        BackupId id = BackupId.parse(SnapshotFacts.fact(facts, ImageWriting.BACKUP));
        parts.catalog().abandon(id, "its process died");
        transcript.line("recovery: backup " + id + " was not finished and is abandoned");
        DebtCollector pools = parts.others().get(PoolImport.IMPORT_POOL);
        if (pools != null && facts.containsKey(PoolImport.POOL)) {
            pools.settle(facts, transcript);
        }
        DebtCollector imports = parts.others().get(CatalogImport.IMPORT_VOLUME);
        String library = facts.get(CatalogImport.LIBRARY);
        if (imports != null && library != null) {
            String volumes =
                    withMoreThanCatalogued().stream().map(VolumeId::value).collect(Collectors.joining(" "));
            if (!volumes.isEmpty()) {
                imports.settle(Map.of(CatalogImport.LIBRARY, library, CatalogImport.VOLUME, volumes), transcript);
            }
        }
    }

    /** Volumes that hold more sections than the catalog's backups say. */
    private List<VolumeId> withMoreThanCatalogued() throws IOException {
        Map<VolumeId, Long> catalogued = new HashMap<>();
        for (Backup backup : parts.catalog().backups(Catalog.Filter.ALL)) {
            for (StoredSection section : backup.sections()) {
                catalogued.merge(section.volume(), 1L, Long::sum);
            }
        }
        List<VolumeId> more = new ArrayList<>();
        for (Volume volume : parts.volumes().volumes()) {
            if (volume.files() > catalogued.getOrDefault(volume.id(), 0L)) {
                more.add(volume.id());
            }
        }
        return more;
    }

    /** One that died between the catalog's first record of a backup and the debt to abandon it. */
    private void abandonUnfinished(Job job) throws IOException {
        for (Backup backup : parts.catalog().backups(Catalog.Filter.ALL)) {
            if (backup.state() == Backup.State.WRITING
                    && backup.about().job().equals(job.name().value())
                    && !isGoneOnWith(backup.id())) {
                parts.catalog().abandon(backup.id(), "its process died");
            }
        }
    }

    private Job fail(Job job) throws IOException {
        Job.@Nullable Step last =
                job.steps().isEmpty() ? null : job.steps().get(job.steps().size() - 1);
        String where = last == null
                ? "before its first step"
                : last.ended() == null ? "in step '" + last.name() + "'" : "after step '" + last.name() + "'";
        String cause =
                BackupFault.PROCESS_DIED.id() + " the process died " + where + "; " + BackupFault.PROCESS_DIED.effect();
        try (Transcript transcript = parts.transcripts().open(job.name())) {
            transcript.line("job " + job.name() + " ends as " + JobState.FAILED.display() + ": " + cause);
            transcript.sync();
        }
        parts.log().end(job.name(), JobState.FAILED, cause, parts.clock().instant());
        return parts.log().find(job.name()).orElse(job);
    }

    private static void quietly(Transcript transcript, String line) {
        try {
            transcript.line(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Settles obligations of one further kind. */
    public interface DebtCollector {
        void settle(Map<String, String> facts, Transcript transcript) throws IOException, InterruptedException;
    }

    /**
     * What recovery works with.
     *
     * @param others collectors of further kinds of obligation, by kind
     * @param notices takes what happened outside of any job, for the log
     */
    public record Parts(
            JobLog log,
            Transcripts transcripts,
            Catalog catalog,
            VolumeRegister volumes,
            Checkpoints checkpoints,
            LeaseRegister leases,
            SourceReturner returner,
            Instances instances,
            Map<String, SnapshotProvider> providers,
            Map<String, DebtCollector> others,
            Clock clock,
            Consumer<String> notices) {}
}

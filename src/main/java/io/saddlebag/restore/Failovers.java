package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.fault.BackupException;
import io.saddlebag.job.JobRun;
import io.saddlebag.recovery.Candidate;
import io.saddlebag.recovery.Failover;
import io.saddlebag.recovery.Piece;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Goes from one copy of an image to the next, and from a backup that can't be read to the one before, until a state was read
 * whole or nothing is left (R5). One thread.
 */
final class Failovers {
    private final RestoreServices services;
    private final RestoreRequest request;
    private final Reading reading;
    private final KnownBackups known;
    private final Selection selection;
    /** Images of which no copy could be read. */
    private final Set<String> unreadable = new HashSet<>();
    /** What was restored for a state that couldn't be. */
    private final Map<BackupId, Backup> given = new HashMap<>();

    Failovers(RestoreServices services, RestoreRequest request, Reading reading) {
        this.services = services;
        this.request = request;
        this.reading = reading;
        this.known = new KnownBackups(services.catalog(), services.copies());
        this.selection = new Selection(services.catalog(), services.copies());
    }

    /**
     * Restores what the step gives to its state, from whatever copy is whole; or another state in its place, which is a
     * warning of the job.
     *
     * @param newest whether no newer image of the state is read after it
     * @throws IOException as reading did, or {@link RestoreFault#NONE_READABLE} when several were tried in vain
     */
    void restore(JobRun job, RestorePlan.Step step, boolean newest) throws IOException, InterruptedException {
        Backup other = given.get(step.wanted().id());
        if (other != null) {
            job.transcript()
                    .line("nothing is read of backup " + step.backup().id() + ": backup " + other.id()
                            + " was restored instead of backup " + step.wanted().id());
        } else {
            Optional<IOException> failed = image(job, step, newest);
            if (failed.isPresent()) {
                goBack(job, step.wanted(), failed.get());
            }
        }
        Backup restored = given.getOrDefault(step.wanted().id(), step.wanted());
        job.figure(Restores.RESTORED_BACKUP, restored.id().toString());
        job.figure(Restores.RESTORED_POINT, KnownBackups.point(restored).toString());
    }

    /** The backup whose state was restored for that one. */
    Backup given(Backup wanted) {
        return given.getOrDefault(wanted.id(), wanted);
    }

    /** The step's backup with its image where it is read from first. */
    Backup first(RestorePlan.Step step) throws IOException {
        List<Backup> copies = known.copies(step.backup(), request.choices().media());
        return copies.isEmpty() ? step.backup() : copies.get(0);
    }

    /** @return why none of its copies could be read; empty when one was */
    private Optional<IOException> image(JobRun job, RestorePlan.Step step, boolean newest)
            throws IOException, InterruptedException {
        List<Backup> copies = known.copies(step.backup(), request.choices().media());
        Backup first = copies.isEmpty() ? step.backup() : copies.get(0);
        Optional<IOException> failed = attempt(job, new Attempt(step, first, newest, 1));
        for (int i = 1; i < copies.size() && failed.isPresent() && turns() != Failover.NONE; i++) {
            told(job, copies.get(i - 1), failed.get());
            toPiece(job, copies.get(i));
            failed = attempt(job, new Attempt(step, copies.get(i), newest, i + 1));
        }
        failed.ifPresent(why -> unreadable.add(step.backup().about().imageId()));
        return failed;
    }

    /** The first that a selector of the request stands for; all of them stand for the same by default but for numbers. */
    private Failover turns() {
        Failover said = request.choices().failover();
        return said == null ? Failover.COPIES : said;
    }

    private Optional<IOException> attempt(JobRun job, Attempt attempt) throws IOException, InterruptedException {
        try {
            reading.read(job, attempt);
            return Optional.empty();
        } catch (IOException e) {
            if (attempt.trouble().caused(e)) {
                return Optional.of(e);
            }
            throw e;
        }
    }

    private void goBack(JobRun job, Backup wanted, IOException cause) throws IOException, InterruptedException {
        Map<BackupId, IOException> failures = new LinkedHashMap<>();
        failures.put(wanted.id(), cause);
        IOException last = cause;
        Backup failed = wanted;
        for (Selection.Selected other : others(job, wanted)) {
            Optional<List<RestorePlan.Step>> steps = steps(job, wanted, other);
            if (steps.isEmpty()) {
                continue;
            }
            told(job, failed, last);
            boolean same = isSamePoint(wanted, other.candidate());
            if (same) {
                toPiece(job, other.backup());
            } else {
                job.transcript().line("failover to previous backup");
            }
            job.transcript().line("backup " + describe(other) + " is restored instead of backup " + wanted.id());
            Optional<IOException> why = all(job, steps.get());
            if (why.isEmpty()) {
                given.put(wanted.id(), other.backup());
                warn(
                        job,
                        wanted,
                        other,
                        same,
                        request.backups().stream().anyMatch(BackupSelector.InOrder.class::isInstance));
                return;
            }
            last = why.get();
            failed = other.backup();
            failures.put(failed.id(), last);
        }
        String database = request.database();
        if (database != null) {
            job.transcript()
                    .line("no data file is recreated empty and rolled forward: engine "
                            + services.databases().database(database).engine() + " of database " + database
                            + " has no such recovery here");
        }
        throw failures.size() == 1 ? cause : none(failures);
    }

    private Optional<IOException> all(JobRun job, List<RestorePlan.Step> steps)
            throws IOException, InterruptedException {
        for (RestorePlan.Step step : steps) {
            Optional<IOException> failed = image(job, step, step.equals(steps.get(steps.size() - 1)));
            if (failed.isPresent()) {
                return failed;
            }
        }
        return Optional.empty();
    }

    /** Behind the wanted one in the order of the choice, as far as the request allows to go. */
    private List<Selection.Selected> others(JobRun job, Backup wanted) throws IOException {
        for (BackupSelector selector : request.backups()) {
            Failover failover = request.choices().failoverOf(selector);
            List<Selection.Selected> inOrder =
                    selection.of(selector, request.choices().media());
            List<BackupId> ids =
                    inOrder.stream().map(each -> each.backup().id()).toList();
            int at = ids.indexOf(wanted.id());
            if (at >= 0) {
                List<Selection.Selected> behind = new ArrayList<>(inOrder.subList(at + 1, inOrder.size()));
                if (failover != Failover.PREVIOUS || !reading.mayGoBack(wanted)) {
                    behind.removeIf(each -> failover == Failover.NONE || !isSamePoint(wanted, each.candidate()));
                    job.transcript().line(refusal(wanted, failover));
                }
                return behind;
            }
        }
        return List.of();
    }

    private static String refusal(Backup wanted, Failover failover) {
        return failover == Failover.PREVIOUS
                ? "no failover to previous backup: some of backup " + wanted.id()
                        + " is in place already, and would be mixed with what is older"
                : "no failover to previous backup: the request doesn't allow it (failover " + failover.display() + ")";
    }

    private static boolean isSamePoint(Backup wanted, Candidate other) {
        return KnownBackups.point(wanted).equals(other.point());
    }

    private Optional<List<RestorePlan.Step>> steps(JobRun job, Backup wanted, Selection.Selected other)
            throws IOException {
        String against = null;
        for (Piece piece : other.candidate().pieces()) {
            if (unreadable.contains(piece.image())) {
                against = "image " + piece.image() + ", which it needs, can't be read";
            }
        }
        if (against == null && !reading.fits(wanted, other.backup())) {
            against = "it is of other components";
        }
        try {
            if (against == null) {
                List<RestorePlan.Step> steps = new RestorePlanner(services).steps(other.backup(), request);
                if (reading.mayCombine() || steps.stream().noneMatch(RestorePlan.Step::isCombined)) {
                    return Optional.of(steps);
                }
                against = "it is put together from several images, which has to be asked for by its number";
            }
        } catch (BackupException e) {
            against = e.what();
        }
        job.transcript().line("backup " + describe(other) + " is passed over: " + against);
        return Optional.empty();
    }

    private static void told(JobRun job, Backup from, IOException why) throws IOException {
        job.warn("backup " + from.id() + " can't be read from " + String.join(" ", from.places()) + ": " + said(why));
    }

    private static void toPiece(JobRun job, Backup to) throws IOException {
        job.transcript().line("failover to piece handle=" + String.join(" ", to.places()) + " tag=BACKUP_" + to.id());
    }

    private static void warn(JobRun job, Backup wanted, Selection.Selected other, boolean same, boolean rolledForward) {
        if (same) {
            job.warn("backup " + other.backup().id() + " of the same point was restored instead of backup "
                    + wanted.id());
        } else if (rolledForward) {
            job.warn("backup " + describe(other) + " is rolled forward, by more journals, instead of backup "
                    + wanted.id());
        } else {
            job.warn("what was restored is OLDER than asked for: backup " + describe(other)
                    + ", instead of backup " + wanted.id() + " of " + KnownBackups.point(wanted)
                    + "; what was changed between the two is not there");
        }
    }

    private static String describe(Selection.Selected other) {
        return other.backup().id() + " of " + other.backup().about().name() + " of "
                + other.candidate().point();
    }

    private static String said(IOException why) {
        return why instanceof BackupException known ? known.codeId() + " " + known.what() : String.valueOf(why);
    }

    private BackupException none(Map<BackupId, IOException> failures) {
        List<String> each = new ArrayList<>();
        failures.forEach((id, why) -> each.add("backup " + id + ": " + said(why)));
        BackupException none = new BackupException(
                RestoreFault.NONE_READABLE,
                "no backup that the request allows can be read: " + String.join("; ", each),
                "Bring the media that are missing, or allow others; 'saddlebag verify' shows which backups are whole.");
        failures.values().forEach(none::addSuppressed);
        return none;
    }

    /** Reads images and puts what is in them where it belongs. */
    interface Reading {
        /** Reads one image to its end. After a failure nothing of it counts that isn't in its place. */
        void read(JobRun job, Attempt attempt) throws IOException, InterruptedException;

        /** Whether an older state can still be restored in the place of that one without being mixed with it. */
        boolean mayGoBack(Backup wanted);

        /** Whether the one can be restored in the place of the other. */
        boolean fits(Backup wanted, Backup other);

        /** Whether several images of a database can be put together before any of it is in place. */
        boolean mayCombine();
    }

    /**
     * One reading of one image.
     *
     * @param from the step's backup, with its image where the copy is
     * @param newest whether no newer image of the state is read after it
     * @param number from 1: how often the step was begun
     * @param trouble learns of each failure to read what is stored
     */
    record Attempt(RestorePlan.Step step, Backup from, boolean newest, int number, ReadTrouble trouble) {
        Attempt(RestorePlan.Step step, Backup from, boolean newest, int number) {
            this(step, from, newest, number, new ReadTrouble());
        }
    }
}

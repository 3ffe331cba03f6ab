package io.saddlebag.journal;

import io.saddlebag.backup.BackupRun;
import io.saddlebag.backup.ImageTarget;
import io.saddlebag.catalog.Backup;
import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One pass over the journals of a fixed size of a source (J3): what is ready is written to one image, and each journal is
 * released once image and catalog record are durable (J18). It is a job; without anything to do there is none.
 *
 * <p>Killed at any instruction, the next pass goes on where it was: what is durable and still at the source is compared with its
 * checksum and released, not copied again.
 */
final class JournalPass {
    private final JournalSource source;
    private final JournalServices services;
    private final JournalOptions options;
    private final Telling telling;
    private final PieceRecorder recorder;
    private final ChainView chain;
    private final PassJob job;
    private SequenceRange.@Nullable Bounds wanted;
    private boolean brought;

    JournalPass(
            JournalSource source,
            JournalServices services,
            ImageTarget target,
            JournalOptions options,
            JournalListener listener) {
        this.source = source;
        this.services = services;
        this.options = options;
        this.telling = new Telling(listener, services.clock());
        this.recorder = new PieceRecorder(source, services);
        this.chain = new ChainView(source.name(), services.chain());
        this.job = new PassJob(source, services, target, options, telling, chain);
    }

    /**
     * Whether the journal that is being written is left to another part of the pass, which has a file of its own: bringing it here takes as
     * long as a transaction, or an archive, and what is here already doesn't wait for that.
     */
    boolean owesCurrent() throws IOException {
        return !brought && isDue();
    }

    /**
     * Makes the pass; by number with {@code wait}, as many as it takes until all that was asked for is ready (J8).
     *
     * @param user who asks on demand; null for a schedule
     * @throws BackupException {@link JournalFault#GAP} when journals are lost: that is recorded, and the next pass goes on behind them
     */
    JournalResult run(@Nullable String user) throws IOException, InterruptedException {
        recorder.reconcile();
        JournalView seen = job.view();
        chain.settleReleased(seen);
        SequenceRange asked = options.sequence();
        wanted = asked == null ? null : PassPlan.bounds(seen, chain.around(seen), asked);
        JournalResult result = once(user);
        Duration wait = options.waiting();
        while (wait != null && !wait.isZero() && plan().notReady() != null) {
            services.waiter().await(wait);
            result = once(user).plus(result);
        }
        return result;
    }

    private JournalResult once(@Nullable String user) throws IOException, InterruptedException {
        if (plan().isIdle() && !hasCurrent() && !isDue() && !source.isUnsettled()) {
            return chain.result(job.view(), List.of(), null, null);
        }
        return job.run(user, this::pass);
    }

    /** What was planned before may have been done by another process meanwhile. */
    private PassJob.Done pass(BackupRun run) throws IOException, InterruptedException {
        source.settle();
        recorder.reconcile();
        PassPlan plan = plan();
        if (!plan.lost().isEmpty()) {
            recorder.reconcileAll();
            plan = plan();
        }
        releaseDurable(run, plan.toRelease());
        if (!plan.lost().isEmpty()) {
            throw job.gap(plan.lost());
        }
        boolean current = options.sequence() == null && hasCurrent();
        if (plan.toBackUp().isEmpty() && !current) {
            return isDue() ? bring(run) : PassJob.Done.NOTHING;
        }
        job.warnOfSourceRoom(run, job.view().journals());
        return backUp(run, plan.toBackUp(), current, wantsQuietPoint() && !isArchived());
    }

    /** What its engine has and hasn't archived yet; then there is nothing else to back up. */
    private PassJob.Done bring(BackupRun run) throws IOException, InterruptedException {
        brought = true;
        source.awaitClosed();
        boolean holdsSomething =
                job.view().current().filter(each -> each.bytes() > 0).isPresent();
        Optional<Journal> last = holdsSomething ? makeCurrentReady() : Optional.empty();
        // what was archived behind it belongs to the next pass: this file ends where the quiet point was
        List<Journal> come = plan().toBackUp().stream()
                .filter(each -> last.isEmpty() || each.id().compareTo(last.get().id()) <= 0)
                .toList();
        boolean complete = !last.isEmpty()
                && !come.isEmpty()
                && come.get(come.size() - 1).id().equals(last.get().id());
        if (come.isEmpty()) {
            return PassJob.Done.NOTHING;
        }
        job.warnOfSourceRoom(run, come);
        return backUp(run, come, false, complete && wantsQuietPoint());
    }

    /** @param quiet whether the file ends at a quiet point */
    private PassJob.Done backUp(BackupRun run, List<Journal> ready, boolean current, boolean quiet)
            throws IOException, InterruptedException {
        job.requireRoom(ready);
        Instant now = services.clock().instant();
        Journal first = ready.isEmpty() ? job.view().current().orElseThrow() : ready.get(0);
        String imageId = job.unusedName(first, now);
        JournalMembers members = new JournalMembers(
                source, ready, current ? this::makeCurrentReady : null, now, job.announcing(imageId));
        Backup backup = job.store(run, imageId, now, quiet, members, members::taken);
        List<JournalPiece> pieces = recorder.record(backup);
        List<PassPlan.Release> releases = new ArrayList<>();
        for (Journal journal : members.taken()) {
            pieces.stream()
                    .filter(piece -> piece.id().equals(journal.id()))
                    .findFirst()
                    .ifPresent(piece -> releases.add(new PassPlan.Release(journal, piece)));
        }
        release(run, releases);
        return new PassJob.Done(members.taken(), backup);
    }

    /** Only for the one that is being written, and once (J6). */
    private Optional<Journal> makeCurrentReady() throws IOException, InterruptedException {
        if (!wantsQuietPoint()) {
            return source.switchCurrent();
        }
        telling.tell(JournalMessage.QUIETPT, "waiting for database quiet point");
        Duration limit = options.lockTimeout();
        JournalSource.QuietPoint quiet = source.quietPoint(
                limit == null || limit.isZero() ? null : limit,
                who -> telling.tell(JournalMessage.QUIETPTBUSY, "held up by " + who));
        try {
            return source.switchCurrent();
        } finally {
            quiet.close();
        }
    }

    private void releaseDurable(BackupRun run, List<PassPlan.Release> releases)
            throws IOException, InterruptedException {
        for (PassPlan.Release each : releases) {
            String found = JournalDigest.of(source, each.journal());
            if (each.journal().bytes() != each.piece().bytes()
                    || !found.equals(each.piece().sha256())) {
                throw new BackupException(
                        JournalFault.CHANGED,
                        "journal " + each.journal().id() + " of " + source.name() + ", "
                                + each.journal().name() + ", is not the one that backup "
                                + each.piece().backup() + " has under this number",
                        "Find out whose it is: after a reset of the database's logs it belongs to another incarnation."
                                + " Move it away, or give the source a new name.");
            }
        }
        release(run, releases);
    }

    private void release(BackupRun run, List<PassPlan.Release> releases) throws IOException, InterruptedException {
        if (releases.isEmpty()) {
            return;
        }
        run.job().act("release " + releases.size() + " journals", () -> {
            try {
                source.release(releases.stream()
                        .map(each -> new JournalSource.Due(
                                each.journal(), each.piece().bytes()))
                        .toList());
            } catch (IOException e) {
                settleSome(e);
                throw e;
            }
            services.chain()
                    .become(releases.stream().map(PassPlan.Release::piece).toList(), PieceState.READY);
        });
    }

    /** Those before the one that failed aren't at the source any more. */
    private void settleSome(IOException failure) {
        try {
            chain.settleReleased(job.view());
        } catch (IOException e) {
            // the next pass does it
            failure.addSuppressed(e);
        }
    }

    private PassPlan plan() throws IOException {
        JournalView view = job.view();
        return PassPlan.of(view, chain.around(view), wanted);
    }

    private boolean wantsQuietPoint() {
        return options.wantsQuietPoint() && source.abilities().contains(JournalSource.Ability.QUIET_POINT);
    }

    private boolean isArchived() {
        return source.abilities().contains(JournalSource.Ability.ARCHIVED);
    }

    /** Whether the database has something that a full pass has to bring here before it can be backed up. */
    private boolean isDue() throws IOException {
        if (options.sequence() != null || !isArchived()) {
            return false;
        }
        JournalView.Ahead ahead = job.view().ahead();
        return ahead != null && ahead.isDue();
    }

    /** Whether there is a current journal that holds something and can be made ready. */
    private boolean hasCurrent() throws IOException {
        return options.sequence() == null
                && !isArchived()
                && source.abilities().contains(JournalSource.Ability.SWITCH)
                && job.view().current().filter(each -> each.bytes() > 0).isPresent();
    }
}

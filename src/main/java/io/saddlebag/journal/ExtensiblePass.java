package io.saddlebag.journal;

import io.saddlebag.backup.BackupRun;
import io.saddlebag.backup.ImageTarget;
import io.saddlebag.catalog.Backup;
import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One pass over the extensible journal of a source (J2): what it holds and isn't durable is written to an image, then what was added
 * meanwhile, and when image and catalog record are durable the journal is cut to nothing. While the rest is moved, and until the
 * journal is cut, write transactions wait; with a threshold they do so from the beginning (J5). Without a quiet point nobody waits,
 * and what is added after the second look stays for the next pass.
 *
 * <p>A journal that can't be cut goes on where it is: the next pass begins behind what is durable.
 */
final class ExtensiblePass {
    private final JournalSource source;
    private final JournalServices services;
    private final JournalOptions options;
    private final Telling telling;
    private final PieceRecorder recorder;
    private final ChainView chain;
    private final PassJob job;
    private JournalSource.@Nullable QuietPoint quiet;

    ExtensiblePass(
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
     * @param user who asks on demand; null for a schedule
     * @throws BackupException {@link JournalFault#GAP} when a part of the journal is lost: that is recorded, and the next pass goes on
     *     behind it
     */
    JournalResult run(@Nullable String user) throws IOException, InterruptedException {
        recorder.reconcile();
        JournalView seen = job.view();
        Journal journal = seen.current().orElse(null);
        if (journal == null || journal.bytes() == 0) {
            return chain.result(seen, List.of(), null, null);
        }
        if (lost(seen).isEmpty()) {
            // this one is the next one: those before were cut by us, at once or later
            chain.settleReleased(seen);
        }
        if (isBelowThreshold(journal)) {
            return chain.result(seen, List.of(), null, null);
        }
        if (lost(seen).isEmpty() && durableEnd(journal.id()) >= journal.bytes()) {
            // an earlier pass could not cut it, or died before it came to that
            cut(journal, journal.bytes());
            return chain.result(job.view(), List.of(), null, null);
        }
        return job.run(user, this::pass);
    }

    private boolean isBelowThreshold(Journal journal) {
        Long threshold = options.thresholdBlocks();
        return threshold != null && Telling.blocks(journal) <= threshold;
    }

    private List<JournalId> lost(JournalView seen) throws IOException {
        return PassPlan.of(seen, chain.around(seen), null).lost();
    }

    /** So many bytes of a journal are durable. */
    private long durableEnd(JournalId id) throws IOException {
        return services.chain().pieces(source.name(), id).stream()
                .filter(piece -> piece.id().equals(id) && piece.state().isDurable())
                .mapToLong(piece -> piece.from() + piece.bytes())
                .max()
                .orElse(0);
    }

    private PassJob.Done pass(BackupRun run) throws IOException, InterruptedException {
        recorder.reconcile();
        JournalView seen = job.view();
        List<JournalId> lost = lost(seen);
        if (!lost.isEmpty()) {
            recorder.reconcileAll();
            lost = lost(seen);
        }
        if (!lost.isEmpty()) {
            throw job.gap(lost);
        }
        Journal journal = seen.current().orElse(null);
        if (journal == null || durableEnd(journal.id()) >= journal.bytes()) {
            return PassJob.Done.NOTHING;
        }
        job.warnOfSourceRoom(run, seen.journals());
        job.requireRoom(List.of(new Journal(
                journal.id(), journal.name(), journal.bytes() - durableEnd(journal.id()), journal.state())));
        try {
            if (options.thresholdBlocks() != null) {
                waitForQuietPoint();
            }
            return backUp(run, journal);
        } finally {
            endQuietPoint();
        }
    }

    private PassJob.Done backUp(BackupRun run, Journal journal) throws IOException, InterruptedException {
        Instant now = services.clock().instant();
        String imageId = job.unusedName(journal, now);
        boolean toBeQuiet = wantsQuietPoint();
        long from = durableEnd(journal.id());
        ExtensibleMembers members =
                new ExtensibleMembers(source, journal, from, () -> rest(journal), now, job.announcing(imageId));
        Backup backup = job.store(run, imageId, now, toBeQuiet, members, List::of);
        recorder.record(backup);
        if (!recorder.isInChain(backup, journal.id())) {
            // never cut: behind the other image's end the chain has nothing
            run.job()
                    .warn(
                            "image " + imageId
                                    + " is not in the chain, and the journal was not cut: an image of the same"
                                    + " bytes, whose process had died, was found meanwhile; the next pass goes on behind that one");
            return PassJob.Done.NOTHING;
        }
        long end = members.end();
        run.job().act("cut the journal of " + source.name(), () -> cut(journal, end));
        Journal moved = new Journal(journal.id(), journal.name(), end - from, Journal.State.CURRENT);
        return new PassJob.Done(List.of(moved), backup);
    }

    /** What it holds when nobody writes, or, without a quiet point, a moment later. */
    private Journal rest(Journal before) throws IOException, InterruptedException {
        if (wantsQuietPoint() && quiet == null) {
            waitForQuietPoint();
        }
        Optional<Journal> now = job.view().current();
        if (now.isEmpty() || !now.get().id().equals(before.id()) || now.get().bytes() < before.bytes()) {
            throw new BackupException(
                    JournalFault.CHANGED,
                    "journal " + before.id() + " of " + source.name() + ", " + before.name()
                            + ", was cut by somebody else while it was read",
                    "Find out who does that; the next pass says whether anything is lost.");
        }
        return now.get();
    }

    private boolean wantsQuietPoint() {
        return source.abilities().contains(JournalSource.Ability.QUIET_POINT)
                && (options.wantsQuietPoint() || options.thresholdBlocks() != null);
    }

    private void waitForQuietPoint() throws IOException, InterruptedException {
        telling.tell(JournalMessage.QUIETPT, "waiting for database quiet point");
        Duration limit = options.lockTimeout();
        quiet = source.quietPoint(
                limit == null || limit.isZero() ? null : limit,
                who -> telling.tell(JournalMessage.QUIETPTBUSY, "held up by " + who));
    }

    private void endQuietPoint() throws IOException {
        JournalSource.QuietPoint held = quiet;
        quiet = null;
        if (held != null) {
            held.close();
        }
    }

    /** All of its parts are released together, and none as long as it goes on. */
    private void cut(Journal journal, long end) throws IOException {
        if (source.release(journal, end) == JournalSource.Released.FREE) {
            for (JournalPiece piece : services.chain().pieces(source.name(), journal.id())) {
                if (piece.id().equals(journal.id()) && piece.state() == PieceState.PARTIAL) {
                    services.chain().become(piece, PieceState.READY);
                }
            }
        }
    }
}

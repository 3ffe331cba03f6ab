package io.saddlebag.journal;

import io.saddlebag.backup.BackupRun;
import io.saddlebag.backup.ImageTarget;
import io.saddlebag.backup.SuppliedImage;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.fault.BackupException;
import io.saddlebag.image.ImageSource;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Overlap;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
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
    private final ImageTarget target;
    private final JournalOptions options;
    private final Telling telling;
    private final PieceRecorder recorder;
    private final ChainView chain;
    private SequenceRange.@Nullable Bounds wanted;

    JournalPass(
            JournalSource source,
            JournalServices services,
            ImageTarget target,
            JournalOptions options,
            JournalListener listener) {
        this.source = source;
        this.services = services;
        this.target = target;
        this.options = options;
        this.telling = new Telling(listener, services.clock());
        this.recorder = new PieceRecorder(source, services);
        this.chain = new ChainView(source.name(), services.chain());
    }

    /**
     * Makes the pass; by number with {@code wait}, as many as it takes until all that was asked for is ready (J8).
     *
     * @param user who asks on demand; null for a schedule
     * @throws BackupException {@link JournalFault#GAP} when journals are lost: that is recorded, and the next pass goes on behind them
     */
    JournalResult run(@Nullable String user) throws IOException, InterruptedException {
        recorder.reconcile();
        JournalView seen = view();
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
        if (plan().isIdle() && !hasCurrent()) {
            return chain.result(view(), List.of(), null, null);
        }
        BackupRun run = services.backups()
                .begin("journal " + source.name(), user, Overlap.WAIT, Map.of("journal", source.name()))
                .orElseThrow(() -> new IllegalStateException("a job that waits was skipped"));
        telling.begin(run.job().transcript());
        @Nullable Throwable failure = null;
        Done done = new Done(List.of(), null);
        try {
            options.warnings(target.kind() == ImageTarget.Kind.LIBRARY).forEach(run.job()::warn);
            done = pass(run);
        } catch (IOException | InterruptedException | RuntimeException e) {
            failure = e;
        }
        return ended(run, failure, done);
    }

    private record Done(List<Journal> journals, @Nullable Backup backup) {}

    private JournalResult ended(BackupRun run, @Nullable Throwable failure, Done done)
            throws IOException, InterruptedException {
        if (failure == null) {
            telling.end(done.journals());
        }
        Job job = run.end(failure);
        if (failure instanceof IOException e) {
            throw e;
        }
        if (failure instanceof InterruptedException e) {
            throw e;
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (job.state() == JobState.FAILED || job.state() == JobState.CANCELLED) {
            throw new BackupException(
                    JournalFault.SOURCE,
                    "the pass over the journals of " + source.name() + " ended as "
                            + job.state().display() + ": " + job.cause(),
                    "Read the transcript of job " + job.name() + ".");
        }
        return chain.result(view(), done.journals(), done.backup(), job.name());
    }

    /** What was planned before may have been done by another process meanwhile. */
    private Done pass(BackupRun run) throws IOException, InterruptedException {
        recorder.reconcile();
        PassPlan plan = plan();
        releaseDurable(run, plan.toRelease());
        if (!plan.lost().isEmpty()) {
            throw gap(plan.lost());
        }
        boolean current = options.sequence() == null && hasCurrent();
        if (plan.toBackUp().isEmpty() && !current) {
            return new Done(List.of(), null);
        }
        requireRoom(plan.toBackUp());
        return backUp(run, plan.toBackUp(), current);
    }

    private Done backUp(BackupRun run, List<Journal> ready, boolean current) throws IOException, InterruptedException {
        Instant now = services.clock().instant();
        Journal first = ready.isEmpty() ? view().current().orElseThrow() : ready.get(0);
        String imageId = unusedName(first, now);
        JournalMembers members = new JournalMembers(
                source, ready, current ? this::makeCurrentReady : null, now, new Announcing(imageId));
        services.chain().intend(source.name(), imageId);
        boolean quiet = options.wantsQuietPoint() && source.abilities().contains(JournalSource.Ability.QUIET_POINT);
        Supplier<ImageSource> once = () -> members;
        Backup backup = run.store(
                run.supplied(new SuppliedImage(
                        imageId,
                        PieceRecorder.backupName(source.name()),
                        null,
                        now,
                        Map.of(PieceRecorder.SOURCE, source.name(), PieceRecorder.QUIET, Boolean.toString(quiet)),
                        options.compression(),
                        options.encryption(),
                        once)),
                target);
        List<JournalPiece> pieces = recorder.record(backup);
        List<PassPlan.Release> releases = new ArrayList<>();
        for (Journal journal : members.taken()) {
            pieces.stream()
                    .filter(piece -> piece.id().equals(journal.id()))
                    .findFirst()
                    .ifPresent(piece -> releases.add(new PassPlan.Release(journal, piece)));
        }
        release(run, releases);
        return new Done(members.taken(), backup);
    }

    private final class Announcing implements JournalMembers.Told {
        private final String file;
        private boolean created;

        Announcing(String file) {
            this.file = file;
        }

        @Override
        public void reading(Journal journal) {
            telling.journal(journal);
            if (!created) {
                created = true;
                telling.tell(JournalMessage.LOGCREBCK, "created backup file " + file + " in " + target.description());
            }
        }
    }

    /** Only for the one that is being written, and once (J6). */
    private Optional<Journal> makeCurrentReady() throws IOException, InterruptedException {
        if (!options.wantsQuietPoint() || !source.abilities().contains(JournalSource.Ability.QUIET_POINT)) {
            return source.switchCurrent();
        }
        telling.tell(JournalMessage.QUIETPT, "waiting for database quiet point");
        Duration limit = options.lockTimeout();
        try (JournalSource.QuietPoint quiet = source.quietPoint(
                limit == null || limit.isZero() ? null : limit,
                who -> telling.tell(JournalMessage.QUIETPTBUSY, "held up by " + who))) {
            return source.switchCurrent();
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
            for (PassPlan.Release each : releases) {
                source.release(each.journal(), each.piece().bytes());
                services.chain().become(each.piece(), PieceState.READY);
            }
        });
    }

    private BackupException gap(List<JournalId> lost) throws IOException {
        services.chain()
                .record(lost.stream()
                        .map(id -> JournalPiece.gap(source.name(), id))
                        .toList());
        telling.tell(JournalMessage.DOFULLBCK, "full database backup should be done to ensure future recovery");
        return new BackupException(
                JournalFault.GAP,
                "journal gap " + Ranges.of(lost) + " of " + source.name(),
                "Make a full backup of the database now. If the journals turn up, put them back at the source: the next pass"
                        + " closes the gap. Until then passes go on behind it.");
    }

    private void requireRoom(List<Journal> journals) throws IOException {
        long needed = journals.stream().mapToLong(Journal::bytes).sum();
        OptionalLong usable = target.usableBytes();
        if (usable.isPresent() && usable.getAsLong() < needed) {
            throw new BackupException(
                    JournalFault.NO_ROOM,
                    "the journals of " + source.name() + " are " + needed + " bytes, and " + target.description()
                            + " has room for " + usable.getAsLong(),
                    "Free space there ('saddlebag pool prune'), name another target, or back up fewer at once with"
                            + " 'sequence'; the database's journals stay until then, so watch their disk.");
        }
    }

    private PassPlan plan() throws IOException {
        JournalView view = view();
        return PassPlan.of(view, chain.around(view), wanted);
    }

    private JournalView view() throws IOException {
        JournalView view = source.look();
        if (!view.on()) {
            throw new BackupException(
                    JournalFault.OFF,
                    "journaling of " + source.name() + " is off",
                    "Turn it on in the database and make a full backup then.");
        }
        return view;
    }

    /** Whether there is a current journal that holds something and can be made ready. */
    private boolean hasCurrent() throws IOException {
        return options.sequence() == null
                && source.abilities().contains(JournalSource.Ability.SWITCH)
                && view().current().filter(each -> each.bytes() > 0).isPresent();
    }

    /** A name is given once; the next ones get a number, as versions of files do elsewhere. */
    private String unusedName(Journal first, Instant now) throws IOException {
        JournalNames names = options.names() == null
                ? new JournalNames(
                        source.name() + "-" + first.id().toString().replace('/', '-') + options.extension(), List.of())
                : options.names();
        String wanted =
                names.of(first, LocalDateTime.ofInstant(now, services.clock().getZone()), options.extension());
        Catalog catalog = services.catalog();
        String name = wanted;
        for (int version = 2; catalog.findImage(name).isPresent(); version++) {
            name = JournalNames.version(wanted, version);
        }
        return name;
    }
}

package io.saddlebag.rollforward;

import io.saddlebag.catalog.Backup;
import io.saddlebag.database.StagedReplay;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.incarnation.Incarnation;
import io.saddlebag.incarnation.StatePoint;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.Obligation;
import io.saddlebag.journal.JournalId;
import io.saddlebag.journal.JournalLayout;
import io.saddlebag.journal.JournalPiece;
import io.saddlebag.journal.Remnant;
import io.saddlebag.recovery.JournalOffset;
import io.saddlebag.recovery.LogPosition;
import io.saddlebag.recovery.RecoveryTarget;
import io.saddlebag.restore.RollForward;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Applies a recovery's journals to the restored files while the database is down and before they take its place: what goes wrong on the way has
 * touched nothing. Journals that can't be read show before it is stopped.
 */
final class ReplayedJournals implements RollForward {

    private final RecoverServices services;
    private final ReplayPlanner planner;
    private final ReplayPlanner.Planned planned;
    private final RecoverRequest request;
    private final OwedArea area;
    private @Nullable Obligation record;
    private @Nullable OpenedIncarnation opened;
    private @Nullable Path stagedMain;
    private @Nullable JobRun opener;
    private boolean unsaved;

    ReplayedJournals(RecoverServices services, ReplayPlanner planner, ReplayPlanner.Planned planned) {
        this.services = services;
        this.planner = planner;
        this.planned = planned;
        this.request = planned.plan().request();
        this.area = new OwedArea(services, request, planned.replay()::area);
    }

    /** Nothing is left to be applied then. */
    @Override
    public Duration limit() throws IOException {
        return services.restoring().databases().limits(request.database()).start();
    }

    @Override
    public void prepare(JobRun job) throws IOException, InterruptedException {
        planned.plan().announce(job, "");
        opener = job;
        Collected into = area.owedBy(
                job,
                planned.line().parts().stream().mapToLong(ReplayPart::bytes).sum());
        job.act("collect " + planned.line().parts().size() + " journals in " + into.area(), () -> {
            into.make();
            collect(job, into, planned.line());
        });
    }

    /** Those that are there already stay. */
    private void collect(JobRun job, Collected into, ReplayLine line) throws IOException {
        List<JournalPiece> stored = new ArrayList<>();
        for (ReplayPart part : line.parts()) {
            if (part.piece() != null) {
                stored.add(part.piece());
            }
        }
        into.addStored(
                job, request.prompt(), stored, piece -> ReplayPart.fileOf(piece.id(), piece.from(), piece.name()));
        for (ReplayPart part : line.parts()) {
            Remnant remnant = part.remnant();
            if (remnant != null) {
                into.addRemnant(part.file(), remnant);
                job.transcript()
                        .line("journal " + part.id() + " from byte " + part.from()
                                + " isn't backed up, and is taken from its source");
            }
        }
    }

    @Override
    public void arrange(JobRun job, Backup backup, UnaryOperator<Path> staged)
            throws IOException, InterruptedException {
        Collected into = area.content();
        job.act("roll the restored files of " + request.database() + " forward to " + request.target(), () -> {
            // a log that grows is merged by the stop; all others are complete now
            boolean ended = planned.source().layout() == JournalLayout.FIXED_SIZE;
            ReplayHoldings holdings = ended ? planner.holdings(request, planned.source()) : planned.holdings();
            if (ended) {
                into.forgetRemnants();
            }
            RecoverPlan plan = planned.plan();
            ReplayLine line = planner.line(
                    request, planned.replay(), planned.source(), plan.incarnations(), plan.line(), holdings, backup);
            planner.requireWhole(request, line, plan.line(), holdings);
            collect(job, into, line);
            StatePoint start = planner.stateOf(backup, planned.replay(), plan.incarnations(), holdings)
                    .orElseThrow();
            StagedReplay.Replayed replayed =
                    planned.replay().apply(staged, into.area(), stretches(into, line), request.target(), job::output);
            services.restoring()
                    .files()
                    .syncFileSystem(staged.apply(planned.replay().main()));
            end(job, staged, line, start, replayed);
        });
    }

    private static List<StagedReplay.Stretch> stretches(Collected into, ReplayLine line) {
        List<StagedReplay.Stretch> all = new ArrayList<>();
        for (ReplayLine.Stretch stretch : line.stretches()) {
            List<StagedReplay.JournalFiles> journals = new ArrayList<>();
            for (List<ReplayPart> parts : stretch.journals()) {
                journals.add(new StagedReplay.JournalFiles(
                        parts.get(0).id().sequence(),
                        parts.stream()
                                .map(each -> into.area().resolve(each.file()))
                                .toList()));
            }
            all.add(new StagedReplay.Stretch(journals, stretch.from(), stretch.to()));
        }
        return all;
    }

    private void end(
            JobRun job, UnaryOperator<Path> staged, ReplayLine line, StatePoint start, StagedReplay.Replayed replayed)
            throws IOException {
        boolean none = line.stretches().isEmpty();
        LogPosition end = none ? start.position() : replayed.end();
        long parent = none
                ? start.incarnation()
                : line.stretches().get(line.stretches().size() - 1).incarnation();
        if (request.target() instanceof RecoveryTarget.Position position
                && parent == planned.plan().line()
                && end.isAfter(position.position())) {
            throw new BackupException(
                    RollForwardFault.NOT_REACHED,
                    "database " + request.database() + " was to be recovered to " + request.target()
                            + ", and its journals were applied to " + JournalOffset.of(end),
                    "Recover again, to a place before.");
        }
        long number = Math.max(
                        planned.plan().incarnations().highest(),
                        services.incarnations().of(request.database()).highest())
                + 1;
        Incarnation incarnation = new Incarnation(number, parent, end, replayed.next(), null, null, replayed.cause());
        Path main = planned.replay().main();
        OpenedIncarnation begins = OpenedIncarnation.of(
                services.restoring().files(), request.database(), main, staged.apply(main), incarnation);
        record = job.owe(Recoveries.RECORD, begins.facts());
        opened = begins;
        stagedMain = staged.apply(main);
        unsaved = !none && line.parts().stream().anyMatch(each -> isUnsaved(each, parent, JournalOffset.of(end)));
        planned.source().beginsAnew(number, staged);
        job.transcript()
                .line("the journals were applied to " + JournalOffset.of(end) + " of incarnation " + parent + " ("
                        + replayed.cause() + ")");
        job.figure("recovered-to", end.toString());
    }

    /** Whether anything of it is in the state, and in no backup: no later recovery goes past that. */
    private static boolean isUnsaved(ReplayPart part, long parent, JournalOffset end) {
        JournalId id = part.id();
        boolean applied = id.incarnation() < parent
                || (id.incarnation() == parent
                        && (id.sequence() < end.journal()
                                || (id.sequence() == end.journal() && part.from() < end.bytes())));
        return part.remnant() != null && applied;
    }

    @Override
    public void follow(JobRun job) throws IOException, InterruptedException {
        OpenedIncarnation begun = Objects.requireNonNull(opened);
        settle();
        job.transcript().line("incarnation " + begun.incarnation().number() + " begins");
        job.figure("incarnation", Long.toString(begun.incarnation().number()));
        if (unsaved) {
            job.warn(
                    "journals that are in no backup were applied: make a full backup now, for no later recovery from an"
                            + " older one goes past them");
        }
        area.remove();
    }

    /** A swap that was decided and couldn't be completed is completed by somebody else, later: then it stays owed. */
    private void settle() throws IOException {
        OpenedIncarnation begun = opened;
        Obligation owed = record;
        JobRun job = opener;
        Path staged = stagedMain;
        if (begun != null && owed != null && job != null && staged != null) {
            HostFiles files = services.restoring().files();
            // first: it may be put in place between the two looks
            boolean waits = files.exists(staged);
            if (begun.settle(files, services.log(), services.clock()) || !waits) {
                job.settle(owed);
            }
            record = null;
        }
    }

    /** The restore is over. */
    void end() throws IOException {
        settle();
        area.remove();
    }
}

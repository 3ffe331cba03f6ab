package io.saddlebag.rollforward;

import io.saddlebag.catalog.Backup;
import io.saddlebag.database.Recovered;
import io.saddlebag.database.RecoveryOrder;
import io.saddlebag.fault.BackupException;
import io.saddlebag.incarnation.Incarnation;
import io.saddlebag.job.JobRun;
import io.saddlebag.journal.Journal;
import io.saddlebag.journal.JournalId;
import io.saddlebag.journal.JournalPiece;
import io.saddlebag.journal.JournalSource;
import io.saddlebag.recovery.LogPosition;
import io.saddlebag.recovery.RecoveryTarget;
import io.saddlebag.restore.RollForward;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Collects a recovery's journals before its database starts, so that the engine needs nobody while it applies them: when the process
 * dies that asked for the recovery, the engine goes on to its end.
 */
final class AppliedJournals implements RollForward {
    /** From the start of the engine to the end of the journals. */
    static final Duration LIMIT = Duration.ofHours(24);

    private static final int MOST_LOOKS = 5;
    private static final String NO_TARGET = "no recovery target specified";

    private final RecoverServices services;
    private final RecoverPlanner planner;
    private final RecoverPlanner.Planned planned;
    private final RecoverRequest request;
    private final OwedArea area;
    /** Number of the last journal that the engine has to read to its end; -1 for none. */
    private long lastWhole = -1;

    private boolean arranged;

    AppliedJournals(RecoverServices services, RecoverPlanner planner, RecoverPlanner.Planned planned) {
        this.services = services;
        this.planner = planner;
        this.planned = planned;
        this.request = planned.plan().request();
        this.area = new OwedArea(services, request, planned.recovery()::area);
    }

    @Override
    public Duration limit() {
        return LIMIT;
    }

    @Override
    public void prepare(JobRun job) throws IOException, InterruptedException {
        announce(job);
        List<JournalPiece> pieces = stored(planned.coverage(), planned.holdings());
        Collected into =
                area.owedBy(job, pieces.stream().mapToLong(JournalPiece::bytes).sum());
        keepOnLine(into, planned.coverage(), planned.holdings());
        job.act("collect " + pieces.size() + " journals in " + into.area(), () -> {
            into.make();
            into.addStored(job, request.prompt(), pieces);
            addStoredHistories(job, into);
        });
    }

    private void announce(JobRun job) throws IOException {
        RecoverPlan plan = planned.plan();
        long first = planned.coverage().first();
        plan.announce(job, ", with sequence " + first);
        if (!plan.firstJournal().isEmpty()) {
            job.figure("first-sequence", Long.toString(first));
        }
        if (!plan.lost().isEmpty()) {
            job.warn("journals are lost: " + String.join(", ", plan.lost())
                    + "; if the recovery comes to one of them before its target, it stops there");
        }
    }

    private static List<JournalPiece> stored(Coverage coverage, Holdings holdings) {
        List<JournalPiece> pieces = new ArrayList<>();
        for (JournalId id : coverage.there()) {
            JournalPiece piece = holdings.stored().get(id);
            if (piece != null) {
                pieces.add(piece);
            }
        }
        return pieces;
    }

    /**
     * Of all incarnations, whether they are on the line or not: the engine chooses a number that none of them has. Those that are lost
     * are written by {@link #addHistories}, as far as they are known.
     */
    private void addStoredHistories(JobRun job, Collected into) throws IOException {
        for (JournalSource each : planned.holdings().source().companions()) {
            for (JournalPiece piece : services.journals().services().chain().pieces(each.name())) {
                if (!piece.state().isDurable()) {
                    continue;
                }
                try {
                    into.addStored(job, request.prompt(), List.of(piece));
                } catch (InterruptedIOException e) {
                    throw e;
                } catch (IOException e) {
                    job.checkCancelled();
                    if (isNeeded(piece.id().incarnation())) {
                        throw e;
                    }
                    job.warn(
                            "history " + piece.name() + " is lost: " + e.getMessage() + "; this recovery does without");
                }
            }
        }
    }

    /** Whether nothing else tells where an incarnation of the line went off. */
    private boolean isNeeded(long incarnation) {
        return planned.plan().incarnations().path(planned.line().number()).stream()
                .anyMatch(each -> each.number() == incarnation && each.parent() == 0);
    }

    @Override
    public void arrange(JobRun job, Backup backup, UnaryOperator<Path> staged)
            throws IOException, InterruptedException {
        Collected into = area.content();
        job.act("arrange the recovery of " + request.database(), () -> {
            Taken taken = take(job, into, backup);
            for (int i = 1; i < MOST_LOOKS && !taken.all(); i++) {
                taken = take(job, into, backup);
            }
            if (!taken.all()) {
                throw new BackupException(
                        RollForwardFault.SOURCE,
                        "journals of " + request.database() + " are finished faster than they can be collected",
                        "Recover again.");
            }
            addHistories(into);
            addUnsavedHistories(job, into);
            planned.recovery().arrange(staged, order(into, taken.coverage(), taken.holdings()));
            // with what the engine needs beside the journals, and their owner; the files are swapped in later
            into.makeDurable();
            lastWhole = taken.coverage().there().stream()
                    .filter(taken.holdings()::hasWhole)
                    .filter(id -> planned.line().kept(id).orElse(1) > 0)
                    .mapToLong(JournalId::sequence)
                    .max()
                    .orElse(-1);
            arranged = true;
        });
    }

    /** @param all whether everything was still what it had been when it was looked at */
    private record Taken(Coverage coverage, Holdings holdings, boolean all) {}

    private Taken take(JobRun job, Collected into, Backup backup) throws IOException, InterruptedException {
        boolean asked = request.unsaved() == RecoverRequest.Unsaved.APPLIED;
        JournalSource source = planned.holdings().source();
        SourceView atSource =
                asked ? SourceView.settled(source, services.restoring().waiter()) : SourceView.NOTHING;
        if (!atSource.settled()) {
            job.warn("journals of " + source.name() + " are still being written at their source, and are left out");
        }
        Holdings holdings = planner.holdings(request, source, atSource);
        Coverage coverage = planner.coverage(request, planned.line(), backup, holdings);
        planner.requireWhole(request, planned.line(), coverage, holdings);
        keepOnLine(into, coverage, holdings);
        into.addStored(job, request.prompt(), stored(coverage, holdings));
        return new Taken(coverage, holdings, addUnsaved(job, into, coverage, holdings));
    }

    /**
     * An engine that finds no journal of the next incarnation goes on with its parent's, also behind the place where that went off: what
     * is there is cut away. It has to stay for a target before that place, which ends with the first record behind it.
     */
    private void keepOnLine(Collected into, Coverage coverage, Holdings holdings) {
        Line line = planned.line();
        for (JournalId id : coverage.there()) {
            OptionalLong kept = line.kept(id);
            if (kept.isPresent() && !endsBefore(line.beginOf(id.sequence()).value() + kept.getAsLong())) {
                into.keep(holdings.name(id), kept.getAsLong());
            }
        }
    }

    private boolean endsBefore(long place) {
        return request.target() instanceof RecoveryTarget.Position position
                && Long.compareUnsigned(position.position().value(), place) <= 0;
    }

    /** @return false when one was finished meanwhile */
    private boolean addUnsaved(JobRun job, Collected into, Coverage coverage, Holdings holdings) throws IOException {
        boolean all = true;
        for (JournalId id : coverage.there()) {
            Journal journal = holdings.atSource().ready().get(id);
            if (journal != null && !into.names().contains(journal.name())) {
                into.addFromSource(holdings.source(), journal);
                job.transcript()
                        .line("journal " + journal.name() + " wasn't backed up yet, and is applied all the same");
            }
            Beginning begun = holdings.beginnings().get(id);
            if (begun != null && !into.names().contains(begun.name())) {
                all &= addBeginning(job, into, holdings.source(), begun);
            }
        }
        return all;
    }

    private boolean addBeginning(JobRun job, Collected into, JournalSource source, Beginning begun) throws IOException {
        long begin = planned.line().beginOf(begun.id().sequence()).value();
        long onLine = planned.line().kept(begun);
        long kept = endsBefore(begin + onLine) ? begun.bytes() : onLine;
        if (kept == 0) {
            // all that it has is of another life
            return true;
        }
        Optional<InputStream> there = source.unfinished(begun.name());
        if (there.isEmpty()) {
            return false;
        }
        try (InputStream content = there.get()) {
            into.addBeginning(begun.name(), content, kept, planned.line().journalBytes());
        }
        String end = LogPosition.lsn(begin + kept).toString();
        job.transcript()
                .line("journal " + begun.name() + " isn't whole: what was received of it, up to " + end
                        + ", is applied under its name");
        job.figure("received-to", end);
        return true;
    }

    /** Those that aren't backed up are written as the server would have written them. */
    private void addHistories(Collected into) throws IOException {
        for (Incarnation each : planned.plan().incarnations().all()) {
            for (JournalSource companion : planned.holdings().source().companions()) {
                String name = companion.nameOf(new JournalId(each.number(), 0)).orElse("");
                if (each.number() > 1 && !name.isEmpty() && !into.names().contains(name)) {
                    into.addText(
                            name,
                            io.saddlebag.incarnation.TimelineHistory.text(
                                    planned.plan().incarnations(), each.number()));
                }
            }
        }
    }

    /**
     * Of incarnations that nobody knows of: a recovery began one, and its process died before it said so. The engine would begin another one with
     * the same number, whose journals have the same names.
     */
    private void addUnsavedHistories(JobRun job, Collected into) throws IOException, InterruptedException {
        for (JournalSource each : planned.holdings().source().companions()) {
            try {
                for (Journal history : SourceView.settled(
                                each, services.restoring().waiter())
                        .ready()
                        .values()) {
                    if (!into.names().contains(history.name())) {
                        into.addFromSource(each, history);
                    }
                }
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                job.checkCancelled();
                if (request.unsaved() == RecoverRequest.Unsaved.APPLIED) {
                    throw e;
                }
                job.transcript()
                        .line("which incarnations began is known from backups alone, since the source can't be asked: "
                                + e.getMessage());
            }
        }
    }

    private RecoveryOrder order(Collected into, Coverage coverage, Holdings holdings) {
        Set<String> lost =
                coverage.missing().stream().map(holdings::name).collect(Collectors.toCollection(HashSet::new));
        lost.removeAll(into.names());
        return new RecoveryOrder(request.target(), planned.line().number(), into.area(), into.names(), lost);
    }

    @Override
    public void follow(JobRun job) throws IOException, InterruptedException {
        job.act("roll " + request.database() + " forward to " + request.target(), () -> {
            Recovered reached = planned.recovery().await(LIMIT, job::output);
            job.transcript()
                    .line("recovered to " + reached.end() + " of incarnation " + reached.parent() + " ("
                            + reached.cause() + "); incarnation " + reached.incarnation() + " begins there");
            services.log()
                    .record(
                            request.database(),
                            new Incarnation(
                                    reached.incarnation(),
                                    reached.parent(),
                                    reached.end(),
                                    planned.line().sequenceAt(reached.end()),
                                    services.clock().instant(),
                                    null,
                                    reached.cause()));
            job.figure("recovered-to", reached.end().toString());
            job.figure("incarnation", Long.toString(reached.incarnation()));
            requireReached(reached);
        });
        area.remove();
    }

    /** That a recovery has ended doesn't say that it came to where it was to end. */
    private void requireReached(Recovered reached) throws BackupException {
        String wrong = null;
        if (planned.plan().incarnations().path(planned.line().number()).stream()
                .noneMatch(each -> each.number() == reached.parent())) {
            wrong = "it followed incarnation " + reached.parent() + ", which isn't on that line";
        } else if (RecoveryTarget.isEnd(request.target())) {
            boolean read = lastWhole < 0 || reached.end().isAfter(planned.line().beginOf(lastWhole));
            wrong = read ? null : "its journals go on to " + planned.line().beginOf(lastWhole + 1);
        } else if (reached.cause().equals(NO_TARGET)) {
            wrong = "the engine says that it had no target";
        } else if (request.target() instanceof RecoveryTarget.Position position
                && reached.end().isAfter(position.position())) {
            wrong = "that is behind it";
        }
        if (wrong != null) {
            throw new BackupException(
                    RollForwardFault.NOT_REACHED,
                    "database " + request.database() + " was to be recovered to " + request.target()
                            + " of incarnation " + planned.line().number() + ", and ended at " + reached.end() + ": "
                            + wrong,
                    "Look for what is wrong with the journal there, and recover again.");
        }
    }

    /** The restore is over. When it never came to where the journals are needed, they go. */
    void end() throws IOException {
        if (!arranged) {
            area.remove();
        }
    }
}

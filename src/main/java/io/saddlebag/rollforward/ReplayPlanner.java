package io.saddlebag.rollforward;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.database.StagedReplay;
import io.saddlebag.fault.BackupException;
import io.saddlebag.incarnation.Incarnations;
import io.saddlebag.incarnation.StatePoint;
import io.saddlebag.journal.JournalId;
import io.saddlebag.journal.JournalLayout;
import io.saddlebag.journal.JournalSource;
import io.saddlebag.journal.Remnant;
import io.saddlebag.recovery.Choice;
import io.saddlebag.recovery.Criteria;
import io.saddlebag.recovery.JournalOffset;
import io.saddlebag.recovery.LogPosition;
import io.saddlebag.recovery.Medium;
import io.saddlebag.recovery.RecoveryTarget;
import io.saddlebag.recovery.Until;
import io.saddlebag.restore.RecoveryBases;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Turns a request into a plan for a database whose journals are applied before its files are in place, and refuses what can't go well. */
final class ReplayPlanner {
    private static final int SHOWN = 10;

    private final RecoverServices services;

    ReplayPlanner(RecoverServices services) {
        this.services = services;
    }

    /**
     * A plan, and what its making has learnt.
     *
     * @param inOrder backups that it may begin with, the best first
     */
    record Planned(
            RecoverPlan plan,
            List<BackupId> inOrder,
            StagedReplay replay,
            JournalSource source,
            ReplayHoldings holdings,
            ReplayLine line) {}

    Planned plan(RecoverRequest request) throws IOException {
        StagedReplay replay = services.restoring()
                .databases()
                .database(request.database())
                .stagedReplay()
                .orElseThrow();
        replay.require(request.target());
        JournalSource source = source(request.database());
        ReplayHoldings holdings = holdings(request, source);
        Incarnations known = services.incarnations().of(request.database());
        long line = lineOf(request, known);
        Choice choice = base(request, replay, known, line, holdings);
        List<BackupId> inOrder =
                choice.inOrder().stream().map(each -> new BackupId(each.id())).toList();
        Backup backup = services.restoring()
                .catalog()
                .find(inOrder.get(0))
                .orElseThrow(() -> new IllegalStateException("a backup that was just listed is gone"));
        ReplayLine journals = line(request, replay, source, known, line, holdings, backup);
        requireWhole(request, journals, line, holdings);
        List<String> names = journals.parts().stream()
                .map(each -> each.id() + " (" + each.name() + ")")
                .distinct()
                .toList();
        RecoverPlan plan = new RecoverPlan(
                request,
                known,
                line,
                backup,
                List.of(backup.id()),
                choice.passedOver(),
                source.name(),
                names.isEmpty() ? "" : names.get(0),
                names,
                "",
                journals.missing().stream().map(JournalId::toString).toList());
        return new Planned(plan, inOrder, replay, source, holdings, journals);
    }

    /** All that there is now; without what is at the source when that was said to be gone. */
    ReplayHoldings holdings(RecoverRequest request, JournalSource source) throws IOException {
        List<Remnant> remnants = request.unsaved() == RecoverRequest.Unsaved.APPLIED ? remnants(source) : List.of();
        return ReplayHoldings.of(
                services.restoring().catalog(),
                services.journals().services().chain().pieces(source.name()),
                remnants,
                services.clock().instant());
    }

    private static List<Remnant> remnants(JournalSource source) throws IOException {
        try {
            return source.remnants();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted =
                    new InterruptedIOException("interrupted while journals were looked for");
            interrupted.initCause(e);
            throw interrupted;
        } catch (BackupException e) {
            throw new BackupException(
                    RollForwardFault.SOURCE,
                    "what " + source.name() + " has that isn't backed up can't be told: " + e.what(),
                    "Mend that; or when it is gone, recover from what is backed up alone, with --backed-up-only.",
                    e);
        }
    }

    private JournalSource source(String database) throws IOException {
        String name = services.journals().ofDatabase(database).orElse(null);
        if (name == null) {
            throw new BackupException(
                    RollForwardFault.NO_JOURNALS,
                    "which journals bring database " + database + " forward isn't configured",
                    "Name journals of its engine in config/saddlebag.yaml: databases." + database + ".journals.");
        }
        return services.journals().source(name);
    }

    /** Numbers of journals are an incarnation's own: without a word they are the current one's. */
    private static long lineOf(RecoverRequest request, Incarnations known) throws IOException {
        Long named = request.incarnation();
        if (request.target() instanceof RecoveryTarget.Time time) {
            return known.lineOf(time.instant(), named);
        }
        return named == null ? known.current().number() : known.require(named).number();
    }

    Optional<StatePoint> stateOf(Backup backup, StagedReplay replay, Incarnations known, ReplayHoldings holdings) {
        return new BackupStates(replay, known, holdings).of(backup);
    }

    ReplayLine line(
            RecoverRequest request,
            StagedReplay replay,
            JournalSource source,
            Incarnations known,
            long line,
            ReplayHoldings holdings,
            Backup backup)
            throws IOException {
        StatePoint start = stateOf(backup, replay, known, holdings)
                .orElseThrow(() -> new IllegalStateException("backup " + backup.id() + " was not to be chosen"));
        boolean grows = source.layout() == JournalLayout.EXTENSIBLE;
        ReplayHoldings usable = grows && request.target() instanceof RecoveryTarget.Time time
                ? holdings.endedBy(line, time.instant())
                : holdings;
        return ReplayLine.of(known.path(line), start, usable, request.target());
    }

    private Choice base(
            RecoverRequest request, StagedReplay replay, Incarnations known, long line, ReplayHoldings holdings)
            throws IOException {
        Choice choice = new RecoveryBases(services.restoring())
                .choose(
                        request.database(),
                        new Criteria(until(request), Medium.ANY),
                        backup -> against(backup, request, replay, known, line, holdings));
        if (choice.inOrder().isEmpty()) {
            List<Choice.PassedOver> all = choice.passedOver();
            throw new BackupException(
                    RollForwardFault.NO_BASE,
                    "no backup of " + request.database() + " leads to " + request.target()
                            + " on the line of incarnation " + line
                            + (all.isEmpty() ? "; there is none at all" : "; considered: ")
                            + all.stream()
                                    .limit(SHOWN)
                                    .map(Choice.PassedOver::toString)
                                    .collect(Collectors.joining("; ")),
                    "Ask for a later point, or for another incarnation; 'saddlebag incarnation list "
                            + request.database() + "' shows them.");
        }
        return choice;
    }

    private static Until until(RecoverRequest request) {
        Instant limit = request.asOf();
        if (request.target() instanceof RecoveryTarget.Time time) {
            return new Until.Time(limit != null && limit.isBefore(time.instant()) ? limit : time.instant());
        }
        return limit == null ? Until.NOW : new Until.Time(limit);
    }

    private @Nullable String against(
            Backup backup,
            RecoverRequest request,
            StagedReplay replay,
            Incarnations known,
            long line,
            ReplayHoldings holdings) {
        if (request.backup() != null && !request.backup().equals(backup.id())) {
            return "backup " + request.backup() + " was asked for";
        }
        StatePoint state = stateOf(backup, replay, known, holdings).orElse(null);
        if (state == null) {
            return "where journals go on from it isn't known: it was not made in backup mode, or before its journals were"
                    + " backed up";
        }
        if (!known.isOnLine(line, state)) {
            return "it is of " + JournalOffset.of(state.position()) + " of incarnation " + state.incarnation()
                    + ", off the line of incarnation " + line;
        }
        return state.incarnation() == line && isBehind(state.position(), request.target(), replay, backup)
                ? "it is behind " + request.target()
                : null;
    }

    private static boolean isBehind(LogPosition state, RecoveryTarget target, StagedReplay replay, Backup backup) {
        if (target instanceof RecoveryTarget.Sequence sequence) {
            return JournalOffset.of(state).journal() > sequence.number();
        }
        if (target instanceof RecoveryTarget.Position position) {
            return state.isAfter(position.position());
        }
        return replay.isBehind(backup.about().facts(), target);
    }

    /** A database never opens as if what comes before a lost journal were all. */
    void requireWhole(RecoverRequest request, ReplayLine journals, long line, ReplayHoldings holdings)
            throws BackupException {
        if (journals.missing().isEmpty()) {
            return;
        }
        JournalId lost = journals.missing().get(0);
        Optional<JournalId> newest = holdings.newest(line);
        if (lost.incarnation() == line && (newest.isEmpty() || lost.compareTo(newest.get()) > 0)) {
            throw new BackupException(
                    RollForwardFault.TOO_SHORT,
                    request.target() + " is behind the last journal of incarnation " + line
                            + newest.map(each -> ", " + each).orElse(", which has none"),
                    "Recover to the end of the journals, or to a place before; journals may still be at the server.");
        }
        throw lost(request, journals);
    }

    static BackupException lost(RecoverRequest request, ReplayLine journals) {
        List<JournalId> missing = journals.missing();
        return new BackupException(
                RollForwardFault.LOST,
                "journals "
                        + missing.stream().limit(SHOWN).map(JournalId::toString).collect(Collectors.joining(", "))
                        + (missing.size() > SHOWN ? " and " + (missing.size() - SHOWN) + " more" : "")
                        + " are lost, and " + request.target() + " may be behind them",
                "Recover to the end of the one before them with --until-sequence "
                        + (missing.get(0).sequence() - 1) + ", or from a backup that was made after them.");
    }
}

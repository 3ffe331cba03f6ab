package io.saddlebag.rollforward;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.DatabaseRecovery;
import io.saddlebag.database.OutcomeClass;
import io.saddlebag.fault.BackupException;
import io.saddlebag.incarnation.Incarnation;
import io.saddlebag.incarnation.Incarnations;
import io.saddlebag.incarnation.StatePoint;
import io.saddlebag.incarnation.TimelineHistory;
import io.saddlebag.journal.Journal;
import io.saddlebag.journal.JournalId;
import io.saddlebag.journal.JournalSource;
import io.saddlebag.level.BackupChain;
import io.saddlebag.recovery.Choice;
import io.saddlebag.recovery.Criteria;
import io.saddlebag.recovery.LogPosition;
import io.saddlebag.recovery.Medium;
import io.saddlebag.recovery.RecoveryTarget;
import io.saddlebag.recovery.Until;
import io.saddlebag.restore.RecoveryBases;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Turns a request into a plan, and refuses what can't go well before anything is touched. */
final class RecoverPlanner {
    private static final int SHOWN = 10;

    private final RecoverServices services;

    RecoverPlanner(RecoverServices services) {
        this.services = services;
    }

    /** A plan, and what its making has learnt. */
    record Planned(
            RecoverPlan plan,
            List<BackupId> inOrder,
            DatabaseRecovery recovery,
            Line line,
            Holdings holdings,
            Coverage coverage) {}

    Planned plan(RecoverRequest request) throws IOException {
        DatabaseRecovery recovery = recovery(request.database());
        recovery.require(request.target());
        JournalSource source = source(request.database());
        boolean asked = request.unsaved() == RecoverRequest.Unsaved.APPLIED;
        SourceView atSource = asked ? SourceView.now(source) : SourceView.NOTHING;
        Incarnations known =
                services.incarnations().of(request.database(), asked ? unsavedHistories(source) : List.of());
        Line line = new Line(
                known,
                lineOf(request, known, KnownIncarnations.bytesOfEach(source)),
                KnownIncarnations.bytesOfEach(source));
        Choice choice = base(request, known, line);
        Backup backup = services.restoring()
                .catalog()
                .find(new BackupId(choice.inOrder().get(0).id()))
                .orElseThrow(() -> new IllegalStateException("a backup that was just listed is gone"));
        Holdings holdings = holdings(request, source, atSource);
        Coverage coverage = coverage(request, line, backup, holdings);
        requireWhole(request, line, coverage, holdings);
        List<String> names = coverage.there().stream().map(holdings::name).toList();
        return new Planned(
                new RecoverPlan(
                        request,
                        known,
                        line.number(),
                        backup,
                        BackupChain.of(services.restoring().catalog(), backup).ids(),
                        choice.passedOver(),
                        source.name(),
                        names.isEmpty() ? "" : names.get(0),
                        names,
                        received(line, coverage, holdings)
                                .map(LogPosition::toString)
                                .orElse(""),
                        coverage.missing().stream().map(holdings::name).toList()),
                choice.inOrder().stream().map(each -> new BackupId(each.id())).toList(),
                recovery,
                line,
                holdings,
                coverage);
    }

    /** What counts for that target: where a journal's end is wanted, its beginning doesn't do. */
    Holdings holdings(RecoverRequest request, JournalSource source, SourceView atSource) throws IOException {
        boolean wholeOnly = request.target() instanceof RecoveryTarget.Sequence;
        return Holdings.of(services.journals(), source, wholeOnly ? atSource.whole() : atSource);
    }

    /** How far the last journal was received; empty where it is whole. */
    static Optional<LogPosition> received(Line line, Coverage coverage, Holdings holdings) {
        return received(line, coverage, coverage.last(), holdings);
    }

    private static Optional<LogPosition> received(Line line, Coverage coverage, long sequence, Holdings holdings) {
        return coverage.there().stream()
                .filter(each -> each.sequence() == sequence)
                .max(Comparator.naturalOrder())
                .map(holdings.beginnings()::get)
                .map(each -> LogPosition.lsn(line.beginOf(each.id().sequence()).value() + line.kept(each)));
    }

    private DatabaseRecovery recovery(String database) throws IOException {
        var adapter = services.restoring().databases().database(database);
        return adapter.recovery()
                .orElseThrow(() -> new BackupException(
                        DatabaseFault.NO_RECOVERY,
                        "journals of engine " + adapter.engine() + " aren't applied by Saddlebag",
                        "Restore database " + database
                                + " with 'saddlebag restore', and roll it forward by its own means."));
    }

    private JournalSource source(String database) throws IOException {
        String name = services.journals().ofDatabase(database).orElse(null);
        JournalSource source = name == null ? null : services.journals().source(name);
        if (source == null || KnownIncarnations.bytesOfEach(source) <= 0) {
            throw new BackupException(
                    RollForwardFault.NO_JOURNALS,
                    source == null
                            ? "which journals bring database " + database + " forward isn't configured"
                            : "where in the log the journals " + name + " begin can't be told",
                    "Name journals of its engine in config/saddlebag.yaml: databases." + database + ".journals.");
        }
        return source;
    }

    /** Histories that were archived and aren't backed up yet. */
    private static List<Incarnation> unsavedHistories(JournalSource source) throws IOException {
        List<Incarnation> all = new ArrayList<>();
        for (JournalSource companion : source.companions()) {
            for (Journal each : SourceView.now(companion).ready().values()) {
                try (InputStream content = companion.open(each, 0)) {
                    String text = new String(content.readNBytes(TimelineHistory.MOST_BYTES), StandardCharsets.UTF_8);
                    all.addAll(TimelineHistory.parse(
                            each.id().incarnation(), text, KnownIncarnations.bytesOfEach(source)));
                }
            }
        }
        return all;
    }

    private static long lineOf(RecoverRequest request, Incarnations known, long journalBytes) throws IOException {
        Long named = request.incarnation();
        if (request.target() instanceof RecoveryTarget.Position position) {
            return known.lineOf(position.position(), named);
        }
        if (request.target() instanceof RecoveryTarget.Time time) {
            return known.lineOf(time.instant(), named);
        }
        if (request.target() instanceof RecoveryTarget.Sequence last) {
            return known.lineOf(LogPosition.lsn((last.number() + 1) * journalBytes), named);
        }
        return named == null ? known.current().number() : known.require(named).number();
    }

    private Choice base(RecoverRequest request, Incarnations known, Line line) throws IOException {
        boolean placeless = request.target() instanceof RecoveryTarget.RestorePoint
                || request.target() instanceof RecoveryTarget.BeforeTransaction;
        if (placeless && request.backup() == null && request.asOf() == null) {
            throw new BackupException(
                    RollForwardFault.WHICH_BACKUP,
                    "where in the journals " + request.target() + " is isn't known before they are read",
                    "Say which backup was made before it: --backup ID, or --as-of TIME for the newest of then.");
        }
        Choice choice = new RecoveryBases(services.restoring())
                .choose(
                        request.database(),
                        new Criteria(until(request, line), Medium.ANY),
                        backup -> against(backup, request, known, line.number()));
        if (choice.inOrder().isEmpty()) {
            List<Choice.PassedOver> all = choice.passedOver();
            throw new BackupException(
                    RollForwardFault.NO_BASE,
                    "no backup of " + request.database() + " leads to " + request.target()
                            + " on the line of incarnation "
                            + line.number()
                            + (all.isEmpty() ? "; there is none at all" : "; considered: ")
                            + all.stream()
                                    .limit(SHOWN)
                                    .map(Choice.PassedOver::toString)
                                    .collect(Collectors.joining("; "))
                            + withoutHistory(known, line.number()),
                    "Ask for a later point, or for another incarnation; 'saddlebag incarnation list "
                            + request.database() + "' shows them.");
        }
        return choice;
    }

    /** Every incarnation but the first one has a parent; where that isn't known its history is lost. */
    private static String withoutHistory(Incarnations known, long line) {
        Incarnation root = known.path(line).get(0);
        return root.number() == 1
                ? ""
                : "; the history of incarnation " + root.number()
                        + ", which tells where it went off its parent, is lost, so that no older backup is known to lead there";
    }

    private static Until until(RecoverRequest request, Line line) {
        Instant limit = request.asOf();
        if (request.target() instanceof RecoveryTarget.Time time) {
            return new Until.Time(limit != null && limit.isBefore(time.instant()) ? limit : time.instant());
        }
        if (request.target() instanceof RecoveryTarget.Position position) {
            return new Until.Position(position.position());
        }
        if (request.target() instanceof RecoveryTarget.Sequence last) {
            return new Until.Position(line.beginOf(last.number() + 1));
        }
        return limit == null ? Until.NOW : new Until.Time(limit);
    }

    private static @Nullable String against(Backup backup, RecoverRequest request, Incarnations known, long line) {
        BackupId wanted = request.backup();
        if (wanted != null && !wanted.equals(backup.id())) {
            return "backup " + wanted + " was asked for";
        }
        Instant limit = request.asOf();
        if (limit != null && backup.about().at().isAfter(limit)) {
            return "it is newer than " + limit;
        }
        Map<String, String> facts = backup.about().facts();
        String timeline = facts.get(KnownIncarnations.TIMELINE);
        String stop = facts.get(KnownIncarnations.STOP);
        if (timeline == null
                || stop == null
                || !OutcomeClass.of(facts).equals(java.util.Optional.of(OutcomeClass.DATABASE_FULL))) {
            return "it was not made in backup mode, so that where journals go on from it isn't known";
        }
        StatePoint state = new StatePoint(Long.parseLong(timeline), LogPosition.parse(stop));
        return known.isOnLine(line, state) ? null : "it is of " + state + ", off the line of incarnation " + line;
    }

    Coverage coverage(RecoverRequest request, Line line, Backup backup, Holdings holdings) {
        LogPosition stop =
                LogPosition.parse(String.valueOf(backup.about().facts().get(KnownIncarnations.STOP)));
        long first = line.sequenceBefore(stop);
        if (request.target() instanceof RecoveryTarget.Sequence last) {
            Set<JournalId> upTo = holdings.known().stream()
                    .filter(each -> each.sequence() <= last.number())
                    .collect(Collectors.toSet());
            return Coverage.of(line, first, last.number(), upTo, holdings::has);
        }
        Predicate<JournalId> taken = id -> holdings.has(id) && !isSuperseded(line, id, holdings);
        long needed = request.target() instanceof RecoveryTarget.Position position
                ? line.sequenceBefore(position.position())
                : -1;
        return Coverage.of(line, first, needed, holdings.known(), taken);
    }

    /** A beginning has nothing that isn't in the journal which the next incarnation of the line began with. */
    private static boolean isSuperseded(Line line, JournalId id, Holdings holdings) {
        JournalId counting = line.of(id.sequence());
        return holdings.beginnings().containsKey(id) && !counting.equals(id) && holdings.has(counting);
    }

    /** Where it isn't known which journals are needed, the engine stops when it comes to one that is lost. */
    void requireWhole(RecoverRequest request, Line line, Coverage coverage, Holdings holdings) throws BackupException {
        boolean told = RecoveryTarget.isEnd(request.target()) || request.target() instanceof RecoveryTarget.Position;
        if (coverage.missing().isEmpty() || !told) {
            requireIn(request, line, coverage, holdings);
            return;
        }
        List<String> names = coverage.missing().stream().map(holdings::name).toList();
        long firstLost = coverage.missing().get(0).sequence();
        if (firstLost > coverage.newest()) {
            throw new BackupException(
                    RollForwardFault.TOO_SHORT,
                    request.target() + " is behind the last journal of incarnation " + line.number()
                            + ", which ends at "
                            + received(line, coverage, coverage.newest(), holdings)
                                    .orElseGet(() -> line.beginOf(coverage.newest() + 1)),
                    "Recover to the end of the journals, or to a place before; journals may still be at the server.");
        }
        throw new BackupException(
                RollForwardFault.LOST,
                "journals " + names.stream().limit(SHOWN).collect(Collectors.joining(", "))
                        + (names.size() > SHOWN ? " and " + (names.size() - SHOWN) + " more" : "")
                        + " are lost, and " + request.target() + " is behind them",
                "Recover to the end of the one before them with --until-sequence " + (firstLost - 1)
                        + ", or from a backup that was made after them; look for them at the server.");
    }

    /** Of the journal that has the place there may be a beginning only, or the parent's up to where the incarnation went off. */
    private static void requireIn(RecoverRequest request, Line line, Coverage coverage, Holdings holdings)
            throws BackupException {
        if (request.target() instanceof RecoveryTarget.Position position) {
            long sequence = line.sequenceBefore(position.position());
            Optional<LogPosition> end = coverage.there().stream()
                    .filter(each -> each.sequence() == sequence)
                    .max(Comparator.naturalOrder())
                    .map(each -> end(line, each, holdings));
            if (end.isPresent() && position.position().isAfter(end.get())) {
                throw new BackupException(
                        RollForwardFault.TOO_SHORT,
                        request.target() + " is behind what there is of incarnation " + line.number()
                                + ", which ends at " + end.get(),
                        "Recover to the end of the journals, or to a place before; journals may still be at the server.");
            }
        }
    }

    private static LogPosition end(Line line, JournalId journal, Holdings holdings) {
        Beginning begun = holdings.beginnings().get(journal);
        long bytes = begun == null ? line.kept(journal).orElse(line.journalBytes()) : line.kept(begun);
        return LogPosition.lsn(line.beginOf(journal.sequence()).value() + bytes);
    }
}

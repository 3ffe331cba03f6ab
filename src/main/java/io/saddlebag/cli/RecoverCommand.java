package io.saddlebag.cli;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.node.Node;
import io.saddlebag.recovery.JournalOffset;
import io.saddlebag.recovery.LogPosition;
import io.saddlebag.recovery.RecoveryTarget;
import io.saddlebag.rollforward.RecoverPlan;
import io.saddlebag.rollforward.RecoverRequest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Recovery by journals (R7, R8). */
@Command(
        name = "recover",
        mixinStandardHelpOptions = true,
        description =
                "Recover a database: restore the newest backup that leads to the point, apply journals to it, from wherever"
                        + " they are, and open it there. Without a point: to the end of the journals.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  saddlebag recover orders",
            "  saddlebag recover orders --until-time 2026-01-31T12:00:00Z",
            "  saddlebag recover orders --until-lsn 16/B374D848 --incarnation 2",
            "  saddlebag recover orders --before-transaction 742 --as-of 2026-01-31T12:00:00Z --dry-run",
            "  saddlebag recover orders --database sales --until-time 2026-01-31T12:00:00Z --as sales_before_lunch"
        })
final class RecoverCommand extends NodeCommand {
    @Parameters(paramLabel = "DATABASE", description = "Its name in config/saddlebag.yaml.")
    String database = "";

    @Option(
            names = "--until-time",
            paramLabel = "TIME",
            description = "With what was committed up to then, e.g. 2026-01-31T12:00:00Z.")
    @Nullable
    Instant time;

    @Option(
            names = "--until-lsn",
            paramLabel = "LSN",
            description = "With what was written before that place in the log, e.g. 16/B374D848.")
    @Nullable
    String lsn;

    @Option(
            names = "--until-sequence",
            paramLabel = "NUMBER",
            description = "To the end of the journal of that number, from 'saddlebag journal list'.")
    @Nullable
    Long sequence;

    @Option(
            names = "--until-log",
            paramLabel = "NAME[:POSITION]",
            description = "To the end of that binary log, or with what was written before that place in it.")
    @Nullable
    String log;

    @Option(
            names = "--restore-point",
            paramLabel = "NAME",
            description = "As it was when its state was given that name; needs --backup or --as-of.")
    @Nullable
    String restorePoint;

    @Option(
            names = "--before-transaction",
            paramLabel = "ID",
            description =
                    "With what was committed before that transaction, and not it. A number needs --backup or --as-of; a GTID,"
                            + " such as 0-1-57, doesn't.")
    @Nullable
    String transaction;

    @Option(
            names = "--incarnation",
            paramLabel = "NUMBER",
            description = "Whose history is meant, from 'saddlebag incarnation list'; the current one else.")
    @Nullable
    Long incarnation;

    @Option(names = "--backup", paramLabel = "ID", description = "Begin with this one; the newest that fits else.")
    @Nullable
    String backup;

    @Option(names = "--as-of", paramLabel = "TIME", description = "Begin with a backup of then or earlier.")
    @Nullable
    Instant asOf;

    @Option(
            names = "--area",
            paramLabel = "DIR",
            description = "Collect the journals in this folder, which must not be there yet; removed afterwards.")
    @Nullable
    Path area;

    @Option(
            names = "--backed-up-only",
            description = "The journals' source is gone: what it had that isn't backed up is left out.")
    boolean backedUpOnly;

    @Mixin
    PartArguments part = new PartArguments();

    @Mixin
    PromptArgument prompt = new PromptArgument();

    @Option(names = "--dry-run", description = "Print the plan and change nothing.")
    boolean dryRun;

    @Override
    Surroundings.Purpose purpose() {
        return Surroundings.Purpose.WORK;
    }

    @Override
    int run(Node node, Output output) throws Exception {
        RecoverRequest request = new RecoverRequest(
                database,
                target(),
                incarnation,
                backup == null ? null : BackupId.parse(backup),
                asOf,
                area == null ? null : area.toAbsolutePath(),
                backedUpOnly ? RecoverRequest.Unsaved.LEFT_OUT : RecoverRequest.Unsaved.APPLIED,
                user(),
                prompt.prompt());
        if (part.isGiven()) {
            return part.run(node, request, dryRun, new JobReporter(output, json()), plan -> print(plan, output));
        }
        if (dryRun) {
            print(node.recoveries().plan(request), output);
            return ExitCode.OK;
        }
        return new JobReporter(output, json()).report(node.recoveries().recover(request));
    }

    private RecoveryTarget target() {
        List<RecoveryTarget> given = new ArrayList<>();
        if (time != null) {
            given.add(new RecoveryTarget.Time(time));
        }
        if (lsn != null) {
            given.add(new RecoveryTarget.Position(LogPosition.parse(lsn)));
        }
        if (sequence != null) {
            given.add(new RecoveryTarget.Sequence(sequence));
        }
        if (log != null) {
            given.add(JournalOffset.target(log));
        }
        if (restorePoint != null) {
            given.add(new RecoveryTarget.RestorePoint(restorePoint));
        }
        if (transaction != null) {
            given.add(RecoveryTarget.before(transaction));
        }
        if (given.size() > 1) {
            throw new IllegalArgumentException(
                    "a recovery ends at one point, not at " + given.get(0) + " and " + given.get(1)
                            + ": give one of --until-time, --until-lsn, --until-sequence, --until-log, --restore-point, --before-transaction");
        }
        return given.isEmpty() ? RecoveryTarget.end() : given.get(0);
    }

    private void print(RecoverPlan plan, Output output) {
        View view = View.of(plan);
        if (json()) {
            output.json(view);
            return;
        }
        output.line("This would be done; nothing was changed:");
        output.line(
                "recover " + view.database + " to " + view.target + " on the line of incarnation " + view.incarnation);
        output.line("restore backup " + view.backup + " of " + view.backupAt
                + (plan.combinedFrom().isEmpty() ? "" : ", put together from " + plan.combinedFrom()));
        output.line(
                view.journals.isEmpty()
                        ? "apply no journals: there are none behind it"
                        : "apply " + view.journals.size() + " journals of " + view.source + ", from "
                                + view.firstJournal + " to " + view.journals.get(view.journals.size() - 1));
        if (!view.received.isEmpty()) {
            output.line("the last of them isn't whole: it was received to " + view.received);
        }
        view.lost.forEach(each -> output.line("journal " + each + " is lost: the recovery stops if it comes to it"));
        view.passedOver.forEach(each -> output.line("passed over " + each));
    }

    record View(
            String database,
            String target,
            long incarnation,
            long backup,
            Instant backupAt,
            List<Long> images,
            String source,
            String firstJournal,
            List<String> journals,
            String received,
            List<String> lost,
            List<String> passedOver) {
        static View of(RecoverPlan plan) {
            return new View(
                    plan.request().database(),
                    plan.request().target().toString(),
                    plan.line(),
                    plan.backup().id().value(),
                    plan.backup().about().at(),
                    plan.images().stream().map(BackupId::value).toList(),
                    plan.source(),
                    plan.firstJournal(),
                    plan.journals(),
                    plan.received(),
                    plan.lost(),
                    plan.passedOver().stream().map(Object::toString).toList());
        }
    }
}

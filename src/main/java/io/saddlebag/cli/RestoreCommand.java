package io.saddlebag.cli;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.node.Node;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.recovery.Until;
import io.saddlebag.restore.BackupSelector;
import io.saddlebag.restore.PathMapping;
import io.saddlebag.restore.RestoreChoices;
import io.saddlebag.restore.RestorePlan;
import io.saddlebag.restore.RestorePreview;
import io.saddlebag.restore.RestoreRequest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        description = "Restore a backup: a database in its place, or files anywhere.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  saddlebag restore orders --database orders        stop, restore, start, check",
            "  saddlebag restore 12 --to /tmp/look --object /srv/orders/conf",
            "  saddlebag restore home --map /home/anna=/home/anna.old --existing keep",
            "  saddlebag restore orders --database orders --dry-run"
        })
final class RestoreCommand extends NodeCommand {
    @Parameters(
            paramLabel = "BACKUP",
            arity = "1..*",
            description =
                    "Names, for their newest backups, or ids from 'saddlebag lsbu'. Several are restored in that order.")
    List<String> backups = new ArrayList<>();

    @Option(names = "--database", description = "Stop it before, start and check it after.")
    @Nullable
    String database;

    @Option(
            names = "--to",
            paramLabel = "DIR",
            description = "Put the objects below this folder, not in their old places.")
    @Nullable
    Path to;

    @Option(
            names = "--map",
            paramLabel = "FROM=TO",
            description = "Put what was at FROM, and below it, to TO; repeatable, the longest FROM that fits wins.")
    List<String> mappings = new ArrayList<>();

    @Option(
            names = "--no-devices",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description =
                    "Leave out device nodes, set-user-id and set-group-id bits and capabilities, which root restores"
                            + " otherwise.")
    boolean devices = true;

    @Option(
            names = "--object",
            paramLabel = "PATH",
            description = "Only this object and all below it, or a part of a database: data-files, tablespace:NAME,"
                    + " control-file, journals, archived-journals, parameter-file; repeatable.")
    List<String> objects = new ArrayList<>();

    @Option(
            names = "--existing",
            defaultValue = "replace",
            description = "Where something is already: replace, keep, keep-newer, rename. Default: ${DEFAULT-VALUE}.")
    String existing = "replace";

    @Option(
            names = "--as-of",
            paramLabel = "TIME",
            description = "The newest backup up to then, e.g. 2026-01-31T12:00:00Z.")
    @Nullable
    Instant asOf;

    @Option(
            names = "--until",
            paramLabel = "POINT",
            description = "The newest backup that reaches no further: a time, lsn:16/B374D848, scn:1500, sequence:17.")
    @Nullable
    String until;

    @Option(
            names = "--from-medium",
            paramLabel = "MEDIA",
            description = "Read from these only: disk, tape, with commas between. Default: any.")
    @Nullable
    String media;

    @Option(
            names = "--failover",
            paramLabel = "HOW",
            description =
                    "When a backup can't be read: none, copies (of the same state), previous (then the backup before)."
                            + " Default: previous for a name alone, copies with --until or for a number.")
    @Nullable
    String failover;

    @Option(
            names = "--newname",
            paramLabel = "PATTERN=NAME",
            description =
                    "Files that the pattern fits get other names: /srv/data/*.dbf=/srv/new/%%b; repeatable. In NAME, %%b is"
                            + " the file's name, %%n without its ending, %%e the ending, %%d the folder's name.")
    List<String> newNames = new ArrayList<>();

    @Option(
            names = "--switch",
            description =
                    "With --database and --map: the database uses the parts that got new places there from then on.")
    boolean switchParts;

    @Option(names = "--force", description = "Restore also what is in place as it was backed up.")
    boolean force;

    @Mixin
    PasswordArgument password = new PasswordArgument();

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
        RestoreRequest request = request();
        return password.with(node, root().surroundings().terminal(), asked -> {
            // whatever password is wanted is known now, before there is a job
            asked.during(() -> node.restores().plan(request));
            if (dryRun) {
                print(node.restores().preview(request), output);
                return ExitCode.OK;
            }
            return new JobReporter(output, json()).report(node.restores().restore(request));
        });
    }

    private RestoreRequest request() {
        List<BackupSelector> selectors =
                backups.stream().map(text -> wanted(text, bound())).toList();
        return new RestoreRequest(
                selectors,
                objects,
                to,
                parseExisting(existing),
                database,
                user(),
                prompt.prompt(),
                mappings.stream().map(PathMapping::parse).toList(),
                devices ? RestoreRequest.Powers.AS_BACKED_UP : RestoreRequest.Powers.LEFT_OUT,
                choices());
    }

    private RestoreChoices choices() {
        RestoreChoices choices = RestoreChoices.parse(media, failover, force).naming(newNames);
        return switchParts ? choices.switched() : choices;
    }

    private @Nullable Until bound() {
        String point = until;
        Instant time = asOf;
        if (point != null && time != null) {
            throw new IllegalArgumentException("--as-of and --until say the same; one is valid");
        }
        if (point != null) {
            return Until.parse(point);
        }
        return time == null ? null : new Until.Time(time);
    }

    static BackupSelector selector(String text, @Nullable Instant until) {
        return wanted(text, until == null ? null : new Until.Time(until));
    }

    private static BackupSelector wanted(String text, @Nullable Until until) {
        if (text.chars().allMatch(Character::isDigit)) {
            return new BackupSelector.ById(BackupId.parse(text));
        }
        return BackupSelector.of(text, until);
    }

    static RestoreRequest.Existing parseExisting(String text) {
        try {
            return RestoreRequest.Existing.valueOf(
                    text.strip().toUpperCase(Locale.ROOT).replace('-', '_'));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a way to treat what exists; valid are replace, keep, keep-newer, rename", e);
        }
    }

    private void print(RestorePreview preview, Output output) {
        RestorePlan plan = preview.plan();
        if (json()) {
            List<PlanView> views = new ArrayList<>();
            for (int i = 0; i < plan.steps().size(); i++) {
                RestorePlan.Step step = plan.steps().get(i);
                views.add(new PlanView(
                        step.backup().id().value(),
                        step.backup().about().name(),
                        step.volumes(),
                        step.objects(),
                        step.bytes(),
                        preview.effects().get(i)));
            }
            output.json(views);
            return;
        }
        output.line("This would be restored; nothing was changed:");
        output.table(
                List.of("BACKUP", "NAME", "AT", "OBJECTS", "SIZE", "VOLUMES IN LOAD ORDER"),
                plan.steps().stream()
                        .map(step -> List.of(
                                step.backup().id().toString(),
                                step.backup().about().name(),
                                step.backup().about().at().toString(),
                                Long.toString(step.objects()),
                                ByteCount.of(step.bytes()).toString(),
                                String.join(" ", step.volumes())))
                        .toList());
        plan.controlFiles().inWords().forEach(output::line);
        for (RestorePreview.Effects effects : preview.effects()) {
            output.line("backup " + effects.backup() + ": " + effects.inWords());
            effects.shown().forEach(place -> output.line("  " + place.effect() + "  " + place.path()));
            if (effects.notShown() > 0) {
                output.line("  and " + effects.notShown() + " more");
            }
        }
    }

    record PlanView(
            long backup, String name, List<String> volumes, long objects, long bytes, RestorePreview.Effects effects) {}
}

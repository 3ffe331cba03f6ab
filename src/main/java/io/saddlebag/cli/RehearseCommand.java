package io.saddlebag.cli;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Rehearsal;
import io.saddlebag.catalog.RehearsalLog;
import io.saddlebag.job.Job;
import io.saddlebag.job.Overlap;
import io.saddlebag.node.Node;
import io.saddlebag.rehearsal.RehearsalRequest;
import io.saddlebag.rehearsal.Rehearsals;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "rehearse",
        mixinStandardHelpOptions = true,
        description = "Try a backup of a database out: restore it to a scratch folder, start it there as an instance of"
                + " its own, have the engine check it, and remove all of it. The database itself isn't touched.")
final class RehearseCommand extends NodeCommand {
    private static final int MOST = 1000;

    @Parameters(paramLabel = "DATABASE", arity = "0..1", description = "Its name in config/saddlebag.yaml.")
    @Nullable
    String database;

    @Option(names = "--list", description = "Show what was proven, how long ago, and what came of the last attempts.")
    boolean list;

    @Option(names = "--backup", paramLabel = "ID", description = "An id from 'saddlebag lsbu'; the newest else.")
    @Nullable
    String backup;

    @Option(
            names = "--as-of",
            paramLabel = "TIME",
            description = "The newest backup up to then, e.g. 2026-01-31T12:00:00Z.")
    @Nullable
    Instant asOf;

    @Option(
            names = "--scratch",
            paramLabel = "DIR",
            description = "A folder to restore to, apart from everything that is backed up, with room for the database;"
                    + " 'rehearsal' in the state folder else.")
    @Nullable
    Path scratch;

    @Mixin
    PromptArgument prompt = new PromptArgument();

    @Override
    @Nullable
    String watchedTask() {
        return database == null ? null : Rehearsals.task(database);
    }

    @Override
    Surroundings.Purpose purpose() {
        return list ? Surroundings.Purpose.LOOK : Surroundings.Purpose.WORK;
    }

    @Override
    int run(Node node, Output output) throws Exception {
        if (list) {
            return show(node, output);
        }
        String name = database;
        if (name == null) {
            throw new IllegalArgumentException("which database? Name one, or give --list");
        }
        Job job = node.rehearsals()
                .run(new RehearsalRequest(
                        name,
                        backup == null ? null : BackupId.parse(backup),
                        asOf,
                        scratch == null ? null : scratch.toAbsolutePath(),
                        user(),
                        prompt.prompt(),
                        Overlap.WAIT))
                .orElseThrow(() -> new IllegalStateException("a job that waits is never skipped"));
        return new JobReporter(output, json()).report(List.of(job));
    }

    private int show(Node node, Output output) throws IOException {
        Instant now = Clock.systemUTC().instant();
        RehearsalLog log = node.rehearsals().log();
        Set<String> names = new TreeSet<>(node.databases());
        log.list(null, MOST).forEach(each -> names.add(each.database()));
        List<View> views = new ArrayList<>();
        for (String name : names) {
            if (database == null || database.equals(name)) {
                views.add(View.of(
                        name, log.lastProven(name), log.list(name, 1).stream().findFirst(), now));
            }
        }
        if (json()) {
            output.json(views);
        } else {
            output.table(
                    List.of("DATABASE", "LAST PROVEN", "AGE", "BACKUP", "LAST TRIED", "PROOF", "RESULT"),
                    views.stream().map(View::row).toList());
        }
        return ExitCode.OK;
    }

    /** What is known of a database's backups, as JSON shows it. Names are stable. */
    record View(
            String database,
            @Nullable Tried lastProven,
            @Nullable Long lastProvenAgeSeconds,
            @Nullable Tried lastTried) {
        /** @param proof nothing, restored, started or checked */
        record Tried(
                String job,
                long backup,
                Instant began,
                Instant ended,
                String proof,
                List<String> report,
                @Nullable String failure) {
            static Tried of(Rehearsal rehearsal) {
                return new Tried(
                        rehearsal.job(),
                        rehearsal.backup().value(),
                        rehearsal.began(),
                        rehearsal.ended(),
                        rehearsal.proof().display(),
                        rehearsal.report(),
                        rehearsal.failure());
            }
        }

        static View of(String database, Optional<Rehearsal> proven, Optional<Rehearsal> tried, Instant now) {
            return new View(
                    database,
                    proven.map(Tried::of).orElse(null),
                    proven.map(each -> Duration.between(each.ended(), now).toSeconds())
                            .orElse(null),
                    tried.map(Tried::of).orElse(null));
        }

        List<String> row() {
            Tried good = lastProven;
            Tried last = lastTried;
            Long age = lastProvenAgeSeconds;
            return List.of(
                    database,
                    good == null ? "never" : good.ended().toString(),
                    age == null ? "-" : age(Duration.ofSeconds(age)),
                    good == null ? "-" : Long.toString(good.backup()),
                    last == null ? "never" : last.ended().toString(),
                    last == null ? "-" : last.proof(),
                    last == null ? "-" : result(last));
        }

        private static String result(Tried tried) {
            String failure = tried.failure();
            return failure == null
                    ? "ok"
                    : "FAILED: " + failure.lines().findFirst().orElse("");
        }

        /** In the largest unit that fits twice. */
        static String age(Duration age) {
            if (age.toDays() >= 2) {
                return age.toDays() + " days";
            }
            if (age.toHours() >= 2) {
                return age.toHours() + " hours";
            }
            return age.toMinutes() >= 2 ? age.toMinutes() + " minutes" : Math.max(0, age.toSeconds()) + " seconds";
        }
    }
}

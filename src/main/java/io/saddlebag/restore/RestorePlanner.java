package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.diskimage.VolumeFacts;
import io.saddlebag.fault.BackupException;
import io.saddlebag.increment.IncrementNames;
import io.saddlebag.level.BackupChain;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns a request into a plan, and refuses what can't go well before anything is touched (C7). */
final class RestorePlanner {
    private final RestoreServices services;

    RestorePlanner(RestoreServices services) {
        this.services = services;
    }

    RestorePlan plan(RestoreRequest asked) throws IOException {
        String database = asked.database();
        if (database != null) {
            services.databases().database(database);
        }
        RestoreRequest named = new NamedObjects(services).resolved(asked);
        List<Backup> chosen = new ArrayList<>();
        for (BackupSelector selector : named.backups()) {
            chosen.add(new Selection(services.catalog(), services.copies())
                    .of(selector, named.choices().media())
                    .get(0)
                    .backup());
        }
        RestoreRequest request =
                new PartMoves(services).placed(new NewNames(services.catalog()).mapped(named, chosen), chosen);
        List<RestorePlan.Step> steps = new ArrayList<>();
        for (Backup backup : chosen) {
            steps.addAll(steps(backup, request));
        }
        requireMappingsFit(request, steps);
        return new RestorePlan(request, steps);
    }

    /** The images to read for the state of one backup. */
    List<RestorePlan.Step> steps(Backup backup, RestoreRequest request) throws IOException {
        requireItsDatabase(backup, request.database());
        requireFiles(backup, request);
        BackupChain chain = new StatePlanner(services.catalog()).chain(backup);
        for (Backup each : chain.oldestFirst()) {
            services.decryption().require(each.about().layers());
        }
        List<RestorePlan.Step> steps;
        if (chain.ids().size() == 1) {
            steps = List.of(step(backup, request));
        } else if (backup.about().database() == null) {
            steps = steps(chain, request);
        } else {
            steps = combined(chain, request);
            new CombinedRestore(services.files(), chain, request).require(new RestorePlan(request, steps));
        }
        new RestoreRoom(services).require(backup, steps, request);
        return steps;
    }

    /** A mapping with a slip of the pen would put everything where it must not go. */
    private void requireMappingsFit(RestoreRequest request, List<RestorePlan.Step> steps) throws IOException {
        for (PathMapping mapping : request.mappings()) {
            Sum sum = new Sum();
            for (RestorePlan.Step step : steps) {
                services.catalog().objects(step.backup().id(), mapping.from().toString(), sum::add);
            }
            if (sum.objects == 0) {
                throw new BackupException(
                        RestoreFault.NOTHING_SELECTED,
                        "mapping " + mapping + " fits nothing: none of the backups holds " + mapping.from(),
                        "Map a path as it was on the source; 'saddlebag catalog objects ID' lists them.");
            }
        }
    }

    private RestorePlan.Step step(Backup backup, RestoreRequest request) throws IOException {
        if (request.objects().isEmpty()) {
            return new RestorePlan.Step(backup, backup.objects(), backup.dataBytes(), List.of(backup));
        }
        Sum sum = new Sum();
        for (String object : request.objects()) {
            long before = sum.objects;
            services.catalog().objects(backup.id(), object, sum::add);
            if (sum.objects == before) {
                throw nothing(backup, object);
            }
        }
        return new RestorePlan.Step(backup, sum.objects, sum.bytes, List.of(backup));
    }

    private List<RestorePlan.Step> steps(BackupChain chain, RestoreRequest request) throws IOException {
        return new StatePlanner(services.catalog())
                .steps(chain, request.objects(), object -> nothing(chain.last(), object));
    }

    /** All images of a database's state: each changes what those below it have. */
    private List<RestorePlan.Step> combined(BackupChain chain, RestoreRequest request) throws IOException {
        List<RestorePlan.Step> steps = new ArrayList<>();
        for (Backup each : chain.oldestFirst()) {
            if (request.objects().isEmpty()) {
                steps.add(new RestorePlan.Step(each, each.objects(), each.dataBytes(), chain.oldestFirst()));
                continue;
            }
            Sum sum = new Sum();
            for (String object : request.objects()) {
                long before = sum.objects;
                for (String path : IncrementNames.withIncrements(List.of(object))) {
                    services.catalog().objects(each.id(), path, sum::add);
                }
                if (each.equals(chain.last()) && sum.objects == before) {
                    throw nothing(each, object);
                }
            }
            steps.add(new RestorePlan.Step(each, sum.objects, sum.bytes, chain.oldestFirst()));
        }
        return steps;
    }

    private static BackupException nothing(Backup backup, String object) {
        return new BackupException(
                RestoreFault.NOTHING_SELECTED,
                "backup " + backup.id() + " of " + backup.about().name() + " holds no " + object,
                "It holds "
                        + String.join(
                                ", ", roots(backup).stream().map(Path::toString).toList())
                        + " and what is below; 'saddlebag catalog objects " + backup.id() + "' lists it.");
    }

    private static void requireItsDatabase(Backup backup, @Nullable String database) throws BackupException {
        if (database != null && !database.equals(backup.about().database())) {
            throw new BackupException(
                    RestoreFault.WRONG_DATABASE,
                    "backup " + backup.id() + " is of "
                            + (backup.about().database() == null
                                    ? "plain files"
                                    : "database " + backup.about().database())
                            + ", not of database " + database,
                    "Choose a backup of " + database + ", or leave the database out and restore the files with --to.");
        }
    }

    private static void requireFiles(Backup backup, RestoreRequest request) throws BackupException {
        if (request.target() == null && VolumeFacts.of(backup.about().facts()).isPresent()) {
            throw new BackupException(
                    RestoreFault.BAD_REQUEST,
                    "backup " + backup.id() + " of " + backup.about().name() + " is of whole disks",
                    "Restore a disk with 'saddlebag image restore " + backup.id()
                            + " --to DEVICE', or put its image files into a folder with --to.");
        }
    }

    /** The folders and files that were backed up whole. */
    static List<Path> roots(Backup backup) {
        String roots = backup.about().facts().getOrDefault("roots", "/");
        return roots.lines().map(Path::of).toList();
    }

    private static final class Sum {
        private long objects;
        private long bytes;

        void add(ObjectEntry object) {
            objects++;
            bytes += object.size();
        }
    }
}

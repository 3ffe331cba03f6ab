package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.DatabaseFiles;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.NewFile;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.Obligation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Has all copies of a restored database's control file match: planned with the restore, done while the database is down (W14). */
final class ControlFiles {
    private final RestoreServices services;

    ControlFiles(RestoreServices services) {
        this.services = services;
    }

    /** Plans a request. */
    interface Planning {
        RestorePlan plan(RestoreRequest request) throws IOException;
    }

    /** The plan of the request, with what its control files need; nothing is touched. */
    RestorePlan complete(RestoreRequest request, Planning planning) throws IOException {
        RestorePlan plan = planning.plan(request);
        String name = request.database();
        if (name == null || request.target() != null) {
            return plan;
        }
        DatabaseAdapter database = services.databases().database(name);
        ControlFilePlan control = ControlFilePlanner.plan(situation(plan, database), database.controlFileChoice());
        if (control.fromBackup().isEmpty() || request.objects().isEmpty()) {
            return plan.with(control);
        }
        List<String> objects = new ArrayList<>(request.objects());
        control.fromBackup().forEach(each -> objects.add(each.toString()));
        return planning.plan(request.withObjects(objects)).with(control);
    }

    private ControlFilePlanner.Situation situation(RestorePlan plan, DatabaseAdapter database) throws IOException {
        Set<Path> control = new LinkedHashSet<>();
        Set<Path> others = new LinkedHashSet<>();
        Set<Backup> withFiles = new HashSet<>();
        for (RestorePlan.Step step : plan.steps()) {
            DatabaseFiles.Roles roles =
                    DatabaseFiles.Roles.of(step.backup().about().facts());
            List<Path> roots = RestorePlanner.roots(step.backup());
            roots.stream().filter(roles.control()::contains).forEach(control::add);
            if (!roles.control().isEmpty()) {
                withFiles.add(step.backup());
                roots.stream()
                        .filter(root -> !roles.control().contains(root)
                                && !roles.parameters().contains(root))
                        .forEach(others::add);
            }
        }
        requireOne(database, withFiles);
        return new ControlFilePlanner.Situation(
                database.name(),
                withFiles.isEmpty() ? Set.of() : now(database),
                control,
                others,
                plan.request().objects().stream().map(Path::of).toList());
    }

    /** Each backup has its own time. */
    private static void requireOne(DatabaseAdapter database, Set<Backup> backups) throws BackupException {
        if (backups.size() > 1) {
            throw new BackupException(
                    RestoreFault.PART_OF_DATABASE,
                    "database " + database.name() + " would be put together of " + backups.size()
                            + " backups, and its files would be of different times",
                    "Restore one backup of it; single files go elsewhere with --to.");
        }
    }

    private static Set<Path> now(DatabaseAdapter database) throws IOException {
        try {
            return new LinkedHashSet<>(database.controlFiles());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /**
     * Puts copies of restored control files in the place of others, each under a temporary name first.
     *
     * @param staged where a file is while the swap of all of them isn't decided; itself when they are restored in place
     * @param window in which the database is down
     */
    void align(
            JobRun job,
            ControlFilePlan plan,
            DatabaseAdapter database,
            DatabaseWindow window,
            UnaryOperator<Path> staged)
            throws IOException, InterruptedException {
        if (plan.copies().isEmpty()) {
            return;
        }
        job.act("align control files of " + database.name(), () -> {
            requireDown(database);
            for (ControlFilePlan.Copy each : plan.copies()) {
                Path to = staged.apply(each.to());
                Obligation leftover = job.owe(Leftovers.REMOVE, Leftovers.facts(List.of(to)));
                try {
                    copy(staged.apply(each.from()), to, window);
                } finally {
                    job.settle(leftover);
                }
                job.transcript().line("control file " + each.to() + " is a copy of the restored " + each.from());
            }
        });
    }

    /** A running instance writes to all of them. */
    private static void requireDown(DatabaseAdapter database) throws IOException, InterruptedException {
        DatabaseState state = database.state();
        if (state != DatabaseState.STOPPED) {
            throw new BackupException(
                    RestoreFault.INSTANCE_UP,
                    "control files of database " + database.name() + " are not touched: it is " + state,
                    "Find out who started it, stop it, and repeat the restore.");
        }
    }

    private void copy(Path from, Path to, DatabaseWindow window) throws IOException {
        FileStatus like = services.files().status(from);
        try (InputStream content = Channels.newInputStream(services.files().openRead(from));
                NewFile file = services.files().create(to)) {
            new ContentCopy().copy(content, file.channel(), null);
            if (services.privilege() == RestoreServices.Privilege.SETS_OWNERS) {
                file.setOwner(like.owner().uid(), like.owner().gid());
            }
            file.setMode(like.mode());
            // whoever has lost the lease must not touch files of a database that may run
            window.renew();
            file.replace();
        }
        Path folder = to.getParent();
        if (folder != null) {
            services.files().syncFolder(folder);
        }
    }
}

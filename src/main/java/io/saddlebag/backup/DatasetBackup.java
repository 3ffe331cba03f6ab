package io.saddlebag.backup;

import io.saddlebag.catalog.Backup;
import io.saddlebag.dataset.DatasetCommand;
import io.saddlebag.dataset.DatasetFault;
import io.saddlebag.dataset.Datasets;
import io.saddlebag.dataset.HostSelection;
import io.saddlebag.dataset.MountPoints;
import io.saddlebag.dataset.Selection;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Command;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.MountTable;
import io.saddlebag.host.Processes;
import io.saddlebag.job.Job;
import io.saddlebag.job.Overlap;
import io.saddlebag.snapshot.Snapshot;
import io.saddlebag.snapshot.SnapshotProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Backs up the files that a dataset names (D1): before-commands, snapshot, image, after-commands. */
public final class DatasetBackup {
    private static final Duration COMMAND_TIMEOUT = Duration.ofHours(1);

    /** Of the kernel's making: nothing in them is on a disk. */
    private static final Set<String> PSEUDO = Set.of(
            "proc",
            "sysfs",
            "devtmpfs",
            "devpts",
            "tmpfs",
            "ramfs",
            "cgroup",
            "cgroup2",
            "pstore",
            "bpf",
            "tracefs",
            "debugfs",
            "securityfs",
            "configfs",
            "mqueue",
            "hugetlbfs",
            "fusectl",
            "efivarfs",
            "binfmt_misc",
            "autofs",
            "nsfs",
            "rpc_pipefs",
            "selinuxfs");

    private static final Set<String> REMOTE = Set.of(
            "nfs",
            "nfs4",
            "cifs",
            "smb3",
            "smbfs",
            "9p",
            "ceph",
            "afs",
            "glusterfs",
            "lustre",
            "gpfs",
            "ncpfs",
            "coda",
            "fuse.sshfs",
            "fuse.glusterfs",
            "fuse.ceph",
            "fuse.s3fs",
            "fuse.davfs2");

    private final Backups backups;
    private final Parts parts;

    public DatasetBackup(Backups backups, Parts parts) {
        this.backups = backups;
        this.parts = parts;
    }

    /**
     * The dataset's files as a job of its own.
     *
     * @return the ended job; its state says what came of it. Empty when it was skipped because its task runs (W18)
     */
    public Optional<Job> run(Order order) throws IOException, InterruptedException {
        Optional<BackupRun> begun = backups.begin(
                "backup " + order.dataset(), order.user(), order.overlap(), Map.of("name", order.dataset()));
        if (begun.isEmpty()) {
            return Optional.empty();
        }
        BackupRun run = begun.get();
        @Nullable Throwable failure = null;
        try {
            snapshot(run, order.dataset(), order.snapshots());
            Backup backup = run.store(run.source(order.dataset(), order.source()), order.target());
            run.job().transcript().line("backup " + backup.id() + " of " + order.dataset() + " is complete");
            run.release();
        } catch (IOException | InterruptedException | RuntimeException e) {
            failure = e;
        }
        return Optional.of(run.end(failure));
    }

    /**
     * Takes the snapshot of a job that a dataset's image is made of, between its before-commands and, at the job's end, its
     * after-commands.
     */
    public Snapshot snapshot(BackupRun run, String dataset, OfflineBackup.ProviderChoice choice)
            throws IOException, InterruptedException {
        HostSelection selection = ofThisHost(run, dataset);
        SourceReaders.Reader reader = parts.readers().of(run.name().user());
        run.atEnd(reader::close);
        run.readThrough(reader.files());
        run.atEnd(() -> runAll(run, "after", selection.after()));
        runAll(run, "before", selection.before());
        List<Selection> selections = withCopyOfCatalog(run, present(run, reader.files(), expanded(selection)));
        if (selections.isEmpty()) {
            throw new BackupException(
                    BackupFault.EMPTY_SOURCE,
                    "nothing of dataset '" + dataset + "' is there",
                    "Check its paths with 'saddlebag dataset check " + dataset + "'.");
        }
        run.limitTo(selections);
        List<Path> paths = selections.stream().map(s -> Path.of(s.path())).toList();
        if (reader.osUser() != null) {
            run.job()
                    .transcript()
                    .line("the files are read as user " + reader.osUser()
                            + ", and not from a snapshot, which is root's");
            return run.snapshot(parts.unsnapped(), paths);
        }
        return run.snapshot(choice.forPaths(paths), paths);
    }

    /** A catalog that is read while it is written to is no catalog, and this very job writes to it. */
    private List<Selection> withCopyOfCatalog(BackupRun run, List<Selection> selections) throws IOException {
        OwnCatalog catalog = parts.catalog();
        if (catalog == null || selections.stream().noneMatch(each -> takes(each, catalog.place()))) {
            return selections;
        }
        OwnCatalog.Copy copy = catalog.copy();
        run.atEnd(copy::close);
        run.readInstead(catalog.place(), copy.file());
        run.job().transcript().line("catalog " + catalog.place() + " is backed up as it is now");
        List<Selection> without = new ArrayList<>();
        for (Selection each : selections) {
            Set<String> leftOut = new LinkedHashSet<>(each.leftOut());
            catalog.fleeting().stream()
                    .map(Path::toString)
                    .filter(path -> isBelow(path, each.path()))
                    .forEach(leftOut::add);
            without.add(new Selection(each.path(), leftOut, each.names(), each.crosses()));
        }
        return without;
    }

    private static boolean takes(Selection selection, Path file) {
        String path = file.toString();
        return isBelow(path, selection.path()) && !leavesOutOnTheWay(selection, path);
    }

    private HostSelection ofThisHost(BackupRun run, String dataset) throws IOException {
        List<HostSelection> all = parts.datasets().resolve(dataset);
        List<String> others = new ArrayList<>();
        @Nullable HostSelection own = null;
        for (HostSelection each : all) {
            if (each.host().equals(Datasets.LOCALHOST) || each.host().equalsIgnoreCase(parts.host())) {
                own = own == null ? each : both(own, each);
            } else {
                others.add(each.host());
            }
        }
        if (own == null) {
            throw new BackupException(
                    DatasetFault.NOTHING_FOR_HOST,
                    "dataset '" + dataset + "' takes nothing from this host, " + parts.host()
                            + (others.isEmpty() ? "" : "; it names " + others),
                    "Add 'include host " + parts.host() + " { .. }', or an 'include path' outside of any host.");
        }
        for (String other : others) {
            run.job().warn("host " + other + " of dataset '" + dataset + "' is not this node, and is left out");
        }
        return own;
    }

    private static HostSelection both(HostSelection a, HostSelection b) {
        return new HostSelection(
                a.host(),
                joined(a.paths(), b.paths()),
                a.withCatalog() || b.withCatalog(),
                joined(a.before(), b.before()),
                joined(a.after(), b.after()));
    }

    private static <T> List<T> joined(List<T> a, List<T> b) {
        Set<T> all = new LinkedHashSet<>(a);
        all.addAll(b);
        return List.copyOf(all);
    }

    /** With own roots for mounted file systems, which each have a snapshot of their own; nothing twice. */
    private List<Selection> expanded(HostSelection selection) throws IOException {
        List<Selection> all = new ArrayList<>(selection.paths());
        if (selection.withCatalog()) {
            parts.ownPaths().forEach(path -> all.add(new Selection(path.toString(), Set.of(), List.of(), Set.of())));
        }
        for (Selection each : List.copyOf(all)) {
            if (!each.crosses().isEmpty()) {
                all.addAll(mountedBelow(each));
            }
        }
        List<Selection> disjoint = new ArrayList<>();
        Set<String> seen = new LinkedHashSet<>();
        for (Selection each : all) {
            if (seen.add(each.path())) {
                Set<String> leftOut = new LinkedHashSet<>(each.leftOut());
                parts.secrets().stream()
                        .map(Path::toString)
                        .filter(secret -> isBelow(secret, each.path()))
                        .forEach(leftOut::add);
                all.stream()
                        .map(Selection::path)
                        .filter(other -> isBelow(other, each.path()))
                        .forEach(leftOut::add);
                disjoint.add(new Selection(each.path(), leftOut, each.names(), each.crosses()));
            }
        }
        return disjoint;
    }

    private List<Selection> mountedBelow(Selection selection) throws IOException {
        List<Selection> found = new ArrayList<>();
        for (MountTable.Mounted mounted : parts.mounts().mounts()) {
            String path = mounted.at().toString();
            MountPoints kind = REMOTE.contains(mounted.type()) ? MountPoints.REMOTE : MountPoints.LOCAL;
            if (isBelow(path, selection.path())
                    && !PSEUDO.contains(mounted.type())
                    && selection.crosses().contains(kind)
                    && !leavesOutOnTheWay(selection, path)) {
                found.add(new Selection(path, selection.leftOut(), selection.names(), selection.crosses()));
            }
        }
        return found;
    }

    private static boolean leavesOutOnTheWay(Selection selection, String path) {
        for (String up = path; isBelow(up, selection.path()); up = up.substring(0, up.lastIndexOf('/'))) {
            if (selection.leavesOut(up)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isBelow(String path, String root) {
        return !path.equals(root) && path.startsWith(root.equals("/") ? "/" : root + "/");
    }

    private static List<Selection> present(BackupRun run, HostFiles files, List<Selection> selections)
            throws IOException {
        List<Selection> there = new ArrayList<>();
        for (Selection each : selections) {
            String problem = problem(files, Path.of(each.path()));
            if (problem.isEmpty()) {
                there.add(each);
            } else {
                run.job().warn(each.path() + problem + ", and is not backed up");
            }
        }
        return there;
    }

    private static String problem(HostFiles files, Path path) throws IOException {
        try {
            return files.exists(path) ? "" : " isn't there";
        } catch (BackupException e) {
            if (e.is(FileFault.PERMISSION)) {
                return " can't be reached with the rights of whoever asks";
            }
            if (e.is(FileFault.IO_ERROR)) {
                return " can't be looked at (" + e.what() + ")";
            }
            throw e;
        }
    }

    private void runAll(BackupRun run, String when, List<DatasetCommand> commands)
            throws IOException, InterruptedException {
        for (DatasetCommand command : commands) {
            run.job().act(when + " backup: " + command, () -> {
                runOne(run, command);
            });
        }
    }

    private void runOne(BackupRun run, DatasetCommand command) throws IOException, InterruptedException {
        BackupException failure;
        try {
            Processes.Finished finished = parts.processes()
                    .run(
                            Command.of(command.arguments().toArray(String[]::new))
                                    .within(COMMAND_TIMEOUT),
                            run.job()::output);
            if (finished.ok()) {
                return;
            }
            failure = new BackupException(
                    DatasetFault.COMMAND_FAILED,
                    command + " (" + command.at() + ") ended with " + finished.exitCode(),
                    "Mend the command, or mark it optional; its output is in the transcript.");
        } catch (BackupException e) {
            failure = e;
        }
        if (!command.optional()) {
            throw failure;
        }
        run.job().warn("optional command failed: " + failure.what());
    }

    /**
     * What dataset backups work with.
     *
     * @param host this node's name, as datasets name it
     * @param ownPaths of the catalog and the configuration
     * @param catalog null where there is no file of it
     * @param secrets what opens backups, and is in none unless a dataset names it (X6)
     * @param readers with whose rights files are read
     * @param unsnapped reads the source itself
     */
    public record Parts(
            Datasets datasets,
            Processes processes,
            MountTable mounts,
            String host,
            List<Path> ownPaths,
            @Nullable OwnCatalog catalog,
            List<Path> secrets,
            SourceReaders readers,
            SnapshotProvider unsnapped) {}

    /**
     * What is to be done.
     *
     * @param dataset under whose name the backup is found
     * @param user who asks on demand; null for a schedule
     */
    public record Order(
            String dataset,
            @Nullable String user,
            Overlap overlap,
            OfflineBackup.ProviderChoice snapshots,
            SourceOptions source,
            ImageTarget target) {}
}

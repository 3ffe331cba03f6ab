package io.saddlebag.backup;

import io.saddlebag.catalog.Backup;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.DatabaseWriter;
import io.saddlebag.fault.BackupException;
import io.saddlebag.job.Job;
import io.saddlebag.job.Overlap;
import io.saddlebag.snapshot.Consistency;
import io.saddlebag.snapshot.SnapshotProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The whole online backup (W6): prepare - begin backup - freeze - snapshot - thaw - end backup - image - release. With a
 * provider whose view isn't apart from the source, and with a server that sends a copy of itself, backup mode ends when all of the
 * image has been read instead.
 */
public final class OnlineBackup {
    private final Backups backups;

    public OnlineBackup(Backups backups) {
        this.backups = backups;
    }

    /** @return the ended job; its state says what came of it. Empty when it was skipped because its task runs (W18) */
    public Optional<Job> run(Order order) throws IOException, InterruptedException {
        Optional<BackupRun> begun =
                backups.begin("backup " + order.name(), order.user(), order.overlap(), Map.of("name", order.name()));
        if (begun.isEmpty()) {
            return Optional.empty();
        }
        BackupRun run = begun.get();
        @Nullable Throwable failure = null;
        try {
            phases(run, order);
        } catch (IOException | InterruptedException | RuntimeException e) {
            failure = e;
        } catch (Error e) {
            // whatever it is, the database leaves backup mode
            endAfter(run, e);
            throw e;
        }
        return Optional.of(run.end(failure));
    }

    private static void endAfter(BackupRun run, Error failure) {
        try {
            run.end(failure);
        } catch (IOException | RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private static void phases(BackupRun run, Order order) throws IOException, InterruptedException {
        Backup backup = run.store(source(run, order), order.target());
        run.job().transcript().line("backup " + backup.id() + " of " + order.name() + " is complete");
        run.release();
    }

    private static BackupSource source(BackupRun run, Order order) throws IOException, InterruptedException {
        switch (order.part()) {
            case STREAM -> {
                return run.streamed(order.name(), order.database(), order.online(), order.source());
            }
            case WRITER -> withWriter(run, order);
            case NONE -> {
                run.withoutWriter(order.database(), order.online().freeze());
                List<Path> paths = paths(order.database().components());
                run.snapshot(order.snapshots().forPaths(paths, Consistency.ATOMIC), paths);
            }
        }
        return run.source(order.name(), order.source());
    }

    private static void withWriter(BackupRun run, Order order) throws IOException, InterruptedException {
        DatabaseWriter writer = order.database()
                .writer()
                .orElseThrow(() -> new BackupException(
                        DatabaseFault.NO_ONLINE_BACKUP,
                        "database " + order.database().name() + " of engine "
                                + order.database().engine() + " can't be backed up while it runs",
                        "Back it up without --online, which stops it for a moment."));
        // before backup mode: what can't be done leaves the database alone
        SnapshotProvider provider = order.snapshots().forPaths(paths(writer.components()), writer.needed());
        run.beginBackup(order.database(), order.online());
        // what was added since is seen here
        run.snapshot(provider, paths(writer.components()));
        run.endBackup(order.database());
    }

    private static List<Path> paths(List<DatabaseComponent> components) {
        return components.stream().map(DatabaseComponent::path).toList();
    }

    /** Picks the snapshot provider once the paths are known. */
    public interface ProviderChoice {
        /** @param least what its view has to be worth */
        SnapshotProvider forPaths(List<Path> paths, Consistency least) throws IOException;
    }

    /** Whether the database knows of its backup (W9). */
    public enum Part {
        WRITER,
        /** Its server sends a copy of itself: there is no snapshot (R12). */
        STREAM,
        /** A snapshot of one instant, from which it recovers as after a crash. */
        NONE
    }

    /**
     * What is to be done.
     *
     * @param name under which the backup is found
     * @param user who asks on demand; null for a schedule
     */
    public record Order(
            String name,
            @Nullable String user,
            Overlap overlap,
            DatabaseAdapter database,
            Part part,
            OnlineOptions online,
            ProviderChoice snapshots,
            SourceOptions source,
            ImageTarget target) {}
}

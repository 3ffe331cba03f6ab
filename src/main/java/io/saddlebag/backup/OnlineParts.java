package io.saddlebag.backup;

import io.saddlebag.database.BackupEnd;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.DatabaseFiles;
import io.saddlebag.database.OutcomeClass;
import io.saddlebag.dataset.Selection;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.snapshot.Snapshot;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Puts together what an image of running databases consists of: their components, and what the end of backup mode yielded. */
final class OnlineParts {
    private final OnlineModes modes;
    private final Map<String, HeldSnapshot> journals;
    private final Set<String> withoutWriter;
    private final List<LateFiles.LateFile> known = new ArrayList<>();
    private final List<OnlineMode> stillOn = new ArrayList<>();
    private final Map<String, String> facts = new LinkedHashMap<>();

    /**
     * @param journals by database: where those journals are read that the end of its backup mode named
     * @param withoutWriter databases that run and know nothing of the backup
     * @param history facts of the database whose image it is
     */
    OnlineParts(
            OnlineModes modes,
            Map<String, HeldSnapshot> journals,
            Set<String> withoutWriter,
            Map<String, String> history) {
        facts.putAll(history);
        this.modes = modes;
        this.journals = journals;
        this.withoutWriter = withoutWriter;
    }

    /** @throws BackupException {@link BackupFault#PARTLY_COVERED} when the snapshot lacks some of what a database needs */
    SourceParts of(Snapshot snapshot, List<DatabaseAdapter> databases, List<Selection> selections, HostFiles files)
            throws IOException, InterruptedException {
        List<Path> covered =
                snapshot.views().stream().map(Snapshot.View::source).toList();
        List<DatabaseComponent> components = new ArrayList<>();
        boolean recoveryAreaOnly = !databases.isEmpty();
        for (DatabaseAdapter database : databases) {
            OnlineMode mode = modes.of(database.name()).orElse(null);
            List<DatabaseComponent> own =
                    mode == null ? database.components() : mode.writer().components();
            components.addAll(own);
            facts.putAll(DatabaseFiles.facts(own));
            boolean running = mode != null || withoutWriter.contains(database.name());
            OutcomeClass outcome = running ? outcome(database, mode, covered) : null;
            recoveryAreaOnly &= outcome == OutcomeClass.RECOVERY_AREA;
            if (outcome != null) {
                facts.put(OutcomeClass.FACT, outcome.name());
            }
            if (!running && databases.size() == 1) {
                checkpoint(database, own, snapshot).ifPresent(state -> facts.put(DatabaseFiles.CHECKPOINT, state));
            }
            if (mode != null && outcome == OutcomeClass.DATABASE_FULL) {
                add(mode, snapshot.independent());
            }
        }
        boolean torn = stillOn.stream().anyMatch(mode -> !mode.writer().standsStill());
        return new SourceParts(
                databases.isEmpty() || recoveryAreaOnly
                        ? null
                        : databases.get(0).name(),
                components,
                facts,
                stillOn.isEmpty() ? () -> known : whenRead(),
                torn ? CatalogFiller.Damage.IS_REPLAYED : CatalogFiller.Damage.IS_FATAL,
                selections,
                files);
    }

    /** By the frozen files: the database may run again by now. */
    private static Optional<String> checkpoint(
            DatabaseAdapter database, List<DatabaseComponent> components, Snapshot snapshot) throws IOException {
        boolean whole = components.stream()
                .allMatch(part ->
                        snapshot.views().stream().anyMatch(view -> part.path().startsWith(view.source())));
        return whole ? database.checkpoint(path -> frozen(snapshot, path)) : Optional.empty();
    }

    private static Path frozen(Snapshot snapshot, Path path) {
        return snapshot.views().stream()
                .filter(view -> path.startsWith(view.source()))
                .findFirst()
                .map(view -> view.frozen().resolve(view.source().relativize(path)))
                .orElseThrow(() -> new IllegalStateException(path + " is in no view of " + snapshot.id()));
    }

    private static OutcomeClass outcome(DatabaseAdapter database, @Nullable OnlineMode mode, List<Path> covered)
            throws IOException, InterruptedException {
        List<DatabaseComponent> all = new ArrayList<>(
                mode == null ? database.components() : mode.writer().components());
        if (database.writer().isPresent()) {
            all.addAll(database.writer().get().recoveryArea());
        }
        return OutcomeClass.of(
                        all,
                        covered,
                        mode == null ? OutcomeClass.Writer.TOOK_NO_PART : OutcomeClass.Writer.IN_BACKUP_MODE)
                .orElseThrow(() -> new BackupException(
                        BackupFault.PARTLY_COVERED,
                        "the snapshot of " + covered + " covers only a part of database " + database.name()
                                + ", which has "
                                + all.stream()
                                        .map(part -> part.name() + " " + part.path())
                                        .toList(),
                        "Take the snapshot of all its components: leave the paths out."));
    }

    private void add(OnlineMode mode, boolean independent) throws IOException, InterruptedException {
        if (!independent) {
            facts.putAll(mode.begunWith());
            stillOn.add(mode);
            return;
        }
        BackupEnd end = mode.requireEnd();
        facts.putAll(end.facts());
        HeldSnapshot held = journals.get(mode.database().name());
        known.addAll(files(
                end,
                held == null
                        ? end.journalFolder()
                        : held.snapshot().views().get(0).frozen()));
    }

    /** Ended when the last file has been read; a second reading would be of files that backup mode doesn't protect any more. */
    private LateFiles whenRead() {
        AtomicBoolean read = new AtomicBoolean();
        Map<String, String> late = new ConcurrentHashMap<>();
        return new LateFiles() {
            @Override
            public List<LateFile> files() throws IOException {
                if (read.getAndSet(true)) {
                    throw new BackupException(
                            BackupFault.SOURCE_RUNS,
                            "the source was read before, and backup mode ended then",
                            "Write the image once only, or use a provider that takes real snapshots"
                                    + " (btrfs, reflink, freeze).");
                }
                List<LateFile> all = new ArrayList<>(known);
                for (OnlineMode mode : stillOn) {
                    BackupEnd end = ended(mode);
                    late.putAll(end.facts());
                    all.addAll(OnlineParts.files(end, end.journalFolder()));
                }
                return all;
            }

            @Override
            public Map<String, String> facts() {
                return Map.copyOf(late);
            }

            @Override
            public boolean comeLastOfAll() {
                return true;
            }
        };
    }

    private static BackupEnd ended(OnlineMode mode) throws IOException {
        try {
            return mode.end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException stopped = new InterruptedIOException("interrupted at the end of backup mode");
            stopped.initCause(e);
            throw stopped;
        }
    }

    private static List<LateFiles.LateFile> files(BackupEnd end, @Nullable Path journalView) {
        List<LateFiles.LateFile> files = new ArrayList<>();
        Path folder = end.journalFolder();
        if (folder != null && journalView != null) {
            for (String journal : end.journals()) {
                files.add(new LateFiles.LateFile(folder.resolve(journal), journalView.resolve(journal), null));
            }
        }
        // last: with these in place the copy is complete
        for (BackupEnd.AddedFile added : end.files()) {
            files.add(new LateFiles.LateFile(added.path(), added.like(), added.text()));
        }
        return files;
    }
}

package io.saddlebag.pool;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.PoolRegister;
import io.saddlebag.catalog.PooledBackup;
import io.saddlebag.catalog.Renewal;
import io.saddlebag.fault.BackupException;
import io.saddlebag.media.PoolFile;
import io.saddlebag.pool.PrunePlan.Action;
import io.saddlebag.protection.Access;
import io.saddlebag.protection.BackupRights;
import io.saddlebag.protection.Requester;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Lets images go that have expired (C13): planned, then out of use and into quarantine, and deleted only by a later run that
 * finds, by numbers of runs and backups, that nothing refers to them. The clock says when something may be quarantined, and
 * nothing else. One run of a pool at a time; the caller sees to that.
 */
public final class PoolPruning {
    private final Pool pool;
    private final Catalog catalog;
    private final PoolRegister register;
    private final Lineage lineage;
    private final Chains chains;
    private final Clock clock;
    private final @Nullable Requester who;

    /** Of a pool without journals. */
    public PoolPruning(Pool pool, Catalog catalog, PoolRegister register, Lineage lineage, Clock clock) {
        this(pool, catalog, register, lineage, Chains.NONE, clock);
    }

    public PoolPruning(Pool pool, Catalog catalog, PoolRegister register, Lineage lineage, Chains chains, Clock clock) {
        this(pool, catalog, register, lineage, chains, clock, null);
    }

    private PoolPruning(
            Pool pool,
            Catalog catalog,
            PoolRegister register,
            Lineage lineage,
            Chains chains,
            Clock clock,
            @Nullable Requester who) {
        this.who = who;
        this.chains = chains;
        this.pool = pool;
        this.catalog = catalog;
        this.register = register;
        this.lineage = lineage;
        this.clock = clock;
    }

    /**
     * The same for somebody, who lets go what they may delete (M29).
     *
     * @param asking null for the system itself
     */
    public PoolPruning by(@Nullable Requester asking) {
        return new PoolPruning(pool, catalog, register, lineage, chains, clock, asking);
    }

    /**
     * Changes nothing.
     *
     * @throws BackupException {@link PoolFault#NOT_A_POOL} when the pool isn't there, so that nothing can be concluded;
     *     {@link PoolFault#UNSUPPORTED} for a pool from which nothing can be removed
     */
    public PrunePlan plan() throws IOException {
        if (!pool.files().canRemove()) {
            throw new BackupException(
                    PoolFault.UNSUPPORTED,
                    "pool " + pool.name() + " (" + pool.files().place()
                            + ") has no endpoint that deletes, so nothing is removed from it",
                    "Give it a 'delete' in the configuration, or let the store's own rules expire old objects.");
        }
        pool.requireReady();
        List<Backup> living = catalog.backups(Catalog.Filter.ALL).stream()
                .filter(backup -> backup.state() == Backup.State.COMPLETE || backup.state() == Backup.State.WRITING)
                .toList();
        Set<BackupId> renewed =
                register.renewals().stream().map(Renewal::backup).collect(Collectors.toSet());
        return new PrunePlanner(
                        pool,
                        lineage,
                        chains,
                        backup -> protects(backup, renewed),
                        clock.instant(),
                        register.images(pool.name()),
                        living)
                .plan();
    }

    /** What a backup is protected from stays undone, by these; others may do it later. */
    private @Nullable String protects(Backup backup, Set<BackupId> renewed) {
        if (renewed.contains(backup.id())) {
            return "it is being given other keys";
        }
        BackupRights rights = BackupRights.of(backup.about().facts());
        Requester asking = who;
        return asking == null || rights.allow(asking, Access.DELETE)
                ? null
                : "it " + rights + ", and " + asking.user() + " may not delete it";
    }

    /**
     * Plans and does it. Interrupted at any point, the next run goes on where this one stopped.
     *
     * @param notes takes a line for each thing done
     * @return what was planned
     */
    public PrunePlan carryOut(Notes notes) throws IOException {
        PrunePlan plan = plan();
        long run = register.beginRun();
        for (PrunePlan.Step step : plan.of(Action.REINSTATE)) {
            reinstate(step.backup());
            notes.note(step.toString());
        }
        for (PrunePlan.Step step : plan.of(Action.QUARANTINE)) {
            quarantine(step, run);
            notes.note(step.toString());
        }
        for (PrunePlan.Step step : plan.of(Action.REMOVE)) {
            if (register.removed(step.backup().id(), run)) {
                remove(step.backup());
                notes.note(step.toString());
            }
        }
        removeWhatIsLeft();
        return plan;
    }

    private void quarantine(PrunePlan.Step step, long run) throws IOException {
        Backup backup = step.backup();
        if (backup.state() == Backup.State.COMPLETE
                && !register.mark(backup.id(), run, "removed from pool " + pool.name() + ": " + step.why())) {
            return;
        }
        for (String path : paths(backup)) {
            pool.files().quarantine(path);
        }
        register.quarantined(backup.id(), run);
    }

    private void reinstate(Backup backup) throws IOException {
        for (PoolFile file : backup.files()) {
            pool.files().reinstate(file.path());
            reinstateLabel(PoolPaths.label(file.path()));
        }
        register.reinstated(backup.id());
    }

    /** An image can do without. */
    private void reinstateLabel(String label) throws IOException {
        try {
            pool.files().reinstate(label);
        } catch (BackupException e) {
            if (!e.is(PoolFault.MISSING)) {
                throw e;
            }
        }
    }

    private void remove(Backup backup) throws IOException {
        for (String path : paths(backup)) {
            pool.files().remove(path);
        }
    }

    /** Of images whose removal was decided, by a run that then died. */
    private void removeWhatIsLeft() throws IOException {
        if (pool.files().canList()) {
            removeListed();
        } else {
            removeAgain();
        }
    }

    /** Where nothing tells what is left, that of the newest run which removed anything is removed once more. */
    private void removeAgain() throws IOException {
        List<PooledBackup> all = register.images(pool.name());
        long newest = all.stream()
                .filter(each -> each.stage() == PooledBackup.Stage.REMOVED)
                .mapToLong(PooledBackup::generation)
                .max()
                .orElse(0);
        Set<String> wanted = pathsOf(all, each -> each.stage() != PooledBackup.Stage.REMOVED);
        for (String path :
                pathsOf(all, each -> each.stage() == PooledBackup.Stage.REMOVED && each.generation() == newest)) {
            if (!wanted.contains(path)) {
                pool.files().remove(path);
            }
        }
    }

    private static Set<String> pathsOf(List<PooledBackup> all, Predicate<PooledBackup> which) {
        Set<String> paths = new LinkedHashSet<>();
        all.stream().filter(which).forEach(each -> paths.addAll(paths(each.backup())));
        return paths;
    }

    private void removeListed() throws IOException {
        Set<String> left = new HashSet<>(pool.files().listQuarantine());
        if (left.isEmpty()) {
            return;
        }
        List<PooledBackup> all = register.images(pool.name());
        Set<String> wanted = pathsOf(all, each -> each.stage() != PooledBackup.Stage.REMOVED);
        for (String path : pathsOf(all, each -> each.stage() == PooledBackup.Stage.REMOVED)) {
            if (left.contains(path) && !wanted.contains(path)) {
                pool.files().remove(path);
            }
        }
    }

    private static List<String> paths(Backup backup) {
        List<String> paths = new ArrayList<>();
        for (PoolFile file : backup.files()) {
            paths.add(file.path());
            paths.add(PoolPaths.label(file.path()));
        }
        return paths;
    }

    /** Takes what was done, for a transcript. */
    @FunctionalInterface
    public interface Notes {
        void note(String line) throws IOException;
    }
}

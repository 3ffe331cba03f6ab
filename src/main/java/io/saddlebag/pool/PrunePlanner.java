package io.saddlebag.pool;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.PooledBackup;
import io.saddlebag.catalog.PooledBackup.Stage;
import io.saddlebag.media.Expiry;
import io.saddlebag.media.PoolFile;
import io.saddlebag.pool.PrunePlan.Action;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Decides what may go. Used once. */
final class PrunePlanner {
    private final Pool pool;
    private final Lineage lineage;
    private final Chains chains;
    private final Protecting protecting;
    private final Instant now;
    private final List<PooledBackup> pooled;
    private final List<Backup> living;
    private final Map<String, PooledBackup> byImage = new HashMap<>();
    private final Map<BackupId, String> saved = new HashMap<>();
    private final Set<BackupId> missing = new HashSet<>();
    private final Set<BackupId> givenUp = new HashSet<>();
    private final List<String> findings = new ArrayList<>();

    /** Whether whoever prunes may let a backup go (M29). */
    @FunctionalInterface
    interface Protecting {
        /** Why not, in words; null when they may. */
        @Nullable
        String because(Backup backup);
    }

    /**
     * @param pooled everything that the catalog knows of this pool
     * @param living all backups of the catalog that are complete or being written, wherever they are
     */
    PrunePlanner(
            Pool pool,
            Lineage lineage,
            Chains chains,
            Protecting protecting,
            Instant now,
            List<PooledBackup> pooled,
            List<Backup> living) {
        this.protecting = protecting;
        this.chains = chains;
        this.pool = pool;
        this.lineage = lineage;
        this.now = now;
        this.pooled = pooled;
        this.living = living;
    }

    PrunePlan plan() throws IOException {
        for (PooledBackup each : pooled) {
            if (each.stage() != Stage.REMOVED) {
                byImage.put(each.backup().about().imageId(), each);
                if (chains.isGivenUp(each.backup())) {
                    givenUp.add(each.backup().id());
                }
            }
        }
        findMissing();
        keepProtected();
        keepMinimum();
        keepParents();
        keepChains();
        List<PrunePlan.Step> steps = new ArrayList<>();
        for (PooledBackup each : pooled) {
            switch (each.stage()) {
                case PRESENT -> present(each, steps);
                case MARKED, QUARANTINED -> leaving(each, steps);
                case REMOVED -> {
                    // nothing of it is left
                }
            }
        }
        return new PrunePlan(steps, findings);
    }

    /** An image that can't be found is never a reason to let another one go, nor to forget it. */
    private void findMissing() throws IOException {
        for (PooledBackup each : pooled) {
            if (each.stage() == Stage.PRESENT) {
                for (PoolFile file : each.backup().files()) {
                    if (!pool.has(file)) {
                        missing.add(each.backup().id());
                        findings.add("backup " + each.backup().id() + ": file " + file.place()
                                + " is not there with its " + file.bytes() + " bytes");
                    }
                }
            }
        }
    }

    /** First: what stays for this keeps what it is based on. */
    private void keepProtected() {
        for (PooledBackup each : pooled) {
            String why = each.stage() == Stage.PRESENT ? protecting.because(each.backup()) : null;
            if (why != null) {
                saved.put(each.backup().id(), why);
            }
        }
    }

    /** So many of each name, whatever expired: those that expire last, else the newest. */
    private void keepMinimum() {
        Map<String, List<PooledBackup>> byName = new LinkedHashMap<>();
        for (PooledBackup each : pooled) {
            boolean restorable = each.stage() != Stage.REMOVED
                    && !missing.contains(each.backup().id())
                    && !givenUp.contains(each.backup().id())
                    && !chains.isOneOfItsName(each.backup())
                    && lineage.parentImage(each.backup()).isEmpty();
            if (restorable) {
                Backup backup = each.backup();
                byName.computeIfAbsent(
                                backup.about().host() + " " + backup.about().name(), it -> new ArrayList<>())
                        .add(each);
            }
        }
        for (List<PooledBackup> same : byName.values()) {
            keepMinimum(same);
        }
    }

    private void keepMinimum(List<PooledBackup> same) {
        int minimum = pool.settings().minimumBackups();
        Predicate<PooledBackup> stays = each -> each.stage() == Stage.PRESENT && !expired(each);
        long lacking = minimum - same.stream().filter(stays).count();
        List<PooledBackup> others =
                new ArrayList<>(same.stream().filter(stays.negate()).toList());
        others.sort(Comparator.comparing((PooledBackup each) -> each.stage() != Stage.PRESENT)
                .thenComparing(each -> each.backup().id(), Comparator.reverseOrder()));
        for (PooledBackup each : others) {
            if (lacking-- <= 0) {
                return;
            }
            saved.put(each.backup().id(), "it is one of the " + minimum + " that are kept of each name");
        }
    }

    /** What something depends on that stays, stays. */
    private void keepParents() {
        Deque<Backup> staying = new ArrayDeque<>();
        for (Backup backup : living) {
            PooledBackup here = byImage.get(backup.about().imageId());
            if (here == null
                    || !here.backup().id().equals(backup.id())
                    || !expired(here)
                    || saved.containsKey(backup.id())) {
                staying.add(backup);
            }
        }
        for (PooledBackup each : pooled) {
            if (saved.containsKey(each.backup().id()) && each.stage() != Stage.PRESENT) {
                staying.add(each.backup());
            }
        }
        while (!staying.isEmpty()) {
            Backup child = staying.remove();
            PooledBackup parent = lineage.parentImage(child).map(byImage::get).orElse(null);
            if (parent != null
                    && saved.putIfAbsent(parent.backup().id(), "backup " + child.id() + " depends on it") == null) {
                staying.add(parent.backup());
            }
        }
    }

    /** The oldest first, since one that stays may keep those behind it. */
    private void keepChains() throws IOException {
        List<Backup> staying = new ArrayList<>(living.stream()
                .filter(backup -> {
                    PooledBackup here = byImage.get(backup.about().imageId());
                    return here == null
                            || !here.backup().id().equals(backup.id())
                            || !expired(here)
                            || saved.containsKey(backup.id());
                })
                .toList());
        for (PooledBackup each : pooled) {
            Backup backup = each.backup();
            boolean going = each.stage() != Stage.REMOVED
                    && expired(each)
                    && !givenUp.contains(backup.id())
                    && !saved.containsKey(backup.id());
            String why = going ? chains.keeps(backup, staying) : null;
            if (why != null) {
                saved.put(backup.id(), why);
                staying.add(backup);
            }
        }
    }

    private void present(PooledBackup each, List<PrunePlan.Step> steps) {
        Backup backup = each.backup();
        if (backup.state() != Backup.State.COMPLETE || !expired(each)) {
            return;
        }
        String why = saved.get(backup.id());
        if (why != null) {
            steps.add(new PrunePlan.Step(Action.KEEP, backup, why));
        } else if (missing.contains(backup.id())) {
            steps.add(new PrunePlan.Step(
                    Action.KEEP, backup, "it is not there as it should be, which has to be looked at"));
        } else {
            steps.add(new PrunePlan.Step(
                    Action.QUARANTINE,
                    backup,
                    givenUp.contains(backup.id()) ? chains.whyGivenUp(backup) : "it expired at " + expires(each)));
        }
    }

    private void leaving(PooledBackup each, List<PrunePlan.Step> steps) {
        Backup backup = each.backup();
        String why = saved.get(backup.id());
        String untouchable = protecting.because(backup);
        if (why != null || !expired(each)) {
            steps.add(new PrunePlan.Step(
                    Action.REINSTATE, backup, why == null ? "it expires at " + expires(each) + " only" : why));
        } else if (untouchable != null) {
            steps.add(new PrunePlan.Step(Action.KEEP, backup, untouchable));
        } else if (isReferenced(backup)) {
            steps.add(new PrunePlan.Step(Action.KEEP, backup, "another backup has the same files"));
        } else if (each.stage() == Stage.MARKED) {
            steps.add(new PrunePlan.Step(Action.QUARANTINE, backup, "a run before began with it"));
        } else {
            steps.add(proven(each));
        }
    }

    private boolean isReferenced(Backup backup) {
        Set<String> paths = new HashSet<>();
        backup.files().forEach(file -> paths.add(file.path()));
        return living.stream()
                .flatMap(other -> other.files().stream())
                .anyMatch(file -> file.pool().equals(pool.name()) && paths.contains(file.path()));
    }

    /** Whatever could have been based on it had begun before it was quarantined, and has ended since without naming it. */
    private PrunePlan.Step proven(PooledBackup each) {
        for (Backup other : living) {
            if (other.state() == Backup.State.WRITING && other.id().value() <= each.newestBackup()) {
                return new PrunePlan.Step(
                        Action.KEEP,
                        each.backup(),
                        "backup " + other.id() + " began before its quarantine and is still being written");
            }
        }
        return new PrunePlan.Step(
                Action.REMOVE,
                each.backup(),
                "quarantined by run " + each.generation() + ", and nothing has referred to it since");
    }

    private boolean expired(PooledBackup each) {
        return givenUp.contains(each.backup().id()) || Expiry.hasPassed(expires(each), now);
    }

    private static @Nullable Instant expires(PooledBackup each) {
        List<PoolFile> files = each.backup().files();
        return files.isEmpty() ? null : files.get(0).expires();
    }
}

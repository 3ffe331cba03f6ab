package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.CatalogState;
import io.saddlebag.fault.BackupException;
import io.saddlebag.level.BackupChain;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds what each image of a chain gives to a state (D2): of each object its newest place, of what was deleted none. */
final class StatePlanner {
    private static final int SHOWN = 10;

    private final Catalog catalog;

    StatePlanner(Catalog catalog) {
        this.catalog = catalog;
    }

    /** The chain of a backup. */
    BackupChain chain(Backup backup) throws IOException {
        BackupChain chain = BackupChain.of(catalog, backup);
        if (chain.isWhole()) {
            return chain;
        }
        throw new BackupException(
                RestoreFault.STATE_INCOMPLETE,
                "backup " + backup.id() + " of " + backup.about().name() + " holds what changed, and "
                        + chain.missing(),
                restorable(backup));
    }

    private String restorable(Backup backup) throws IOException {
        List<Backup> newestFirst = new ArrayList<>(
                catalog.backups(Catalog.Filter.completeOf(backup.about().name())));
        Collections.reverse(newestFirst);
        List<String> whole = new ArrayList<>();
        for (Backup each : newestFirst) {
            if (whole.size() < SHOWN && BackupChain.of(catalog, each).isWhole()) {
                whole.add(each.id() + " (" + each.about().at() + ")");
            }
        }
        String others = whole.isEmpty()
                ? "No other backup of that name can be restored."
                : "Restorable are " + String.join(", ", whole) + ".";
        return others + " Or read the missing volume in with 'saddlebag catalog import'.";
    }

    /**
     * The images to read, the oldest first; those that give nothing are left out.
     *
     * @param objects empty for everything
     * @param nothing makes the failure for an object that isn't in the state
     */
    List<RestorePlan.Step> steps(BackupChain chain, List<String> objects, Nothing nothing) throws IOException {
        CatalogState state = catalog.state(chain.ids());
        Map<BackupId, CatalogState.Share> shares = new HashMap<>();
        for (String object : objects.isEmpty() ? List.of("") : objects) {
            Map<BackupId, CatalogState.Share> found = state.shares(object);
            if (found.isEmpty()) {
                throw nothing.of(object);
            }
            found.forEach((backup, share) -> shares.merge(backup, share, CatalogState.Share::plus));
        }
        List<RestorePlan.Step> steps = new ArrayList<>();
        for (Backup backup : chain.oldestFirst()) {
            CatalogState.Share share = shares.get(backup.id());
            if (share != null) {
                steps.add(new RestorePlan.Step(backup, share.objects(), share.bytes(), chain.oldestFirst()));
            }
        }
        return steps;
    }

    /** Says that there is nothing of a name. */
    interface Nothing {
        BackupException of(String object);
    }
}

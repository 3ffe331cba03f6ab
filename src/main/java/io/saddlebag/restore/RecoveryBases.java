package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.recovery.Candidate;
import io.saddlebag.recovery.Choice;
import io.saddlebag.recovery.Criteria;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which backups of a database a recovery may begin with: those that a restore would choose from (R3), less what its journals don't fit to. */
public final class RecoveryBases {
    private final RestoreServices services;

    public RecoveryBases(RestoreServices services) {
        this.services = services;
    }

    /** What speaks against a backup. */
    @FunctionalInterface
    public interface Obstacles {
        /** @return as the end of a sentence; null for nothing */
        @Nullable
        String against(Backup backup);
    }

    /** Of all complete backups of the database, whatever they were called. */
    public Choice choose(String database, Criteria criteria, Obstacles obstacles) throws IOException {
        KnownBackups known = new KnownBackups(services.catalog(), services.copies());
        List<Candidate> candidates = new ArrayList<>();
        for (Backup backup : services.catalog().backups(Catalog.Filter.COMPLETE)) {
            if (database.equals(backup.about().database())) {
                Candidate found = known.candidate(backup);
                String against = obstacles.against(backup);
                candidates.add(found.obstacle() != null || against == null ? found : found.withObstacle(against));
            }
        }
        return criteria.choose(candidates);
    }
}

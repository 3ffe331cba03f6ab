package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Turns the wish for a group into the steps of all its members, all of one recovery point. */
final class GroupPlanner {
    private final RestoreServices services;

    GroupPlanner(RestoreServices services) {
        this.services = services;
    }

    /** Databases first, which are staged: what goes to its place at once comes when all of that is there. */
    GroupPlan plan(GroupRequest request) throws IOException {
        RecoveryPoints.Found found = new RecoveryPoints(services.catalog()).choose(request);
        RestorePlanner planner = new RestorePlanner(services);
        List<RestorePlan.Step> steps = new ArrayList<>();
        List<String> databases = new ArrayList<>();
        for (boolean ofDatabases : new boolean[] {true, false}) {
            for (Backup backup : found.backups()) {
                String database = backup.about().database();
                if (ofDatabases == (database != null)) {
                    steps.addAll(planner.plan(request(request, List.of(backup), database))
                            .steps());
                    if (database != null) {
                        databases.add(database);
                    }
                }
            }
        }
        return new GroupPlan(new RestorePlan(request(request, found.backups(), null), steps), databases);
    }

    private static RestoreRequest request(
            GroupRequest request, List<Backup> backups, @org.jspecify.annotations.Nullable String database) {
        return new RestoreRequest(
                backups.stream()
                        .map(backup -> (BackupSelector) new BackupSelector.ById(backup.id()))
                        .toList(),
                List.of(),
                null,
                RestoreRequest.Existing.REPLACE,
                database,
                request.user(),
                request.prompt());
    }
}

package io.saddlebag.restore;

import java.util.List;

/**
 * What the restore of a group comes to.
 *
 * @param databases in the order in which they are stopped
 */
record GroupPlan(RestorePlan steps, List<String> databases) {
    GroupPlan {
        databases = List.copyOf(databases);
    }
}

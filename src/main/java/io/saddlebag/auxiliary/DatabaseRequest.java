package io.saddlebag.auxiliary;

import io.saddlebag.rollforward.RecoverRequest;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A wish to have one database of a cluster brought to a point (R8).
 *
 * @param cluster all of it, and the point
 * @param database the one that is wanted, as its engine calls it
 * @param as a new name for it; null to take the place of the one that has its name
 * @param scratch a folder in which the auxiliary instance makes one of its own; null for the node's
 */
public record DatabaseRequest(
        RecoverRequest cluster,
        String database,
        @Nullable String as,
        @Nullable Path scratch) {
    public DatabaseRequest {
        if (database.isBlank() || (as != null && as.isBlank())) {
            throw new IllegalArgumentException("a database has a name");
        }
        if (cluster.area() != null) {
            throw new IllegalArgumentException(
                    "journals of one database are collected in the scratch folder: leave the area out");
        }
    }
}

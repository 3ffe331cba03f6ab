package io.saddlebag.auxiliary;

import io.saddlebag.recovery.RecoveryTarget;
import io.saddlebag.rollforward.RecoverRequest;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A wish to have single blocks of a database made what they should be now (R8).
 *
 * @param whole all of the database, to the end of its journals
 * @param blocks as the engine's messages name them, e.g. {@code base/16384/16385:7,9}
 * @param scratch a folder in which the auxiliary instance makes one of its own; null for the node's
 */
public record BlockRequest(
        RecoverRequest whole, List<String> blocks, @Nullable Path scratch) {
    public BlockRequest {
        blocks = List.copyOf(blocks);
        if (blocks.isEmpty()) {
            throw new IllegalArgumentException("a repair of blocks names at least one");
        }
        if (!RecoveryTarget.isEnd(whole.target()) || whole.incarnation() != null) {
            throw new IllegalArgumentException(
                    "blocks fit to the rest of the database only as they are at the end of its journals: leave the point out");
        }
        if (whole.unsaved() == RecoverRequest.Unsaved.LEFT_OUT) {
            throw new IllegalArgumentException(
                    "blocks need all journals up to now, those too that aren't backed up yet");
        }
        if (whole.area() != null) {
            throw new IllegalArgumentException("the journals are collected in the scratch folder: leave the area out");
        }
    }
}

package io.saddlebag.volume;

import io.saddlebag.media.Volume;
import java.io.IOException;
import java.util.List;

/**
 * Takes in sections that stand on a volume behind what the catalog knew: the catalog is older than the media, or a
 * backup died between its last filemark and its catalog record.
 */
@FunctionalInterface
public interface FoundImages {
    /** They stay where they are, and nobody is told but the log. */
    FoundImages LEFT_ALONE = (volume, sections) -> {};

    /**
     * Called before anything is written behind them. What must be known of them has to be durable on return.
     *
     * @param sections whole ones, in the order on the volume
     */
    void found(Volume volume, List<FoundSection> sections) throws IOException;
}

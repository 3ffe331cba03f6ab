package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import java.util.List;

/**
 * What a restore will do, before it does anything (C7). Pure data: printed by a dry run, carried out by {@link Restores}.
 *
 * @param steps one for each image, in order
 */
public record RestorePlan(RestoreRequest request, List<Step> steps) {
    public RestorePlan {
        steps = List.copyOf(steps);
    }

    /** Whether whole components of a database are put in the place of the old ones, which are kept. */
    public boolean swaps() {
        return request.database() != null
                && request.target() == null
                && request.objects().isEmpty();
    }

    /**
     * One image to read.
     *
     * @param objects how many objects of it are wanted
     * @param bytes the sum of their lengths
     */
    public record Step(Backup backup, long objects, long bytes) {
        /** The volumes in the order in which they are loaded, or the files of a pool. */
        public List<String> volumes() {
            return backup.places();
        }
    }
}

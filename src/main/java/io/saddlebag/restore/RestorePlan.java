package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import java.nio.file.Path;
import java.util.List;

/**
 * What a restore will do, before it does anything (C7). Pure data: printed by a dry run, carried out by {@link Restores}.
 *
 * @param steps one for each image, in order: a state that several backups make up is read from the oldest on (D2)
 * @param controlFiles what makes all copies of the database's control file match (W14)
 */
public record RestorePlan(RestoreRequest request, List<Step> steps, ControlFilePlan controlFiles) {
    /** Of what has no control files. */
    public RestorePlan(RestoreRequest request, List<Step> steps) {
        this(request, steps, ControlFilePlan.NONE);
    }

    RestorePlan with(ControlFilePlan other) {
        return new RestorePlan(request, steps, other);
    }

    public RestorePlan {
        steps = List.copyOf(steps);
    }

    /** Whether whole components of a database are put in the place of the old ones, which are kept. */
    public boolean swaps() {
        return request.database() != null
                && request.target() == null
                && request.objects().isEmpty();
    }

    /** Where a whole part of a database that is staged will be. */
    Path place(Path root) {
        for (Placement.Pair pair : Destinations.of(request, List.of(root))) {
            if (root.startsWith(pair.source())) {
                return pair.target().resolve(pair.source().relativize(root).toString());
            }
        }
        return root;
    }

    /** Whether no newer image of the same state is read after it. */
    boolean isNewestOfState(Step step) {
        int next = steps.lastIndexOf(step) + 1;
        return next == steps.size() || !steps.get(next).wanted().equals(step.wanted());
    }

    /**
     * One image to read.
     *
     * @param objects how many objects of it are wanted
     * @param bytes the sum of their lengths
     * @param state the backups that make up the state, the oldest first, this one among them
     */
    public record Step(Backup backup, long objects, long bytes, List<Backup> state) {
        public Step {
            state = List.copyOf(state);
        }

        /** The backup whose state is wanted. */
        public Backup wanted() {
            return state.get(state.size() - 1);
        }

        /** Whether it is one of several images of a database, which are put together block by block (R7). */
        public boolean isCombined() {
            return state.size() > 1 && wanted().about().database() != null;
        }

        /** Whether no other image of the state is read before it. */
        boolean isFirst() {
            return state.get(0).id().equals(backup.id());
        }

        /** The volumes in the order in which they are loaded, or the files of a pool. */
        public List<String> volumes() {
            return backup.places();
        }
    }
}

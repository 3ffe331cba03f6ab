package io.saddlebag.recoverability;

import io.saddlebag.recovery.JournalOffset;
import io.saddlebag.recovery.LogPosition;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A backup that recoveries begin with.
 *
 * @param backup its number in the catalog
 * @param point the instant of the state that a restore of it yields
 * @param bytes of its images, as stored
 * @param images all that the state is made of: one, or a full one and what was made on top of it
 * @param entry where journals go on from it; null where there are none
 * @param provenAt when it was proven; null when it was only written
 */
record Base(
        long backup,
        Instant point,
        long bytes,
        List<HeldImage> images,
        @Nullable Entry entry,
        Proof proof,
        @Nullable Instant provenAt) {
    Base {
        images = List.copyOf(images);
        if (images.isEmpty()) {
            throw new IllegalArgumentException("backup " + backup + " is of no image");
        }
    }

    /**
     * Which journals bring it forward.
     *
     * @param incarnation of the database when it was made
     * @param position where the first journal record that it lacks begins; null where that isn't known
     * @param sequence the journal that was current then; null where that isn't known
     * @param consistentAt it is no consistent state before journals up to there were applied; null when it is one by itself
     * @param offset where in numbered journals the first change is that it lacks; null for other journals, and where that isn't known
     */
    record Entry(
            long incarnation,
            @Nullable LogPosition position,
            @Nullable Long sequence,
            @Nullable LogPosition consistentAt,
            @Nullable JournalOffset offset) {
        /** Of journals that are known by their places in the log, or by nothing but their numbers. */
        Entry(
                long incarnation,
                @Nullable LogPosition position,
                @Nullable Long sequence,
                @Nullable LogPosition consistentAt) {
            this(incarnation, position, sequence, consistentAt, null);
        }
    }

    boolean isReadable(Without without) {
        return images.stream().allMatch(image -> image.isReadable(without));
    }
}

package io.saddlebag.recoverability;

import io.saddlebag.recovery.LogPosition;
import org.jspecify.annotations.Nullable;

/**
 * Where one incarnation went off another (R9).
 *
 * @param at place in the log where it did; null where positions aren't known
 * @param lastOfParent number of the parent's last journal that is of the common path; null where that isn't known
 * @param firstOwn number of its own first journal; null where that isn't known
 */
public record Branch(
        long incarnation,
        long parent,
        @Nullable LogPosition at,
        @Nullable Long lastOfParent,
        @Nullable Long firstOwn) {
    public Branch {
        if (parent == incarnation) {
            throw new IllegalArgumentException("incarnation " + incarnation + " is its own parent");
        }
    }
}

package io.saddlebag.pool;

import io.saddlebag.catalog.Backup;
import java.io.IOException;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** What else has a say in whether an image may go: journals are of use as a chain without holes only (J13), pieces are removed by name (M26). */
public interface Chains {
    /** Nothing has. */
    Chains NONE = new Chains() {
        @Override
        public @Nullable String keeps(Backup expired, Collection<Backup> staying) {
            return null;
        }

        @Override
        public boolean isGivenUp(Backup backup) {
            return false;
        }
    };

    /**
     * Why an image stays though it has expired, in words; null when nothing speaks for it.
     *
     * @param staying backups that don't go now, wherever they are; asked about older images first
     */
    @Nullable
    String keeps(Backup expired, Collection<Backup> staying) throws IOException;

    /** Whether somebody gave it up on purpose: then it goes whether it has expired or not. */
    boolean isGivenUp(Backup backup) throws IOException;

    /** Why one that was given up goes, in words. */
    default String whyGivenUp(Backup backup) {
        return "its journals were given up";
    }

    /** Whether there is never a second one of its name, so that a number of those that stay of each name means nothing for it. */
    default boolean isOneOfItsName(Backup backup) {
        return false;
    }
}

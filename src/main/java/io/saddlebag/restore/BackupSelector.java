package io.saddlebag.restore;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.recovery.Until;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says which backup is meant. */
public sealed interface BackupSelector {
    /** The backup of that number. */
    record ById(BackupId id) implements BackupSelector {
        @Override
        public String toString() {
            return "backup " + id;
        }
    }

    /** The newest complete backup of that name. */
    record Latest(String name) implements BackupSelector {
        @Override
        public String toString() {
            return "the latest backup of " + name;
        }
    }

    /** The newest complete backup of that name whose state is of that instant or earlier. */
    record AsOf(String name, Instant until) implements BackupSelector {
        @Override
        public String toString() {
            return "the latest backup of " + name + " up to " + until;
        }
    }

    /** The newest complete backup of that name that reaches no further than that. */
    record UpTo(String name, Until until) implements BackupSelector {
        @Override
        public String toString() {
            return "the newest backup of " + name + " up to " + until;
        }
    }

    /** The first of these that can be read: a recovery begins with any of them, and the later ones need more journals. */
    record InOrder(List<BackupId> ids) implements BackupSelector {
        public InOrder {
            ids = List.copyOf(ids);
            if (ids.isEmpty()) {
                throw new IllegalArgumentException("a recovery begins with a backup");
            }
        }

        @Override
        public String toString() {
            return "backup " + ids.get(0);
        }
    }

    /** The newest of a name, up to a time or place in the journals if one is given. */
    static BackupSelector of(String name, @Nullable Until until) {
        if (until == null || until instanceof Until.Now) {
            return new Latest(name);
        }
        return until instanceof Until.Time time ? new AsOf(name, time.instant()) : new UpTo(name, until);
    }
}

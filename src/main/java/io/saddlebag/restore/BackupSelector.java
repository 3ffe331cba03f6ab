package io.saddlebag.restore;

import io.saddlebag.catalog.BackupId;
import java.time.Instant;

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
}

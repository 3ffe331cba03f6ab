package io.saddlebag.level;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A backup with all those it was made on top of: together they are the state that it was made of.
 *
 * @param oldestFirst the first is of everything unless something is missing
 * @param missing what of it isn't there, as the end of a sentence; null when the state is whole
 */
public record BackupChain(
        List<Backup> oldestFirst, @Nullable String missing) {
    /** More than anybody makes; a chain that is as long goes round in circles. */
    static final int MAX_BACKUPS = 10_000;

    public BackupChain {
        oldestFirst = List.copyOf(oldestFirst);
    }

    public static BackupChain of(Catalog catalog, Backup backup) throws IOException {
        Deque<Backup> chain = new ArrayDeque<>();
        Backup at = backup;
        while (chain.size() < MAX_BACKUPS) {
            chain.addFirst(at);
            if (at.state() != Backup.State.COMPLETE) {
                return new BackupChain(
                        List.copyOf(chain),
                        "backup " + at.id() + " is " + at.state().name().toLowerCase(Locale.ROOT));
            }
            String parent =
                    LevelFacts.of(at.about().facts()).map(LevelFacts::parent).orElse(null);
            if (parent == null) {
                return new BackupChain(List.copyOf(chain), null);
            }
            Optional<Backup> found = catalog.findImage(parent);
            if (found.isEmpty()) {
                return new BackupChain(
                        List.copyOf(chain),
                        "image " + parent + ", on top of which backup " + at.id() + " was made, is not in the catalog");
            }
            at = found.get();
        }
        return new BackupChain(List.copyOf(chain), "there are more than " + MAX_BACKUPS + " backups in a row");
    }

    public boolean isWhole() {
        return missing == null;
    }

    /** The backup whose state it is. */
    public Backup last() {
        return oldestFirst.get(oldestFirst.size() - 1);
    }

    public List<BackupId> ids() {
        return oldestFirst.stream().map(Backup::id).toList();
    }
}

package io.saddlebag.level;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Decides what the next backup of a name is made on top of (D2). */
public final class LevelSchedule {
    private final Catalog catalog;
    private final Predicate<Backup> fits;

    /** Of files. */
    public LevelSchedule(Catalog catalog) {
        this(catalog, backup -> backup.about().database() == null);
    }

    /** @param fits whether the next backup could build on that one, whatever its level */
    public LevelSchedule(Catalog catalog, Predicate<Backup> fits) {
        this.catalog = catalog;
        this.fits = fits;
    }

    /**
     * The newest complete backup of a fitting level is the parent, by the order of the catalog and not by any clock. When there
     * is none, or it can't be built on, everything is backed up.
     *
     * @param roots fact {@code roots} of the next backup: one of other paths is no parent
     */
    public Choice choose(BackupLevel wanted, String name, String host, String roots) throws IOException {
        if (wanted.isFull()) {
            return new Choice(wanted, null, null);
        }
        Optional<Backup> newest = newest(wanted, name, host);
        if (newest.isEmpty()) {
            return full("there is no complete backup of " + name + " that one of level " + wanted + " could build on");
        }
        Backup parent = newest.get();
        String rootsThen = parent.about().facts().getOrDefault("roots", "");
        if (!rootsThen.equals(roots)) {
            return full("backup " + parent.id() + ", the newest to build on, is of other paths: "
                    + rootsThen.replace('\n', ' ') + ", and not " + roots.replace('\n', ' '));
        }
        BackupChain chain = BackupChain.of(catalog, parent);
        if (!chain.isWhole()) {
            return full("backup " + parent.id() + ", the newest to build on, can't be restored: " + chain.missing());
        }
        return new Choice(wanted, chain, null);
    }

    /** A backup of everything, although something else was asked for. */
    public static Choice full(String reason) {
        return new Choice(BackupLevel.FULL, null, reason);
    }

    private Optional<Backup> newest(BackupLevel wanted, String name, String host) throws IOException {
        List<Backup> oldestFirst = catalog.backups(Catalog.Filter.completeOf(name));
        return oldestFirst.stream()
                .filter(backup -> fits.test(backup)
                        && backup.about().host().equals(host)
                        && LevelFacts.of(backup.about().facts())
                                .filter(facts -> wanted.buildsOn(facts.level()))
                                .isPresent())
                .reduce((older, newer) -> newer);
    }

    /**
     * What is made.
     *
     * @param parent with all that it was made on top of; null for a backup of everything
     * @param insteadBecause why a backup of everything is made although something else was asked for; else null
     */
    public record Choice(
            BackupLevel level,
            @Nullable BackupChain parent,
            @Nullable String insteadBecause) {
        public LevelFacts facts() {
            return new LevelFacts(
                    level, parent == null ? null : parent.last().about().imageId());
        }
    }
}

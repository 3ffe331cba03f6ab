package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.CatalogFault;
import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds the backup a selector means. */
final class Selection {
    private static final int SHOWN = 10;

    private final Catalog catalog;

    Selection(Catalog catalog) {
        this.catalog = catalog;
    }

    Backup of(BackupSelector selector) throws IOException {
        Optional<Backup> found;
        if (selector instanceof BackupSelector.ById byId) {
            found = catalog.find(byId.id());
        } else if (selector instanceof BackupSelector.Latest latest) {
            found = last(catalog.backups(Catalog.Filter.completeOf(latest.name())));
        } else if (selector instanceof BackupSelector.AsOf asOf) {
            found = last(catalog.backups(Catalog.Filter.completeOf(asOf.name())).stream()
                    .filter(backup -> !backup.about().at().isAfter(asOf.until()))
                    .toList());
        } else {
            throw new IllegalArgumentException("unknown selector " + selector);
        }
        Backup backup = found.orElseThrow(() -> nothing(selector));
        if (backup.state() != Backup.State.COMPLETE) {
            throw new BackupException(
                    CatalogFault.NOT_COMPLETE,
                    "backup " + backup.id() + " of " + backup.about().name() + " is "
                            + backup.state().name().toLowerCase(java.util.Locale.ROOT),
                    "Choose a complete one; 'saddlebag lsbu' lists them.");
        }
        return backup;
    }

    private static Optional<Backup> last(List<Backup> oldestFirst) {
        return oldestFirst.isEmpty() ? Optional.empty() : Optional.of(oldestFirst.get(oldestFirst.size() - 1));
    }

    private BackupException nothing(BackupSelector selector) {
        String known;
        try {
            List<Backup> all = catalog.backups(Catalog.Filter.COMPLETE);
            known = all.isEmpty()
                    ? "there is no complete backup at all"
                    : "complete backups: "
                            + all.stream()
                                    .skip(Math.max(0, all.size() - SHOWN))
                                    .map(b -> b.id() + " (" + b.about().name() + ", "
                                            + b.about().at() + ")")
                                    .collect(Collectors.joining(", "));
        } catch (IOException e) {
            known = "the catalog could not be listed: " + e.getMessage();
        }
        return new BackupException(
                CatalogFault.NO_SUCH_BACKUP,
                "the catalog has not got " + selector + "; " + known,
                "Choose one of those.");
    }
}

package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.CatalogFault;
import io.saddlebag.catalog.ImageCopies;
import io.saddlebag.fault.BackupException;
import io.saddlebag.recovery.Candidate;
import io.saddlebag.recovery.Choice;
import io.saddlebag.recovery.Criteria;
import io.saddlebag.recovery.Medium;
import io.saddlebag.recovery.Until;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds the backups a selector means (R3). */
final class Selection {
    private static final int SHOWN = 10;

    private final Catalog catalog;
    private final KnownBackups known;

    /** Where each image is kept once. */
    Selection(Catalog catalog) {
        this(catalog, ImageCopies.NONE);
    }

    Selection(Catalog catalog, ImageCopies copies) {
        this.catalog = catalog;
        this.known = new KnownBackups(catalog, copies);
    }

    /** The one to be restored, from any medium. */
    Backup of(BackupSelector selector) throws IOException {
        return of(selector, Medium.ANY).get(0).backup();
    }

    /**
     * Those that satisfy it, the best first; at least one.
     *
     * @throws BackupException that lists what was considered, and why each was passed over
     */
    List<Selected> of(BackupSelector selector, Set<Medium> media) throws IOException {
        if (selector instanceof BackupSelector.ById byId) {
            return List.of(requireOn(media, complete(byId)));
        }
        if (selector instanceof BackupSelector.InOrder inOrder) {
            List<Selected> all = new ArrayList<>();
            for (BackupId id : inOrder.ids()) {
                all.add(requireOn(media, complete(new BackupSelector.ById(id))));
            }
            return all;
        }
        if (selector instanceof BackupSelector.Latest latest) {
            return newest(selector, latest.name(), new Criteria(Until.NOW, media));
        }
        if (selector instanceof BackupSelector.AsOf asOf) {
            return newest(selector, asOf.name(), new Criteria(new Until.Time(asOf.until()), media));
        }
        if (selector instanceof BackupSelector.UpTo upTo) {
            return newest(selector, upTo.name(), new Criteria(upTo.until(), media));
        }
        throw new IllegalArgumentException("unknown selector " + selector);
    }

    private List<Selected> newest(BackupSelector selector, String name, Criteria criteria) throws IOException {
        Choice choice = criteria.choose(known.of(name));
        if (choice.inOrder().isEmpty()) {
            throw choice.passedOver().isEmpty() ? unknown(selector) : none(selector, choice);
        }
        List<Selected> found = new ArrayList<>();
        for (Candidate each : choice.inOrder()) {
            BackupId id = new BackupId(each.id());
            Backup backup = catalog.find(id).orElseThrow(() -> unknown(new BackupSelector.ById(id)));
            found.add(new Selected(each, backup));
        }
        return found;
    }

    private Backup complete(BackupSelector.ById selector) throws IOException {
        Backup backup = catalog.find(selector.id()).orElseThrow(() -> unknown(selector));
        if (backup.state() != Backup.State.COMPLETE) {
            throw new BackupException(
                    CatalogFault.NOT_COMPLETE,
                    "backup " + backup.id() + " of " + backup.about().name() + " is "
                            + backup.state().name().toLowerCase(Locale.ROOT),
                    "Choose a complete one; 'saddlebag lsbu' lists them.");
        }
        return backup;
    }

    /** Whether the rest of it is there is said by whoever plans to read it. */
    private Selected requireOn(Set<Medium> media, Backup backup) throws IOException {
        Candidate candidate = known.candidate(backup);
        if (!media.equals(Medium.ANY)) {
            Choice choice = new Criteria(Until.NOW, media).choose(List.of(candidate));
            if (choice.inOrder().isEmpty()) {
                throw none(new BackupSelector.ById(backup.id()), choice);
            }
        }
        return new Selected(candidate, backup);
    }

    private static BackupException none(BackupSelector selector, Choice choice) {
        List<Choice.PassedOver> all = choice.passedOver();
        String considered =
                all.stream().limit(SHOWN).map(Choice.PassedOver::toString).collect(Collectors.joining("; "));
        return new BackupException(
                RestoreFault.NONE_SATISFIES,
                "nothing can be restored for " + selector + "; considered: " + considered
                        + (all.size() > SHOWN ? "; and " + (all.size() - SHOWN) + " older ones" : ""),
                "Ask for a later point or allow another medium, or read missing images in with 'saddlebag catalog"
                        + " import'; 'saddlebag lsbu' lists what there is.");
    }

    private BackupException unknown(BackupSelector selector) {
        String there;
        try {
            List<Backup> all = catalog.backups(Catalog.Filter.COMPLETE);
            there = all.isEmpty()
                    ? "there is no complete backup at all"
                    : "complete backups: "
                            + all.stream()
                                    .skip(Math.max(0, all.size() - SHOWN))
                                    .map(b -> b.id() + " (" + b.about().name() + ", "
                                            + b.about().at() + ")")
                                    .collect(Collectors.joining(", "));
        } catch (IOException e) {
            there = "the catalog could not be listed: " + e.getMessage();
        }
        return new BackupException(
                CatalogFault.NO_SUCH_BACKUP,
                "the catalog has not got " + selector + "; " + there,
                "Choose one of those.");
    }

    /** A backup with the facts that speak for it. */
    record Selected(Candidate candidate, Backup backup) {}
}

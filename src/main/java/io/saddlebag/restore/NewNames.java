package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Turns patterns into mappings of the files that backups hold (R2). */
final class NewNames {
    /** More files than that are moved with their folder. */
    static final int MOST = 10_000;

    private final Catalog catalog;

    NewNames(Catalog catalog) {
        this.catalog = catalog;
    }

    /**
     * @param backups whose files are meant
     * @return the same request with a mapping for each file
     * @throws BackupException {@link RestoreFault#NOTHING_SELECTED} for a pattern that fits nothing, {@link RestoreFault#BAD_REQUEST}
     *     when two files would have one name
     */
    RestoreRequest mapped(RestoreRequest request, List<Backup> backups) throws IOException {
        List<NewName> names = request.choices().newNames();
        if (names.isEmpty()) {
            return request;
        }
        Map<Path, Path> bySource = new HashMap<>();
        Map<Path, Path> byTarget = new HashMap<>();
        for (NewName name : names) {
            Set<Path> files = files(name, backups);
            if (files.isEmpty()) {
                throw new BackupException(
                        RestoreFault.NOTHING_SELECTED,
                        "new name " + name + " fits nothing: none of the backups holds such a file",
                        "Give the pattern as the files were on the source; 'saddlebag catalog objects ID' lists them.");
            }
            for (Path file : files) {
                Path target = target(name, file);
                Path other = byTarget.putIfAbsent(target, file);
                if (other != null && !other.equals(file)) {
                    throw bad(other + " and " + file + " would both become " + target);
                }
                // the first pattern that fits wins
                bySource.putIfAbsent(file, target);
            }
        }
        List<PathMapping> mappings = new ArrayList<>(request.mappings());
        bySource.forEach((from, to) -> mappings.add(new PathMapping(from, to)));
        return request.to(mappings);
    }

    private static Path target(NewName name, Path file) throws BackupException {
        try {
            return name.of(file);
        } catch (IllegalArgumentException e) {
            throw bad(e.getMessage() + ", for " + file);
        }
    }

    private Set<Path> files(NewName name, List<Backup> backups) throws IOException {
        Set<Path> files = new TreeSet<>();
        for (Backup backup : backups) {
            catalog.objects(backup.id(), name.folder(), object -> take(name, object, files));
        }
        if (files.size() > MOST) {
            throw bad("new name " + name + " fits more than " + MOST + " files");
        }
        return files;
    }

    private static void take(NewName name, ObjectEntry object, Set<Path> files) {
        if (object.type() == 'f' && files.size() <= MOST) {
            Path path = Path.of(object.path());
            if (name.fits(path)) {
                files.add(path);
            }
        }
    }

    private static BackupException bad(String what) {
        return new BackupException(
                RestoreFault.BAD_REQUEST,
                what,
                "Give a template that keeps names apart, with the folder's name in it as well.");
    }
}

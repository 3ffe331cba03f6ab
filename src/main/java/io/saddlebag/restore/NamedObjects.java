package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.RestorableObject;
import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Puts the paths of a database's parts where a request has their words (R1). */
final class NamedObjects {
    private final RestoreServices services;

    NamedObjects(RestoreServices services) {
        this.services = services;
    }

    /**
     * @return the same request with nothing but paths
     * @throws BackupException {@link RestoreFault#NOTHING_SELECTED} naming the parts that the database has
     */
    RestoreRequest resolved(RestoreRequest request) throws IOException {
        if (request.objects().stream().noneMatch(RestorableObject::isWord)) {
            return request;
        }
        DatabaseAdapter database = services.databases().database(databaseOf(request));
        List<RestorableObject> all = objects(database);
        Set<String> paths = new LinkedHashSet<>();
        for (String object : request.objects()) {
            if (RestorableObject.isWord(object)) {
                List<RestorableObject> meant = RestorableObject.named(object, all);
                if (meant.isEmpty()) {
                    throw new BackupException(
                            RestoreFault.NOTHING_SELECTED,
                            "database " + database.name() + " (" + database.engine() + ") has no " + object
                                    + "; it has "
                                    + all.stream()
                                            .map(RestorableObject::toString)
                                            .collect(Collectors.joining(", ")),
                            "Ask for one of those, or for a path as it was backed up.");
                }
                meant.forEach(each -> paths.add(each.path().toString()));
            } else {
                paths.add(object);
            }
        }
        return request.of(new ArrayList<>(paths));
    }

    /** Without a database in the request it is the one that was backed up. */
    private String databaseOf(RestoreRequest request) throws IOException {
        String named = request.database();
        if (named != null) {
            return named;
        }
        Backup backup = new Selection(services.catalog(), services.copies())
                .of(request.backups().get(0), request.choices().media())
                .get(0)
                .backup();
        String of = backup.about().database();
        if (of == null) {
            throw new BackupException(
                    RestoreFault.WRONG_DATABASE,
                    "backup " + backup.id() + " of " + backup.about().name() + " is of plain files, which have no "
                            + RestorableObject.words(),
                    "Name its objects by their absolute paths.");
        }
        return of;
    }

    private static List<RestorableObject> objects(DatabaseAdapter database) throws IOException {
        try {
            return database.objects();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException stopped =
                    new InterruptedIOException("interrupted while the parts of " + database.name() + " were listed");
            stopped.initCause(e);
            throw stopped;
        }
    }
}

package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.HostFiles;
import io.saddlebag.increment.IncrementalCluster;
import io.saddlebag.level.BackupChain;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What has to be so for a backup of a database that is put together from several images (R7). They are combined beside its places, and
 * all of it gets its names at once: in the place of a database that is down, or where nothing is.
 */
final class CombinedRestore {
    private final HostFiles files;
    private final BackupChain chain;
    private final RestoreRequest request;

    CombinedRestore(HostFiles files, BackupChain chain, RestoreRequest request) {
        this.files = files;
        this.chain = chain;
        this.request = request;
    }

    /** Whether it takes a database's place, which is down meanwhile. */
    static boolean isSwapped(RestoreRequest request) {
        return request.database() != null
                && request.target() == null
                && request.objects().isEmpty();
    }

    /**
     * Refuses what can't go well.
     *
     * @param plan of the request
     */
    void require(RestorePlan plan) throws IOException {
        for (Backup each : chain.oldestFirst().subList(1, chain.oldestFirst().size())) {
            if (!IncrementalCluster.canBeCombined(each.about().facts())) {
                throw new BackupException(
                        RestoreFault.STATE_INCOMPLETE,
                        what() + ", and how backup " + each.id() + " was made isn't known here",
                        "Restore it with the version that made it, or choose a full backup.");
            }
        }
        if (isSwapped(request)) {
            return;
        }
        if (request.database() != null) {
            throw new BackupException(
                    RestoreFault.PART_OF_DATABASE,
                    what() + ": a part of it can't be put into the place of a database's own",
                    "Restore the whole database, or that part to another folder with --to and without --database.");
        }
        requirePlain();
        for (Path root : RestorePlanner.roots(chain.last())) {
            requireFree(plan.place(root));
        }
    }

    private void requirePlain() throws BackupException {
        if (request.backups().size() > 1) {
            throw refused("is restored by itself, and " + request.backups().size() + " were asked for");
        }
        if (request.existing() != RestoreRequest.Existing.REPLACE
                || !request.choices().newNames().isEmpty()) {
            throw refused("goes to a place of its own, with the names that it has");
        }
        for (PathMapping mapping : request.mappings()) {
            for (Path root : RestorePlanner.roots(chain.last())) {
                if (mapping.from().startsWith(root) && !mapping.from().equals(root)) {
                    throw refused("is restored in whole parts, and mapping " + mapping + " is of a piece of " + root);
                }
            }
        }
    }

    private BackupException refused(String why) {
        return new BackupException(
                RestoreFault.BAD_REQUEST,
                what() + ": it " + why,
                "Give it a folder of its own with --to, and nothing else.");
    }

    /** What is there already would be mixed with it. */
    private void requireFree(Path place) throws IOException {
        FileStatus there = files.find(place).orElse(null);
        if (there != null && (!there.is(FileKind.FOLDER) || !files.list(place).isEmpty())) {
            throw new BackupException(
                    RestoreFault.IN_THE_WAY,
                    what() + ", and at " + place + " is something already",
                    "Name the database with --database to have it stopped, or give an empty folder with --to.");
        }
    }

    private String what() {
        return "backup " + chain.last().id() + " is put together from " + inWords(chain.oldestFirst());
    }

    /** For messages: {@code backups 1, 2}. */
    static String inWords(List<Backup> backups) {
        return (backups.size() == 1 ? "backup " : "backups ")
                + backups.stream().map(each -> each.id().toString()).collect(Collectors.joining(", "));
    }
}

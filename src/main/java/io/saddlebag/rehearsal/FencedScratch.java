package io.saddlebag.rehearsal;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.database.CopyPlace;
import io.saddlebag.host.HostFiles;
import io.saddlebag.job.JobName;
import io.saddlebag.restore.RestoreJobs;
import io.saddlebag.restore.RestoreServices;
import io.saddlebag.restore.Restores;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Folders into which backups are restored beside their originals, behind the fence (W24): restores read the catalog and change files
 * below folders that are open only. Thread-safe.
 */
public final class FencedScratch {
    private final ProtectedPlaces protectedPlaces;
    private final Catalog catalog;
    private final HostFiles files;
    private final Restores restores;
    private final Set<Path> open = ConcurrentHashMap.newKeySet();

    /** @param given as ordinary restores have it; its watchdog isn't used */
    public FencedScratch(RestoreServices given, ProtectedPlaces protectedPlaces) {
        this.protectedPlaces = protectedPlaces;
        this.catalog = new ReadOnlyCatalog(given.catalog());
        this.files = new FencedFiles(given.files(), path -> open.stream().anyMatch(path::startsWith));
        this.restores = new RestoreJobs(new RestoreServices(
                given.jobs(),
                catalog,
                (owner, action, deadline) -> {
                    throw new IllegalStateException("behind the fence no database is stopped: " + action);
                },
                files,
                given.origin(),
                given.databases(),
                given.workers(),
                given.waiter(),
                given.privilege(),
                given.decryption(),
                given.copies()));
    }

    /** Restores that can change what is below open folders, and nothing else. */
    public Restores restores() {
        return restores;
    }

    Catalog catalog() {
        return catalog;
    }

    /**
     * Refuses a scratch folder in, or around, anything that is backed up, or where backups are kept.
     *
     * @throws io.saddlebag.fault.BackupException {@link RehearsalFault#BAD_SCRATCH}
     */
    public void require(Path scratch) throws IOException, InterruptedException {
        Map<Path, String> places = new HashMap<>(protectedPlaces.places());
        places.putAll(backedUp());
        Scratch.require(files, scratch, places);
    }

    /** Where databases were when they were backed up, whether they are there or not now. */
    private Map<Path, String> backedUp() throws IOException {
        Map<Path, String> places = new HashMap<>();
        for (Backup backup : catalog.backups(Catalog.Filter.COMPLETE)) {
            String of = backup.about().database();
            if (of != null) {
                backup.about()
                        .facts()
                        .getOrDefault("roots", "")
                        .lines()
                        .filter(root -> !root.isBlank())
                        .forEach(root -> places.put(Path.of(root), "what belongs to database " + of));
            }
        }
        return places;
    }

    /** The folder of that job in a scratch folder; nothing is made. */
    public Place place(Path scratch, JobName job) {
        return place(Scratch.placeOf(scratch, job));
    }

    /** A folder that was made before, maybe by another process. */
    public Place place(Path folder) {
        return new Place(new Scratch(files, folder));
    }

    /** One job's folder. */
    public final class Place {
        private final Scratch scratch;

        private Place(Scratch scratch) {
            this.scratch = scratch;
        }

        public Path path() {
            return scratch.place();
        }

        public CopyPlace copy() {
            return scratch.copy();
        }

        /** @throws io.saddlebag.fault.BackupException {@link RehearsalFault#BAD_SCRATCH} when something is there, or it has no parent */
        public void requireFree() throws IOException {
            scratch.requireFree();
        }

        /** Opens and makes it. The folder of all jobs is made with the first one, and stays. */
        public void make() throws IOException {
            open.add(scratch.place());
            Path parent = Objects.requireNonNull(scratch.place().getParent());
            synchronized (open) {
                open.add(parent);
                try {
                    scratch.make();
                } finally {
                    open.remove(parent);
                }
            }
        }

        /** Removes it with all in it, and closes it even when that fails. No effect when it isn't there. */
        public void remove() throws IOException {
            open.add(scratch.place());
            try {
                scratch.remove();
            } finally {
                open.remove(scratch.place());
            }
        }
    }
}

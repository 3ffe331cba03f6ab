package io.saddlebag.journal;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.CatalogState;
import io.saddlebag.catalog.NewBackup;
import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.catalog.ObjectFlag;
import io.saddlebag.volume.StoredImage;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** As much of a {@link Catalog} as a pass over journals needs, in memory. */
final class MemoryCatalog implements Catalog {
    private final TreeMap<Long, Backup> backups = new TreeMap<>();
    private final Map<Long, List<ObjectEntry>> objects = new HashMap<>();
    private final Set<Long> readIn = new HashSet<>();

    synchronized boolean isReadIn(BackupId id) {
        return readIn.contains(id.value());
    }

    @Override
    public synchronized Writing begin(NewBackup about) {
        BackupId id = new BackupId(backups.size() + 1L);
        backups.put(id.value(), new Backup(id, about, Backup.State.WRITING, List.of(), 0, 0, 0, null));
        objects.put(id.value(), new ArrayList<>());
        return new Row(id);
    }

    /** An image that is whole on its medium, and whose process died before the catalog knew. */
    synchronized void readIn(BackupId of) {
        Backup begun = backups.get(of.value());
        BackupId id = new BackupId(backups.size() + 1L);
        readIn.add(id.value());
        backups.put(
                id.value(), new Backup(id, begun.about(), Backup.State.COMPLETE, List.of(), 1, 1, 1, Instant.EPOCH));
        objects.put(id.value(), List.copyOf(objects.getOrDefault(of.value(), List.of())));
    }

    private final class Row implements Writing {
        private final BackupId id;
        private boolean over;

        Row(BackupId id) {
            this.id = id;
        }

        @Override
        public BackupId id() {
            return id;
        }

        @Override
        public void add(ObjectEntry object) {
            synchronized (MemoryCatalog.this) {
                objects.get(id.value()).add(object);
            }
        }

        @Override
        public void sync() {}

        @Override
        public void leave() {
            over = true;
        }

        @Override
        public void flag(ObjectFlag flag) {
            throw new UnsupportedOperationException(flag.toString());
        }

        @Override
        public Backup complete(StoredImage image, long dataBytes, Instant at) {
            synchronized (MemoryCatalog.this) {
                Backup begun = backups.get(id.value());
                if (begun.state() != Backup.State.WRITING) {
                    throw new IllegalStateException("backup " + id + " is " + begun.state());
                }
                Backup done = new Backup(
                        id,
                        begun.about(),
                        Backup.State.COMPLETE,
                        image.sections(),
                        image.files(),
                        objects.get(id.value()).size(),
                        dataBytes,
                        image.bytes(),
                        at);
                backups.put(id.value(), done);
                over = true;
                return done;
            }
        }

        @Override
        public void abandon(String cause) {
            over = true;
            MemoryCatalog.this.abandon(id, cause);
        }

        @Override
        public void close() {
            if (!over) {
                abandon("closed");
            }
        }
    }

    @Override
    public synchronized void abandon(BackupId id, String cause) {
        Backup known = backups.get(id.value());
        if (known != null && known.state() == Backup.State.WRITING) {
            backups.put(id.value(), new Backup(id, known.about(), Backup.State.ABANDONED, List.of(), 0, 0, 0, null));
        }
    }

    @Override
    public synchronized Optional<Backup> find(BackupId id) {
        return Optional.ofNullable(backups.get(id.value()));
    }

    @Override
    public synchronized Optional<Backup> findImage(String imageId) {
        return backups.values().stream()
                .filter(each -> each.about().imageId().equals(imageId))
                .max(Comparator.comparing((Backup each) -> each.state() == Backup.State.COMPLETE)
                        .thenComparing(Backup::id));
    }

    @Override
    public synchronized List<Backup> backups(Filter filter) {
        return backups.values().stream()
                .filter(each -> filter.name().isEmpty()
                        || filter.name().get().equals(each.about().name()))
                .filter(each -> !filter.completeOnly() || each.state() == Backup.State.COMPLETE)
                .toList();
    }

    @Override
    public void objects(BackupId id, String path, Consumer<ObjectEntry> sink) {
        List<ObjectEntry> all;
        synchronized (this) {
            all = List.copyOf(objects.getOrDefault(id.value(), List.of()));
        }
        // who takes them may ask others, which wait for somebody that asks here
        all.forEach(sink);
    }

    @Override
    public Writing goOn(BackupId id, String from, String to, long offset) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void addFacts(BackupId id, Map<String, String> facts) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CatalogState state(List<BackupId> oldestFirst) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<ObjectEntry> inFolder(BackupId id, String folder, String from, int atMost) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void flags(BackupId id, Consumer<ObjectFlag> sink) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int removeAbandonedObjects(int atMost) throws IOException {
        return 0;
    }

    @Override
    public void close() {}
}

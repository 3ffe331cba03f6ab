package io.saddlebag.volume;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.CatalogState;
import io.saddlebag.catalog.NewBackup;
import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.catalog.ObjectFlag;
import io.saddlebag.media.VolumeId;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** As much of a {@link Catalog} as tells what volumes are needed for, in memory. It survives power losses, as the register does. */
final class WeekCatalog implements Catalog {
    private final TreeMap<Long, Backup> backups = new TreeMap<>();

    BackupId written(NewBackup about) {
        BackupId id = new BackupId(backups.size() + 1L);
        backups.put(id.value(), new Backup(id, about, Backup.State.WRITING, List.of(), 0, 0, 0, null));
        return id;
    }

    Backup complete(BackupId id, StoredImage image, Instant at) {
        Backup begun = backups.get(id.value());
        Backup done = new Backup(
                id, begun.about(), Backup.State.COMPLETE, image.sections(), 1, image.bytes(), image.bytes(), at);
        backups.put(id.value(), done);
        return done;
    }

    /** A volume is forgotten: what was on it is no backup any more. */
    void lost(VolumeId volume) {
        backups.replaceAll((id, backup) -> backup.state() == Backup.State.COMPLETE
                        && backup.sections().stream()
                                .anyMatch(section -> section.volume().equals(volume))
                ? in(backup, Backup.State.LOST)
                : backup);
    }

    private static Backup in(Backup backup, Backup.State state) {
        return new Backup(
                backup.id(),
                backup.about(),
                state,
                backup.sections(),
                backup.objects(),
                backup.dataBytes(),
                backup.imageBytes(),
                backup.completed());
    }

    @Override
    public void abandon(BackupId id, String cause) {
        backups.computeIfPresent(id.value(), (number, backup) -> in(backup, Backup.State.ABANDONED));
    }

    @Override
    public Optional<Backup> find(BackupId id) {
        return Optional.ofNullable(backups.get(id.value()));
    }

    @Override
    public Optional<Backup> findImage(String imageId) {
        return backups.values().stream()
                .filter(each -> each.about().imageId().equals(imageId))
                .max(Comparator.comparing(Backup::id));
    }

    @Override
    public List<Backup> backups(Filter filter) {
        return backups.values().stream()
                .filter(each -> !filter.completeOnly() || each.state() == Backup.State.COMPLETE)
                .toList();
    }

    @Override
    public Writing begin(NewBackup backup) {
        throw new UnsupportedOperationException();
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
    public void objects(BackupId id, String path, Consumer<ObjectEntry> sink) {
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
    public int removeAbandonedObjects(int atMost) {
        return 0;
    }

    @Override
    public void close() {}
}
